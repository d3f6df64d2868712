"""Allegations against staff: who reads them, who never does, and that two people end them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.kept_apart import entries_for
from audit.models import Entry
from audit.purposes import Purpose as LookPurpose
from audit.verbs import Verb
from cases.actions.purposes import state_purpose
from consent.gateways import SentHow
from core.errors import LogUnavailable, Refused
from safeguarding.actions import allegations as verbs
from safeguarding.actions.receivers import end_receiver, name_receiver
from safeguarding.models import Allegation, AllegationEntry, AllegationReport, Receiver
from safeguarding.permissions import allegations_of, receives
from safeguarding.workflow import AllegationStatus
from sar.pack.gather import gather
from tests.cases.world import a_world, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import PersonFactory
from tests.factories.safeguarding import AllegationFactory, ReceiverFactory, two_receivers

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def address(allegation, *lever):
    if lever:
        return reverse("safeguarding:allegation-lever", args=[allegation.reference, *lever])
    return reverse("safeguarding:allegation", args=[allegation.reference])


@pytest.fixture
def named():
    return two_receivers()


def worked(by, **fields) -> Allegation:
    return AllegationFactory(
        status=AllegationStatus.READ, read_at=timezone.now(), read_by=by, **fields
    )


# --- Who it exists for --------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_it_exists_for_nobody_by_their_role(named, role):
    allegation = AllegationFactory()
    user = UserFactory(roles=[role])
    assert not allegations_of(user).exists()
    browser = signed_in(user)
    with entries_since() as left:
        assert browser.get(address(allegation)).status_code == 404
        assert browser.get(reverse("safeguarding:allegations")).status_code == 404
        assert browser.post(address(allegation, "read")).status_code == 404
    assert {entry.verb for entry in left} == {Verb.LOOK_REFUSED}


def test_it_exists_for_the_named_people(named):
    allegation = AllegationFactory(about_staff=UserFactory(full_name="Gregor Accused"))
    for user in named:
        page = signed_in(user).get(address(allegation))
        assert page.status_code == 200
        assert "Gregor Accused" in page.content.decode()
        assert (
            allegation.reference
            in signed_in(user).get(reverse("safeguarding:allegations")).content.decode()
        )


def test_it_never_exists_for_whom_it_is_about(named):
    one, two = named
    about_one, about_two = AllegationFactory(about_staff=one), AllegationFactory(about_staff=two)
    assert list(allegations_of(one)) == [about_two]
    assert list(allegations_of(two)) == [about_one]
    assert signed_in(one).get(address(about_one)).status_code == 404
    listed = signed_in(one).get(reverse("safeguarding:allegations")).content.decode()
    assert about_two.reference in listed
    assert about_one.reference not in listed


def test_where_the_only_named_person_left_is_the_accused_the_lead_receives_it(named):
    one, two = named
    type(two).objects.filter(pk=two.pk).update(is_active=False)
    lead = the(Role.SAFEGUARDING_LEAD)
    about_one, other = AllegationFactory(about_staff=one), AllegationFactory()
    assert list(allegations_of(lead)) == [about_one]
    assert list(allegations_of(one)) == [other]


def test_the_log_keeps_them_apart_as_well(named):
    """Neither the DPO's log nor "who has looked" says that there is one; the named people read it."""
    one, _ = named
    dpo, lead = the(Role.DPO), the(Role.SAFEGUARDING_LEAD)
    joe = PersonFactory()
    allegation = AllegationFactory(people=[joe])
    signed_in(one).get(address(allegation))
    signed_in(dpo).get(address(allegation))
    state_purpose(person=joe, purpose=LookPurpose.COMPLAINT, sentence="He complained.", by=dpo)
    about = Entry.objects.filter(record="safeguarding.Allegation")
    assert about.count() == 2
    for user in (dpo, lead, allegation.about_staff):
        assert not entries_for(user).filter(record="safeguarding.Allegation").exists()
    assert entries_for(one).filter(record="safeguarding.Allegation").count() == 2
    browser = signed_in(dpo)
    looks = browser.get(reverse("cases:person-looks", args=[joe.reference])).content.decode()
    desk = browser.get(reverse("audit:log")).content.decode()
    file = browser.get(reverse("audit:log-csv"))
    taken = b"".join(file.streaming_content).decode()
    assert "Who has looked" in looks
    assert "purpose, stated" in desk
    assert "allegation" not in (looks + desk + taken).lower()
    hidden = about.first()
    assert browser.get(reverse("audit:entry", args=[hidden.pk])).status_code == 404


def test_a_pack_says_that_they_are_answered_elsewhere_whether_there_are_any_or_not(named):
    joe, other = PersonFactory(), PersonFactory()
    AllegationFactory(people=[joe], what="He was pushed.")
    found, none = gather(joe), gather(other)
    assert not [item for item in found.items if "llegation" in item.source]
    assert found.other_forms == none.other_forms
    assert any("named people" in form.because for form in found.other_forms)


def test_whoever_raised_it_learns_that_it_came_and_was_dealt_with(named):
    one, two = named
    allegation = worked(one, about_staff=UserFactory(full_name="Gregor Accused"))
    raiser = signed_in(allegation.recorded_by)
    where = reverse("safeguarding:receipt", args=[allegation.reference])
    page = raiser.get(where).content.decode()
    assert "Your concern was received" in page
    assert "Gregor Accused" not in page
    verbs.propose_outcome(
        allegation=allegation, outcome=Allegation.Outcome.UNFOUNDED, reason="Elsewhere.", by=one
    )
    verbs.confirm_outcome(allegation=allegation, words="I read the rota.", by=two)
    page = raiser.get(where).content.decode()
    assert "Your concern was dealt with" in page
    assert "Elsewhere" not in page
    assert Notice.objects.filter(to=allegation.recorded_by).count() == 1
    assert signed_in(two).get(where).status_code == 404


# --- What is done -------------------------------------------------------------------------------


def test_it_is_read_worked_and_ended_by_two(named):
    one, two = named
    allegation = AllegationFactory()
    with entries_since() as left:
        verbs.read_allegation(allegation=allegation, by=one)
        verbs.write_step(allegation=allegation, text="Off the rota today.", by=one)
        verbs.report_allegation(
            allegation=allegation,
            to=AllegationReport.To.DESIGNATED_OFFICER,
            to_whom="The duty officer",
            sent_how=SentHow.PHONE,
            told_on=TODAY,
            what="What was said.",
            basis="To protect children.",
            next_chase_on=TODAY + timedelta(days=1),
            by=one,
        )
        verbs.chase_allegation(
            allegation=allegation,
            words="Rang.",
            next_chase_on=TODAY + timedelta(days=2),
            by=one,
        )
        verbs.answer_allegation(allegation=allegation, words="Look into it yourselves.", by=one)
        verbs.propose_outcome(
            allegation=allegation, outcome=Allegation.Outcome.FALSE, reason="On leave.", by=one
        )
        verbs.send_back(allegation=allegation, reason="Ask the other child.", by=two)
        verbs.propose_outcome(
            allegation=allegation, outcome=Allegation.Outcome.FALSE, reason="Both say so.", by=one
        )
        verbs.confirm_outcome(allegation=allegation, words="I read it all.", by=two)
    about = [entry.verb for entry in left if entry.record == "safeguarding.Allegation"]
    assert about == [
        Verb.ALLEGATION_READ,
        Verb.ALLEGATION_ADDED_TO,
        Verb.ALLEGATION_REPORTED,
        Verb.ALLEGATION_CHASED,
        Verb.ALLEGATION_ANSWERED,
        Verb.ALLEGATION_OUTCOME_PROPOSED,
        Verb.ALLEGATION_SENT_BACK,
        Verb.ALLEGATION_OUTCOME_PROPOSED,
        Verb.ALLEGATION_ENDED,
    ]
    assert (allegation.status, allegation.ended_by) == (AllegationStatus.ENDED, two)


def test_nobody_confirms_what_they_proposed(named):
    one, _ = named
    allegation = worked(one)
    verbs.propose_outcome(
        allegation=allegation, outcome=Allegation.Outcome.FALSE, reason="On leave.", by=one
    )
    for verb, words in ((verbs.confirm_outcome, "words"), (verbs.send_back, "reason")):
        with entries_since() as left, pytest.raises(Refused, match="somebody else confirms"):
            verb(allegation=allegation, by=one, **{words: "Well."})
        assert left == []
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        AllegationFactory(
            status=AllegationStatus.ENDED,
            read_at=timezone.now(),
            read_by=one,
            outcome="false",
            proposed_at=timezone.now(),
            proposed_by=one,
            ended_at=timezone.now(),
            ended_by=one,
        )


def test_the_people_named_print_an_allegation_and_nobody_else_has_the_sheet(named):
    one, _ = named
    allegation = worked(one)
    sheet = reverse("safeguarding:allegation-print", args=[allegation.reference])
    outsider = UserFactory(roles=[Role.SAFEGUARDING_LEAD])
    with entries_since() as left:
        body = signed_in(one).get(sheet).content.decode()
        assert signed_in(outsider).get(sheet).status_code == 404
    assert [entry.verb for entry in left] == [Verb.ALLEGATION_PRINTED, Verb.LOOK_REFUSED]
    for words in ("Confidential", f"Printed by {one}", allegation.what):
        assert words in body


def test_nobody_works_on_an_allegation_about_themselves(named):
    one, _ = named
    allegation = AllegationFactory(about_staff=one)
    with entries_since() as left, pytest.raises(Refused, match="about themselves"):
        verbs.read_allegation(allegation=allegation, by=one)
    assert left == []
    with pytest.raises(IntegrityError, match="about themselves"), transaction.atomic():
        AllegationEntryOf(allegation, by=one)
    with pytest.raises(IntegrityError, match="whom_it_is_about"), transaction.atomic():
        worked(one, about_staff=one)


def AllegationEntryOf(allegation, *, by):  # noqa: N802  # reads as the factories do
    return AllegationEntry.objects.create(
        allegation=allegation, kind="step", text="It was not so.", recorded_by=by
    )


STEPS = (
    (verbs.write_step, {"text": "Done."}),
    (
        verbs.report_allegation,
        {
            "to": AllegationReport.To.POLICE,
            "to_whom": "The desk",
            "sent_how": SentHow.PHONE,
            "told_on": TODAY,
            "what": "What was said.",
            "basis": "A crime.",
        },
    ),
    (verbs.chase_allegation, {"words": "Rang.", "next_chase_on": TODAY + timedelta(days=1)}),
    (verbs.answer_allegation, {"words": "Yes."}),
    (verbs.propose_outcome, {"outcome": Allegation.Outcome.FALSE, "reason": "On leave."}),
)


@pytest.mark.parametrize(("verb", "words"), STEPS, ids=[verb.__name__ for verb, _ in STEPS])
def test_a_step_before_reading_is_refused_and_one_without_the_log_undone(
    named, request, verb, words
):
    one, _ = named
    unread, read = AllegationFactory(), worked(one)
    with entries_since() as left, pytest.raises(Refused, match="not done to it now"):
        verb(allegation=unread, by=one, **words)
    assert left == []
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        verb(allegation=read, by=one, **words)
    assert not AllegationEntry.objects.exists()
    assert not AllegationReport.objects.exists()


# --- Who receives them --------------------------------------------------------------------------


def test_the_administrator_names_who_receives_allegations():
    administrator, user = the(Role.SYSTEM_ADMINISTRATOR), UserFactory()
    with entries_since() as left:
        name_receiver(user=user, by=administrator)
    assert [entry.verb for entry in left] == [Verb.RECEIVER_NAMED]
    assert receives(user)


@pytest.mark.parametrize("twice", [True, False])
def test_nobody_names_themselves_or_twice(twice):
    administrator, user = the(Role.SYSTEM_ADMINISTRATOR), UserFactory()
    if twice:
        name_receiver(user=user, by=administrator)
    before = Receiver.objects.count()
    with pytest.raises(Refused), transaction.atomic():
        name_receiver(user=user if twice else administrator, by=administrator)
    assert Receiver.objects.count() == before
    with pytest.raises(IntegrityError, match="somebody_else"), transaction.atomic():
        ReceiverFactory(user=user, recorded_by=user)


def test_at_least_two_receive_them(named):
    administrator = the(Role.SYSTEM_ADMINISTRATOR)
    first = Receiver.objects.filter(ended_at=None).first()
    with entries_since() as left, pytest.raises(Refused, match="At least two"):
        end_receiver(receiver=first, by=administrator)
    assert left == []
    ReceiverFactory()
    with pytest.raises(IntegrityError, match="At least two"), transaction.atomic():
        Receiver.objects.update(ended_at=timezone.now(), ended_by=administrator)
    end_receiver(receiver=first, by=administrator)
    assert not receives(first.user)


def test_naming_is_undone_when_the_log_cannot_be_written(request):
    administrator, user = the(Role.SYSTEM_ADMINISTRATOR), UserFactory()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        name_receiver(user=user, by=administrator)
    assert not Receiver.objects.exists()


def test_the_desk_names_and_ends_them(named):
    browser = signed_in(the(Role.SYSTEM_ADMINISTRATOR))
    user = UserFactory(full_name="Third Named")
    made = browser.post(reverse("admin:safeguarding_receiver_add"), {"user": user.pk})
    assert made.status_code == 302
    listed = browser.get(reverse("admin:safeguarding_receiver_changelist")).content.decode()
    assert "Third Named" in listed
    receiver = Receiver.objects.get(user=user)
    lever = reverse("admin:safeguarding_receiver_lever", args=[receiver.pk, "end"])
    assert browser.post(lever, {}).status_code == 302
    assert not receives(user)
    worker = a_world().worker
    assert signed_in(worker).get(lever).status_code in {302, 403}
