"""Uses with names: only with each one's yes or where the law requires it, decided by somebody else, for a time."""

import csv
import io
from datetime import date, timedelta
from functools import partial

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.verbs import Verb
from cases.models import Contact
from consent.purposes import Purpose
from core.errors import LogUnavailable, Refused
from planning.actions.uses import ask_use, decide_use, end_use
from planning.models import IdentifiedUse, UsedPerson
from planning.workflow import UseStatus
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.base import change, noted
from tests.factories.cases import (
    AddressFactory,
    ContactFactory,
    PersonFactory,
    RestrictionFactory,
    ServiceFactory,
)
from tests.factories.consent import ConsentFactory
from tests.factories.planning import IdentifiedUseFactory, UsedPersonFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-26 10:00Z", tick=False):
        yield


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def officer():
    return the(Role.DPO)


def says_yes(person, **details):
    return ConsentFactory(person=person, purpose=Purpose.RESEARCH, agency=None, **details)


def takes_back(given):
    change(
        given,
        withdrawn_on=TODAY,
        withdrawn_at=timezone.now(),
        withdrawn_by=given.recorded_by,
        withdrawn_how="form",
    )


def asked(by, **given):
    return ask_use(
        **{
            "kind": "research",
            "what_for": "How siblings fare over years.",
            "who_sees": "Two of us, on a computer of the charity.",
            "basis": "consent",
            "law": "",
            "parts": ["name", "area", "contacts"],
            "ends_on": TODAY + timedelta(days=60),
            "references": "",
            "on": TODAY,
            "by": by,
            **given,
        }
    )


def approved(use, by):
    decide_use(use=use, decision="Figures cannot show it.", approve=True, on=TODAY, by=by)
    return use


def of(name, *args):
    return reverse(f"planning:{name}", args=args)


def lines_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))


# --- Asking ------------------------------------------------------------------------------------------


def test_asking_takes_those_who_said_yes_and_tells_whoever_decides(world, officer):
    says_yes(world.amelia)
    says_yes(PersonFactory())  # of nobody's service: the manager does not know them
    ConsentFactory(
        person=world.joe, purpose=Purpose.RESEARCH, agency=None, state="refused", how="signed"
    )
    with entries_since() as left:
        use = asked(world.manager)
    assert [(one.verb, one.people) for one in left] == [
        (Verb.USE_ASKED, [world.amelia.pk]),
        (Verb.NOTICE_GIVEN, []),
    ]
    assert [one.person for one in use.used.all()] == [world.amelia]
    assert Notice.objects.get(to=officer).sentence.startswith(f"{use.reference} asks")
    with pytest.raises(Refused, match="asked for this already"):
        asked(world.manager)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"ends_on": TODAY}, "after today and within a year"),
        ({"ends_on": date(2027, 11, 27)}, "after today and within a year"),
        ({"basis": "law", "law": " "}, "would be allowed is not enough"),
        ({"basis": "law", "law": "An order"}, "Name the people"),
        ({"references": "P-999999"}, "You know nobody with this number: P-999999"),
        ({"references": "joe"}, "Without their yes"),
        ({}, "Nobody whom you know"),
    ],
)
def test_asking_is_refused_and_leaves_no_trace(world, given, says):
    if given.get("references") == "joe":
        given = {"references": f" {world.joe.reference}, {world.amelia.reference}"}
        says_yes(world.amelia)
    with entries_since() as left, pytest.raises(Refused, match=says):
        asked(world.manager, **given)
    assert left == []
    assert not IdentifiedUse.objects.exists()


@pytest.mark.parametrize(
    "yes",
    [
        {"until": TODAY - timedelta(days=1)},
        {"withdrawn": True},
        {"purpose": Purpose.REPORT, "agency": True},
        {"restricted": True},
    ],
)
def test_a_yes_that_does_not_stand_is_none(world, yes):
    if yes.get("agency"):
        ConsentFactory(person=world.amelia, purpose=Purpose.REPORT)
    elif yes.get("withdrawn"):
        given = says_yes(world.amelia)
        takes_back(given)
    elif yes.get("restricted"):
        says_yes(world.amelia)
        RestrictionFactory(person=world.amelia)
    else:
        says_yes(world.amelia, **yes)
    with pytest.raises(Refused, match="Nobody whom you know"):
        asked(world.manager)


# --- Deciding ----------------------------------------------------------------------------------------


def test_somebody_else_decides_and_whoever_asked_is_told(world, officer):
    says_yes(world.amelia)
    use = asked(world.manager)
    with entries_since() as left:
        approved(use, officer)
    assert [(one.verb, one.people) for one in left] == [
        (Verb.USE_APPROVED, [world.amelia.pk]),
        (Verb.NOTICE_GIVEN, []),
    ]
    assert (use.status, use.decided_by) == (UseStatus.APPROVED, officer)
    assert Notice.objects.filter(to=world.manager, sentence__endswith="approved.").exists()


@pytest.mark.parametrize("why", ["own", "no reason", "taken back", "over"])
def test_a_decision_is_refused_and_leaves_no_trace(world, officer, why):
    given = says_yes(world.amelia)
    use = asked(officer if why == "own" else world.manager)
    reason, on = ("" if why == "no reason" else "Because."), TODAY
    if why == "taken back":
        takes_back(given)
    elif why == "over":
        on = TODAY + timedelta(days=61)
    with entries_since() as left, pytest.raises(Refused):
        decide_use(use=use, decision=reason, approve=True, on=on, by=officer)
    assert left == []
    assert IdentifiedUse.objects.get().status == UseStatus.ASKED


def test_database_lets_nobody_decide_on_their_own_nor_change_what_was_asked(world, officer):
    use = IdentifiedUseFactory(people=[world.amelia], recorded_by=officer)
    own = {
        "status": "approved",
        "decision": "Mine.",
        "decided_at": timezone.now(),
        "decided_by": officer,
    }
    for changes in (own, {"parts": ["name", "born"]}, {"law": "Another order."}):
        with pytest.raises(IntegrityError):
            change(use, **changes)
    other = IdentifiedUseFactory(people=[world.amelia], recorded_by=world.manager)
    approved(other, officer)
    with pytest.raises(IntegrityError, match="Nobody is added"):
        UsedPersonFactory(use=other, person=world.joe)
    with pytest.raises(DatabaseError):
        noted(IdentifiedUse.objects.filter(pk=other.pk).delete)


@pytest.mark.parametrize("verb", ["ask", "approve", "refuse", "end"])
def test_nothing_is_done_without_its_entry(world, officer, verb, request):
    says_yes(world.amelia)
    use = None if verb == "ask" else asked(world.manager)
    request.getfixturevalue("log_broken")
    decide = partial(decide_use, use=use, decision="So.", on=TODAY, by=officer)
    acts = {
        "ask": partial(asked, world.manager),
        "approve": partial(decide, approve=True),
        "refuse": partial(decide, approve=False),
        "end": partial(end_use, use=use, by=world.manager),
    }
    with pytest.raises(LogUnavailable):
        acts[verb]()
    assert [*IdentifiedUse.objects.values_list("status", flat=True)] == ["asked"] * (
        use is not None
    )
    assert UsedPerson.objects.count() == (use is not None)


# --- Taking out --------------------------------------------------------------------------------------


def test_what_was_allowed_is_taken_out_by_whoever_asked_and_each_one_is_in_the_log(world, officer):
    for one in (world.amelia, world.joe):
        says_yes(one, giver="self")
    AddressFactory(person=world.amelia, postcode="PR8 1AA", since=date(2020, 1, 1))
    ContactFactory(case=world.case, people=[world.amelia])
    use = approved(asked(world.manager), officer)
    browser = signed_in(world.manager)
    with entries_since() as left:
        answer = browser.get(of("use-file", use.reference))
    assert [(one.verb, sorted(one.people)) for one in left] == [
        (Verb.USE_TAKEN, sorted([world.amelia.pk, world.joe.pk]))
    ]
    head, *people = lines_of(answer)
    assert head == [
        "Number",
        "Name",
        "First part of the postcode",
        "Contacts: day, kind, whether they took place",
    ]
    (amelia, joe) = people
    assert amelia[:3] == [world.amelia.reference, "Amelia Hart", "PR8"]
    assert str(Contact.Outcome.ATTENDED.label) in amelia[3]
    assert joe[2:] == ["", ""]
    assert "2019" not in answer.content.decode()  # the date of birth was not asked for


def test_whoever_takes_back_their_yes_or_is_restricted_is_left_out(world, officer):
    given = says_yes(world.amelia)
    says_yes(world.joe, giver="self")
    use = approved(asked(world.manager), officer)
    takes_back(given)
    browser = signed_in(world.manager)
    assert [line[1] for line in lines_of(browser.get(of("use-file", use.reference)))[1:]] == [
        "Joe Hart"
    ]
    assert "No: left out" in browser.get(use.get_absolute_url()).content.decode()
    RestrictionFactory(person=world.joe)
    assert lines_of(browser.get(of("use-file", use.reference)))[1:] == []
    page = browser.get(use.get_absolute_url()).content.decode()
    assert "And 1 whom you do not see" in page
    assert "Joe" not in page


@pytest.mark.parametrize("state", ["asked", "refused", "ended", "over", "another"])
def test_nothing_is_taken_out_unless_it_is_approved_and_in_time(world, officer, state):
    use = IdentifiedUseFactory(people=[world.amelia], recorded_by=world.manager)
    browser = signed_in(officer if state == "another" else world.manager)
    when = timezone.now()
    if state == "refused":
        decide_use(use=use, decision="Figures do.", approve=False, on=TODAY, by=officer)
    elif state != "asked":
        approved(use, officer)
        # Approved it would go out, so there is something that could.
        assert signed_in(world.manager).get(of("use-file", use.reference)).status_code == 200
    if state == "ended":
        end_use(use=use, by=officer)
    elif state == "over":
        when += timedelta(days=61)
        browser = None
    with time_machine.travel(when, tick=False):
        browser = browser or signed_in(world.manager)
        with entries_since() as left:
            answer = browser.get(of("use-file", use.reference))
    assert answer.status_code == 403
    assert [one.verb for one in left] == [Verb.LOOK_REFUSED]


# --- Pages -------------------------------------------------------------------------------------------


def test_from_the_question_to_the_file(world, officer):
    says_yes(world.amelia)
    priya, dora = signed_in(world.manager), signed_in(officer)
    bad = {
        "kind": "research",
        "what_for": "How siblings fare.",
        "parts": "name",
        "basis": "consent",
    }
    refused = priya.post(of("use-ask"), bad)
    assert refused.status_code == 422
    assert "How siblings fare." in refused.content.decode()
    good = bad | {"who_sees": "Us.", "ends_on_0": "1", "ends_on_1": "2", "ends_on_2": "2027"}
    where = priya.post(of("use-ask"), good)["Location"]
    page = dora.get(where).content.decode()
    assert "Amelia Hart" in page
    assert "Approve" in page
    assert "Approve" not in priya.get(where).content.decode()
    assert dora.post(f"{where}decide/", {"approve": "1", "decision": ""}).status_code == 422
    assert dora.post(f"{where}decide/", {"approve": "1", "decision": "Fair."})["Location"] == where
    assert "Take it out" in priya.get(where).content.decode()
    assert "Take it out" not in dora.get(where).content.decode()
    assert IdentifiedUse.objects.get().reference in dora.get(of("uses")).content.decode()
    priya.post(f"{where}end/")
    assert "Take it out" not in priya.get(where).content.decode()
    assert priya.post(f"{where}end/").status_code == 409


def test_uses_of_others_and_other_roles(world, officer):
    use = IdentifiedUseFactory(people=[world.amelia], recorded_by=world.manager)
    other = member_of(ServiceFactory(name="Counselling"), Role.SERVICE_MANAGER, name="Otis Other")
    for where in (use.get_absolute_url(), of("use-file", use.reference)):
        with entries_since() as left:
            assert signed_in(other).get(where).status_code == 404
        assert [one.verb for one in left] == [Verb.LOOK_REFUSED]
    for where in (of("uses"), of("use-ask"), use.get_absolute_url()):
        assert signed_in(world.worker).get(where).status_code == 403
        assert signed_in(world.manager).get(where).status_code == 200


def test_a_page_of_thirty_people_asks_the_database_as_often_as_one_of_one(
    world, django_assert_num_queries, django_assert_max_num_queries
):
    browser = signed_in(world.manager)
    counts = []
    for number in (1, 30):
        people = [PersonFactory(recorded_by=world.manager) for _ in range(number)]
        use = IdentifiedUseFactory(people=people, recorded_by=world.manager)
        with django_assert_max_num_queries(200) as asked_for:
            assert browser.get(use.get_absolute_url()).status_code == 200
        counts.append(len(asked_for))
    assert counts[0] == counts[1]
