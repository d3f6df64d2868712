"""The door to consents and to the sharing log, and what other parts of the product ask of them."""

from cases.queries.agencies import agencies
from consent.queries.asking import Asking, asking_of, open_asking
from consent.queries.record import (
    ConsentRow,
    PersonConsents,
    PersonSharing,
    RecipientTold,
    authorisers,
    current_wordings,
    deciders,
    in_force_on,
    list_sharing,
    live_consent,
    open_consent,
    open_consents,
    open_share,
    recipients_of,
    stands,
    wordings,
)
from consent.queries.referrals_out import begins_referral, list_referrals_out, referral_of

__all__ = [
    "Asking",
    "ConsentRow",
    "PersonConsents",
    "PersonSharing",
    "RecipientTold",
    "agencies",
    "asking_of",
    "authorisers",
    "begins_referral",
    "current_wordings",
    "deciders",
    "in_force_on",
    "list_referrals_out",
    "list_sharing",
    "live_consent",
    "open_asking",
    "open_consent",
    "open_consents",
    "open_share",
    "recipients_of",
    "referral_of",
    "stands",
    "wordings",
]
