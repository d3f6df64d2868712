"""Rights requests, what happened to them, what is withheld, and the packs built."""

from sar.models.event import Clarification, EvidenceAsked, EvidenceSeen, Extension
from sar.models.gate import Competence, ConflictWarning
from sar.models.letter import LetterWording, RequestLetter
from sar.models.notice import DeadlineNotice
from sar.models.pack import BuiltPack, PackProgress
from sar.models.public_draft import PublicDraft
from sar.models.request import RightsRequest
from sar.models.search import Search, SearchPlace
from sar.models.status import StatusLink
from sar.models.staying import HarmConsultation, HealthRuling, StaysIn
from sar.models.withholding import ItemCheck, Withholding

__all__ = [
    "BuiltPack",
    "Clarification",
    "Competence",
    "ConflictWarning",
    "DeadlineNotice",
    "EvidenceAsked",
    "EvidenceSeen",
    "Extension",
    "HarmConsultation",
    "HealthRuling",
    "ItemCheck",
    "LetterWording",
    "PackProgress",
    "PublicDraft",
    "RequestLetter",
    "RightsRequest",
    "Search",
    "SearchPlace",
    "StatusLink",
    "StaysIn",
    "Withholding",
]
