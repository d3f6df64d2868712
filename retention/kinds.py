"""The kinds of record that are destroyed as one, and who finds them in a list."""

from typing import Final

PERSON: Final = "cases.Person"
LOG_MONTH: Final = "retention.LogMonth"
COMPLAINT: Final = "sar.Complaint"
BREACH: Final = "sar.Breach"
CONCERN: Final = "safeguarding.Concern"
ALLEGATION: Final = "safeguarding.Allegation"

# What the Data Protection Officer proposes, in the order in which it goes.
PROPOSED: Final = (
    "cases.Case",
    "cases.Referral",
    "cases.Enquiry",
    "diary.DropIn",
    "sar.RightsRequest",
    COMPLAINT,
    BREACH,
    LOG_MONTH,
    PERSON,
)
# Whose manager may be the second person.
OF_A_SERVICE: Final = ("cases.Case", "cases.Referral", "cases.Enquiry", "diary.DropIn")
# What a few alone may read, they propose and approve among themselves, each record by itself; nobody else
# learns that there is one. What is left of it goes with the last of its people.
APART: Final = (CONCERN, ALLEGATION)
# Each goes by itself and takes nobody along. A breach is kept whoever of its people goes (UK GDPR Art 33(5)): it loses
# its link to them.
BY_ITSELF: Final = (*APART, BREACH)
# All of it, as a restored backup is asked for it.
DESTROYED: Final = (*PROPOSED, *APART)
