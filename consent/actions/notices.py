"""Privacy notices are adopted, and given to people."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.models import Person
from consent.models import NoticeFormat, NoticeGiven, PrivacyNotice, Readers
from consent.permissions import can_adopt_notice
from consent.queries.record import death_of
from core.dates import plain
from core.errors import Refused


@transaction.atomic
def adopt_notice(*, readers: str, text: str, by: User) -> PrivacyNotice:
    """The Data Protection Officer adopts `text` as the next version of the notice for `readers`.

    From this moment it is the one on the public site, and everybody is to be given it. Refused to
    everybody else, and for a text that says what the current version says.
    """
    if not can_adopt_notice(by):
        raise Refused("The Data Protection Officer adopts the privacy notice.")
    text = text.strip()
    if not text:
        raise Refused("Write the notice.")
    # Two versions adopted at once would have one number; the table refuses the second of them.
    newest = PrivacyNotice.objects.filter(readers=Readers(readers)).order_by("-version").first()
    if newest is not None and newest.text == text:
        raise Refused(f"Version {newest.version} says the same already.")
    record(Verb.PRIVACY_NOTICE_ADOPTED, by=by, action=Action.CREATE, record=PrivacyNotice)
    return PrivacyNotice.objects.create(
        readers=readers,
        version=newest.version + 1 if newest else 1,
        text=text,
        adopted_at=timezone.now(),
        adopted_by=by,
    )


@transaction.atomic
def give_notice(
    *,
    person: Person,
    notice: PrivacyNotice,
    given_on: date,
    means: str,
    form: str = NoticeFormat.STANDARD,
    language: str = "English",
    to_parent: bool = False,
    by: User,
) -> NoticeGiven:
    """Write down that `person` was given this version of the notice (UK GDPR Art 13; features.md P19).

    The same said twice makes one row. Refused for a day before the version was adopted, or after they died.
    """
    now, language = timezone.now(), " ".join(language.split())
    if given_on > timezone.localdate(now):
        raise Refused(f"{plain(given_on)} has not come yet.")
    adopted = timezone.localdate(notice.adopted_at)
    if given_on < adopted:
        raise Refused(
            f"{notice} was adopted on {plain(adopted)}. Choose the version that they were given then."
        )
    death = None if to_parent else death_of(person)
    if death is not None and death.died_on < given_on:
        raise Refused(
            f"{person} died on {plain(death.died_on)} and was given nothing on {plain(given_on)}. Check the day."
        )
    if not language:
        raise Refused("Say in which language it was.")
    said = {
        "person": person,
        "notice": notice,
        "given_on": given_on,
        "means": means,
        "form": form,
        "language": language,
        "to_parent": to_parent,
    }
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if before := NoticeGiven.objects.filter(**said).first():
        return before
    record(
        Verb.PRIVACY_NOTICE_GIVEN, by=by, action=Action.CREATE, record=NoticeGiven, people=[person]
    )
    return NoticeGiven.objects.create(**said, recorded_at=now, recorded_by=by)
