"""Rules of the client record that the database keeps."""

from typing import Any

import pgtrigger

from audit.triggers import NOTED, Noted, OwnFunction


class FinalForEver(OwnFunction):
    """An entry that is final is never changed; a correction is a new version (features.md P6).

    But for the number of a person in it, which follows a merge in the merge's own transaction: the words
    stay, and whose number it is was a mistake (docs/adr/0013).
    """

    function = "public.cases_final"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class MergeStamped(OwnFunction):
    """In which transaction a merge was made or undone is the database's to say."""

    function = "public.cases_merge_stamp"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


class GoesRightly(OwnFunction):
    """A person goes by the entry that says so: voided by whoever added them within a day, or destroyed."""

    function = "public.cases_person_goes"
    when = pgtrigger.Before
    operation = pgtrigger.Delete
    level = pgtrigger.Row


class DraftKept(OwnFunction):
    """What is typed on into a draft has an entry in the log at least every ten minutes, and nothing else
    of it changes (docs/adr/0010).
    """

    function = "public.cases_draft"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class ByAnother(OwnFunction):
    """Nobody signs off their own, in whichever version of the entry (features.md P7)."""

    function = "public.cases_by_another"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    level = pgtrigger.Row


class RestrictionSteps(OwnFunction):
    """A restriction says for ever what it is of and why; it is lifted only after the day on which the
    person was told, in a step of its own (UK GDPR Art 18(3)).
    """

    function = "public.cases_restriction_steps"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    level = pgtrigger.Row


class RestrictedMark(OwnFunction):
    """A restricted person carries the mark in their own row, so that no page names them unawares."""

    function = "public.cases_restricted_mark"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    level = pgtrigger.Row


class UsedNow(OwnFunction):
    """In which transaction something restricted was used is the database's to say, once."""

    function = "public.cases_used_now"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


class StaysAsWritten(OwnFunction):
    """What was written down is never rewritten."""

    function = "public.cases_final"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class FilledOnce(OwnFunction):
    """What was written stays; only what is still empty is filled, once. A merge is followed."""

    function = "public.cases_filled_once"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class SealStands(FilledOnce):
    """As `FilledOnce`; that lifting is asked for may be taken back, until the seal is lifted."""

    def render_execute(self, model: Any) -> str:
        return f"{self.function}('lift_asked_at', 'lift_asked_by_id', 'lift_reason')"


class EmergencyFilledOnce(FilledOnce):
    """As `FilledOnce`; whoever reviews may be asked again, more than once."""

    def render_execute(self, model: Any) -> str:
        return f"{self.function}('chased_on')"


class NoEmergencyOpens(OwnFunction):
    """No emergency opens what is closed to somebody, and nobody reviews about whom they have a conflict
    of interest with (features.md N7, P17).
    """

    function = "public.cases_no_emergency_opens"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


RESTRICTION_STEPS = RestrictionSteps(name="steps")
RESTRICTED_MARK = RestrictedMark(name="restricted_mark")
USED_NOW = UsedNow(name="used_now")
STAYS_AS_WRITTEN = StaysAsWritten(name="as_written")
FINAL = FinalForEver(name="final")
GOES = GoesRightly(name="goes")
BY_ANOTHER = ByAnother(name="by_another")
BEGUN_AND_ENDED = Noted(name="noted", operation=pgtrigger.Insert | pgtrigger.Delete)
DRAFT = DraftKept(name="draft")
FILLED_ONCE = FilledOnce(name="filled_once")
SEAL_STANDS = SealStands(name="seal_stands")
EMERGENCY_FILLED_ONCE = EmergencyFilledOnce(name="filled_once")
NO_EMERGENCY_OPENS = NoEmergencyOpens(name="no_emergency_opens")

__all__ = [
    "BEGUN_AND_ENDED",
    "BY_ANOTHER",
    "DRAFT",
    "EMERGENCY_FILLED_ONCE",
    "FILLED_ONCE",
    "FINAL",
    "GOES",
    "NOTED",
    "NO_EMERGENCY_OPENS",
    "RESTRICTED_MARK",
    "RESTRICTION_STEPS",
    "SEAL_STANDS",
    "STAYS_AS_WRITTEN",
    "USED_NOW",
]
