"""What kinds of letter go out about a right or a complaint, and what each must carry: plain data."""

from enum import StrEnum

from django.db import models

from core.organisation import ORGANISATION


class LetterKind(models.TextChoices):
    """Why a letter is written (features.md P23)."""

    ACKNOWLEDGE = "acknowledge", "The request has come"
    ASK_IDENTITY = "ask_identity", "Asking for evidence of identity"
    ASK_AUTHORITY = "ask_authority", "Asking for authority to act"
    ASK_CLARIFICATION = "ask_clarification", "Asking what they mean"
    EXTEND = "extend", "The answer takes longer"
    NOTHING_HELD = "nothing_held", "Nothing is held"
    REFUSE = "refuse", "The request is refused"
    ANSWER = "answer", "The answer"
    DONE = "done", "The answer: what was done"
    PART = "part", "A part of the answer"
    ERASED = "erased", "What was to be erased is gone"
    NOT_ERASED = "not_erased", "What was to be erased is not gone after all"
    WITHDRAWN = "withdrawn", "The request is withdrawn"
    CORRECTED = "corrected", "What we had written down was wrong"
    RESTRICTION_LIFTED = "restriction_lifted", "A restriction is about to be lifted"
    RECIPIENTS_TOLD = "recipients_told", "Who was told of a change"
    COMPLAINT_ACKNOWLEDGED = "complaint_acknowledged", "The complaint has come"
    COMPLAINT_PROGRESS = "complaint_progress", "How far the complaint is"
    COMPLAINT_OUTCOME = "complaint_outcome", "The outcome of the complaint"


class Route(StrEnum):
    """A way to complain that a letter has to name."""

    CONTROLLER = "complaint to us"  # DPA 2018 s.164A
    REGULATOR = "complaint to the regulator"  # DPA 2018 s.165
    COURT = "court"  # DPA 2018 s.167


_BOTH = (Route.CONTROLLER, Route.REGULATOR)
_K = LetterKind

# UK GDPR Art 12(4), 13(2)(d), 15(1)(ea) and (f): who is answered is told where to complain.
ROUTES: dict[LetterKind, tuple[Route, ...]] = {
    _K.ANSWER: _BOTH,
    _K.PART: _BOTH,
    # Any of it may have been refused.
    _K.DONE: (*_BOTH, Route.COURT),
    _K.NOTHING_HELD: _BOTH,
    _K.REFUSE: (*_BOTH, Route.COURT),
    # For now it is a refusal of what was promised.
    _K.NOT_ERASED: (*_BOTH, Route.COURT),
    _K.COMPLAINT_OUTCOME: (Route.REGULATOR, Route.COURT),
}

# Goes once for a request; a second one goes only after the first was given up.
ONCE = (
    _K.ACKNOWLEDGE,
    _K.EXTEND,
    _K.NOTHING_HELD,
    _K.REFUSE,
    _K.DONE,
    _K.ERASED,
    _K.WITHDRAWN,
)

# Tells something of the record, so that it must not go where the person must not be spoken of.
TELLS = frozenset(
    {
        _K.ANSWER,
        _K.DONE,
        _K.ERASED,
        _K.NOT_ERASED,
        _K.PART,
        _K.RESTRICTION_LIFTED,
        _K.RECIPIENTS_TOLD,
        _K.COMPLAINT_OUTCOME,
    }
)


def routes_of(kind: LetterKind, *, about_data: bool = True) -> str:
    """The paragraphs that a letter of this kind always ends with; empty where it needs none.

    The regulator and the court are for what is done with information: what was found of a complaint about
    the service itself (not `about_data`) leads back to us.
    """
    routes = ROUTES.get(kind, ())
    if routes and not about_data:
        return _NOT_CONTENT
    also = Route.CONTROLLER in routes
    return "\n\n".join(_paragraph(route, also=also) for route in routes)


_NOT_CONTENT = (
    "If you do not agree with what we found, please tell us: telephone "
    f"{ORGANISATION.phone}, e-mail {ORGANISATION.email}, or write to {ORGANISATION.name}, {ORGANISATION.address}."
)


def _paragraph(route: Route, *, also: bool) -> str:
    of = ORGANISATION
    if route == Route.CONTROLLER:
        return (
            f"You can complain to us. Tell our {of.dpo_title} what went wrong: e-mail {of.dpo_email}, "
            f"telephone {of.dpo_phone}, or write to {of.name}, {of.address}. Within 30 days we tell you "
            "that your complaint has come, and then what we found (Data Protection Act 2018, section "
            "164A)."
        )
    if route == Route.REGULATOR:
        return (
            f"You can {'also ' if also else ''}complain to the {of.regulator_name}: {of.regulator_address}, telephone "
            f"{of.regulator_phone}, {of.regulator_url} (Data Protection Act 2018, section 165)."
        )
    return (
        "You can ask a court to order us to comply with the law about your information (Data "
        "Protection Act 2018, section 167)."
    )
