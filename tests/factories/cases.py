"""Services, people, cases and what is written in them."""

import hashlib
from datetime import date, timedelta
from uuid import uuid4

import factory
from django.core.files.base import ContentFile
from django.utils import timezone

from cases import models
from cases.documents import DOCUMENTS
from cases.mentions import mentions_of
from cases.odd import OddKind
from core.dates import add_working_days
from core.files.formats import Format
from core.files.keeping import keep
from tests.factories.accounts import UserFactory
from tests.factories.base import Recorded, change, noted


class ServiceFactory(Recorded):
    class Meta:
        model = models.Service

    name = factory.Sequence(lambda n: f"Service {n}")
    slug = factory.Sequence(lambda n: f"service-{n}")


class ServiceMemberFactory(Recorded):
    class Meta:
        model = models.ServiceMember

    service = factory.SubFactory(ServiceFactory)
    user = factory.SubFactory(UserFactory)
    since = date(2020, 1, 1)
    recorded_by = factory.SelfAttribute("user")


class AgencyFactory(Recorded):
    class Meta:
        model = models.Agency

    name = factory.Sequence(lambda n: f"Agency {n}")
    recorded_by = factory.SubFactory(UserFactory)


class ProfessionalFactory(Recorded):
    class Meta:
        model = models.Professional

    agency = factory.SubFactory(AgencyFactory)
    name = factory.Sequence(lambda n: f"Professional {n}")
    role = "health visitor"
    recorded_by = factory.SelfAttribute("agency.recorded_by")


class ContactCheckFactory(Recorded):
    """That the address of an agency or professional was checked."""

    class Meta:
        model = models.ContactCheck

    how = "rang"
    with_whom = "Their secretary"
    checked_on = date(2026, 1, 12)
    recorded_by = factory.SubFactory(UserFactory)


def checked(of):
    """`of`, an agency or professional, whose address somebody has checked."""
    whose = "agency" if isinstance(of, models.Agency) else "professional"
    ContactCheckFactory(**{whose: of, "email": of.email})
    return of


class PersonFactory(Recorded):
    class Meta:
        model = models.Person

    given_names = "Amelia"
    family_name = factory.Sequence(lambda n: f"Hart-{n}")
    date_of_birth = date(1990, 3, 14)
    recorded_by = factory.SubFactory(UserFactory)


class CaseFactory(Recorded):
    """A case without people; add them with CasePersonFactory, or pass `people=[...]`."""

    class Meta:
        model = models.Case
        skip_postgeneration_save = True

    service = factory.SubFactory(ServiceFactory)
    opened_on = date(2026, 1, 12)
    recorded_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def people(self, create, extracted, **kwargs):
        for person in extracted or []:
            CasePersonFactory(case=self, person=person, recorded_by=self.recorded_by)


class CasePersonFactory(Recorded):
    class Meta:
        model = models.CasePerson

    case = factory.SubFactory(CaseFactory)
    person = factory.SubFactory(PersonFactory)
    role = models.CaseRole.CLIENT
    recorded_by = factory.SelfAttribute("case.recorded_by")


class CaseProfessionalFactory(Recorded):
    class Meta:
        model = models.CaseProfessional

    case = factory.SubFactory(CaseFactory)
    professional = factory.SubFactory(ProfessionalFactory)
    recorded_by = factory.SelfAttribute("case.recorded_by")


class AllocationFactory(Recorded):
    class Meta:
        model = models.Allocation

    case = factory.SubFactory(CaseFactory)
    worker = factory.SubFactory(UserFactory)
    since = date(2026, 1, 12)
    recorded_by = factory.SelfAttribute("worker")


class CaseNoteFactory(Recorded):
    class Meta:
        model = models.CaseNote
        skip_postgeneration_save = True

    case = factory.SubFactory(CaseFactory)
    kind = models.CaseNote.Kind.CONVERSATION
    body = "We talked about bedtimes."
    happened_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    recorded_by = factory.SelfAttribute("case.recorded_by")

    @factory.post_generation
    def people(self, create, extracted, **kwargs):
        for person in extracted or []:
            NotePersonFactory(note=self, person=person)


class PassageFactory(Recorded):
    class Meta:
        model = models.Passage


class NotePersonFactory(Recorded):
    class Meta:
        model = models.NotePerson


class ContactFactory(Recorded):
    class Meta:
        model = models.Contact
        skip_postgeneration_save = True

    case = factory.SubFactory(CaseFactory)
    kind = models.Contact.Kind.HOME_VISIT
    happened_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    summary = "Home visit as arranged."
    recorded_by = factory.SelfAttribute("case.recorded_by")

    @factory.post_generation
    def people(self, create, extracted, **kwargs):
        for person in extracted or []:
            ContactPersonFactory(contact=self, person=person)


class ContactPersonFactory(Recorded):
    class Meta:
        model = models.ContactPerson


class DecisionFactory(Recorded):
    class Meta:
        model = models.Decision

    case = factory.SubFactory(CaseFactory)
    happened_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    decision = "To go on for another six weeks."
    decided_by_whom = "Team meeting"
    basis = "Progress at the review."
    recorded_by = factory.SelfAttribute("case.recorded_by")


class DraftFactory(Recorded):
    class Meta:
        model = models.Draft

    case = factory.SubFactory(CaseFactory)
    noun = models.Draft.Noun.NOTE
    token = factory.LazyFunction(uuid4)
    sitting = factory.LazyFunction(uuid4)
    step = 1
    typed = factory.LazyFunction(lambda: {"body": ["We talked about"]})
    recorded_by = factory.SelfAttribute("case.recorded_by")


class ReferralFactory(Recorded):
    class Meta:
        model = models.Referral
        skip_postgeneration_save = True

    service = factory.SubFactory(ServiceFactory)
    came_from = models.Referral.From.SELF
    received_on = date(2026, 1, 5)
    how_received = models.HowReceived.PHONE
    reason = "Asks for help with bedtimes."
    recorded_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def people(self, create, extracted, **kwargs):
        for person in extracted or []:
            ReferralPersonFactory(referral=self, person=person)


class ReferralPersonFactory(Recorded):
    class Meta:
        model = models.ReferralPerson

    role = models.CaseRole.CLIENT


class TaskFactory(Recorded):
    class Meta:
        model = models.Task

    kind = "to do"
    what = "Ring the school."
    for_user = factory.SubFactory(UserFactory)
    asked_by = factory.SelfAttribute("for_user")


class EnquiryFactory(Recorded):
    class Meta:
        model = models.Enquiry

    service = factory.SubFactory(ServiceFactory)
    asked_on = date(2026, 1, 7)
    how_received = models.HowReceived.PHONE
    who = models.Enquiry.Who.FAMILY
    question = "Is there a group for fathers?"
    answer = "Yes, on Saturdays."
    recorded_by = factory.SubFactory(UserFactory)


class HandOverFactory(Recorded):
    class Meta:
        model = models.HandOver

    from_worker = factory.SubFactory(UserFactory)
    to_worker = factory.SubFactory(UserFactory)
    summary = "She promised to ring on Monday."


class WaitingPlaceFactory(Recorded):
    """The first place of a referral on the waiting list."""

    class Meta:
        model = models.WaitingPlace

    place = 0
    is_first = True
    recorded_by = factory.SelfAttribute("referral.recorded_by")


class ReferralCorrectionFactory(Recorded):
    class Meta:
        model = models.ReferralCorrection

    what = models.ReferralCorrection.What.REASON
    before = "Asks for help with mealtimes."
    after = "Asks for help with bedtimes."
    because = "Misheard on the telephone."
    recorded_by = factory.SelfAttribute("referral.recorded_by")


def a_waiting_referral(**fields):
    """A referral that was accepted and waits for a worker, with its place."""
    by = fields.setdefault("recorded_by", UserFactory())
    now = timezone.now()
    referral = ReferralFactory(
        status="waiting",
        screened_at=now,
        screened_by=by,
        screening="For us.",
        **{"decided_at": now, "decided_by": by} | fields,
    )
    WaitingPlaceFactory(referral=referral)
    return referral


class AddressFactory(Recorded):
    class Meta:
        model = models.Address

    person = factory.SubFactory(PersonFactory)
    lines = "12 Sample Street\nSouthport"
    postcode = "PR9 0ZZ"
    recorded_by = factory.SelfAttribute("person.recorded_by")


class ContactPointFactory(Recorded):
    class Meta:
        model = models.ContactPoint

    person = factory.SubFactory(PersonFactory)
    kind = models.ContactPoint.Kind.MOBILE
    value = "07700 900123"
    value_sought = "+447700900123"
    recorded_by = factory.SelfAttribute("person.recorded_by")


class PersonNameFactory(Recorded):
    class Meta:
        model = models.PersonName

    person = factory.SubFactory(PersonFactory)
    kind = models.PersonName.Kind.FORMER
    name = "Amelia Sutton"
    recorded_by = factory.SelfAttribute("person.recorded_by")


class SensitiveDetailFactory(Recorded):
    class Meta:
        model = models.SensitiveDetail

    person = factory.SubFactory(PersonFactory)
    kind = models.SensitiveDetail.Kind.RELIGION
    detail = "Quaker"
    reason = "Asked for a quiet room."
    recorded_by = factory.SelfAttribute("person.recorded_by")


class RelationshipFactory(Recorded):
    class Meta:
        model = models.Relationship

    person = factory.SubFactory(PersonFactory)
    other = factory.SubFactory(PersonFactory)
    kind = models.Kinship.PARENT
    recorded_by = factory.SelfAttribute("person.recorded_by")


class DeathFactory(Recorded):
    class Meta:
        model = models.Death

    person = factory.SubFactory(PersonFactory)
    died_on = date(2026, 3, 2)
    source = "Their sister rang."
    recorded_by = factory.SelfAttribute("person.recorded_by")


class DoNotContactFactory(Recorded):
    class Meta:
        model = models.DoNotContact

    person = factory.SubFactory(PersonFactory)
    barred = models.DoNotContact.Barred.ANY
    reason = "She asked us to wait until the move."
    since = date(2026, 1, 12)
    recorded_by = factory.SelfAttribute("person.recorded_by")


class DoNotDiscloseFactory(Recorded):
    """Nothing may go to somebody named in words, unless a person or an agency is given."""

    class Meta:
        model = models.DoNotDisclose

    person = factory.SubFactory(PersonFactory)
    to_words = factory.LazyAttribute(
        lambda one: "" if one.to_person or one.to_agency else "Marcus Webb"
    )
    to_person = None
    to_agency = None
    reason = "He has threatened her."
    since = date(2026, 1, 12)
    recorded_by = factory.SelfAttribute("person.recorded_by")


class AlertFactory(Recorded):
    class Meta:
        model = models.Alert

    person = factory.SubFactory(PersonFactory)
    kind = models.Alert.Kind.STAFF_RISK
    words = "Do not visit alone."
    source = "Police, by telephone."
    since = date(2026, 1, 12)
    review_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=90))
    was_told = True
    recorded_by = factory.SelfAttribute("person.recorded_by")


class CourtOrderFactory(Recorded):
    """A non-molestation order; `about` and `against` are lists of people."""

    class Meta:
        model = models.CourtOrder
        skip_postgeneration_save = True

    kind = models.CourtOrder.Kind.NON_MOLESTATION
    court = "Family Court at Liverpool"
    case_number = "LV26P00001"
    says = "Must not come within 100 metres."
    seen_what = "Sealed order"
    since = date(2026, 1, 12)
    seen_on = date(2026, 1, 14)
    seen_by = factory.SelfAttribute("recorded_by")
    recorded_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def about(self, create, extracted, **kwargs):
        for person in extracted or []:
            CourtOrderPersonFactory(order=self, person=person, part="about")

    @factory.post_generation
    def against(self, create, extracted, **kwargs):
        for person in extracted or []:
            CourtOrderPersonFactory(order=self, person=person, part="against")


class CourtOrderPersonFactory(Recorded):
    class Meta:
        model = models.CourtOrderPerson

    recorded_by = factory.SelfAttribute("order.recorded_by")


class DocumentFactory(Recorded):
    """A document whose file is really there, with its preview still to be made."""

    class Meta:
        model = models.Document
        skip_postgeneration_save = True

    class Params:
        content = factory.Sequence(lambda n: f"Dear Ms Hart, number {n}.".encode())

    case = factory.SubFactory(CaseFactory)
    kind = models.Document.Kind.LETTER
    title = factory.Sequence(lambda n: f"Letter {n}")
    happened_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    source_kind = models.SourceKind.OWN
    how_received = models.HowReceived.LETTER
    file = factory.LazyAttribute(lambda one: keep(ContentFile(one.content), folder=DOCUMENTS))
    file_name = "letter.txt"
    format = Format.TEXT
    size = factory.LazyAttribute(lambda one: len(one.content))
    sha256 = factory.LazyAttribute(lambda one: hashlib.sha256(one.content).hexdigest())
    scanned = False
    recorded_by = factory.SelfAttribute("case.recorded_by")

    @factory.post_generation
    def people(self, create, extracted, **kwargs):
        for person in extracted or []:
            DocumentPersonFactory(document=self, person=person)

    @factory.post_generation
    def preview(self, create, extracted, **kwargs):
        PreviewFactory(document=self)


class DocumentPersonFactory(Recorded):
    class Meta:
        model = models.DocumentPerson


class PreviewFactory(Recorded):
    class Meta:
        model = models.Preview

    document = factory.SubFactory(DocumentFactory)
    recorded_by = factory.SelfAttribute("document.recorded_by")


class PreviewPageFactory(Recorded):
    class Meta:
        model = models.PreviewPage

    number = 1


class RestrictionFactory(Recorded):
    """A restriction that lasts, of a person unless something else is given."""

    class Meta:
        model = models.Restriction

    ground = models.Restriction.Ground.ACCURACY
    because = "They say it is wrong."
    mentions = factory.LazyAttribute(
        lambda one: mentions_of(one.person) if getattr(one, "person", None) else ""
    )
    recorded_by = factory.SubFactory(UserFactory)


def a_lifted_restriction(**fields):
    """A restriction that is over: the person was told, then it was lifted."""
    made = RestrictionFactory(**fields)
    by, today = made.recorded_by, timezone.localdate()
    change(made, notice_on=today, notice_means="letter", notice_by=by)
    change(made, lifted_at=timezone.now(), lifted_by=by, lifted_because="It was right.")
    return made


class BarringFactory(Recorded):
    """A conflict of interest on the record of `person`; without one it waits for a record."""

    class Meta:
        model = models.Barring

    user = factory.SubFactory(UserFactory)
    person = factory.SubFactory(PersonFactory)
    relation = models.Barring.Relation.NEIGHBOUR
    words = "Lives next door."
    recorded_by = factory.SelfAttribute("user")
    linked_at = factory.LazyAttribute(lambda one: timezone.now() if one.person else None)
    linked_by = factory.LazyAttribute(lambda one: UserFactory() if one.person else None)


class SealFactory(Recorded):
    class Meta:
        model = models.Seal

    person = factory.SubFactory(PersonFactory)
    reason = "Known to many of us."
    recorded_by = factory.SubFactory(UserFactory)


class SealReaderFactory(Recorded):
    class Meta:
        model = models.SealReader

    seal = factory.SubFactory(SealFactory)
    user = factory.SubFactory(UserFactory)
    recorded_by = factory.SelfAttribute("seal.recorded_by")


def a_sample(user, *cases, service=None):
    """`user` is given `cases` as a sample for a week."""
    sample = noted(
        models.Access.objects.create,
        user=user,
        kind=models.Access.Kind.SAMPLE,
        service=service or cases[0].service,
        since=timezone.localdate(),
        until=timezone.localdate() + timedelta(days=7),
        reason="Quality review.",
        recorded_by=UserFactory(),
    )
    noted(
        models.AccessCase.objects.bulk_create,
        [
            models.AccessCase(access=sample, case=case, recorded_by=sample.recorded_by)
            for case in cases
        ],
    )
    return sample


class EmergencyLookFactory(Recorded):
    """A record that somebody opened in an emergency, now and for four hours."""

    class Meta:
        model = models.EmergencyLook

    person = factory.SubFactory(PersonFactory)
    reason = "She fell in our hall."
    recorded_by = factory.SubFactory(UserFactory)
    recorded_at = factory.LazyFunction(timezone.now)
    until = factory.LazyAttribute(lambda one: one.recorded_at + timedelta(hours=4))
    review_by = factory.LazyAttribute(
        lambda one: add_working_days(timezone.localdate(one.recorded_at), 5)
    )


class OddLookFactory(Recorded):
    class Meta:
        model = models.OddLook

    kind = OddKind.NOT_THEIRS
    day = date(2026, 11, 25)
    looker = factory.SubFactory(UserFactory)
    person = factory.SubFactory(PersonFactory)
    times = 2
    first_entry = 1


class PaperFileFactory(Recorded):
    class Meta:
        model = models.PaperFile

    what = "Blue folder"
    place = "Cabinet 2, top drawer"
    recorded_by = factory.LazyAttribute(lambda one: (one.case or one.person).recorded_by)
    case = None
    person = None


class StatedPurposeFactory(Recorded):
    class Meta:
        model = models.StatedPurpose

    person = factory.SubFactory(PersonFactory)
    purpose = "complaint"
    sentence = "Her mother complained."
    recorded_by = factory.SubFactory(UserFactory)
