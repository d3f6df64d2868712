"""A quarter is counted, hidden where it would show somebody, and stays as it was released."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pikepdf
import pytest
from django.db import DatabaseError, connection

from audit.actors import SYSTEM
from audit.verbs import Verb
from cases.models import CasePerson, Contact, ContactPerson, Referral
from core.errors import LogUnavailable, Refused
from core.pdf.report import tagging_report
from core.pdf.text import text_of
from funding.quarters import Quarter
from planning.actions.figures import correct_figures, release_by_itself, release_figures
from planning.counting import count
from planning.figures import correct, read
from planning.files import as_csv, as_open_document, as_pdf, as_spreadsheet
from planning.measures import ethnic_group
from planning.models import Release
from tests.cases.world import a_world
from tests.conftest import entries_since
from tests.core.test_spreadsheets import read_ods, read_xlsx
from tests.factories.assessments import AssessmentFactory, GoalFactory, InUseFactory
from tests.factories.base import change, noted
from tests.factories.cases import (
    AddressFactory,
    CaseFactory,
    ContactFactory,
    PersonFactory,
    ReferralFactory,
    RestrictionFactory,
    SensitiveDetailFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

SUMMER = Quarter(2026, 3)
AFTER = date(2026, 10, 9)
IN_SUMMER = datetime(2026, 8, 12, 10, tzinfo=UTC)


@pytest.fixture
def world():
    return a_world()


def met(case, people, *, at=IN_SUMMER, **details):
    return ContactFactory(case=case, people=people, happened_at=at, **details)


def children_of(case, count, *, born=date(2018, 3, 1), postcode="PR8 1AA"):
    made = [PersonFactory(date_of_birth=born, recorded_by=case.recorded_by) for _ in range(count)]
    for one in made:
        AddressFactory(person=one, postcode=postcode, since=date(2020, 1, 1))
    return made


def measure(release, key):
    return next(one for one in release.figures.measures if one.key == key)


def counts(key, breakdown=0):
    measured = next(one for one in count(SUMMER) if one.definition.key == key)
    return dict(measured.breakdowns[breakdown].counts)


# --- What is counted ---------------------------------------------------------------------------------


def test_people_count_once_in_a_service_by_age_and_area_at_the_end(world):
    (child,) = children_of(world.case, 1, born=date(2021, 9, 30))
    met(world.case, [child])
    met(world.case, [child], at=datetime(2026, 9, 1, 9, tzinfo=UTC))
    met(world.case, [child], at=datetime(2026, 10, 1, 9, tzinfo=UTC))  # the quarter after
    other = CaseFactory(service=ServiceFactory(name="Counselling"))
    met(other, [child])
    assert counts("people") == {("Family support", "5 to 10"): 1, ("Counselling", "5 to 10"): 1}
    assert counts("people", 1) == {("Family support", "PR8"): 1, ("Counselling", "PR8"): 1}


def test_whoever_did_not_come_and_a_confidential_address_are_not_counted_as_such(world):
    hidden = PersonFactory(date_of_birth=None, birth_certainty="not_known")
    AddressFactory(person=hidden, postcode="PR9 0AB", is_confidential=True)
    met(world.case, [hidden])
    met(world.case, [world.joe], outcome=Contact.Outcome.DID_NOT_ATTEND)
    assert counts("people") == {("Family support", "Not known"): 1}
    assert counts("people", 1) == {("Family support", "Not known or confidential"): 1}
    assert counts("contacts") == {
        ("Family support", "Took place"): 1,
        ("Family support", "Did not attend"): 1,
    }


@pytest.mark.parametrize(
    ("said", "group"),
    [
        (None, "Not collected"),
        ("  ", "Not collected"),
        ("White British", "White"),
        ("Black Caribbean", "Black"),
        ("British Pakistani", "Asian"),
        ("White and Asian", "Mixed or multiple"),
        ("Mixed", "Mixed or multiple"),
        ("Black Scottish", "Black"),
        ("Traveller", "White"),
        ("Scouser", "Another group"),
    ],
)
def test_ethnic_groups_are_those_of_the_census(said, group):
    assert ethnic_group(said) == group


def test_what_people_told_of_their_ethnicity_counts_as_it_stood_at_the_end(world):
    met(world.case, [world.amelia, world.joe])
    for since, until, detail in (
        (date(2020, 1, 1), date(2026, 8, 1), "White British"),
        (date(2026, 8, 2), None, "White and Asian"),
        (date(2026, 10, 1), None, "Black"),  # the quarter after
    ):
        SensitiveDetailFactory(
            person=world.amelia, kind="ethnicity", detail=detail, since=since, until=until
        )
    assert counts("people", 2) == {
        ("Family support", "Mixed or multiple"): 1,
        ("Family support", "Not collected"): 1,
    }


def test_a_correction_of_a_release_without_a_later_breakdown_has_none_either(world):
    met(world.case, children_of(world.case, 12))
    release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    older = Release.objects.get().kept
    older["measures"][0]["tables"] = older["measures"][0]["tables"][:2]
    met(world.case, children_of(world.case, 6))
    before = read(older)
    again = correct(count(SUMMER), earlier=[before])
    assert [table.key for table in again.measures[0].tables] == ["age", "area"]
    assert again.measures[0].total == 18


def test_cases_referrals_waits_goals_and_outcomes(world):
    service = world.service
    change(world.case, opened_on=date(2026, 8, 1))
    ReferralFactory(service=service, received_on=date(2026, 7, 2), people=[world.joe])
    accepted = ReferralFactory(service=service, received_on=date(2026, 6, 20), people=[world.joe])
    noted(
        Referral.objects.filter(pk=accepted.pk).update,
        case=world.case,
        status="allocated",
        screened_at=IN_SUMMER,
        screened_by=world.worker,
        decided_at=IN_SUMMER,
        decided_by=world.worker,
    )
    goal = GoalFactory(case=world.case, person=world.joe, set_on=date(2026, 8, 1))
    change(goal, status="achieved", ended_on=date(2026, 9, 1), ended_by=world.worker)
    asked = InUseFactory(
        questionnaire__kind="outcomes",
        questionnaire__name="Wellbeing",
        questionnaire__service=service,
        asks=[{"kind": "number", "is_scored": True}],
    )
    for day, score in ((date(2026, 5, 4), 3), (date(2026, 9, 7), 6)):
        AssessmentFactory(
            case=world.case,
            edition=asked,
            people=[world.joe],
            given=[Decimal(score)],
            assessed_on=day,
        )
    assert counts("cases", 1) == {("Family support", "Opened in the quarter"): 1}
    assert counts("referrals", 1) == {("Family support", "Not decided yet"): 1}
    assert counts("waiting") == {("Family support", "Within 13 weeks"): 1}
    assert counts("goals") == {("Family support", "Achieved"): 1}
    assert counts("outcomes") == {("Wellbeing", "Higher than at first"): 1}


def test_the_tables_of_one_measure_have_the_same_totals(world):
    for _ in range(2):
        met(world.case, children_of(world.case, 6))
        met(world.case, children_of(world.case, 5, born=date(2012, 1, 1), postcode="L37 2AB"))
    release = release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    for one in release.figures.measures:
        assert len({table.shown.line_totals for table in one.tables}) == 1
        assert len({table.shown.total for table in one.tables}) == 1
    assert measure(release, "people").total == 22


# --- Releasing -----------------------------------------------------------------------------------------


def test_release_keeps_nothing_small_and_leaves_one_entry(world):
    met(world.case, children_of(world.case, 9))
    met(world.case, children_of(world.case, 2, born=date(2012, 1, 1)))
    with entries_since() as left:
        release = release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    assert [one.verb for one in left] == [Verb.FIGURES_RELEASED]
    shown = measure(release, "people").tables[0].shown
    # Two older children are counted with the others: 9 alone would leave 2 of 11.
    assert (shown.total, shown.columns) == (11, ("All together",))
    assert measure(release, "goals").is_withheld


@pytest.mark.parametrize(
    ("quarter", "says"), [(Quarter(2026, 4), "has ended"), (SUMMER, "released already")]
)
def test_release_refused_leaves_no_trace(world, quarter, says):
    release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    with entries_since() as left, pytest.raises(Refused, match=says):
        release_figures(quarter=quarter, on=AFTER, by=world.manager)
    assert left == []
    assert Release.objects.count() == 1


def test_release_is_undone_without_its_entry(world, log_broken):
    with pytest.raises(LogUnavailable):
        release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    assert not Release.objects.exists()


def test_system_releases_a_week_after_the_end_and_once(world):
    assert release_by_itself(quarter=SUMMER, on=date(2026, 10, 6), by=SYSTEM) is None
    made = release_by_itself(quarter=SUMMER, on=date(2026, 10, 7), by=SYSTEM)
    assert made.made_by is None
    assert release_by_itself(quarter=SUMMER, on=date(2026, 10, 8), by=SYSTEM) is None


@pytest.mark.parametrize(
    "sql", ["UPDATE planning_release SET kept = '{}'", "DELETE FROM planning_release"]
)
def test_nobody_changes_a_release_in_the_database(world, sql):
    release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(sql)


def test_later_destruction_changes_no_figure(world):
    """Their contact, their part in the case and they themselves go; last quarter’s figures are the same."""
    people = children_of(world.case, 12)
    contact = met(world.case, people)
    release = release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    before = (as_csv(release), release.figures)
    noted(ContactPerson.objects.filter(contact=contact).delete)
    noted(Contact.objects.filter(pk=contact.pk).delete)
    assert count(SUMMER)[0].breakdowns[0].counts == {}
    again = Release.objects.get(pk=release.pk)
    assert (as_csv(again), again.figures) == before
    assert measure(again, "people").total == 12


# --- Correcting ----------------------------------------------------------------------------------------


def test_correction_is_a_version_with_its_reason_and_the_first_stays(world):
    met(world.case, children_of(world.case, 12))
    first = release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    met(world.case, children_of(world.case, 6))
    with entries_since() as left:
        second = correct_figures(quarter=SUMMER, reason="A register came late.", by=world.manager)
    assert [one.verb for one in left] == [Verb.FIGURES_CORRECTED]
    assert (second.version, second.reason) == (2, "A register came late.")
    assert measure(second, "people").total == 18
    assert measure(Release.objects.get(pk=first.pk), "people").total == 12
    # One contact more of at first one: fewer than five stays withheld, whatever is known meanwhile.
    assert measure(second, "contacts").is_withheld
    assert measure(second, "contacts").stands


def test_correction_by_one_person_is_refused_because_it_would_show_them(world):
    met(world.case, children_of(world.case, 12))
    release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    met(world.case, children_of(world.case, 1))
    with entries_since() as left, pytest.raises(Refused, match="would show who it is"):
        correct_figures(quarter=SUMMER, reason="One was forgotten.", by=world.manager)
    assert left == []
    assert Release.objects.count() == 1


@pytest.mark.parametrize(("quarter", "reason"), [(SUMMER, "  "), (Quarter(2026, 2), "Late.")])
def test_correction_needs_a_reason_and_a_first_version(world, quarter, reason):
    release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    with pytest.raises(Refused):
        correct_figures(quarter=quarter, reason=reason, by=world.manager)


def test_correction_is_undone_without_its_entry(world, request):
    met(world.case, children_of(world.case, 12))
    release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    met(world.case, children_of(world.case, 6))
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        correct_figures(quarter=SUMMER, reason="A register came late.", by=world.manager)
    assert Release.objects.count() == 1


# --- Files ---------------------------------------------------------------------------------------------


def told_by_pictures(pdf: bytes) -> list[str]:
    """What somebody who hears the document is told of each picture."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            str(one.Alt)
            for one in opened.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == pikepdf.Name.Figure
        ]


def test_every_file_says_the_same_and_nothing_hidden(world):
    """From the same release: page, CSV, spreadsheet and PDF; a figure of three is in none of them."""
    other = CaseFactory(service=ServiceFactory(name="=Counselling"))
    for case, small in ((world.case, 3), (other, 20)):
        met(case, children_of(case, small, born=date(2012, 1, 1)))
        met(case, children_of(case, 31))
    release = release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    rows = list(csv.reader(io.StringIO(as_csv(release).removeprefix("\ufeff"))))
    ages = [row for row in rows if row[2:4] == ["People", "By age"]]
    assert ["Family support", "11 to 17", "*"] in [row[4:] for row in ages]
    assert ["Together", "Together", "85"] in [row[4:] for row in ages]
    assert ["'=Counselling", "Together", "51"] in [row[4:] for row in ages]
    assert "3" not in {row[6] for row in rows}
    book, open_book = read_xlsx(as_spreadsheet(release)), read_ods(as_open_document(release))
    for sheet in (book["People"], open_book["People"]):
        cells = {cell for row in sheet for cell in row}
        assert {85, "*", "'=Counselling"} <= cells
        assert 3 not in cells
    pdf = as_pdf(release)
    assert tagging_report(pdf) == []
    words = " ".join(text_of(pdf))
    assert "Figures of July to September 2026" in words
    assert "85" in words
    assert any("People by age. " in told and "11 to 17: " in told for told in told_by_pictures(pdf))


def test_restricted_people_are_not_counted_and_past_figures_stay(world):
    """UK GDPR Art 18: from the day of the restriction on; what was released before is as it was."""
    people = children_of(world.case, 12)
    met(world.case, people)
    met(world.case, people[:1], outcome=Contact.Outcome.CANCELLED_BY_US)
    release = release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    before = as_csv(release)
    other = PersonFactory(recorded_by=world.worker)
    met(world.case, [other])
    assert sum(counts("people").values()) == 13
    assert sum(counts("contacts").values()) == 3
    RestrictionFactory(person=other)
    assert sum(counts("people").values()) == 12
    assert sum(counts("contacts").values()) == 2
    assert as_csv(Release.objects.get(pk=release.pk)) == before


def test_people_of_other_quarters_change_nothing(world):
    before = count(SUMMER)
    met(world.case, children_of(world.case, 3), at=IN_SUMMER - timedelta(days=90))
    assert count(SUMMER)[0].breakdowns == before[0].breakdowns
    assert CasePerson.objects.exists()
