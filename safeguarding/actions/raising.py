"""Raising a concern or an allegation: anybody who works here may, about anybody (features.md P41)."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Case, Person
from core.database import next_number
from core.errors import Refused
from safeguarding.models import (
    Allegation,
    AllegationEntry,
    AllegationPerson,
    Concern,
    ConcernEntry,
    ConcernPerson,
)
from safeguarding.permissions import leads_of, receivers_of
from safeguarding.statements import sent_before, words_of

# The same words for both kinds: nobody learns from an e-mail or a list of notices which it was.
RAISED = "A safeguarding concern was raised and waits to be read"
RAISED_IN_DANGER = "Urgent: a safeguarding concern about immediate danger was raised"
ADDED = "Something was added to a safeguarding concern"


@transaction.atomic
def raise_concern(
    *,
    people: Iterable[Person] = (),
    described: str = "",
    in_danger: bool,
    what: str,
    own_words: str = "",
    harm: Iterable[str] = (),
    how_known: str,
    suspected_on: date,
    suspected_by: str = "",
    told_whom: str = "",
    told_when: datetime | None = None,
    case: Case | None = None,
    token: UUID | None = None,
    by: User,
) -> Concern:
    """Say that somebody may come to harm. The safeguarding lead and every deputy are told at once.

    About people of the record, or described in words, or both. The same form (`token`) sent twice makes
    one concern.
    """
    people = list(people)
    words = words_of(
        in_danger=in_danger,
        what=what,
        own_words=own_words,
        described=described,
        harm=harm,
        how_known=how_known,
        suspected_on=suspected_on,
        suspected_by=suspected_by,
        told_whom=told_whom,
        told_when=told_when,
        by=by,
    )
    if not people and not words["described"]:
        raise Refused("Say about whom it is: find the person, or describe them.")
    if before := sent_before(Concern, token, words=words, people=people, by=by):
        return before
    now = timezone.now()
    concern = Concern(
        pk=next_number(Concern), case=case, token=token, recorded_by=by, recorded_at=now, **words
    )
    record(
        Verb.CONCERN_RAISED,
        by=by,
        action=Action.CREATE,
        record=concern,
        people=people,
        purpose=Purpose.SAFEGUARDING,
    )
    concern.save(force_insert=True)
    ConcernPerson.objects.bulk_create(
        ConcernPerson(concern=concern, person=person, recorded_by=by, recorded_at=now)
        for person in people
    )
    # The database has made the reference meanwhile.
    concern.refresh_from_db()
    tell(
        who=leads_of(concern),
        sentence=RAISED_IN_DANGER if in_danger else RAISED,
        link=concern.get_absolute_url(),
        by=by,
    )
    return concern


@transaction.atomic
def raise_allegation(
    *,
    about_staff: User | None = None,
    about_name: str = "",
    people: Iterable[Person] = (),
    described: str = "",
    in_danger: bool,
    what: str,
    own_words: str = "",
    harm: Iterable[str] = (),
    how_known: str,
    suspected_on: date,
    suspected_by: str = "",
    told_whom: str = "",
    told_when: datetime | None = None,
    token: UUID | None = None,
    by: User,
) -> Allegation:
    """Say that a member of staff or a volunteer has harmed, or may harm, somebody.

    The named people are told at once, never the one it is about; nobody else learns that it is there.
    """
    people, about_name = list(people), about_name.strip()
    words = words_of(
        in_danger=in_danger,
        what=what,
        own_words=own_words,
        described=described,
        harm=harm,
        how_known=how_known,
        suspected_on=suspected_on,
        suspected_by=suspected_by,
        told_whom=told_whom,
        told_when=told_when,
        by=by,
    )
    words |= {"about_staff": about_staff, "about_name": about_name}
    if (about_staff is None) is (about_name == ""):
        raise Refused("Say about whom it is: choose a colleague or write a name, not both.")
    if before := sent_before(Allegation, token, words=words, people=people, by=by):
        return before
    now = timezone.now()
    allegation = Allegation(
        pk=next_number(Allegation), token=token, recorded_by=by, recorded_at=now, **words
    )
    record(
        Verb.ALLEGATION_RAISED,
        by=by,
        action=Action.CREATE,
        record=allegation,
        people=people,
        purpose=Purpose.SAFEGUARDING,
    )
    allegation.save(force_insert=True)
    AllegationPerson.objects.bulk_create(
        AllegationPerson(allegation=allegation, person=person, recorded_by=by, recorded_at=now)
        for person in people
    )
    allegation.refresh_from_db()
    tell(
        who=receivers_of(about_staff.pk if about_staff else None),
        sentence=RAISED_IN_DANGER if in_danger else RAISED,
        link=allegation.get_absolute_url(),
        by=by,
    )
    return allegation


@transaction.atomic
def add_to(
    *, raised: Concern | Allegation, text: str, token: UUID | None = None, by: User
) -> ConcernEntry | AllegationEntry:
    """Add to what was said, or put it right. What stands there stays; those who read it are told."""
    text = text.strip()
    if not text:
        raise Refused("Write what you add.")
    if isinstance(raised, Concern):
        # Two sendings of one form wait for each other here.
        Concern.objects.select_for_update(no_key=True).get(pk=raised.pk)
        before = ConcernEntry.objects.filter(token=token).first() if token else None
        if before is not None:
            return before
        _record_addition(raised, Verb.CONCERN_ADDED_TO, by)
        entry = ConcernEntry.objects.create(
            concern=raised,
            kind=ConcernEntry.Kind.ADDITION,
            text=text,
            token=token,
            recorded_by=by,
        )
        others = [lead for lead in leads_of(raised) if lead != by]
        tell(who=others, sentence=ADDED, link=raised.get_absolute_url(), by=by)
        return entry
    return _add_to_allegation(raised, text, token, by)


def _add_to_allegation(
    allegation: Allegation, text: str, token: UUID | None, by: User
) -> AllegationEntry:
    Allegation.objects.select_for_update(no_key=True, of=("self",)).get(pk=allegation.pk)
    before = AllegationEntry.objects.filter(token=token).first() if token else None
    if before is not None:
        return before
    if by.pk == allegation.about_staff_id:
        raise Refused("Nobody writes in an allegation about themselves.")
    _record_addition(allegation, Verb.ALLEGATION_ADDED_TO, by)
    entry = AllegationEntry.objects.create(
        allegation=allegation,
        kind=AllegationEntry.Kind.ADDITION,
        text=text,
        token=token,
        recorded_by=by,
    )
    others = [user for user in receivers_of(allegation.about_staff_id) if user != by]
    tell(who=others, sentence=ADDED, link=allegation.get_absolute_url(), by=by)
    return entry


def _record_addition(raised: Concern | Allegation, verb: Verb, by: User) -> None:
    record(
        verb,
        by=by,
        action=Action.CREATE,
        record=raised,
        people=raised.people.values_list("pk", flat=True),
        purpose=Purpose.SAFEGUARDING,
    )
