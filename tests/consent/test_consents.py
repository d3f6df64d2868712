"""Consents: who answered what, for which agency, and that they changed their mind."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from audit.models import Entry
from audit.verbs import Verb
from cases.models import Kinship
from consent.actions.consents import record_consent, withdraw_consent
from consent.models import Consent, Giver, HowGiven, State
from consent.models.answer import Standing
from consent.purposes import Purpose
from consent.queries import in_force_on, live_consent
from core.database import as_owner
from core.errors import LogUnavailable, Refused
from tests.conftest import entries_since
from tests.consent.sql import change, delete, run
from tests.factories.accounts import UserFactory
from tests.factories.cases import (
    AgencyFactory,
    DeathFactory,
    PersonFactory,
    RelationshipFactory,
)
from tests.factories.consent import ConsentFactory, ShareFactory, WordingFactory, withdrawn

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.get_fixed_timezone(0))


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOON, tick=True):
        yield


def answered(**given):
    """`record_consent` with everything that is not the point of a test."""
    words = {
        "person": None,
        "wording": None,
        "agency": None,
        "how": HowGiven.SIGNED,
        "given_on": TODAY,
        "by": None,
    } | given
    if words["given_on"] < TODAY:
        words = {"why_late": "The paper came by post."} | words
    words["person"] = words["person"] or PersonFactory()
    words["wording"] = words["wording"] or WordingFactory()
    if words["agency"] is None and words["wording"].purpose == Purpose.WORKING_TOGETHER:
        words["agency"] = AgencyFactory()
    return record_consent(**words | {"by": words["by"] or UserFactory()})


def child(**about):
    return PersonFactory(date_of_birth=date(2016, 5, 1), **about)


def parent_of(young, **about):
    return RelationshipFactory(
        other=young, kind=Kinship.PARENT, parental_responsibility=True, **about
    ).person


# Recording


def test_it_says_who_what_for_with_whom_and_how():
    person, agency, wording = PersonFactory(), AgencyFactory(), WordingFactory()
    worker = UserFactory()
    with entries_since() as left:
        consent = record_consent(
            person=person,
            wording=wording,
            agency=agency,
            given_on=TODAY,
            until=date(2027, 11, 23),
            how=HowGiven.SPOKEN,
            witness=" Priya Nair ",
            by=worker,
        )
    assert [(entry.verb, entry.people) for entry in left] == [(Verb.CONSENT_RECORDED, [person.pk])]
    consent.refresh_from_db()
    assert (consent.person, consent.agency, consent.wording) == (person, agency, wording)
    assert (consent.purpose, consent.state, consent.giver) == (wording.purpose, "given", "self")
    assert (consent.witness, consent.recorded_by) == ("Priya Nair", worker)
    assert consent.reference == f"CON-{consent.pk:06d}"
    assert consent.recorded_at - timezone.now() < timedelta(minutes=1)


def test_a_refusal_is_recorded_as_such():
    consent = answered(state=State.REFUSED, how=HowGiven.SPOKEN)
    assert consent.standing(TODAY) == Standing.REFUSED
    assert live_consent(consent.person, consent.purpose, consent.agency, TODAY) is None


def test_a_parent_with_recorded_responsibility_answers_for_their_child():
    young = child()
    parent = parent_of(young)
    with entries_since() as left:
        consent = answered(person=young, giver=Giver.PARENT, parent=parent)
    assert left[0].people == sorted([young.pk, parent.pk])
    assert consent.giver_in_words == f"{parent}, who has parental responsibility"


def test_what_a_parent_agrees_to_ends_before_the_child_is_grown_up():
    young = child()  # born on 1 May 2016
    parent = {"person": young, "giver": Giver.PARENT, "parent": parent_of(young)}
    assert answered(**parent).until == date(2034, 4, 30)
    assert answered(**parent, until=date(2027, 1, 1)).until == date(2027, 1, 1)
    with pytest.raises(Refused, match="is 18 on 1 May 2034"):
        answered(**parent, until=date(2034, 5, 1))
    assert answered(**parent, state=State.REFUSED).until is None


def test_an_agency_is_named_and_added_where_it_is_new():
    worker = UserFactory()
    with entries_since() as left:
        first = answered(agency=" Ainsdale  School ", by=worker)
    assert str(first.agency) == "Ainsdale School"
    assert [entry.verb for entry in left] == [Verb.AGENCY_ADDED, Verb.CONSENT_RECORDED]
    second = answered(agency="ainsdale school", by=worker)
    assert second.agency == first.agency


def test_a_child_answers_where_somebody_writes_that_they_understood():
    consent = answered(person=child(), authority="Told it back to me in her own words.")
    assert consent.giver_in_words == "The person themself: Told it back to me in her own words."


def test_at_sixteen_nobody_asks_whether_they_understood():
    answered(person=PersonFactory(date_of_birth=date(2010, 11, 24)))
    with pytest.raises(Refused, match="was 15"):
        answered(person=PersonFactory(date_of_birth=date(2010, 11, 25)))


def test_somebody_with_authority_is_named_with_it():
    consent = answered(giver=Giver.AUTHORITY, authority="Joan Hart, attorney since 3 March 2025")
    assert "attorney" in consent.giver_in_words


def test_what_stays_with_us_names_no_agency():
    wording = WordingFactory(purpose=Purpose.SENSITIVE_DETAILS)
    assert answered(wording=wording).recipient_in_words == "Ourselves only"


# What is wrong, in words; and the arguments that are.
WRONG_ANSWERS = [
    ("has not come yet", lambda: {"given_on": TODAY + timedelta(days=1)}),
    ("was not born yet", lambda: {"given_on": date(1990, 3, 13)}),
    ("ends before it begins", lambda: {"until": TODAY - timedelta(days=1)}),
    ("A refusal has no last day", lambda: {"state": State.REFUSED, "until": TODAY}),
    ("needs a witness", lambda: {"how": HowGiven.SPOKEN, "witness": "  "}),
    ("what gives them the authority", lambda: {"giver": Giver.AUTHORITY}),
    ("Say which parent", lambda: {"giver": Giver.PARENT, "person": child()}),
    ("Choose one of them", lambda: {"parent": PersonFactory()}),
    ("answers for themself", lambda: {"giver": Giver.PARENT, "parent": PersonFactory()}),
    (
        "No parental responsibility",
        lambda: {"giver": Giver.PARENT, "person": child(), "parent": PersonFactory()},
    ),
    (
        "shares nothing",
        lambda: {
            "wording": WordingFactory(purpose=Purpose.SENSITIVE_DETAILS),
            "agency": AgencyFactory(),
        },
    ),
    ("Say for which agency", lambda: {"wording": WordingFactory(purpose=Purpose.REPORT)}),
    (
        "cannot have answered on 24 November",
        lambda: {"person": DeathFactory(died_on=date(2026, 11, 23)).person},
    ),
]


@pytest.mark.parametrize(
    ("sentence", "wrong"), WRONG_ANSWERS, ids=[words for words, _ in WRONG_ANSWERS]
)
def test_refused_it_leaves_no_trace(sentence, wrong):
    given = wrong()
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        answered(**given)
    assert left == []
    assert not Consent.objects.exists()


def test_without_an_entry_it_is_undone(request):
    words = {"person": PersonFactory(), "wording": WordingFactory(), "agency": AgencyFactory()}
    words["by"] = UserFactory()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        answered(**words)
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    "about",
    [
        {"parental_responsibility": False},
        {"parental_responsibility": True, "until": TODAY - timedelta(days=1)},
        {"parental_responsibility": True, "since": TODAY + timedelta(days=1)},
    ],
    ids=["none", "ended", "not begun"],
)
def test_responsibility_counts_on_the_day_of_the_answer(about):
    young = child()
    parent = RelationshipFactory(other=young, kind=Kinship.GRANDPARENT, **about).person
    with pytest.raises(Refused, match="No parental responsibility"):
        answered(person=young, giver=Giver.PARENT, parent=parent)


def test_responsibility_is_not_read_backwards():
    young, grown = child(), PersonFactory()
    RelationshipFactory(
        person=young, other=grown, parental_responsibility=True, kind=Kinship.SIBLING
    )
    with pytest.raises(Refused, match="No parental responsibility"):
        answered(person=young, giver=Giver.PARENT, parent=grown)


def test_there_is_one_consent_at_a_time():
    first = answered()
    again = {"person": first.person, "wording": first.wording, "agency": first.agency}
    first.refresh_from_db()
    with entries_since() as left, pytest.raises(Refused, match=f"already \\({first.reference}\\)"):
        answered(**again)
    assert left == []
    assert Consent.objects.count() == 1
    answered(**again | {"agency": AgencyFactory()})
    answered(**again | {"person": PersonFactory()})
    answered(**again | {"wording": WordingFactory(purpose=Purpose.REPORT)})


def test_a_new_one_may_follow_the_last_day_of_the_old_and_not_before():
    first = ConsentFactory(given_on=date(2025, 11, 1), until=date(2026, 11, 20))
    again = {"person": first.person, "wording": first.wording, "agency": first.agency}
    with pytest.raises(Refused, match="already"):
        answered(**again, given_on=date(2026, 11, 20))
    answered(**again, given_on=date(2026, 11, 21))


def test_one_withdrawn_today_can_be_given_again_today():
    first = answered()
    withdraw_consent(consent=first, withdrawn_on=TODAY, how="phone", by=UserFactory())
    again = answered(person=first.person, wording=first.wording, agency=first.agency)
    assert live_consent(first.person, first.purpose, first.agency, TODAY) == again


def test_what_is_agreed_is_withdrawn_and_not_refused():
    first = answered()
    with pytest.raises(Refused, match=f"{first.reference}.*withdrawn, instead of a refusal"):
        answered(
            person=first.person, wording=first.wording, agency=first.agency, state=State.REFUSED
        )
    withdraw_consent(consent=first, withdrawn_on=TODAY, how="phone", by=UserFactory())
    answered(person=first.person, wording=first.wording, agency=first.agency, state=State.REFUSED)


# Withdrawing


def test_withdrawing_is_written_beside_it():
    consent = ConsentFactory()
    worker = UserFactory()
    with entries_since() as left:
        kept = withdraw_consent(
            consent=consent, withdrawn_on=date(2026, 11, 20), how="letter", by=worker
        )
    assert [(entry.verb, entry.record_id, entry.people) for entry in left] == [
        (Verb.CONSENT_WITHDRAWN, consent.pk, [consent.person_id])
    ]
    assert (kept.withdrawn_on, kept.withdrawn_how, kept.withdrawn_by) == (
        date(2026, 11, 20),
        "letter",
        worker,
    )
    assert timezone.localdate(kept.withdrawn_at) == TODAY
    assert kept.standing(date(2026, 11, 19)) == Standing.GIVEN
    assert kept.standing(date(2026, 11, 20)) == Standing.WITHDRAWN


@pytest.mark.parametrize(
    ("about", "day", "how", "sentence"),
    [
        ({}, TODAY + timedelta(days=1), "phone", "has not come yet"),
        ({}, date(2026, 1, 11), "phone", "cannot be withdrawn before"),
        ({"until": date(2026, 2, 1)}, TODAY, "phone", "ended by itself on 1 February 2026"),
        ({"state": State.REFUSED}, TODAY, "phone", "It was not given"),
        ({}, TODAY, "", "how they told you"),
    ],
)
def test_withdrawing_refused_leaves_no_trace(about, day, how, sentence):
    consent = ConsentFactory(**about)
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        withdraw_consent(consent=consent, withdrawn_on=day, how=how, by=UserFactory())
    assert left == []
    consent.refresh_from_db()
    assert not consent.is_withdrawn


def test_withdrawing_happens_once():
    consent = ConsentFactory(**withdrawn(date(2026, 5, 4)))
    with pytest.raises(Refused, match="withdrawn on 4 May 2026 already"):
        withdraw_consent(consent=consent, withdrawn_on=TODAY, how="phone", by=UserFactory())


def test_withdrawing_without_an_entry_is_undone(request):
    consent, worker = ConsentFactory(), UserFactory()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        withdraw_consent(consent=consent, withdrawn_on=TODAY, how="phone", by=worker)
    consent.refresh_from_db()
    assert not consent.is_withdrawn


# What holds when

AT_NOON = "2026-05-04 12:00"


@pytest.mark.parametrize(
    ("about", "moment", "covers"),
    [
        ({}, AT_NOON, True),
        ({"given_on": date(2026, 5, 4)}, AT_NOON, True),
        ({"given_on": date(2026, 5, 5)}, AT_NOON, False),
        ({"until": date(2026, 5, 4)}, AT_NOON, True),
        ({"until": date(2026, 5, 3)}, AT_NOON, False),
        ({"state": State.REFUSED}, AT_NOON, False),
        ("withdrawn at 11:30 on 4 May", "2026-05-04 11:29", True),
        ("withdrawn at 11:30 on 4 May", "2026-05-04 11:30", False),
        ("withdrawn at 11:30 on 4 May", AT_NOON, False),
        ("withdrawn at 11:30 on 4 May", "2026-05-03 23:59", True),
        ("withdrawn on 4 May, written down on 5 May", "2026-05-04 00:01", False),
        ("withdrawn on 4 May, written down on 5 May", "2026-05-03 12:00", True),
        ("withdrawn on 4 May, written down on 5 May", "2026-05-05 00:01", False),
    ],
)
def test_what_a_consent_covers(about, moment, covers):
    moment = timezone.make_aware(datetime.fromisoformat(moment))
    if about == "withdrawn at 11:30 on 4 May":
        about = withdrawn(date(2026, 5, 4))
    elif isinstance(about, str):
        about = withdrawn(date(2026, 5, 5)) | {"withdrawn_on": date(2026, 5, 4)}
    consent = ConsentFactory(**about)
    assert consent.covers(moment) is covers
    assert bool(consent.why_not(moment)) is not covers
    # The database says the same.
    share = {
        "people": [consent.person],
        "consents": [consent],
        "agency": consent.agency,
        "purpose": consent.purpose,
        "gateway": "permission",
        "gateway_detail": "",
        "happened_at": moment,
    }
    if covers:
        ShareFactory(**share)
    else:
        with pytest.raises(IntegrityError, match="No consent in force"):
            ShareFactory(**share)


def test_live_consent_is_for_that_purpose_and_agency_on_that_day():
    consent = ConsentFactory(until=date(2026, 11, 30))
    person, agency = consent.person, consent.agency
    assert live_consent(person, consent.purpose, agency, TODAY) == consent
    assert live_consent(person, Purpose.REPORT, agency, TODAY) is None
    assert live_consent(person, consent.purpose, AgencyFactory(), TODAY) is None
    assert live_consent(person, consent.purpose, None, TODAY) is None
    assert live_consent(PersonFactory(), consent.purpose, agency, TODAY) is None
    assert live_consent(person, consent.purpose, agency, date(2026, 1, 11)) is None
    assert live_consent(person, consent.purpose, agency, date(2026, 12, 1)) is None


@pytest.mark.parametrize("on", [date(2026, 1, 11), date(2026, 1, 12), date(2026, 5, 4), TODAY])
def test_the_query_and_the_consent_agree_on_what_is_in_force(on):
    for about in (
        {},
        {"until": date(2026, 5, 3)},
        withdrawn(date(2026, 5, 4)),
        {"state": "refused"},
    ):
        consent = ConsentFactory(**about)
        holds = consent.given_on <= on and consent.standing(on) == Standing.GIVEN
        assert Consent.objects.filter(in_force_on(on), pk=consent.pk).exists() is holds


# The database's own rules


def test_the_database_refuses_overlapping_consents():
    consent = ConsentFactory(until=date(2026, 6, 30))
    same = {"person": consent.person, "agency": consent.agency}
    with pytest.raises(IntegrityError, match="consent_once_at_a_time"), transaction.atomic():
        ConsentFactory(**same, given_on=date(2026, 6, 30))
    ConsentFactory(**same, given_on=date(2026, 7, 1))
    own = ConsentFactory(purpose=Purpose.SENSITIVE_DETAILS, agency=None)
    with pytest.raises(IntegrityError, match="consent_once_at_a_time"):
        ConsentFactory(person=own.person, purpose=own.purpose, agency=None)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"purpose": Purpose.QUALITY}, "wording_purpose_is_known"),
        ({"agency": None}, "consent_names_its_recipient"),
        ({"purpose": Purpose.SENSITIVE_DETAILS}, "consent_names_its_recipient"),
        ({"state": "perhaps"}, "consent_state_is_known"),
        ({"how": "guessed"}, "consent_how_is_known"),
        ({"giver": Giver.PARENT}, "consent_says_who_gave_it"),
        ({"giver": Giver.AUTHORITY}, "consent_says_who_gave_it"),
        ({"giver": "anybody"}, "consent_says_who_gave_it"),
        ({"how": HowGiven.SPOKEN}, "consent_spoken_before_a_witness"),
        ({"given_on": TODAY + timedelta(days=1)}, "consent_given_before_it_was_written"),
        ({"until": date(2026, 1, 11)}, "consent_ends_after_start"),
        ({"state": State.REFUSED, "until": TODAY}, "consent_ends_after_start"),
        ({"withdrawn_on": TODAY}, "consent_withdrawn_at_and_by_and_how"),
        ({"withdrawn_how": "phone"}, "consent_withdrawn_at_and_by_and_how"),
    ],
)
def test_the_database_refuses(wrong, rule):
    with pytest.raises(IntegrityError, match=rule):
        ConsentFactory(**wrong)


def test_the_database_refuses_a_wording_of_another_purpose():
    wording = WordingFactory(purpose=Purpose.REPORT)
    with pytest.raises(IntegrityError, match="for another purpose"):
        ConsentFactory(wording=wording)


def test_the_database_refuses_a_parent_without_recorded_responsibility():
    young = child()
    with pytest.raises(IntegrityError, match="No parental responsibility"), transaction.atomic():
        ConsentFactory(person=young, giver=Giver.PARENT, parent=PersonFactory())
    ConsentFactory(person=young, giver=Giver.PARENT, parent=parent_of(young))


OTHERWISE = [
    "UPDATE consent_consent SET purpose = 'report'",
    "UPDATE consent_consent SET agency_id = NULL, purpose = 'research'",
    "UPDATE consent_consent SET until = '2030-01-01'",
    "UPDATE consent_consent SET given_on = '2026-01-01'",
    "UPDATE consent_consent SET state = 'refused'",
    "UPDATE consent_consent SET witness = 'Somebody'",
    "UPDATE consent_consent SET recorded_by_id = recorded_by_id",
    "UPDATE consent_consent SET until = '2030-01-01', withdrawn_on = '2026-05-04',"
    " withdrawn_at = now(), withdrawn_by_id = recorded_by_id, withdrawn_how = 'phone'",
    "DELETE FROM consent_consent",
]


@pytest.mark.parametrize("sql", OTHERWISE)
def test_the_application_changes_nothing_but_the_withdrawal(sql):
    ConsentFactory()
    with pytest.raises(DatabaseError):
        run(sql)


@pytest.mark.django_db(transaction=True)
def test_the_owner_of_the_tables_changes_nothing_but_the_withdrawal():
    consent = ConsentFactory()
    before = Consent.objects.values().get(pk=consent.pk)
    with as_owner():
        for sql in OTHERWISE:
            with pytest.raises(IntegrityError, match="never"):
                run(sql)
    assert Consent.objects.values().get(pk=consent.pk) == before


@pytest.mark.parametrize(
    "other",
    [
        {"withdrawn_on": date(2026, 5, 5)},
        {"withdrawn_how": "letter"},
        {"withdrawn_on": None, "withdrawn_at": None, "withdrawn_by": None, "withdrawn_how": ""},
    ],
    ids=["another day", "another way", "taken back"],
)
def test_a_withdrawal_is_never_changed_or_taken_back(other):
    consent = ConsentFactory(**withdrawn(date(2026, 5, 4)))
    with pytest.raises(IntegrityError, match="only be withdrawn, once"):
        change(consent, **other)


def test_a_consent_goes_only_where_the_log_says_that_something_is_destroyed():
    consent = ConsentFactory()
    with pytest.raises(IntegrityError, match="only destroyed with the record"):
        delete(consent)
    with transaction.atomic():
        Entry.objects.create(
            action="delete", verb="record.destroyed", by="a test", purpose="management"
        )
        Consent.objects.filter(pk=consent.pk).delete()
    assert not Consent.objects.exists()
