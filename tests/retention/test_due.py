"""When the time of a record is over: the database's answer against the same rules written in Python."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import BirthCertainty, CaseRole
from cases.workflow import CaseStatus
from core.dates import add_months, birthday
from core.privacy import Retention
from retention.due import Why, all_due, due_of, due_of_people, ordinal
from retention.kinds import PERSON
from retention.models import About, Category, Outcome
from retention.suggestions import SUGGESTIONS, WITHOUT_A_PERIOD
from tests.factories.base import change
from tests.factories.cases import (
    CaseFactory,
    CaseNoteFactory,
    CasePersonFactory,
    DeathFactory,
    EnquiryFactory,
    PersonFactory,
    RelationshipFactory,
    ServiceFactory,
)
from tests.factories.consent import ConsentFactory
from tests.factories.retention import ScheduleRowFactory
from tests.factories.sar import RightsRequestFactory

pytestmark = pytest.mark.django_db

ENDED = date(2020, 2, 29)


def noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def a_closed_case(*, ended=ENDED, born=date(2012, 2, 29), role=CaseRole.CHILD, **fields):
    """A case with one member that was closed on a day."""
    case = CaseFactory(opened_on=date(2015, 1, 1), **fields)
    known = BirthCertainty.KNOWN if born else BirthCertainty.NOT_KNOWN
    person = PersonFactory(date_of_birth=born, birth_certainty=known)
    CasePersonFactory(case=case, person=person, role=role)
    change(case, status=CaseStatus.CLOSED, closed_at=noon(ended), closed_by=case.recorded_by)
    return case


def due_of_case(case):
    return due_of("cases.Case", case.pk)


def test_each_kind_of_record_has_a_suggestion_or_says_why_not():
    suggested = {Retention(one.category.value) for one in SUGGESTIONS}
    assert suggested | set(WITHOUT_A_PERIOD) == set(Retention)
    assert not suggested & set(WITHOUT_A_PERIOD)
    assert len({one.slug for one in SUGGESTIONS}) == len(SUGGESTIONS)


def test_nothing_is_due_while_no_row_is_adopted():
    case = a_closed_case()
    found = due_of_case(case)
    assert (found.day, found.why) == (None, Why.NO_ROW)
    assert "no row of the retention schedule is adopted" in found.sentence
    assert list(all_due(on=date(2100, 1, 1))) == []


def test_a_row_that_ended_makes_nothing_due():
    case = a_closed_case()
    row = ScheduleRowFactory()
    assert due_of_case(case).day == date(2026, 2, 28)
    change(row, ended_at=noon(ENDED), ended_by=row.recorded_by)
    assert due_of_case(case).day is None


def test_an_open_case_has_no_day_and_neither_has_anybody_in_it():
    case = CaseFactory(people=[PersonFactory()])
    ScheduleRowFactory(months_after_end=0)
    assert due_of_case(case).why == Why.OPEN
    person = case.people.get()
    assert due_of(PERSON, person.pk).why == Why.OTHERS


@pytest.mark.parametrize(
    ("years", "expected"), [(18, date(2030, 3, 1)), (20, date(2032, 2, 29)), (25, date(2037, 3, 1))]
)
def test_a_birthday_on_29_february_is_on_1_march_in_other_years(years, expected):
    case = a_closed_case()
    ScheduleRowFactory(months_after_end=None, birthday=years)
    found = due_of_case(case)
    assert found.day == expected
    assert f"{years}th birthday of the youngest" in found.sentence


def test_the_sentence_says_until_when_and_why():
    case = a_closed_case(born=date(2009, 3, 14))
    ScheduleRowFactory(title="Counselling of children", months_after_end=84, birthday=25)
    assert due_of_case(case).sentence == (
        "Kept until 14 March 2034: counselling of children, 25th birthday of the youngest."
    )


def test_the_youngest_of_the_family_governs():
    case = a_closed_case(born=date(2005, 1, 1))
    CasePersonFactory(
        case=case, person=PersonFactory(date_of_birth=date(2018, 6, 5)), role=CaseRole.CHILD
    )
    ScheduleRowFactory(birthday=18)
    assert due_of_case(case).day == date(2036, 6, 5)
    for person in case.people.all():
        assert due_of(PERSON, person.pk).day == date(2036, 6, 5)


@pytest.mark.parametrize(
    ("row", "role", "why"),
    [
        ({"birthday": 18}, CaseRole.CHILD, Why.BIRTH),
        ({"about_whom": About.CHILDREN}, CaseRole.CHILD, Why.BIRTH),
        ({"about_whom": About.CHILDREN}, CaseRole.CLIENT, Why.BIRTH),
        # The age decides nothing here.
        ({}, CaseRole.CHILD, Why.END),
    ],
)
def test_an_unknown_date_of_birth_is_never_due_where_it_matters(row, role, why):
    case = a_closed_case(born=None, role=role)
    ScheduleRowFactory(about_whom=About.ANYBODY)
    if row.get("about_whom"):
        ScheduleRowFactory(**row)
    elif row:
        ScheduleRowFactory(service=case.service, **row)
    assert due_of_case(case).why == why


@pytest.mark.parametrize(("born", "expected"), [(date(2002, 3, 1), 96), (date(2002, 2, 27), 12)])
def test_a_service_keeps_adults_and_children_differently(born, expected):
    service = ServiceFactory()
    case = a_closed_case(born=born, service=service)
    ScheduleRowFactory()
    ScheduleRowFactory(service=service, about_whom=About.ADULTS, months_after_end=12)
    ScheduleRowFactory(service=service, about_whom=About.CHILDREN, months_after_end=96)
    assert due_of_case(case).day == add_months(ENDED, expected)


def test_what_is_to_be_kept_or_looked_at_says_so():
    case = a_closed_case()
    row = ScheduleRowFactory(outcome=Outcome.KEEP)
    assert due_of_case(case).why == Why.KEEP
    change(row, ended_at=noon(ENDED), ended_by=row.recorded_by)
    ScheduleRowFactory(outcome=Outcome.REVIEW)
    assert due_of_case(case).sentence.startswith("Looked at from 28 February 2026")


def test_a_person_is_kept_for_as_long_as_any_record_about_them():
    case = a_closed_case()
    person = case.people.get()
    ScheduleRowFactory()
    ScheduleRowFactory(category=Category.RIGHTS_REQUEST, months_after_end=72)
    assert due_of(PERSON, person.pk).day == date(2026, 2, 28)
    RightsRequestFactory(person=person)
    kept = due_of(PERSON, person.pk)
    assert (kept.day, kept.through_table) == (None, "sar.RightsRequest")
    assert due_of_case(case).day == date(2026, 2, 28)


def test_somebody_of_no_record_is_kept_as_an_enquiry():
    person = PersonFactory(recorded_at=noon(ENDED))
    ScheduleRowFactory(category=Category.ENQUIRY, months_after_end=12)
    assert due_of(PERSON, person.pk).day == date(2021, 2, 28)


DAYS = st.dates(date(1990, 1, 1), date(2024, 12, 31))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    ended=DAYS,
    later=st.integers(0, 400),
    births=st.lists(DAYS, min_size=1, max_size=3),
    by_end=st.none() | st.integers(0, 180),
    by_activity=st.none() | st.integers(0, 180),
    years=st.none() | st.integers(0, 30),
    # The days from the end to a death and to the last day of a consent; nothing where it has none.
    death=st.none() | st.integers(0, 6000),
    consent=st.none() | st.integers(0, 6000),
    by_death=st.none() | st.integers(0, 180),
    by_consent=st.none() | st.integers(0, 180),
)
def test_the_day_is_the_latest_of_what_the_row_counts_from(
    ended, later, births, by_end, by_activity, years, death, consent, by_death, by_consent
):
    if {by_end, by_activity, years, by_death, by_consent} == {None}:
        by_end = 1
    row = ScheduleRowFactory(
        service=ServiceFactory(),
        months_after_end=by_end,
        months_after_activity=by_activity,
        birthday=years,
        months_after_death=by_death,
        months_after_consent=by_consent,
    )
    case = a_closed_case(ended=ended, born=births[0], service=row.service)
    for born in births[1:]:
        CasePersonFactory(
            case=case, person=PersonFactory(date_of_birth=born), role=CaseRole.RELATIVE
        )
    active = ended + timedelta(days=later)
    CaseNoteFactory(case=case, people=[], happened_at=noon(active))
    agreed_until = consent is not None and ended + timedelta(days=consent)
    died = [ended + timedelta(days=death + n) for n in range(len(births))] if death else []
    for person, day in zip(case.people.all(), died, strict=False):
        DeathFactory(person=person, died_on=day)
    if agreed_until:
        person = case.people.first()
        ConsentFactory(person=person, given_on=ended, until=agreed_until)
    found = due_of_case(case)
    if (by_death is not None and not died) or (by_consent is not None and not agreed_until):
        assert found.day is None
        assert found.sentence.startswith("Kept: the time counts from")
        return
    expected = max(
        day
        for day in (
            by_end is not None and add_months(ended, by_end),
            by_activity is not None and add_months(active, by_activity),
            years is not None and birthday(max(births), years),
            by_death is not None and add_months(max(died), by_death),
            by_consent is not None and add_months(agreed_until, by_consent),
        )
        if day
    )
    assert found.day == expected
    assert found.sentence.startswith("Kept until")
    assert {one.record for one in all_due(on=expected) if one.table == "cases.Case"} >= {case.pk}
    before = expected - timedelta(days=1)
    assert case.pk not in {one.record for one in all_due(on=before) if one.table == "cases.Case"}


@pytest.mark.parametrize(
    ("deaths", "day", "says"),
    [
        ([None], None, "not written down that everybody in it has died"),
        ([date(2021, 6, 30), None], None, "not written down that everybody in it has died"),
        (
            [date(2021, 6, 30), date(2022, 8, 31)],
            date(2024, 2, 29),
            "counted from the death of the last of them",
        ),
        # Long before the end: the end decides.
        ([date(2016, 1, 1)], date(2021, 2, 28), "counted from the end"),
    ],
)
def test_a_row_may_count_from_a_death_and_waits_for_the_last_of_them(deaths, day, says):
    case = a_closed_case()
    for _ in deaths[1:]:
        CasePersonFactory(case=case, person=PersonFactory(), role=CaseRole.RELATIVE)
    for person, died in zip(case.people.all(), deaths, strict=True):
        if died:
            DeathFactory(person=person, died_on=died)
    ScheduleRowFactory(months_after_end=12, months_after_death=18)
    found = due_of_case(case)
    assert found.day == day
    assert says in found.sentence


def test_a_death_that_was_a_mistake_counts_for_nothing():
    case = a_closed_case()
    ScheduleRowFactory(months_after_end=None, months_after_death=0)
    death = DeathFactory(person=case.people.get(), died_on=date(2021, 6, 30))
    assert due_of_case(case).day == date(2021, 6, 30)
    change(
        death,
        taken_back_at=noon(date(2021, 7, 1)),
        taken_back_by=death.recorded_by,
        taken_back_because="Somebody of the same name.",
    )
    assert due_of_case(case).why == Why.LIVES


@pytest.mark.parametrize(
    ("consents", "day"),
    [
        ([], None),
        ([{}], None),
        ([{"until": date(2026, 5, 31)}, {}], None),
        ([{"until": date(2026, 5, 31)}, {"until": date(2026, 9, 30)}], date(2026, 10, 30)),
        # Nobody agreed, so nothing of it goes on.
        ([{"until": date(2026, 5, 31)}, {"state": "refused"}], date(2026, 6, 30)),
        # What a parent agreed to ends on the day before the child is 18, a 1 March.
        ([{"giver": "parent"}], date(2030, 3, 28)),
    ],
)
def test_a_row_may_count_from_the_end_of_every_consent(consents, day):
    case = a_closed_case()
    child = case.people.get()
    for answer in consents:
        if "giver" in answer:
            tie = RelationshipFactory(other=child, kind="parent", parental_responsibility=True)
            answer = {**answer, "parent": tie.person}  # noqa: PLW2901  # who answered for the child
        ConsentFactory(person=child, **answer)
    ScheduleRowFactory(months_after_end=12, months_after_consent=1)
    found = due_of_case(case)
    assert found.day == day
    if day:
        assert "counted from the end of the last of their consents" in found.sentence
    else:
        assert "one goes on without a last day, or none was given" in found.sentence


def test_a_withdrawn_consent_ended_on_its_day():
    case = a_closed_case()
    consent = ConsentFactory(person=case.people.get(), until=date(2030, 1, 1))
    change(
        consent,
        withdrawn_on=date(2026, 2, 3),
        withdrawn_at=noon(date(2026, 2, 3)),
        withdrawn_by=consent.recorded_by,
        withdrawn_how="phone",
    )
    ScheduleRowFactory(months_after_end=None, months_after_consent=0)
    assert due_of_case(case).day == date(2026, 2, 3)


def test_somebody_of_no_record_is_kept_by_the_whole_row():
    person = PersonFactory(recorded_at=noon(ENDED), date_of_birth=date(2015, 4, 1))
    ScheduleRowFactory(category=Category.ENQUIRY, months_after_end=12, birthday=18)
    assert due_of(PERSON, person.pk).day == date(2033, 4, 1)


def test_one_question_however_many_families():
    ScheduleRowFactory()

    def questions():
        with CaptureQueriesContext(connection) as asked:
            found = list(all_due(on=date(2100, 1, 1)))
        return len(asked), len(found)

    a_closed_case()
    few = questions()
    for _ in range(9):
        a_closed_case()
    many = questions()
    assert few[0] == many[0]
    assert (few[1], many[1]) == (2, 20)


def test_the_same_for_one_person_and_for_everybody():
    ScheduleRowFactory()
    case = a_closed_case()
    EnquiryFactory(person=case.people.get())
    ours = {(one.table, one.record): one for one in due_of_people([case.people.get().pk])}
    everybody = {(one.table, one.record): one for one in all_due()}
    assert len(ours) == 3
    assert ours.items() <= everybody.items()


def test_the_command_lists_what_is_due_and_names_nobody(capsys):
    case = a_closed_case()
    ScheduleRowFactory()
    call_command("retention_due", on="2026-02-28")
    told = capsys.readouterr().out
    assert f"cases.Case {case.pk}: Kept until 28 February 2026: family support" in told
    assert case.people.get().family_name not in told
    assert "2 records are due on 28 February 2026." in told
    call_command("retention_due", on="2026-02-27")
    assert "0 records are due" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (18, "18th"), (21, "21st")],
)
def test_ordinals(number, words):
    assert ordinal(number) == words
