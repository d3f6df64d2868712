"""Rights requests, what happened to them, what is withheld, and the packs built."""

from sar.models.acronym import Acronym
from sar.models.breach import Breach, BreachPerson
from sar.models.checking import LeakCleared, LeakFinding, SignOff
from sar.models.complaint import Complaint, ComplaintStep
from sar.models.correction import RequestCorrection
from sar.models.delivery import Delivery
from sar.models.draft_held import DraftHeld
from sar.models.erasure import ErasureItem
from sar.models.event import Clarification, EvidenceAsked, EvidenceSeen, Extension
from sar.models.found import FoundFile, FoundWords
from sar.models.gate import Competence, ConflictWarning
from sar.models.item_note import ItemNote
from sar.models.letter import LetterWording, RequestLetter
from sar.models.notice import DeadlineNotice
from sar.models.pack import BuiltPack, KeptPages, PackProgress
from sar.models.part import ReleasedPart
from sar.models.public_draft import PublicDraft
from sar.models.recipient import RecipientNotice
from sar.models.rectification import Rectification
from sar.models.request import RightsRequest
from sar.models.restricting import RequestedRestriction
from sar.models.search import Search, SearchPlace
from sar.models.status import StatusLink
from sar.models.staying import HarmConsultation, HealthRuling, StaysIn
from sar.models.stop import ErasureStop
from sar.models.withholding import Announced, ItemCheck, Withholding

__all__ = [
    "Acronym",
    "Announced",
    "Breach",
    "BreachPerson",
    "BuiltPack",
    "Clarification",
    "Competence",
    "Complaint",
    "ComplaintStep",
    "ConflictWarning",
    "DeadlineNotice",
    "Delivery",
    "DraftHeld",
    "ErasureItem",
    "ErasureStop",
    "EvidenceAsked",
    "EvidenceSeen",
    "Extension",
    "FoundFile",
    "FoundWords",
    "HarmConsultation",
    "HealthRuling",
    "ItemCheck",
    "ItemNote",
    "KeptPages",
    "LeakCleared",
    "LeakFinding",
    "LetterWording",
    "PackProgress",
    "PublicDraft",
    "RecipientNotice",
    "Rectification",
    "ReleasedPart",
    "RequestCorrection",
    "RequestLetter",
    "RequestedRestriction",
    "RightsRequest",
    "Search",
    "SearchPlace",
    "SignOff",
    "StatusLink",
    "StaysIn",
    "Withholding",
]
