"""Everything that can be written in the log, as noun.verb, with the words people read.

The column is plain text, so a new verb needs no migration and an old one is never lost.
"""

from enum import StrEnum


class Action(StrEnum):
    """What kind of thing was done, in the words other logs use as well."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    ACCESS = "access"


class Verb(StrEnum):
    """What was done."""

    # looks
    PERSON_OPENED = "person.opened"
    PERSON_BASICS_OPENED = "person.basics-opened"
    PERSON_LISTED = "person.listed"
    PERSON_FOUND = "person.found"
    PEOPLE_SEARCHED = "people.searched"
    CASE_OPENED_TO_READ = "case.read"
    CASE_LISTED = "case.listed"
    NOTE_READ = "note.read"
    REFERRAL_LISTED = "referral.listed"
    REFERRAL_READ = "referral.read"
    LOOKS_READ = "looks.read"
    ADMIN_READ = "admin.read"
    ADMIN_LISTED = "admin.listed"
    LOOK_REFUSED = "look.refused"
    # people
    PERSON_ADDED = "person.added"
    PERSON_CHANGED = "person.changed"
    NAME_ADDED = "name.added"
    ADDRESS_ADDED = "address.added"
    ADDRESS_ENDED = "address.ended"
    CONTACT_POINT_ADDED = "contact-point.added"
    CONTACT_POINT_ENDED = "contact-point.ended"
    SENSITIVE_DETAIL_ADDED = "sensitive-detail.added"
    SENSITIVE_DETAIL_ENDED = "sensitive-detail.ended"
    RELATIONSHIP_ADDED = "relationship.added"
    RELATIONSHIP_ENDED = "relationship.ended"
    # services, agencies
    SERVICE_ADDED = "service.added"
    SERVICE_CHANGED = "service.changed"
    MEMBER_ADDED = "service-member.added"
    MEMBER_ENDED = "service-member.ended"
    AGENCY_ADDED = "agency.added"
    PROFESSIONAL_ADDED = "professional.added"
    # casework
    REFERRAL_RECEIVED = "referral.received"
    REFERRAL_ACCEPTED = "referral.accepted"
    REFERRAL_DECLINED = "referral.declined"
    CASE_OPENED = "case.opened"
    CASE_CLOSED = "case.closed"
    CASE_REOPENED = "case.reopened"
    CASE_ALLOCATED = "case.allocated"
    CASE_ALLOCATION_ENDED = "case.allocation-ended"
    CASE_PERSON_ADDED = "case-person.added"
    CASE_PROFESSIONAL_NAMED = "case-professional.named"
    NOTE_WRITTEN = "note.written"
    NOTE_CORRECTED = "note.corrected"
    CONTACT_RECORDED = "contact.recorded"
    DECISION_RECORDED = "decision.recorded"
    # consent and sharing
    CONSENTS_READ = "consents.read"
    CONSENT_READ = "consent.read"
    SHARING_READ = "sharing.read"
    SHARE_READ = "share.read"
    WORDING_PUBLISHED = "wording.published"
    CONSENT_RECORDED = "consent.recorded"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    SHARE_RECORDED = "share.recorded"
    # rights requests
    REQUEST_RECORDED = "request.recorded"
    REQUEST_LISTED = "request.listed"
    REQUEST_READ = "request.read"
    REQUEST_ACKNOWLEDGED = "request.acknowledged"
    IDENTITY_ASKED = "request.identity-asked"
    IDENTITY_SEEN = "request.identity-seen"
    AUTHORITY_ASKED = "request.authority-asked"
    AUTHORITY_SEEN = "request.authority-seen"
    CLARIFICATION_ASKED = "request.clarification-asked"
    CLARIFICATION_ANSWERED = "request.clarification-answered"
    REQUEST_EXTENDED = "request.extended"
    REQUEST_REFUSED = "request.refused"
    ITEM_WITHHELD = "request.item-withheld"
    ITEM_DISCLOSED = "request.item-disclosed"
    REQUEST_PERSON_FOUND = "request.person-found"
    WITHHOLDING_UNDONE = "request.withholding-undone"
    ITEMS_LISTED = "request.items-listed"
    ITEM_READ = "request.item-read"
    PACK_ASKED = "pack.asked"
    PACK_BUILT = "pack.built"
    PACK_FAILED = "pack.failed"
    PACK_READ = "pack.read"
    PACK_EXPORTED = "pack.exported"
    REQUEST_RELEASED = "request.released"
    # staff
    USER_ADDED = "user.added"
    USER_CHANGED = "user.changed"
    USER_SUSPENDED = "user.suspended"
    USER_READMITTED = "user.readmitted"
    ROLE_GIVEN = "role.given"
    ROLE_TAKEN = "role.taken"
    UNDERTAKING_ACCEPTED = "undertaking.accepted"
    UNDERTAKING_PUBLISHED = "undertaking.published"
    DEMO_LOADED = "demo.loaded"

    @property
    def words(self) -> str:
        """The verb as people read it: "case, opened"."""
        noun, _, verb = self.value.partition(".")
        return f"{noun.replace('-', ' ')}, {verb.replace('-', ' ')}"
