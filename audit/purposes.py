"""Why somebody looks at a record (features.md S13; the privacy notice, "How your records are used")."""

from enum import StrEnum


class Purpose(StrEnum):
    """The purpose an entry in the log carries."""

    SERVICE = "service"
    SAFEGUARDING = "safeguarding"
    QUALITY = "quality"
    COMPLAINT = "complaint"
    MANAGEMENT = "management"
    RIGHTS_REQUEST = "rights request"
    CORRECTING_AN_ERROR = "correcting an error"
    ACCESS_CONTROL = "access control"
    EMERGENCY = "emergency"

    @property
    def words(self) -> str:
        return WORDS[self]


WORDS = {
    Purpose.SERVICE: "providing the service",
    Purpose.SAFEGUARDING: "protecting somebody from harm",
    Purpose.QUALITY: "checking the quality of the service",
    Purpose.COMPLAINT: "looking into a concern or complaint",
    Purpose.MANAGEMENT: "managing the organisation",
    Purpose.RIGHTS_REQUEST: "answering a request about the person's information",
    Purpose.CORRECTING_AN_ERROR: "correcting an error",
    Purpose.ACCESS_CONTROL: "checking who may see what",
    Purpose.EMERGENCY: "helping in an emergency",
}
