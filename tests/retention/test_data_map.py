"""docs/data-protection, written from the declarations; the build says when it differs (tools/check.sh)."""

import pytest
from django.core.management import CommandError, call_command

from core.privacy import declarations
from retention.processing import HELD, data_map_by_table, processing


@pytest.fixture
def folder(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    made = tmp_path / "docs" / "data-protection"
    made.mkdir(parents=True)
    return made


def test_what_was_written_is_what_the_code_says_until_somebody_changes_one(folder):
    with pytest.raises(CommandError, match=r"record-of-processing\.csv, data-map\.csv"):
        call_command("data_map", check=True)
    call_command("data_map")
    call_command("data_map", check=True)
    told = (folder / "data-map.csv").read_text()
    assert (
        "cases.Person,family_name,who somebody is,people we work with,the person,case file,deleted,yes"
        in told
    )
    assert (
        ',people we work with,people,case file,"deleted; of anonymous records stays: the quarter, the year"'
        in told
    )
    assert "django_session,session_data," in told
    assert "no row is adopted yet" in (folder / "record-of-processing.csv").read_text()
    (folder / "data-map.csv").write_text(told.replace("who somebody is", "nothing", 1))
    with pytest.raises(CommandError, match=r"than the code: data-map\.csv"):
        call_command("data_map", check=True)


@pytest.mark.django_db
def test_the_map_and_the_record_say_of_each_table_whom_it_is_about_in_the_same_words():
    tables = {one.table: one.about for one in data_map_by_table()}
    held = [one for one in declarations() if set(one.labels.values()) & set(HELD)]
    record = [one.about for one in processing({})]
    assert record == [tables[one.model._meta.label] for one in held]
    assert tables["audit.Entry"] == "whoever it names, staff and volunteers"
    assert tables["cases.Allocation"] == "people we work with, staff and volunteers"
    assert tables["retention.Run"] == "staff and volunteers"
    assert tables["retention.Journal"] == "nobody"
