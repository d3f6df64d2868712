"""What somebody types into the forms of a case, and what the page answers."""

import re
from datetime import timedelta

from django.utils import timezone

from audit.verbs import Verb
from cases.models import CaseNote, Contact, Decision

BODY = "Joe built a tower.\n\nThen it fell <script>alert(1)</script>."


def words_of(response):
    return response.content.decode()


def at(moment):
    local = timezone.localtime(moment)
    return {
        "happened_on_0": str(local.day),
        "happened_on_1": str(local.month),
        "happened_on_2": str(local.year),
        "happened_time": local.strftime("%H:%M"),
    }


def yesterday():
    return at(timezone.now() - timedelta(days=1))


def typed_note(world, **changes):
    return {
        **yesterday(),
        "kind": "observation",
        "people": [world.joe.reference],
        "body": BODY,
        "circumstances": ["school"],
        "source_kind": "own",
        "how_received": "in_person",
        **changes,
    }


def typed_contact(world, **changes):
    return {
        **yesterday(),
        "kind": "home_visit",
        "outcome": "attended",
        "minutes": "45",
        "place": "At home",
        "people": [world.amelia.reference],
        "others_present": "The dog",
        "summary": BODY,
        "next_step": "Call on Friday.",
        **changes,
    }


def typed_decision(world, **changes):
    return {
        **yesterday(),
        "decision": BODY,
        "decided_by_whom": "Team meeting",
        "basis": "The review.",
        "clients_view": "They agree.",
        **changes,
    }


KINDS = {
    "note-add": (CaseNote, typed_note, Verb.NOTE_WRITTEN),
    "contact-add": (Contact, typed_contact, Verb.CONTACT_RECORDED),
    "decision-add": (Decision, typed_decision, Verb.DECISION_RECORDED),
}


def token_in(response):
    return re.search(r'name="token" value="([0-9a-f-]{36})"', words_of(response))[1]
