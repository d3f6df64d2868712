"""Letters: filled from the record, only to where it is safe, sent once, and kept on the record."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Notice
from audit.verbs import Verb
from cases.actions import cases
from cases.models import Contact, DoNotContact
from cases.written import SavedAlready
from core.errors import LogUnavailable, Refused
from core.pdf.report import tagging_report
from core.pdf.text import text_of
from core.workflow import MoveRefused
from letters.actions import letters as verbs
from letters.actions import templates
from letters.languages import Language
from letters.models import Audience, Dispatch, Letter, LetterTemplate, TemplateVersion, Way
from letters.rules import destination
from letters.sending import NO_SUCH_ADDRESS, deliver, pdf_of, sent_file
from letters.variables import FOR_CLIENT, fill
from letters.workflow import LOST_AFTER, MOST_TRIES, DispatchStatus
from tests.cases.world import a_world
from tests.conftest import entries_since
from tests.factories.base import change
from tests.factories.cases import (
    AddressFactory,
    AgencyFactory,
    ContactPointFactory,
    DoNotContactFactory,
    DoNotDiscloseFactory,
    PersonFactory,
    ProfessionalFactory,
    checked,
)
from tests.factories.letters import LetterFactory, LetterTemplateFactory, TemplateVersionFactory

pytestmark = pytest.mark.django_db

ADDRESS = "12 Sample Street\nSouthport\nPR9 0ZZ"
EMAIL = "amelia@example.com"


@pytest.fixture
def world():
    made = a_world()
    AddressFactory(person=made.amelia)
    ContactPointFactory(
        person=made.amelia, kind="email", value=EMAIL, value_sought=EMAIL, safe_for_messages=True
    )
    return made


def write(world, **changes):
    arguments = {
        "case": world.case,
        "person": world.amelia,
        "version": changes.pop("version", None) or TemplateVersionFactory(),
        "way": Way.POST,
        "sent_to": ADDRESS,
        "subject": "Your next visit",
        "body": "Dear Amelia,\n\nwe come on Monday.\n\nDean Okafor",
        "by": world.worker,
    }
    return verbs.write_letter(**(arguments | changes))


def by_email(world, **changes):
    return write(world, way=Way.EMAIL, sent_to=EMAIL, **changes)


def status_of(letter):
    return Dispatch.objects.get(letter=letter).status


# --- Writing ------------------------------------------------------------------------------------


def test_a_letter_is_written_and_waits_for_its_pages(world):
    with entries_since() as left:
        letter = write(world)
    assert [(e.verb, e.by_id, e.people) for e in left] == [
        (Verb.LETTER_WRITTEN, world.worker.pk, [world.amelia.pk])
    ]
    assert letter.dispatch.status == DispatchStatus.MAKING
    assert list(letter.people.all()) == [world.amelia]
    job = ProcrastinateJob.objects.get(task_name="letters.deliver")
    assert job.args == {"letter_id": letter.pk}


def test_a_form_sent_twice_makes_one_letter(world):
    token, version = uuid4(), TemplateVersionFactory()
    letter = write(world, token=token, version=version)
    assert write(world, token=token, version=version) == letter
    with pytest.raises(SavedAlready, match=letter.reference):
        write(world, token=token, version=version, subject="Another")


def refused(world, **changes):
    with entries_since() as left, pytest.raises(Refused) as refusal:
        write(world, **changes)
    assert left == []
    assert not Letter.objects.exists()
    return str(refusal.value)


def test_an_address_that_is_not_theirs_is_refused(world):
    assert "no longer the one to write to" in refused(world, sent_to="1 Elsewhere")


def test_whoever_must_not_be_written_to_is_not(world):
    DoNotContactFactory(person=world.amelia, barred=DoNotContact.Barred.POST)
    assert "asked us to wait" in refused(world)


def test_an_unsafe_e_mail_address_is_refused(world):
    change(world.amelia.contact_points.get(), safe_for_messages=False)
    assert "no e-mail address at which a message is safe" in refused(
        world, way=Way.EMAIL, sent_to=EMAIL
    )


def test_a_safe_address_alone_is_offered_where_there_is_one(world):
    AddressFactory(person=world.amelia, kind="safe", lines="c/o her sister", postcode="PR8 1AA")
    where = destination(world.amelia, Way.POST, about=[], on=timezone.localdate())
    assert where.addresses == ("c/o her sister\nPR8 1AA",)
    assert refused(world)


def test_an_empty_letter_and_a_stranger_are_refused(world):
    assert "is empty" in refused(world, body="  ")
    assert "not part of" in refused(world, person=PersonFactory())


def test_nothing_is_written_in_a_closed_case(world):
    cases.close(case=world.case, summary="Done.", by=world.manager)
    with pytest.raises(Refused, match="is closed"):
        write(world)


def test_nothing_is_written_without_a_log(world, request):
    version = TemplateVersionFactory()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        write(world, version=version)
    assert not Letter.objects.exists()


# --- Professionals ------------------------------------------------------------------------------


def to_school(world, **changes):
    school = AgencyFactory(name="Larch Primary School")
    teacher = checked(
        ProfessionalFactory(name="Ms Khan", agency=school, email="khan@school.example")
    )
    template = LetterTemplateFactory(audience=Audience.PROFESSIONAL)
    arguments = {
        "version": TemplateVersionFactory(template=template, body="Dear {{ name }}"),
        "person": None,
        "professional": teacher,
        "about": [world.joe],
        "way": Way.EMAIL,
        "sent_to": "khan@school.example",
        "shared_as": "S-000001",
    }
    return write(world, **(arguments | changes))


def test_a_letter_to_a_professional_says_as_what_it_was_shared(world):
    letter = to_school(world)
    assert letter.shared_as == "S-000001"
    assert list(letter.people.all()) == [world.joe]


def test_a_letter_to_a_professional_outside_the_sharing_log_is_refused(world):
    with pytest.raises(Refused, match="sharing log first"):
        to_school(world, shared_as="")


def test_the_database_knows_no_letter_to_a_professional_outside_the_sharing_log(world):
    with pytest.raises(IntegrityError, match="sharing_log"), transaction.atomic():
        LetterFactory(
            case=world.case, professional=ProfessionalFactory(), people=[world.joe], person=None
        )


def test_whoever_must_not_hear_of_them_is_not_written_to(world):
    school = AgencyFactory(name="Larch Primary School")
    DoNotDiscloseFactory(person=world.joe, to_agency=school, reason="The head is his uncle.")
    teacher = checked(
        ProfessionalFactory(name="Ms Khan", agency=school, email="khan@school.example")
    )
    where = destination(teacher, Way.EMAIL, about=[world.joe], on=timezone.localdate())
    assert "The head is his uncle." in where.why_not


def test_a_template_for_others_is_refused(world):
    template = LetterTemplateFactory(audience=Audience.PROFESSIONAL)
    assert "written to others" in refused(world, version=TemplateVersionFactory(template=template))


# --- By post ------------------------------------------------------------------------------------


def test_the_worker_makes_tagged_pages_with_everything_the_law_wants(world):
    letter = write(world)
    with entries_since() as left:
        deliver(letter.pk)
    assert [e.verb for e in left] == [Verb.LETTER_MADE, Verb.DOCUMENT_ADDED]
    dispatch = Dispatch.objects.get(letter=letter)
    assert dispatch.status == DispatchStatus.READY
    with default_storage.open(dispatch.document.file) as file:
        content = file.read()
    words = " ".join("".join(text_of(content)).split())
    for said in (
        "Amelia Hart",
        "12 Sample Street",
        "we come on Monday",
        letter.reference,
        "Z9966170",
        "Data Protection Officer",
        "Information Commissioner's Office",
        "Page 1 of 1",
    ):
        assert said in words, said
    assert tagging_report(content) == []
    deliver(letter.pk)
    assert status_of(letter) == DispatchStatus.READY


def test_large_print_is_larger_and_another_language_is_named(world):
    version = TemplateVersionFactory(language=Language.POLISH)
    small, large = write(world, version=version), write(world, version=version, large_print=True)
    assert b"pl" in pdf_of(large)
    assert len(text_of(pdf_of(large))) >= len(text_of(pdf_of(small)))


def test_a_letter_in_the_post_is_a_contact(world):
    letter = write(world)
    deliver(letter.pk)
    with entries_since() as left:
        verbs.say_posted(letter=letter, by=world.manager)
    assert [e.verb for e in left] == [Verb.LETTER_POSTED, Verb.CONTACT_RECORDED]
    contact = Contact.objects.get()
    assert (contact.kind, contact.recorded_by) == (Contact.Kind.LETTER, world.manager)
    assert list(contact.people.all()) == [world.amelia]
    with pytest.raises(MoveRefused):
        verbs.say_posted(letter=letter, by=world.manager)
    assert Contact.objects.count() == 1


def test_a_letter_is_not_posted_to_where_it_has_become_unsafe(world):
    letter = write(world)
    deliver(letter.pk)
    DoNotContactFactory(person=world.amelia)
    with pytest.raises(Refused, match="cannot go"):
        verbs.say_posted(letter=letter, by=world.worker)
    assert status_of(letter) == DispatchStatus.READY
    with pytest.raises(Refused, match="Say why"):
        verbs.drop_letter(letter=letter, because=" ", by=world.worker)
    verbs.drop_letter(letter=letter, because="She asked us to wait.", by=world.worker)
    assert status_of(letter) == DispatchStatus.DROPPED


# --- By e-mail ----------------------------------------------------------------------------------


def test_an_e_mail_goes_once_and_is_kept(world, smtp):
    letter = by_email(world)
    with entries_since() as left:
        deliver(letter.pk)
        deliver(letter.pk)
    assert [e.verb for e in left] == [
        Verb.LETTER_SENDING,
        Verb.LETTER_SENT,
        Verb.DOCUMENT_ADDED,
        Verb.CONTACT_RECORDED,
    ]
    (mail,) = smtp.letters
    assert mail["To"] == EMAIL
    assert mail["Subject"] == "Your next visit"
    assert mail["Message-ID"].startswith(f"<{letter.reference}.")
    body = mail.get_body().get_content()
    assert "we come on Monday" in body
    assert "Z9966170" in body
    assert "Data Protection Officer" in body
    dispatch = Dispatch.objects.get(letter=letter)
    assert dispatch.status == DispatchStatus.SENT
    assert dispatch.contact.kind == Contact.Kind.EMAIL
    with default_storage.open(dispatch.document.file) as file:
        assert b"we come on Monday" in file.read()


def test_a_second_worker_sends_nothing(world, smtp):
    letter = by_email(world)
    verbs.begin_sending(letter=letter)
    deliver(letter.pk)
    with pytest.raises(MoveRefused):
        verbs.begin_sending(letter=letter)
    assert smtp.letters == []
    assert status_of(letter) == DispatchStatus.SENDING


def test_a_mail_server_that_says_no_is_asked_again_and_then_the_writer_is_told(world, smtp):
    smtp.refusing = True
    letter = by_email(world)
    for _ in range(MOST_TRIES):
        assert status_of(letter) == DispatchStatus.QUEUED
        deliver(letter.pk)
    dispatch = Dispatch.objects.get(letter=letter)
    assert dispatch.status == DispatchStatus.FAILED
    assert "mail server did not take it" in dispatch.failure
    assert Notice.objects.get().to == world.worker
    smtp.refusing = False
    verbs.try_again(letter=letter, by=world.worker)
    deliver(letter.pk)
    assert status_of(letter) == DispatchStatus.SENT
    assert len(smtp.letters) == 1


def test_an_address_that_became_unsafe_before_the_worker_came_gets_nothing(world, smtp):
    letter = by_email(world)
    change(world.amelia.contact_points.get(), safe_for_messages=False)
    deliver(letter.pk)
    assert smtp.letters == []
    assert "cannot go" in Dispatch.objects.get(letter=letter).failure


def test_an_address_that_nobody_has_is_said(world, smtp):
    smtp.unknown = EMAIL
    letter = by_email(world)
    deliver(letter.pk)
    dispatch = Dispatch.objects.get(letter=letter)
    assert (dispatch.status, dispatch.failure) == (DispatchStatus.FAILED, NO_SUCH_ADDRESS)


def test_an_e_mail_that_broke_off_is_never_sent_again_by_itself(world, smtp):
    letter = by_email(world)
    verbs.begin_sending(letter=letter)
    with pytest.raises(Refused, match="at this moment"):
        verbs.say_what_became(letter=letter, went=False, file=None, by=world.worker)
    change(letter.dispatch, since=timezone.now() - LOST_AFTER - timedelta(minutes=1))
    deliver(letter.pk)
    assert smtp.letters == []
    verbs.say_what_became(letter=letter, went=True, file=sent_file(letter), by=world.worker)
    assert status_of(letter) == DispatchStatus.SENT
    assert Contact.objects.count() == 1


def test_an_e_mail_that_did_not_arrive_can_be_sent_again(world):
    letter = by_email(world)
    verbs.begin_sending(letter=letter)
    change(letter.dispatch, since=timezone.now() - LOST_AFTER - timedelta(minutes=1))
    verbs.say_what_became(letter=letter, went=False, file=None, by=world.worker)
    assert status_of(letter) == DispatchStatus.FAILED


def test_what_went_as_the_case_was_closed_is_kept_all_the_same(world, smtp):
    letter = by_email(world)
    cases.close(case=world.case, summary="Done.", by=world.manager)
    deliver(letter.pk)
    assert status_of(letter) == DispatchStatus.SENT
    assert Contact.objects.count() == 1


def test_a_letter_to_a_professional_is_kept_and_is_no_contact_with_the_family(world, smtp):
    letter = to_school(world)
    deliver(letter.pk)
    assert len(smtp.letters) == 1
    dispatch = Dispatch.objects.get(letter=letter)
    assert (dispatch.status, dispatch.contact) == (DispatchStatus.SENT, None)
    assert list(dispatch.document.people.all()) == [world.joe]


# --- Templates ----------------------------------------------------------------------------------


def publish(world, **changes):
    arguments = {
        "name": "Appointment",
        "audience": Audience.CLIENT,
        "language": Language.ENGLISH,
        "subject": "Your visit",
        "body": "Dear {{ called }}",
        "by": world.manager,
    }
    return templates.add_template(**(arguments | changes))


def test_a_template_is_versioned_and_its_versions_stay(world):
    with entries_since() as left:
        template = publish(world)
        templates.publish_version(
            template=template, language="pl", subject="Wizyta", body="Witaj", by=world.manager
        )
    assert [e.verb for e in left] == [
        Verb.TEMPLATE_ADDED,
        Verb.TEMPLATE_PUBLISHED,
        Verb.TEMPLATE_PUBLISHED,
    ]
    assert [one.number for one in template.versions.all()] == [2, 1]
    assert TemplateVersion.objects.get(number=1).body == "Dear {{ called }}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"body": "Dear {{ nickname }}"}, "{{ nickname }}"),
        ({"subject": "For {{ agency }}"}, "{{ agency }}"),
        ({"body": "Dear {{ called"}, "Two braces"),
        ({"body": " "}, "Write the subject"),
        ({"name": "!!!"}, "in letters"),
    ],
)
def test_words_that_nobody_can_fill_in_are_refused(world, changes, said):
    with pytest.raises(Refused) as refusal, transaction.atomic():
        publish(world, **changes)
    assert said in str(refusal.value)
    assert not LetterTemplate.objects.exists()


def test_what_is_filled_in_is_not_filled_in_again():
    values = dict.fromkeys(FOR_CLIENT, "") | {"called": "{{ case }}", "case": "C-000001"}
    assert fill("Dear {{called}}, about {{ case }}", values) == "Dear {{ case }}, about C-000001"
