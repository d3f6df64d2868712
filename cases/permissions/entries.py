"""Who reads and writes notes, contacts, decisions, documents and files on paper, and signs them off."""

from collections.abc import Sequence

from django.utils import timezone

from accounts.models import User
from cases.models import Case, CaseNote, Contact, Decision, Document, PaperFile, PassageKind, Review
from cases.models.entry import OFFENCE, SPECIAL_CATEGORY
from cases.permissions.cases import of_their_service
from cases.workflow import CaseStatus


def can_see_entries(user: User) -> bool:
    """Notes, contacts and decisions; the front desk sees basic details only."""
    return user.has_perm("cases.open_record")


def may_write(user: User, case: Case) -> bool:
    """Whether writing in this case is part of their work, whatever its status."""
    return user.has_perm("cases.write_entries")


def can_write_in(user: User, case: Case) -> bool:
    """Write a note, contact or decision: in an open case that exists for them."""
    return case.status == CaseStatus.OPEN and may_write(user, case)


def can_correct(user: User, entry: CaseNote | Contact | Decision | Document) -> bool:
    """Correct an entry: whoever may write in its case; a closed case is corrected as well."""
    return user.has_perm("cases.write_entries")


def may_file_paper(user: User) -> bool:
    """Whether writing down files on paper is part of their work."""
    return can_see_entries(user) and user.has_perm("cases.write_entries")


def may_move_paper(user: User, paper_file: PaperFile) -> bool:
    """Say who has a file on paper, also of a closed case: paper outlives the work."""
    return may_file_paper(user)


def may_sign_off(user: User) -> bool:
    """Whether signing off what others wrote is part of their work: managers, in their services."""
    return user.has_perm("cases.sign_off")


def may_review(user: User, entry: CaseNote | Contact | Decision) -> bool:
    """Whether signing off this entry is part of their work, whatever its state."""
    return may_sign_off(user) and asks_sign_off(entry) and of_their_service(user, entry.case)


def can_sign_off(user: User, versions: Sequence[CaseNote | Contact | Decision]) -> bool:
    """Sign off an entry of a service of theirs that asks for it: nobody's own, in whichever version.

    `versions` are all of its versions, the newest first, as the door gives them.
    """
    newest = versions[0]
    return (
        may_review(user, newest)
        and all(review.verdict != Review.Verdict.SIGNED_OFF for review in newest.reviews.all())  # type: ignore[union-attr]
        and user.pk not in {version.recorded_by_id for version in versions}
    )


def asks_sign_off(entry: CaseNote | Contact | Decision) -> bool:
    """Whether the service of an entry wants it signed off, since the day it was written."""
    service = entry.case.service
    begins = None
    if isinstance(entry, CaseNote):
        begins = service.notes_signed_off_from
    elif isinstance(entry, Decision) and entry.closes_case:
        begins = service.closings_signed_off_from
    return begins is not None and timezone.localdate(entry.recorded_at) >= begins


def can_see_confidential(user: User) -> bool:
    """What only those need who work with the family, protect somebody, or answer for the record: addresses
    that must not be given to anybody, sensitive details, court orders, passages about health and offences.

    Whoever opens a record without it reads "hidden: not needed for your role" in the place.
    """
    return user.has_perm("cases.open_record") and user.has_perm("cases.read_confidential")


def hidden_passages(user: User) -> frozenset[str]:
    """The kinds of marked passages that `user` does not need (UK GDPR Art 5(1)(c), Art 9, Art 10)."""
    if can_see_confidential(user):
        return frozenset()
    return frozenset({PassageKind.HEALTH.value, PassageKind.OFFENCE.value})


def hidden_circumstances(user: User) -> frozenset[str]:
    """The parts of life that are health or offence data, where `user` does not need them."""
    return frozenset() if can_see_confidential(user) else SPECIAL_CATEGORY | OFFENCE
