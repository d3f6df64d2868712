"""The person's own statement: who has looked at their record, when and why (features.md N9).

Staff are told by role: the person's right is to know what was done with their information (UK GDPR
Art 15(1)), and staff have rights of their own. Looks made to protect somebody from harm are not
listed, because that one happened may itself be what must not be told (DPA 2018 Sch 2 para 2, Sch 3 para
21); every statement says so, whether there were any or not.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncDate

from audit.models import Entry
from audit.purposes import Purpose
from audit.verbs import IN_A_LIST as LISTED
from audit.verbs import Action, Verb
from cases.models import Person

NOT_TOLD = (Purpose.SAFEGUARDING,)

IN_A_LIST = "saw your name in a list or among what a search found"
# The looks that most often happen, as the person would say them; others are put together below.
WORDS = {
    Verb.PERSON_OPENED: "opened your record",
    Verb.PERSON_BASICS_OPENED: "opened your name, date of birth and telephone numbers",
    Verb.CASE_OPENED_TO_READ: "opened a case that you are part of",
    Verb.NOTE_READ: "read a note about you",
    Verb.REFERRAL_READ: "read the referral that names you",
    Verb.CONSENTS_READ: "read what you agreed to",
    Verb.SHARING_READ: "read whom we told about you",
    Verb.LOOKS_READ: "read who has looked at your record",
    Verb.LOG_READ: "read who has looked at your record",
    Verb.LOG_EXPORTED: "took out a list of who has looked at your record",
    Verb.PERSON_FOUND: IN_A_LIST,
    Verb.PEOPLE_SEARCHED: IN_A_LIST,
    Verb.PERSON_LISTED: IN_A_LIST,
    Verb.CASE_LISTED: IN_A_LIST,
    Verb.REFERRAL_LISTED: IN_A_LIST,
    Verb.REQUEST_LISTED: IN_A_LIST,
    Verb.ADMIN_LISTED: IN_A_LIST,
    Verb.REQUEST_READ: "worked on your request",
    Verb.ITEMS_LISTED: "worked on your request",
    Verb.ITEM_READ: "worked on your request",
    Verb.PACK_READ: "read the copy made for you",
    Verb.PACK_EXPORTED: "took out the copy made for you",
    Verb.STATEMENT_MADE: "made this list for you",
    Verb.STATEMENT_PRINTED: "printed this list for you",
    Verb.SEAL_READ: "looked who may see your record",
    Verb.CONFLICT_READ: "looked who must not see your record",
    Verb.ODD_LOOK_LISTED: "checked why a colleague had looked at your record",
    Verb.EMERGENCY_READ: "checked why your record was opened in an emergency",
    Verb.CHANGES_READ: "read what was changed in your details",
    Verb.LOOK_MISTAKEN: "said that they had opened your record by mistake",
    Verb.RECORD_SHOWN_TOGETHER: "looked at your record together with you",
}
# What was done with something else, by the second part of the log's own word for it.
DONE = {
    "read": "read",
    "opened": "opened",
    "printed": "printed",
    "seen": "looked at",
    "page-seen": "looked at a page of",
    "taken": "took out",
    "file-taken": "took out the file of",
    "exported": "took out",
    "made": "made",
    "asked": "asked for",
}


@dataclass(frozen=True, slots=True)
class Looked:
    """What people of one role did on one day for one purpose, and how often."""

    on: date
    who: str
    what: str
    purpose: str
    times: int


def looks_of(person: Person) -> list[Looked]:
    """Every look at the record of `person` that may be told, folded by day; the latest first.

    Looks of the software itself, and looks that were refused and so saw nothing, are not among them.
    """
    rows = (
        Entry.objects.filter(
            people__overlap=person.numbers, action=Action.ACCESS, by_id__isnull=False
        )
        .exclude(verb=Verb.LOOK_REFUSED)
        .exclude(purpose__in=[purpose.value for purpose in NOT_TOLD])
        .annotate(on=TruncDate("at"))
        .order_by()
        .values_list("on", "by_roles", "verb", "purpose")
        .annotate(times=Count("pk"))
    )
    folded: dict[tuple[date, str, str, str], int] = {}
    for on, roles, verb, purpose, times in rows:
        key = (on, roles or "a member of staff", _what(verb), _why(purpose))
        folded[key] = folded.get(key, 0) + times
    return [
        Looked(on=on, who=who, what=what, purpose=purpose, times=times)
        for (on, who, what, purpose), times in sorted(
            folded.items(), key=lambda item: (-item[0][0].toordinal(), item[0][1:])
        )
    ]


def _what(verb: str) -> str:
    """What was done, in words for somebody who has never seen our log."""
    if verb in Verb and Verb(verb) in WORDS:
        return WORDS[Verb(verb)]
    noun, _, done = verb.partition(".")
    if done in LISTED:
        return IN_A_LIST
    thing = noun.replace("-", " ")
    article = "" if thing.endswith("s") else "an " if thing[:1] in "aeiou" else "a "
    return f"{DONE.get(done, 'worked with')} {article}{thing} about you"


def _why(purpose: str) -> str:
    return Purpose(purpose).words if purpose in Purpose else purpose
