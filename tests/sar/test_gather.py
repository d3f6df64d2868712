"""Gathering: every declared model, in plain words, and nothing at all if a source fails."""

import re

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import PlanCopy, PlanReview
from cases.actions.restrictions import hold_passages, restrict
from cases.models import CaseNote, Document, Review, Statement
from cases.names_in_full import names_in_full
from cases.restricted import HELD_BACK
from consent.models import ReferralOut, ReferralOutChase
from core.privacy import Delete, Pack, Retention, Section, declarations
from safeguarding.models import Report
from sar.kinds import EvidenceGate, Requester
from sar.models import BuiltPack, Complaint, RecipientNotice, Rectification, RightsRequest
from sar.pack import gather as gathering
from sar.pack.copy import copy_for
from sar.pack.gather import GatherFailed, gather, gather_for, item_for, outline_for, texts_for
from sar.pack.held import Listed
from sar.pack.words import words
from tests.factories.accounts import UserFactory
from tests.factories.assessments import (
    AssessmentFactory,
    CaseAnswerFactory,
    GoalFactory,
    InUseFactory,
    PlanFactory,
)
from tests.factories.base import change, noted
from tests.factories.cases import (
    AddressFactory,
    AgencyFactory,
    AlertFactory,
    AllocationFactory,
    CaseFactory,
    CaseNoteFactory,
    CasePersonFactory,
    CaseProfessionalFactory,
    ContactFactory,
    ContactPointFactory,
    CourtOrderFactory,
    DeathFactory,
    DecisionFactory,
    DocumentFactory,
    DoNotContactFactory,
    DoNotDiscloseFactory,
    DraftFactory,
    EnquiryFactory,
    HandOverFactory,
    PaperFileFactory,
    PassageFactory,
    PersonFactory,
    PersonNameFactory,
    ProfessionalFactory,
    ReferralCorrectionFactory,
    ReferralFactory,
    RelationshipFactory,
    SensitiveDetailFactory,
    ServiceFactory,
    TaskFactory,
    a_lifted_restriction,
    a_waiting_referral,
)
from tests.factories.consent import (
    ConsentFactory,
    ConsentPaperFactory,
    ConsentReviewFactory,
    NoticeGivenFactory,
    ShareFactory,
    ShareReplyFactory,
    ShareReviewFactory,
    VictimRequestFactory,
)
from tests.factories.diary import (
    AppointmentFactory,
    DropInFactory,
    GroupFactory,
    GroupMemberFactory,
)
from tests.factories.letters import LetterFactory
from tests.factories.planning import IdentifiedUseFactory
from tests.factories.safeguarding import ConcernEntryFactory, ConcernFactory
from tests.factories.sar import (
    ClarificationFactory,
    CompetenceFactory,
    DraftHeldFactory,
    EvidenceAskedFactory,
    EvidenceSeenFactory,
    ExtensionFactory,
    FoundFileFactory,
    RequestCorrectionFactory,
    RequestLetterFactory,
    RightsRequestFactory,
    SearchFactory,
)

pytestmark = pytest.mark.django_db


def everything_about(person):
    """A row of each kind that a pack shows, about `person`. A new kind is added here, or a test fails."""
    case = CaseFactory(
        service=ServiceFactory(name="Family support"),
        summary="Help with bedtimes.",
        people=[person],
    )
    AllocationFactory(case=case, worker=UserFactory(full_name="Dean Okafor"))
    health_visitor = ProfessionalFactory(
        name="Ms Green", agency=AgencyFactory(name="Southport Surgery")
    )
    first = CaseNoteFactory(case=case, people=[person], body="She came on the wrong bus.")
    CaseNoteFactory(
        case=case,
        people=[person],
        body="She came on the right bus.",
        corrects=first,
        correction_reason="The bus was another one.",
        source_kind="professional",
        source_professional=health_visitor,
        circumstances=["housing", "money"],
    )
    request = RightsRequestFactory(
        person=person, requester=Requester.SOLICITOR, requester_name="Ann Law"
    )
    EvidenceAskedFactory(request=request, gate=EvidenceGate.IDENTITY)
    EvidenceSeenFactory(request=request, gate=EvidenceGate.AUTHORITY, what="signed letter")
    ClarificationFactory(request=request, answered_on=timezone.localdate(), answer="All years.")
    ExtensionFactory(request=request)
    RequestCorrectionFactory(request=request)
    DraftHeldFactory(request=request, case=case)
    RequestLetterFactory(request=request)
    CompetenceFactory(request=request)
    FoundFileFactory(
        search=SearchFactory(
            request=request,
            outcome="none",
            searched_by="Dean Okafor",
            searched_on=timezone.localdate(),
            terms="Amelia Hart",
        )
    )
    IdentifiedUseFactory(people=[person])
    PersonNameFactory(person=person, name="Amelia Sutton")
    AddressFactory(person=person)
    ContactPointFactory(person=person)
    SensitiveDetailFactory(person=person)
    RelationshipFactory(person=person, other=PersonFactory(given_names="Joe", family_name="Hart"))
    CaseProfessionalFactory(case=case, professional=health_visitor)
    ContactFactory(case=case, people=[person], next_step="Ring on Monday.")
    DecisionFactory(case=case)
    DocumentFactory(case=case, title="School report", people=[person])
    PaperFileFactory(person=person)
    LetterFactory(case=case, person=person)
    ReferralCorrectionFactory(referral=ReferralFactory(people=[person]))
    TaskFactory(person=person)
    AlertFactory(person=person)
    DoNotContactFactory(person=person)
    DoNotDiscloseFactory(person=person)
    CourtOrderFactory(about=[person])
    ConsentFactory(person=person)
    share = ShareFactory(people=[person], agency=AgencyFactory(name="Larch Primary School"))
    _of_the_work_beside(person, case, first, share)
    return request


def _of_the_work_beside(person, case, note, share):
    """What the apps around the record hold about `person`."""
    by, today = case.recorded_by, timezone.localdate()
    manager = UserFactory(full_name="Priya Nair")
    asked = InUseFactory(questionnaire__service=case.service)
    CaseAnswerFactory(case=case, question=asked.questions.get(), given="By bus.")
    assessed = InUseFactory(questionnaire__kind="assessment", questionnaire__service=None)
    AssessmentFactory(case=case, edition=assessed, people=[person], given=["All is well."])
    GoalFactory(case=case, person=person)
    plan = PlanFactory(case=case, agreed_by=[person])
    noted(
        PlanCopy.objects.create,
        plan=plan,
        person=person,
        how="hand",
        given_on=today,
        recorded_by=by,
    )
    noted(PlanReview.objects.create, plan=plan, reviewed_on=today, words="Kept.", recorded_by=by)
    DraftFactory(case=case)
    EnquiryFactory(service=case.service, person=person)
    HandOverFactory(case=case, recorded_by=by)
    noted(Review.objects.create, note=note, verdict="signed_off", recorded_by=manager)
    a_waiting_referral(people=[person])
    out = noted(
        ReferralOut.objects.create, share=share, asked_for="A place in a club.", recorded_by=by
    )
    noted(ReferralOutChase.objects.create, referral=out, words="Rang them.", recorded_by=by)
    NoticeGivenFactory(person=person)
    ConsentReviewFactory(consent=ConsentFactory(person=person))
    ConsentPaperFactory(consent__person=person)
    ShareReplyFactory(share=share)
    ShareReviewFactory(share=share)
    VictimRequestFactory(share=share)
    DeathFactory(person=person)
    AppointmentFactory(service=case.service, case=case, people=[person], recorded_by=by)
    DropInFactory(service=case.service, person=person, name="Amelia", recorded_by=by)
    GroupMemberFactory(
        group=GroupFactory(service=case.service, recorded_by=by), person=person, case=case
    )
    concern = ConcernFactory(people=[person])
    ConcernEntryFactory(concern=concern)
    noted(Report.objects.create, concern=concern, to="council", share=share, recorded_by=by)
    _of_the_other_rights(person, note, share, by=by)


def _of_the_other_rights(person, note, share, *, by):
    """What is disputed, who is told, what somebody complains about."""
    asked = RightsRequestFactory(person=person, kind="rectification", recorded_by=by)
    note.refresh_from_db()
    noted(
        Rectification.objects.create,
        request=asked,
        noun="note",
        entry=str(note.reference),
        says="It was the right bus.",
        restriction=a_lifted_restriction(person=person),
        for_user=by,
        recorded_by=by,
    )
    noted(
        Statement.objects.create,
        person=person,
        note=note,
        kind="disagrees",
        words="It was the right bus.",
        recorded_by=by,
    )
    noted(
        RecipientNotice.objects.create,
        request=asked,
        share=share,
        name="Larch Primary School",
        what="It was put right.",
        recorded_by=by,
    )
    noted(
        Complaint.objects.create,
        kind="service",
        channel="phone",
        received_on=timezone.localdate(),
        person=person,
        from_name="Amelia Hart",
        words="Nobody rang back.",
        recorded_by=by,
    )


def shown_models():
    return {d.model._meta.label for d in declarations() if isinstance(d.pack, Pack)}


def test_every_declared_model_is_gathered(amelia):
    everything_about(amelia)
    gathered = gather(amelia)
    assert {item.source for item in gathered.items} == shown_models()
    counts = {source.label: source.count for source in gathered.sources}
    assert all(counts.values())
    assert counts.keys() == shown_models()
    assert counts["cases.CaseNote"] == 2


def test_a_document_is_listed_and_its_missing_file_stops_the_pack(amelia):
    document = DocumentFactory(title="School report", people=[amelia])
    item = next(item for item in gather(amelia).items if item.source == "cases.Document")
    assert item.section == Section.DOCUMENTS
    assert item.value("title").text == "School report"
    assert item.value("file_in_words").text == "plain text, called letter.txt"
    default_storage.delete(document.file)
    with pytest.raises(GatherFailed, match="Documents"):
        gather(amelia)


def test_nobody_elses_rows_are_gathered(amelia):
    stranger = PersonFactory()
    everything_about(stranger)
    assert [item.source for item in gather(amelia).items] == ["cases.Person"]


def test_rows_of_a_case_that_are_about_others_in_it_stay_with_them(amelia, case):
    brother = PersonFactory(given_names="Joe")
    CasePersonFactory(case=case, person=brother)
    CaseNoteFactory(case=case, people=[brother], body="About Joe alone.")
    assert "cases.CaseNote" not in {item.source for item in gather(amelia).items}


def test_values_are_in_plain_words(amelia):
    everything_about(amelia)
    items = gather(amelia).items
    note = next(i for i in items if i.source == "cases.CaseNote" and "right bus" in str(i.values))
    told = {value.label: value.text for value in note.values}
    assert told["Kind"] == "Conversation"
    assert told["About"] == "Housing, Money and work"
    assert told["Source"].startswith("Ms Green")
    assert told["Corrects"].startswith("N-")
    assert re.fullmatch(r"\d+ \w+ \d{4} at \d+(:\d\d)?[ap]m", told["Happened"])
    person = next(i for i in items if i.source == "cases.Person")
    told = {value.label: value.text for value in person.values}
    assert told["Date of birth"] == "14 March 1990"
    assert told["Needs interpreter"] == "No"
    case = next(i for i in items if i.source == "cases.Case")
    assert case.value("workers_in_words").text == "Dean Okafor"


def test_both_versions_of_a_corrected_note_are_there_and_say_so(amelia):
    everything_about(amelia)
    old, new = sorted(
        (i for i in gather(amelia).items if i.source == "cases.CaseNote"),
        key=lambda item: item.record_id,
    )
    assert "wrong bus" in old.value("body").text
    assert old.values[-1].label == "Corrected later by"
    assert old.values[-1].text == new.value("reference").text


def test_items_come_in_the_order_of_sections_and_of_time(amelia):
    everything_about(amelia)
    items = gather(amelia).items
    sections = [list(Section).index(item.section) for item in items]
    assert sections == sorted(sections)
    days = [i.day for i in items if i.section == Section.REQUESTS]
    assert days == sorted(days)


def test_a_value_without_words_is_an_error():
    with pytest.raises(TypeError, match="No words for a bytes"):
        words(b"secret")


def test_a_source_that_cannot_be_read_stops_everything_and_is_named(amelia, monkeypatch, caplog):
    everything_about(amelia)

    def broken(self):
        raise ValueError("Mrs Quill of 12 Larch Close")

    monkeypatch.setattr("cases.models.Contact.people_in_words", property(broken))
    with pytest.raises(GatherFailed, match="“Contacts” could not be gathered"):
        gather(amelia)
    assert "Quill" not in caplog.text


def test_a_model_that_declares_nothing_stops_everything(amelia, monkeypatch):
    monkeypatch.delattr(BuiltPack, "Privacy")
    with pytest.raises(GatherFailed, match="“Packs”"):
        gather(amelia)


def test_a_field_that_is_not_declared_stops_everything(amelia, monkeypatch):
    class Privacy:
        not_personal = frozenset({"id"})
        about = ()
        retention = Retention.SETTING
        pack = BuiltPack.Privacy.pack
        destruction = Delete()
        counted = False

    monkeypatch.setattr(BuiltPack, "Privacy", Privacy)
    with pytest.raises(GatherFailed, match="“Packs”"):
        gather(amelia)


@pytest.mark.parametrize(
    ("name", "source"),
    [("recipients_of", "The sharing log"), ("_rules", "How long records are kept")],
)
def test_what_stands_beside_the_record_fails_closed_too(amelia, monkeypatch, name, source):
    def broken(person):
        raise RuntimeError

    monkeypatch.setattr(gathering, name, broken)
    with pytest.raises(GatherFailed, match=source):
        gather(amelia)


def test_a_database_error_stops_the_copy_and_not_the_transaction_around_it(amelia, monkeypatch):
    request = everything_about(amelia)

    def broken(person):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(gathering, "recipients_of", broken)
    with pytest.raises(GatherFailed):
        copy_for(request)
    assert BuiltPack.objects.count() == 0


def queries_for(person):
    with CaptureQueriesContext(
        connection,
    ) as context:
        gather(person)
    return len(context)


def test_queries_do_not_grow_with_the_record(amelia, case):
    green = ProfessionalFactory()
    joe = PersonFactory()

    def more():
        CaseNoteFactory(
            case=case,
            people=[amelia, joe],
            source_kind="professional",
            source_professional=green,
        )
        ContactFactory(case=case, people=[amelia, joe])
        DecisionFactory(case=case)
        ShareFactory(people=[amelia, joe])

    more()
    one = queries_for(amelia)
    for _ in range(29):
        more()
    assert queries_for(amelia) == one


def test_a_list_names_the_same_rows_in_the_same_order_and_each_opens_as_it_is_gathered(amelia):
    request = everything_about(amelia)
    note = CaseNote.objects.first()
    PassageFactory(note=note, kind="health", start=0, end=3, recorded_by=note.recorded_by)
    items = gather_for(request).items
    outline = outline_for(request).items
    listed = [{name: getattr(one, name) for name in Listed.__slots__} for one in items]
    assert [{name: getattr(one, name) for name in Listed.__slots__} for one in outline] == listed
    assert [item_for(request, one) for one in outline] == list(items)
    texts = texts_for(request)
    assert [one.item for one in texts] == list(outline)
    passages = [tuple(value for value in one.values if value.is_passage) for one in items]
    assert [one.passages for one in texts] == passages
    assert any(passages)


def test_what_is_held_back_is_held_back_from_a_list_as_well(amelia, case, dpo):
    joe = PersonFactory(given_names="Joe", family_name="Quartz")
    RelationshipFactory(person=amelia, other=joe)
    note = CaseNoteFactory(
        case=case, people=[amelia], body="Joe Quartz is ill.", circumstances=["health"]
    )
    request = RightsRequestFactory(person=amelia)
    restrict(of=joe, ground="accuracy", because="Disputed.", alerts_stay=True, by=dpo)
    items = {one.key: one for one in gather_for(request).items}
    item = next(one for one in items.values() if one.source == note._meta.label)
    assert HELD_BACK in item.value("body").text
    one = next(one for one in texts_for(request) if one.item.key == item.key)
    assert HELD_BACK in one.passages[0].text
    assert one.item.health == item.health
    assert "Quartz" not in f"{one.item.health} {item_for(request, one.item)}"


@pytest.mark.parametrize("read", [outline_for, texts_for])
def test_a_list_with_a_gap_is_no_list(amelia, monkeypatch, read):
    request = everything_about(amelia)
    monkeypatch.delattr(BuiltPack, "Privacy")
    with pytest.raises(GatherFailed, match="“Packs”"):
        read(request)


@pytest.mark.parametrize("read", [outline_for, texts_for])
def test_a_list_leaves_no_file_out_that_is_gone(amelia, read):
    request = everything_about(amelia)
    default_storage.delete(Document.objects.filter(people=amelia).first().file)
    with pytest.raises(GatherFailed, match="“Documents”"):
        read(request)


def test_rules_recipients_and_other_forms_are_gathered(amelia):
    service = ServiceFactory(name="Counselling", retention_rule="Seven years after the end.")
    CaseFactory(service=service, people=[amelia])
    ReferralFactory(service=ServiceFactory(name="Mediation"), people=[amelia])
    ShareFactory(people=[amelia], agency=AgencyFactory(name="Larch Primary School"))
    gathered = gather(amelia)
    rules = {rule.service: rule.rule for rule in gathered.rules}
    assert rules["Counselling"] == "Seven years after the end."
    assert rules["Mediation"] == ""
    assert [recipient.name for recipient in gathered.recipients] == ["Larch Primary School"]
    reasons = {form.words: form.because for form in gathered.other_forms}
    assert reasons["Allocations"] == "the workers of a case are named where the case is shown"


def test_a_parent_who_asks_is_not_given_what_is_restricted_for_the_child(dpo, amelia, note):
    """The consent to show it is the person's own (UK GDPR Art 18(2), docs/adr/0021)."""
    requests = {
        who: RightsRequestFactory(person=amelia, requester=who, requester_name=name)
        for who, name in (
            (Requester.PERSON, ""),
            (Requester.SOLICITOR, "Ms Reed"),
            (Requester.PARENT, "Her father"),
        )
    }
    case = note.case
    brother = PersonFactory()
    CasePersonFactory(case=case, person=brother)
    change(case, summary="A place for Amelia in the group, and days out.")
    shared = CaseNoteFactory(case=case, people=[amelia, brother], body="Both came.")
    placed = restrict(
        of=amelia,
        ground="accuracy",
        because="She says that it is wrong.",
        alerts_stay=True,
        by=dpo,
    )
    hold_passages(restriction=placed, entry=shared, passages=[], by=dpo)

    def about(items):
        return [item.value("summary").text for item in items if item.source == case._meta.label]

    def told(requester):
        request = RightsRequest.objects.get(pk=requests[requester].pk)
        return {
            item.record_id for item in gather_for(request).items if item.source == note._meta.label
        }

    for own in (Requester.PERSON, Requester.SOLICITOR):
        assert note.pk in told(own)
    assert note.pk not in told(Requester.PARENT)
    # Somebody else of the case asks for what is theirs: the words about the case do not name her.
    assert about(gather(amelia).items) == ["A place for Amelia in the group, and days out."]
    assert about(gather(brother).items) == [
        "A place for [held back: restricted] in the group, and days out."
    ]
    # And the pack is the same whoever looks: else the officer, who sees names in full, could not release it.
    told_to_nobody = gather(brother).items
    assert any(amelia.reference in value.text for item in told_to_nobody for value in item.values)
    with names_in_full(lambda _number: True):
        assert gather(brother).items == told_to_nobody


def test_a_restricted_relative_is_not_named_in_another_case_of_the_family(dpo, amelia, note):
    """Her brother is no part of this case, so nobody goes through its entries for him (Art 18(2))."""
    brother = PersonFactory(given_names="Rowan", family_name=amelia.family_name)
    RelationshipFactory(person=amelia, other=brother, kind="sibling")
    stranger = PersonFactory(given_names="Tilly", family_name="Frost")
    body = f"ROWAN {amelia.family_name} hit her. {amelia} and Tilly told us; Rowan cried."
    told = CaseNoteFactory(case=note.case, people=[amelia], body=body)

    def said():
        return next(
            item.value("body").text
            for item in gather(amelia).items
            if item.source == told._meta.label and item.record_id == told.pk
        )

    assert said() == body
    for one in (brother, stranger):
        restrict(of=one, ground="accuracy", because="Disputed.", alerts_stay=True, by=dpo)
    hidden = "[held back: restricted]"
    assert said() == f"{hidden} hit her. {amelia} and Tilly told us; {hidden} cried."
