"""Rules of rights requests that the database keeps."""

import pgtrigger

from audit.triggers import NOTED, OwnFunction


class ReleasedOnlyWhenEstablished(OwnFunction):
    """Nothing is released before it is established who asks, and that they may (UK GDPR Art 12(6))."""

    function = "public.sar_release"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


class EvidenceStays(OwnFunction):
    """What was seen is never rewritten: a release rests on it."""

    function = "public.sar_evidence"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class Gates(OwnFunction):
    """Nothing is released while a warning is undecided, or to a parent whose child has grown up (N17)."""

    function = "public.sar_gates"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


class Searched(OwnFunction):
    """Nothing goes out as the whole answer while a place is unsearched (UK GDPR Art 15(1A))."""

    function = "public.sar_searched"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


class AnsweredWhenDone(OwnFunction):
    """A request is answered once it is known who asks and nothing of it is undone, and for good."""

    function = "public.sar_answered"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


class StaysAsItEnded(OwnFunction):
    """How a request came is not corrected after its answer, and a withdrawal is not taken back."""

    function = "public.sar_stays"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class PartMayGo(OwnFunction):
    """A part goes out under the same conditions as the whole, states its gap, and stays as it went."""

    function = "public.sar_part"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


class LetterStays(OwnFunction):
    """The words of a letter are final, and one that went is never changed again."""

    function = "public.sar_letter"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class ClearedByAnOpinion(OwnFunction):
    """Words about health go out on an opinion only if it says so (DPA 2018, Sch 3 para 6)."""

    function = "public.sar_health"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


class SignedByASecondPerson(OwnFunction):
    """A pack is signed off by somebody who did not prepare it, and for good (features.md N16)."""

    function = "public.sar_sign_off"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


SIGNED_BY_A_SECOND_PERSON = SignedByASecondPerson(name="second_person")
CLEARED_BY_AN_OPINION = ClearedByAnOpinion(name="opinion")


class ErasureSteps(OwnFunction):
    """A decision to erase is never rewritten: it is approved once, by another, and acted on once."""

    function = "public.sar_erasure_steps"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


class DecidedOnce(OwnFunction):
    """What is disputed is never rewritten, and it is decided once."""

    function = "public.sar_decided_once"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class StepStays(OwnFunction):
    """What happened to a complaint is never rewritten."""

    function = "public.cases_final"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


ERASURE_STEPS = ErasureSteps(name="erasure_steps")
DECIDED_ONCE = DecidedOnce(name="decided_once")
FINAL = StepStays(name="final")
RELEASED_ONLY_WHEN_ESTABLISHED = ReleasedOnlyWhenEstablished(name="established")
EVIDENCE_STAYS = EvidenceStays(name="evidence_stays")
ANSWERED_WHEN_DONE = AnsweredWhenDone(name="answered")
STAYS_AS_IT_ENDED = StaysAsItEnded(name="stays")
PART_MAY_GO = PartMayGo(name="part")
SEARCHED = Searched(name="searched")
GATES = Gates(name="gates")
LETTER_STAYS = LetterStays(name="letter_stays")

__all__ = [
    "ANSWERED_WHEN_DONE",
    "CLEARED_BY_AN_OPINION",
    "DECIDED_ONCE",
    "ERASURE_STEPS",
    "EVIDENCE_STAYS",
    "FINAL",
    "GATES",
    "LETTER_STAYS",
    "NOTED",
    "PART_MAY_GO",
    "RELEASED_ONLY_WHEN_ESTABLISHED",
    "SEARCHED",
    "SIGNED_BY_A_SECOND_PERSON",
    "STAYS_AS_IT_ENDED",
]
