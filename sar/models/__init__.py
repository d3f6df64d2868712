"""Rights requests, what happened to them, what is withheld, and the packs built."""

from sar.models.event import Clarification, EvidenceAsked, EvidenceSeen, Extension
from sar.models.pack import BuiltPack, PackProgress
from sar.models.request import RightsRequest
from sar.models.withholding import ItemCheck, Withholding

__all__ = [
    "BuiltPack",
    "Clarification",
    "EvidenceAsked",
    "EvidenceSeen",
    "Extension",
    "ItemCheck",
    "PackProgress",
    "RightsRequest",
    "Withholding",
]
