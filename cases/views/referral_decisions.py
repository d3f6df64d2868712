"""What a service does with a referral, a page each: screening, yes or no, and the waiting list."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.queries import reader_of
from audit.looks import look_of
from cases import permissions
from cases.actions import referral_decisions as verbs
from cases.forms.referral_decisions import (
    AcceptForm,
    AllocateForm,
    DeclineForm,
    PlaceForm,
    ScreenForm,
    WithdrawForm,
)
from cases.models import Referral
from cases.queries import referrals as door
from cases.queries.opening import takers
from cases.queries.waiting_list import open_waiting_list, waits_beside
from cases.workflow import ReferralMove, ReferralStatus
from core.errors import Refused
from core.pages import answer, carry_out, sent

# The moves in the order in which they are offered: words, name of the page, kind of button.
OFFERED = (
    (ReferralMove.SCREEN, "Screen", "cases:referral-screen", ""),
    (ReferralMove.ACCEPT, "Accept", "cases:referral-accept", ""),
    (ReferralMove.ALLOCATE, "Allocate to a worker", "cases:referral-allocate", ""),
    (ReferralMove.ALLOCATE, "Change the place", "cases:referral-place", "secondary"),
    (ReferralMove.DECLINE, "Decline", "cases:referral-decline", "secondary"),
    (ReferralMove.WITHDRAW, "No longer wanted", "cases:referral-withdraw", "secondary"),
)


def moves_of(user: User, referral: Referral) -> list[dict[str, str]]:
    """What this reader can do with a referral now: a button that is shown is a button that works."""
    return [
        {"text": text, "url": reverse(name, args=[referral.reference]), "kind": kind}
        for move, text, name, kind in OFFERED
        if permissions.can_move(user, referral, move)
    ]


@require_safe
def waiting(request: HttpRequest, service: str) -> HttpResponse:
    """The waiting list of a service."""
    found = open_waiting_list(service, look=look_of(request), page=request.GET.get("page", 1))
    tabs = [
        {
            "label": one.name,
            "url": reverse("cases:waiting", args=[one.slug]),
            "current": one == found.service,
        }
        for one in found.services
    ]
    return answer(request, "cases/waiting.html", {"list": found, "tabs": tabs})


@require_http_methods(["GET", "HEAD", "POST"])
def referral_screen(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what the screening of a referral found."""
    opened = _begun(request, reference, ReferralMove.SCREEN)
    return _decide(
        request,
        opened,
        ScreenForm(sent(request)),
        verbs.screen,
        heading="Screen the referral",
        submit="Save the screening",
        done="The referral is screened. Accept or decline it now, or leave that to somebody else.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def referral_accept(request: HttpRequest, reference: str) -> HttpResponse:
    """Accept a referral: onto the waiting list, or at once to a worker."""
    opened = _begun(request, reference, ReferralMove.ACCEPT)
    return _decide(
        request,
        opened,
        _form(AcceptForm, request, opened),
        verbs.accept,
        heading="Accept the referral",
        submit="Accept",
        done="The referral is accepted.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def referral_allocate(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a family from the waiting list to a worker: a case opens."""
    opened = _begun(request, reference, ReferralMove.ALLOCATE)
    return _decide(
        request,
        opened,
        _form(AllocateForm, request, opened),
        verbs.allocate,
        heading="Allocate to a worker",
        submit="Open the case",
        done="The case is open.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def referral_place(request: HttpRequest, reference: str) -> HttpResponse:
    """Move a family on the waiting list, with the reason."""
    opened = _begun(request, reference, ReferralMove.ALLOCATE)
    form = PlaceForm(sent(request), priority=opened.priority, others=waits_beside(opened.referral))
    return _decide(
        request,
        opened,
        form,
        verbs.change_place,
        heading="Change the place on the waiting list",
        submit="Change the place",
        done="The place is changed, and why stands beside it.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def referral_decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Decline a referral, with the reason."""
    opened = _begun(request, reference, ReferralMove.DECLINE)
    return _decide(
        request,
        opened,
        DeclineForm(sent(request)),
        verbs.decline,
        heading="Decline the referral",
        submit="Decline the referral",
        done="The referral is declined. Tell whoever referred.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def referral_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that the family does not want it any more."""
    opened = _begun(request, reference, ReferralMove.WITHDRAW)
    return _decide(
        request,
        opened,
        WithdrawForm(sent(request)),
        verbs.withdraw,
        heading="The referral is no longer wanted",
        submit="Save",
        done="The referral is withdrawn.",
    )


def _begun(request: HttpRequest, reference: str, move: ReferralMove) -> door.ReferralRecord:
    """The referral, opened by somebody whose work it is to decide it.

    A page for a move that is not possible now is not begun: 409 with the reason. A form that was sent
    goes on to the verb, whose refusal keeps what was typed.
    """
    opened = door.open_referral(reference, look=look_of(request), may=permissions.may_decide)
    possible = permissions.can_move(reader_of(request), opened.referral, move)
    if not possible and request.method != "POST":
        raise Refused(door.stands_at(opened.referral, move))
    return opened


def _form(
    kind: type[AcceptForm] | type[AllocateForm], request: HttpRequest, opened: door.ReferralRecord
) -> AcceptForm | AllocateForm:
    return kind(
        sent(request),
        referral=opened.referral,
        workers=takers(
            reader_of(request),
            opened.referral.service,
            [one.person for one in opened.people],
        ),
        on=timezone.localdate(),
    )


def _decide(
    request: HttpRequest,
    opened: door.ReferralRecord,
    form: BaseForm,
    verb: Callable[..., Any],
    *,
    heading: str,
    submit: str,
    done: str,
) -> HttpResponse:
    referral = opened.referral
    if carry_out(form, verb, referral=referral, by=request.user):
        messages.success(request, done)
        if referral.status == ReferralStatus.ALLOCATED and referral.case:
            return redirect(referral.case)
        return redirect("cases:referral", referral.reference)
    context = {"record": opened, "heading": heading, "submit": submit}
    return answer(request, "cases/referral_decide.html", context, form)
