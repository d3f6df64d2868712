"""Pages of figures: who reads them, what they show, and that it is written down."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from funding.quarters import Quarter
from planning.actions.figures import release_figures
from planning.figures import Figures, Measure
from planning.models import Release
from planning.protection import Shown
from planning.tables import Table
from planning.years import add_up
from tests.cases.world import a_world, signed_in, the
from tests.conftest import entries_since
from tests.planning.test_releases import AFTER, SUMMER, children_of, met

pytestmark = pytest.mark.django_db

READERS = {Role.SERVICE_MANAGER, Role.DPO}


@pytest.fixture
def world():
    found = a_world()
    met(found.case, children_of(found.case, 12))
    met(found.case, children_of(found.case, 3, born=date(2012, 1, 1)))
    return found


@pytest.fixture
def release(world):
    return release_figures(quarter=SUMMER, on=AFTER, by=world.manager)


def of(name, *args):
    return reverse(f"planning:{name}", args=args)


@pytest.mark.parametrize("role", list(Role))
def test_managers_and_the_dpo_read_figures_and_nobody_else(world, release, role):
    browser = signed_in(the(role))
    for where in (of("figures"), release.get_absolute_url(), of("figures-correct", "2026-3")):
        with entries_since() as left:
            answer = browser.get(where)
        assert answer.status_code == (200 if role in READERS else 403), where
        if role not in READERS:
            assert [one.verb for one in left] == [Verb.LOOK_REFUSED]


def test_page_shows_definitions_pictures_tables_and_leaves_an_entry(world, release):
    with entries_since() as left:
        page = signed_in(world.manager).get(release.get_absolute_url()).content.decode()
    assert [(one.verb, one.record_id) for one in left] == [(Verb.FIGURES_READ, release.pk)]
    assert "Everybody named in at least one contact that took place" in page
    assert "People by age" in page
    assert "All together" in page
    assert "Fewer than 5 in all." in page  # goals: none
    assert "11 to 17" not in page


@pytest.mark.parametrize(
    ("form", "begins"),
    [("csv", b"\xef\xbb\xbfQuarter"), ("xlsx", b"PK"), ("ods", b"PK"), ("pdf", b"%PDF")],
)
def test_files_are_taken_out_and_that_is_written_down(world, release, form, begins):
    with entries_since() as left:
        answer = signed_in(world.manager).get(of("release-file", "2026-3", 1, form))
    assert answer.content.startswith(begins)
    assert f"figures-2026-3-version-1.{form}" in answer["Content-Disposition"]
    assert [one.verb for one in left] == [Verb.FIGURES_TAKEN]


@pytest.mark.parametrize(
    "where", ["2026-2/1/", "2026-3/2/", "2026-9/1/", "nonsense/1/", "2026-3/1/exe/"]
)
def test_what_was_not_released_is_not_found(world, release, where):
    assert signed_in(world.manager).get(f"/planning/figures/{where}").status_code == 404


def test_manager_releases_a_quarter_and_corrects_it(world):
    browser = signed_in(world.manager)
    page = browser.get(of("figures")).content.decode()
    assert "Release July to September 2026" in page
    assert browser.post(of("figures-release", "2026-3")).status_code == 302
    first = Release.objects.get()
    assert first.made_by == world.manager
    met(world.case, children_of(world.case, 6))
    answer = browser.post(of("figures-correct", "2026-3"), {"reason": "A register came late."})
    assert answer["Location"] == of("release", "2026-3", 2)
    page = browser.get(of("release", "2026-3", 1)).content.decode()
    assert "There is a newer version." in page
    assert "A register came late." in page


def test_refused_correction_keeps_what_was_typed(world, release):
    met(world.case, children_of(world.case, 1))
    answer = signed_in(world.manager).post(
        of("figures-correct", "2026-3"), {"reason": "One was forgotten."}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "One was forgotten." in page
    assert "would show who it is" in page
    assert Release.objects.count() == 1


def test_nobody_releases_what_lasts_still_or_what_is_there(world, release):
    browser = signed_in(world.manager)
    for quarter in ("2026-3", "2099-1"):
        answer = browser.post(of("figures-release", quarter))
        assert answer.status_code == 409
    assert signed_in(the(Role.CASEWORKER)).post(of("figures-release", "2026-3")).status_code == 403
    assert Entry.objects.filter(verb=Verb.FIGURES_RELEASED).count() == 1


def test_a_year_is_added_up_from_its_quarters_and_says_what_is_missing(world):
    met(world.case, children_of(world.case, 1), at=datetime(2026, 5, 4, 9, tzinfo=UTC))
    for month in (5, 8):
        for _ in range(3 * month):
            met(world.case, children_of(world.case, 1), at=datetime(2026, month, 4, 9, tzinfo=UTC))
    for number in (2, 3):
        release_figures(quarter=Quarter(2026, number), on=AFTER, by=world.manager)
    browser = signed_in(world.manager)
    with entries_since() as left:
        page = browser.get(of("year", 2026)).content.decode()
    assert [one.verb for one in left] == [Verb.FIGURES_READ] * 2
    assert "Not released: January to March 2026, October to December 2026." in " ".join(
        page.split()
    )
    year = add_up(2026, [(one.quarter, one.figures) for one in Release.objects.all()])
    contacts = next(tables for measure, tables in year.measures if measure.key == "contacts")
    # 16 in spring; 24 and the two of the fixture in summer.
    assert contacts[0].rows[-1] == ("Together", "*", "16", "26", "*", "*")
    assert "people" not in {measure.key for measure, _ in year.measures}
    assert browser.get(of("year", 2025)).status_code == 404
    assert signed_in(the(Role.CASEWORKER)).get(of("year", 2026)).status_code == 403


@pytest.mark.parametrize("quarters", [4, 3])
def test_a_year_of_four_quarters_reconciles(quarters):
    shown = Shown(("A",), ("x", "y"), ((6, 7),), (13,), (6, 7), 13)
    figures = Figures(5, (Measure("referrals", "R", "", (Table("t", "T", shown),)),))
    year = add_up(2026, [(Quarter(2026, n), figures) for n in range(1, quarters + 1)])
    whole = quarters == 4
    assert year.measures[0][1][0].rows == (
        ("x", *["6"] * quarters, *([] if whole else ["*"]), "24" if whole else "*"),
        ("y", *["7"] * quarters, *([] if whole else ["*"]), "28" if whole else "*"),
        ("Together", *["13"] * quarters, *([] if whole else ["*"]), "52" if whole else "*"),
    )


def test_figures_are_rounded_where_somebody_wants_them_so(world, release):
    browser = signed_in(world.manager)
    assert release.figures.measures[0].total == 15
    for _ in range(2):
        met(world.case, children_of(world.case, 4))
    browser.post(of("figures-correct", "2026-3"), {"reason": "A register came late."})
    address = of("release", "2026-3", 2)
    assert ": 23" in browser.get(address).content.decode()
    page = browser.get(address, {"rounded": "1"}).content.decode()
    assert ": 25" in page
    assert ": 23" not in page
    assert "need not add up" in page
    answer = browser.get(of("release-file", "2026-3", 2, "csv"), {"rounded": "1"})
    assert "-rounded.csv" in answer["Content-Disposition"]
    assert ",25\r\n" in answer.content.decode()
    assert ",23\r\n" not in answer.content.decode()
