"""The client record, by noun."""

from cases.models.access import Access, AccessCase
from cases.models.agency import Agency, ContactCheck, Professional
from cases.models.alert import Alert
from cases.models.case import Allocation, Case, CasePerson, CaseProfessional, CaseRole
from cases.models.conflict import Barring
from cases.models.contact import Contact, ContactPerson
from cases.models.death import Death
from cases.models.decision import Decision
from cases.models.document import Document, DocumentPerson, Preview, PreviewPage
from cases.models.draft import Draft
from cases.models.emergency import EmergencyLook
from cases.models.enquiry import Enquiry
from cases.models.entry import Circumstance, HowReceived, SourceKind
from cases.models.hand_over import HandOver
from cases.models.marker import DoNotContact, DoNotDisclose, Means
from cases.models.merge import KnownApart, Merge, MergedRow
from cases.models.note import CaseNote, NotePerson
from cases.models.odd_look import OddLook
from cases.models.order import CourtOrder, CourtOrderPerson
from cases.models.paper import PaperFile, PaperMove
from cases.models.passage import Passage, PassageKind
from cases.models.person import (
    Address,
    BirthCertainty,
    ContactPoint,
    Person,
    PersonName,
    SensitiveDetail,
)
from cases.models.referral import Referral, ReferralPerson, WaitingPlace
from cases.models.referral_correction import ReferralCorrection
from cases.models.relationship import Kinship, Relationship, ResponsibilityBy
from cases.models.restriction import (
    HeldPassages,
    LawfulReason,
    RestrictedUse,
    Restriction,
    RestrictionGrant,
)
from cases.models.review import Review
from cases.models.seal import Seal, SealReader
from cases.models.service import Service, ServiceMember, Wanted
from cases.models.staff_home import StaffHome
from cases.models.stated_purpose import StatedPurpose
from cases.models.statement import Statement
from cases.models.task import Task

__all__ = [
    "Access",
    "AccessCase",
    "Address",
    "Agency",
    "Alert",
    "Allocation",
    "Barring",
    "BirthCertainty",
    "Case",
    "CaseNote",
    "CasePerson",
    "CaseProfessional",
    "CaseRole",
    "Circumstance",
    "Contact",
    "ContactCheck",
    "ContactPerson",
    "ContactPoint",
    "CourtOrder",
    "CourtOrderPerson",
    "Death",
    "Decision",
    "DoNotContact",
    "DoNotDisclose",
    "Document",
    "DocumentPerson",
    "Draft",
    "EmergencyLook",
    "Enquiry",
    "HandOver",
    "HeldPassages",
    "HowReceived",
    "Kinship",
    "KnownApart",
    "LawfulReason",
    "Means",
    "Merge",
    "MergedRow",
    "NotePerson",
    "OddLook",
    "PaperFile",
    "PaperMove",
    "Passage",
    "PassageKind",
    "Person",
    "PersonName",
    "Preview",
    "PreviewPage",
    "Professional",
    "Referral",
    "ReferralCorrection",
    "ReferralPerson",
    "Relationship",
    "ResponsibilityBy",
    "RestrictedUse",
    "Restriction",
    "RestrictionGrant",
    "Review",
    "Seal",
    "SealReader",
    "SensitiveDetail",
    "Service",
    "ServiceMember",
    "SourceKind",
    "StaffHome",
    "StatedPurpose",
    "Statement",
    "Task",
    "WaitingPlace",
    "Wanted",
]
