"""The desk of the log: both ways, however long it is, and as a file."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.actors import SYSTEM, Stranger, because
from audit.log import insert, record
from audit.models import Entry, EntryValue
from audit.purposes import Purpose
from audit.queries import PAGE_LENGTH, Asked, entries_asked, in_words
from audit.verbs import Action, Verb
from cases.actions.looks import say_mistaken
from cases.models import Person
from tests.cases.world import a_world, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

DESK = "/log/"


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def dpo():
    return the(Role.DPO)


def looked(by, *people, verb=Verb.PERSON_OPENED, **more):
    whom = people[0] if people else None
    return record(verb, by=by, action=Action.ACCESS, record=whom, people=people, **more)


def text_of(answer):
    return " ".join(answer.content.decode().split())


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def numbers(**asked):
    found = entries_asked(Asked(**asked), by=the(Role.DPO))
    return set(found.exclude(verb="test.prepared").values_list("pk", flat=True))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DPO])
@pytest.mark.parametrize("address", ["", "csv/", "1/"])
def test_the_log_is_the_officers_alone(role, address):
    with entries_since() as entries:
        answer = signed_in(the(role)).get(DESK + address)
    assert answer.status_code == 403
    assert [entry.verb for entry in entries] == [Verb.LOOK_REFUSED]


def test_who_saw_this_person_and_what_did_this_colleague_see(world):
    other = UserFactory(full_name="Una Byrne", email="una@charity.example")
    about_both = looked(world.worker, world.amelia, world.joe)
    about_joe = looked(other, world.joe)
    failed = record(
        Verb.SIGN_IN_FAILED, by=Stranger(), action=Action.ACCESS, values={"name": "x@y.example"}
    )
    assert {about_both.pk} <= numbers(people=(world.amelia.pk,))
    assert about_joe.pk not in numbers(people=(world.amelia.pk,))
    assert {about_both.pk, about_joe.pk} <= numbers(people=(world.amelia.pk, world.joe.pk))
    assert numbers(who="una@charity") == {about_joe.pk} == numbers(who="Byrne")
    assert numbers(who="not signed in") == {failed.pk}
    assert numbers(who="nobody of that name") == set()
    assert numbers(who="Byrne", people=(world.amelia.pk,)) == set()


def test_each_filter_lets_through_what_fits(world):
    look = looked(world.worker, world.amelia)
    refused = looked(world.worker, world.amelia, verb=Verb.LOOK_REFUSED)
    change = record(
        Verb.PERSON_CHANGED,
        by=world.worker,
        action=Action.UPDATE,
        record=world.amelia,
        purpose=Purpose.CORRECTING_AN_ERROR,
    )
    say_mistaken(look=look, words="The wrong Hart.", by=world.worker)
    assert numbers(kind="refused") == {refused.pk}
    assert numbers(kind="mistaken") == {look.pk}
    assert change.pk in numbers(kind="update")
    assert look.pk not in numbers(kind="update")
    assert numbers(what="person, cha") == {change.pk}
    assert change.pk in numbers(purpose=Purpose.CORRECTING_AN_ERROR)
    today = timezone.localdate()
    assert {look.pk, change.pk} <= numbers(since=today, until=today)
    assert numbers(since=today + timedelta(days=1)) == set()
    assert numbers(until=today - timedelta(days=1)) == set()


def test_reading_it_is_one_entry_that_names_everybody_shown_and_what_was_asked(world, dpo):
    looked(world.worker, world.amelia, world.joe)
    with entries_since() as entries:
        answer = signed_in(dpo).get(DESK, {"people": world.amelia.reference, "who": "Okafor"})
    assert world.joe.reference in text_of(answer)
    (entry,) = entries
    assert (entry.verb, entry.people) == (Verb.LOG_READ, sorted([world.amelia.pk, world.joe.pk]))
    assert entry.purpose == Purpose.ACCESS_CONTROL
    kept = EntryValue.objects.get(entry=entry).body
    assert kept == {"who": "Okafor", "people": str(world.amelia.pk)}


def test_repeats_are_one_line_of_the_screen_and_stay_entries_of_the_log(world, dpo):
    for _ in range(3):
        looked(world.worker, world.amelia)
    mistaken = looked(world.worker, world.amelia)
    say_mistaken(look=mistaken, words="The wrong Hart.", by=world.worker)
    asked = {"who": "Okafor", "what": "person, opened"}
    page = text_of(signed_in(dpo).get(DESK, asked))
    assert page.count("Dean Okafor &lt;") == 2
    assert "3 times since" in page
    assert "Opened by mistake" in page
    assert "The wrong Hart." in page
    rows = rows_of(signed_in(dpo).get(f"{DESK}csv/", asked))
    assert len(rows) == 4


def test_a_long_log_is_read_page_by_page_with_as_many_questions(world, dpo):
    insert(
        [
            Entry(
                verb=Verb.PERSON_OPENED,
                action=Action.ACCESS,
                by="Dean Okafor",
                by_id=world.worker.pk,
                people=[number],
                purpose=Purpose.SERVICE,
            )
            for number in range(2 * PAGE_LENGTH + 7)
        ]
    )
    browser = signed_in(dpo)
    asked = {"who": "Okafor", "what": "person, opened"}
    address, seen, counts = f"{DESK}?who=Okafor&what=person, opened", [], []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(address)
        counts.append(len(queries))
        page = answer.context["page"]
        seen += [line.entry.people[0] for line in page.lines]
        newer, address = answer.context["newer"], DESK + answer.context["older"]
    assert seen == list(range(2 * PAGE_LENGTH + 6, -1, -1))
    assert page.older is None
    assert len(set(counts)) == 1
    back = browser.get(DESK + newer)
    assert [line.entry.people[0] for line in back.context["page"].lines] == list(
        range(PAGE_LENGTH + 6, 6, -1)
    )
    assert len(rows_of(browser.get(f"{DESK}csv/", asked))) == 2 * PAGE_LENGTH + 7


def test_no_question_counts_or_walks_the_whole_log(world, dpo):
    browser = signed_in(dpo)
    with CaptureQueriesContext(connection) as queries:
        browser.get(DESK)
    of_the_log = [q["sql"] for q in queries if 'FROM "audit_entry"' in q["sql"]]
    assert of_the_log
    assert not [sql for sql in of_the_log if "COUNT(" in sql]
    assert all("LIMIT" in sql or " IN (" in sql for sql in of_the_log)


def test_the_file_is_streamed_guarded_and_written_in_the_log(world, dpo):
    formula = UserFactory(full_name="=1+1", email="f@charity.example")
    looked(formula, world.amelia)
    with entries_since() as entries:
        answer = signed_in(dpo).get(f"{DESK}csv/", {"people": world.amelia.reference})
    assert [(e.verb, e.people) for e in entries] == [(Verb.LOG_EXPORTED, [world.amelia.pk])]
    assert answer.streaming
    assert answer["Content-Disposition"].startswith("attachment;")
    row = rows_of(answer)[0]
    assert row["Who"].startswith("'=1+1")
    assert row["What"] == "person, opened"
    assert row["About whom"] == world.amelia.reference


def test_one_entry_shows_what_is_kept_beside_it_until_it_is_destroyed(world, dpo):
    searched = record(
        Verb.PEOPLE_SEARCHED,
        by=world.worker,
        action=Action.ACCESS,
        record=Person,
        values={"words": "Amelia Hart", "found": 1},
    )
    browser = signed_in(dpo)
    where = reverse("audit:entry", args=[searched.pk])
    with entries_since() as entries:
        assert "Amelia Hart" in text_of(browser.get(where))
    assert [(e.verb, e.record_id) for e in entries] == [(Verb.LOG_READ, searched.pk)]
    EntryValue.objects.filter(entry=searched).delete()
    page = text_of(browser.get(where))
    assert "Amelia" not in page
    assert "it was destroyed with the record" in page


def test_one_entry_leads_to_what_else_the_same_request_wrote(world, dpo):
    signed_in(world.worker).get("/casework/search/", {"words": "Hart"})
    searched = Entry.objects.get(verb=Verb.PEOPLE_SEARCHED)
    page = text_of(signed_in(dpo).get(reverse("audit:entry", args=[searched.pk])))
    assert "What the same request wrote" in page
    assert world.amelia.reference in page


def test_an_entry_that_is_not_there(dpo):
    assert signed_in(dpo).get(f"{DESK}999999999/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"people": "Amelia"}, "no reference of a person"),
        ({"since_0": "1"}, "Write the month"),
        (
            {
                **{f"since_{n}": part for n, part in enumerate(("2", "3", "2026"))},
                **{f"until_{n}": part for n, part in enumerate(("1", "3", "2026"))},
            },
            "last day is before the first",
        ),
    ],
)
@pytest.mark.parametrize("address", [DESK, f"{DESK}csv/"])
def test_a_filter_that_cannot_be_understood_says_so_and_keeps_what_was_typed(
    dpo, typed, says, address
):
    answer = signed_in(dpo).get(address, typed)
    assert answer.status_code == 422
    assert says in text_of(answer)
    for value in typed.values():
        assert f'value="{value}"' in answer.content.decode()


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 40, "1; DROP"])
def test_odd_places_to_go_on_from_begin_at_the_newest(dpo, odd):
    assert signed_in(dpo).get(DESK, {"before": odd, "after": odd}).status_code == 200


def test_what_was_asked_is_kept_in_words():
    asked = Asked(who="Dean", people=(1, 2), since=date(2026, 3, 1))
    assert in_words(asked) == {"who": "Dean", "people": "1 2", "since": "2026-03-01"}


class TestWhatTheSoftwareDoesByItself:
    def test_it_is_by_the_system_and_says_what_it_follows_from(self, world, dpo):
        with because(Verb.PACK_ASKED.value):
            made = record(Verb.PACK_BUILT, by=SYSTEM, action=Action.CREATE)
        after = record(Verb.PACK_BUILT, by=SYSTEM, action=Action.CREATE)
        assert (made.by, made.because, after.because) == ("system", "pack.asked", "")
        assert "Follows from: pack.asked" in text_of(signed_in(dpo).get(DESK, {"who": "system"}))

    def test_a_colleague_acts_themselves_also_in_a_task(self, world):
        with because(Verb.IMPORT_STARTED.value):
            assert looked(world.worker, world.amelia).because == ""
