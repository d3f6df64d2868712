"""The client record, by noun."""

from cases.models.case import Allocation, Case, CasePerson, CaseProfessional, CaseRole
from cases.models.entry import (
    CaseNote,
    Circumstance,
    Contact,
    ContactPerson,
    Decision,
    HowReceived,
    NotePerson,
    SourceKind,
)
from cases.models.person import (
    Address,
    BirthCertainty,
    ContactPoint,
    Kinship,
    Person,
    PersonName,
    Relationship,
    SensitiveDetail,
)
from cases.models.referral import Referral, ReferralPerson
from cases.models.service import Agency, Professional, Service, ServiceMember
from cases.models.task import Task

__all__ = [
    "Address",
    "Agency",
    "Allocation",
    "BirthCertainty",
    "Case",
    "CaseNote",
    "CasePerson",
    "CaseProfessional",
    "CaseRole",
    "Circumstance",
    "Contact",
    "ContactPerson",
    "ContactPoint",
    "Decision",
    "HowReceived",
    "Kinship",
    "NotePerson",
    "Person",
    "PersonName",
    "Professional",
    "Referral",
    "ReferralPerson",
    "Relationship",
    "SensitiveDetail",
    "Service",
    "ServiceMember",
    "SourceKind",
    "Task",
]
