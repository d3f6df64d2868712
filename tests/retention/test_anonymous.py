"""What stays of records that are made anonymous: figures of five families or more, and nothing of anybody."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.checks.registry import registry
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import CaseRole, Person
from cases.models.person import BirthCertainty
from core.database import as_owner
from core.errors import LogUnavailable, Refused
from core.pdf.text import text_of
from retention import remains
from retention.actions.proposals import approve, propose, rehearse
from retention.actions.schedule import adopt_row
from retention.alike import ENOUGH, Candidate, arrange, families
from retention.certificate import certificate_of
from retention.checks import a_batch_may_be_made_anonymous
from retention.models import AnonymousGroup, Category, Outcome, Proposal, ScheduleRow
from retention.queries.proposals import Destroyed, RunRecord
from retention.remains import FACTS, REMAINS, band, candidates, kept_of, problems
from retention.running import run_destruction
from retention.steps import STEPS
from tests.cases.world import signed_in
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import change, noted
from tests.factories.cases import (
    AddressFactory,
    CaseFactory,
    CasePersonFactory,
    EnquiryFactory,
    PersonFactory,
    ServiceFactory,
)
from tests.factories.diary import DropInFactory
from tests.factories.retention import ScheduleRowFactory
from tests.retention.test_nothing_left_behind import dump

ENDED = timezone.now() - timedelta(days=9000)

# --- Which figures: asked of no table --------------------------------------------------------------

# Of each: its proposal, whom it is about (nought is nobody), and what could be told of it.
CANDIDATES = st.tuples(
    st.integers(1, 40),
    st.integers(0, 30),
    st.integers(0, 30),
    st.sampled_from("abc"),
    st.sampled_from("xy"),
).map(
    lambda drawn: Candidate(
        proposal=drawn[0],
        kind="cases.Case",
        people=frozenset(drawn[1:3]) - {0},
        rungs=((("c", drawn[4]), ("f", drawn[3])), (("c", drawn[4]),)),
    )
)
GROUPS = st.sets(st.sampled_from("xy").map(lambda one: ("cases.Case", (("c", one),))))


@given(going=st.lists(CANDIDATES, max_size=40), there=GROUPS)
def test_no_group_ever_counts_fewer_than_five_families_that_share_nobody(going, there):
    found = arrange(going, there=there)
    for (kind, told), number in found.groups.items():
        members = [one for one in going if one.kind == kind and told in one.rungs]
        assert number <= families(one.people for one in members) + sum(
            not one.people for one in members
        )
        if (kind, told) not in there:
            assert families(one.people for one in members) >= ENOUGH
            assert number >= ENOUGH
    assert sum(found.stays.values()) + sum(found.nothing.values()) == len(going)
    # Nobody tells less than they might: what is dropped would stand alone on every rung.
    if not found.groups:
        assert found.nothing.total() == len(going)


@given(going=st.lists(CANDIDATES, min_size=1, max_size=30))
def test_one_family_however_often_it_came_begins_no_group(going):
    one_family = [replace(one, people=one.people | {1}) for one in going]
    assert arrange(one_family, there=()).groups == {}
    known = (going[0].kind, going[0].rungs[0])
    assert arrange(one_family, there=[known]).groups == {known: 1}


def test_who_is_alone_with_a_fact_is_told_without_it():
    going = [
        Candidate(number, "cases.Case", frozenset({number}), ((("f", fine),), (("c", "x"),)))
        for number, fine in enumerate("aaaaabbccd")
    ]
    found = arrange(going, there=())
    assert found.groups == {("cases.Case", (("f", "a"),)): 5, ("cases.Case", (("c", "x"),)): 5}
    assert found.nothing.total() == 0
    found = arrange(going[:-1], there=())
    assert found.groups == {("cases.Case", (("f", "a"),)): 5}
    assert found.nothing.total() == 4


def test_families_are_those_that_share_nobody():
    people = [{1, 2}, {3}, {2, 3}, {4}, set()]
    assert families(map(frozenset, people)) == 2


@given(age=st.integers(0, 120))
def test_a_band_of_age_tells_no_year(age):
    assert band(age) in {"under 5", "5 to 10", "11 to 17", "18 or older"}
    assert (band(age) == "18 or older") == (age >= 18)


# --- What is declared -----------------------------------------------------------------------------


def test_nothing_stays_that_is_declared_as_telling_of_somebody(monkeypatch):
    assert list(problems()) == []
    monkeypatch.setitem(remains.FACTS, "who", replace(FACTS["who"], column="cases.Enquiry.name"))
    assert list(problems()) == [
        "cases.Enquiry.name is kept as it is, but is not one of a few words: make it coarse."
    ]
    wrong = replace(FACTS["who"], column="cases.Enquiry.question", coarse="short")
    monkeypatch.setitem(remains.FACTS, "who", wrong)
    assert list(problems()) == [
        "cases.Enquiry.question is declared as third_party: nothing of it may stay."
    ]


def test_what_is_not_named_is_dropped_and_every_rung_tells_less():
    assert kept_of("cases.Person", "date_of_birth") == ["four bands of age", "under 18 or not"]
    assert kept_of("cases.Person", "family_name") == []
    for kind, one in REMAINS.items():
        assert one.rungs[-1] == ("year",)
        assert all(name in FACTS for name in one.names)
        assert apps.get_model(kind)
        # Whatever the finest tells, each coarser one tells no more of it, or the same more coarsely.
        lengths = [len(rung) for rung in one.rungs]
        assert lengths == sorted(lengths, reverse=True)


def test_only_what_is_declared_may_be_made_anonymous(db):
    officer = UserFactory(roles=[Role.DPO])
    row = {
        "about_whom": "anybody",
        "title": "Concerns",
        "months_after_end": 1,
        "outcome": Outcome.ANONYMISE,
        "reason": "So.",
        "by": officer,
    }
    with entries_since() as entries, pytest.raises(Refused, match="nothing is declared"):
        adopt_row(category=Category.SAFEGUARDING, **row)
    assert entries == []
    with pytest.raises(IntegrityError, match="schedule_anonymises_what_is_declared"):
        ScheduleRowFactory(category=Category.SAFEGUARDING, outcome=Outcome.ANONYMISE)


# --- Destroyed, and counted -----------------------------------------------------------------------


@pytest.fixture
def officers(db):
    return UserFactory(roles=[Role.DPO]), UserFactory(roles=[Role.DPO])


@pytest.fixture
def anonymised(db):
    return ScheduleRowFactory(months_after_end=0, outcome=Outcome.ANONYMISE, title="Support")


def a_case(service, name, *, postcode="BS3 4TR", born=date(1990, 3, 1), **address):
    child = PersonFactory(
        given_names="Needle",
        family_name=name,
        date_of_birth=born,
        birth_certainty=BirthCertainty.KNOWN if born else BirthCertainty.NOT_KNOWN,
    )
    AddressFactory(person=child, lines=f"1 {name} Road", postcode=postcode, **address)
    case = CaseFactory(service=service, opened_on=ENDED.date(), summary=f"{name} came.")
    CasePersonFactory(case=case, person=child, role=CaseRole.CHILD)
    change(case, status="closed", closed_at=ENDED, closed_by=case.recorded_by)
    return case


def destroyed(records, officers):
    made = []
    for one in records:
        proposal = propose(records=one, by=officers[0])
        rehearse(proposal=proposal, by=officers[0])
        made.append(approve(proposal=proposal, typed=proposal.reference, by=officers[1]))
    run = run_destruction(by=officers[0])
    for one in made:
        one.refresh_from_db()
        assert (one.status, one.ended_because) == ("destroyed", "")
    return run, made


def whole(case):
    return [("cases.Case", case.pk), *(("cases.Person", one.pk) for one in case.people.all())]


NAMES = ("Quillfeather", "Ottershaw", "Brambleby", "Marchbanks", "Pettifer", "Wrenfield")


@pytest.mark.usefixtures("switched_on", "anonymised")
@pytest.mark.django_db(transaction=True)
def test_five_alike_are_counted_a_sixth_is_not_and_nobody_is_left(officers):
    service = ServiceFactory(name="Family support")
    cases = [a_case(service, name) for name in NAMES[:5]]
    cases.append(a_case(service, NAMES[5], postcode="GL7 1AA"))
    run, made = destroyed([whole(case) for case in cases], officers)
    group = AnonymousGroup.objects.get()
    # The sixth lived elsewhere, and alone: with too few others it would stand in no group at all.
    assert (group.kind, group.number) == ("cases.Case", 5)
    assert group.facts["district"] == "BS3"
    assert [one.outcome["anonymous"] for one in made] == [1, 1, 1, 1, 1, 0]
    assert [one.outcome["too_few"] for one in made] == [0, 0, 0, 0, 0, 1]
    left = dump()
    for word in (*NAMES, "BS3 4TR", "1990-03-01", "GL7", str(ENDED.date())):
        assert word not in left, word
    assert not Person.objects.filter(family_name__in=NAMES).exists()
    record = RunRecord(
        run=run, destroyed=[Destroyed(one, [], []) for one in made], returned=[], looked_at=[]
    )
    words = " ".join("".join(text_of(certificate_of(record))).split())
    assert "1 of the records above is counted on in figures that five families" in words
    assert "Of 1 nothing stays: too few were like them." in words

    _, more = destroyed([whole(a_case(service, NAMES[0]))], officers)
    group.refresh_from_db()
    assert (group.number, more[0].outcome["anonymous"]) == (6, 1)


@pytest.mark.usefixtures("switched_on", "anonymised")
def test_of_what_goes_before_its_time_or_under_another_row_nothing_stays(officers):
    service = ServiceFactory()
    cases = [a_case(service, name) for name in NAMES[:5]]
    for case in cases[:-1]:
        proposal = propose(records=whole(case), reason="Wrong.", early=True, by=officers[0])
        rehearse(proposal=proposal, by=officers[0])
        approve(proposal=proposal, typed=proposal.reference, by=officers[1])
    destroyed([whole(cases[-1])], officers)
    assert not AnonymousGroup.objects.exists()
    row = ScheduleRow.objects.get()
    adopt_row(
        category=row.category,
        about_whom="anybody",
        title="Support",
        months_after_end=0,
        outcome=Outcome.DESTROY,
        reason="So.",
        by=officers[0],
    )
    _, made = destroyed([whole(a_case(service, name)) for name in NAMES[:5]], officers)
    assert not AnonymousGroup.objects.exists()
    assert {one.outcome["anonymous"] for one in made} == {0}


@pytest.mark.usefixtures("switched_on", "anonymised")
def test_without_the_log_nothing_is_counted_and_nothing_goes(officers, request):
    case = a_case(ServiceFactory(), NAMES[0])
    proposal = propose(records=whole(case), by=officers[0])
    rehearse(proposal=proposal, by=officers[0])
    approve(proposal=proposal, typed=proposal.reference, by=officers[1])
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        run_destruction(by=officers[0])
    assert not AnonymousGroup.objects.exists()
    assert Proposal.objects.get().status == "approved"


def test_every_kind_is_told_without_a_home_that_must_not_be_given(db):
    service = ServiceFactory(name="Family support")
    hidden = a_case(service, NAMES[0], is_confidential=True)
    unknown = a_case(service, NAMES[1], born=None)
    enquiry = EnquiryFactory(service=service, asked_on=date(2020, 5, 4), who="family")
    drop_in = DropInFactory(service=service, came_on=date(2020, 5, 4), adults=1, children=2)
    records = [
        (1, "cases.Case", hidden.pk),
        (2, "cases.Case", unknown.pk),
        (3, "cases.Enquiry", enquiry.pk),
        (4, "diary.DropIn", drop_in.pk),
        (5, "cases.Person", 1),
    ]
    told = {one.proposal: dict(one.rungs[0]) for one in candidates(records)}
    assert told[1]["district"] == "not known"
    assert (told[2]["age"], told[2]["district"]) == ("not known", "BS3")
    assert told[3] == {
        "service": "Family support",
        "quarter": "April to June 2020",
        "who": "A parent, child or relative",
    }
    assert told[4]["together"] == "with children"
    assert 5 not in told
    assert "figures of what is made anonymous are counted" in STEPS


# --- What the database keeps ----------------------------------------------------------------------

FACTS_OF_ONE = {"year": "2001"}


@pytest.mark.django_db(transaction=True)
def test_the_database_lets_nobody_write_change_or_delete_the_figures():
    with pytest.raises(IntegrityError, match="only grow, while records are destroyed"):
        noted(AnonymousGroup.objects.create, kind="cases.Case", facts=FACTS_OF_ONE, number=5)
    _written(5)
    for change_it in (
        lambda: AnonymousGroup.objects.update(number=9),
        lambda: AnonymousGroup.objects.update(facts={"year": "2002"}),
        lambda: AnonymousGroup.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError):
            noted(change_it)
    with pytest.raises(DatabaseError, match="only grow"), as_owner(), transaction.atomic():
        noted(AnonymousGroup.objects.all().delete)
    with pytest.raises(IntegrityError, match="five_or_more"), transaction.atomic():
        _written(4, year="2003")
    with pytest.raises(IntegrityError, match="only grow"):
        _grown_to(5)
    _grown_to(6)


def _destroying():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (action, verb, by, by_roles, record, people, purpose)"
            " VALUES ('delete', %s, 'a test', '', '', '{}', 'management')",
            [Verb.RECORD_DESTROYED],
        )


def _grown_to(number):
    with transaction.atomic():
        _destroying()
        AnonymousGroup.objects.update(number=number)


def _written(number, **facts):
    with transaction.atomic():
        _destroying()
        AnonymousGroup.objects.create(kind="cases.Case", facts=FACTS_OF_ONE | facts, number=number)


# --- The pages ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("switched_on", "anonymised")
def test_the_pages_say_what_stays(officers):
    reader = signed_in(officers[0])
    page = reader.get(reverse("retention:schedule")).content.decode()
    assert "age of the youngest (four bands of age)" in page
    assert "Destroy, and keep figures from which nobody can be told" in page
    assert "made anonymous" not in reader.get(reverse("retention:figures")).content.decode()
    cases = [a_case(ServiceFactory(name="Support"), name) for name in NAMES[:1]]
    where = f"{reverse('retention:propose')}?record=cases.Case:{cases[0].pk}"
    assert ", then made anonymous: support, counted from the end" in (
        reader.get(where).content.decode()
    )
    _written(5, service="Support")
    page = reader.get(reverse("retention:figures")).content.decode()
    assert "What stays of records that were made anonymous" in page
    with entries_since() as entries:
        file = reader.get(reverse("retention:anonymous-file")).content.decode()
    assert [entry.verb for entry in entries] == [Verb.RETENTION_READ]
    assert "Cases,5,Support" in file


@pytest.mark.parametrize(("size", "warned"), [(4, True), (5, False)])
def test_a_batch_too_small_for_any_figure_is_warned_of_before_deployment(settings, size, warned):
    settings.RETENTION = {**settings.RETENTION, "batch": size}
    found = {one.id for one in a_batch_may_be_made_anonymous(None)}
    assert found == ({"retention.W001"} if warned else set())
    assert a_batch_may_be_made_anonymous in registry.get_checks(include_deployment_checks=True)
