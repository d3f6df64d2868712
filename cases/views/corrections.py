"""Putting right what was written wrongly about somebody, and what changed in their record."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.queries import reader_of
from audit.looks import Look, look_of
from cases import permissions
from cases.actions import corrections as verbs
from cases.actions import relationships
from cases.actions.voiding import void_person
from cases.forms.corrections import (
    AddressCorrection,
    ContactPointCorrection,
    NameCorrection,
    RelationshipCorrection,
    ResponsibilityForm,
    SensitiveDetailCorrection,
    TakeOutForm,
)
from cases.forms.safety import ReasonForm
from cases.models import Person
from cases.queries.changes import open_changes
from cases.queries.people import open_details, open_family, open_person
from cases.queries.staff import witnesses
from cases.views.people import form_page, record_page
from core.errors import Refused
from core.pages import carry_out, sent

FAMILY = "cases:person-family"


def _of_details(name: str) -> Callable[..., tuple[Person, list[Any]]]:
    def facts(reference: str, look: Look, may: Callable[[User], bool]) -> tuple[Person, list[Any]]:
        details = open_details(reference, look=look, may=may)
        return details.record.person, list(getattr(details, name) or [])

    return facts


def _relationships(
    reference: str, look: Look, may: Callable[[User], bool]
) -> tuple[Person, list[Any]]:
    family = open_family(reference, look=look, may=may)
    return family.record.person, family.record.relationships


@dataclass(frozen=True, slots=True)
class FactPages:
    """The pages on which one kind of fact is put right or taken out."""

    noun: str
    facts: Callable[[str, Look, Callable[[User], bool]], tuple[Person, list[Any]]]
    form: type[BaseForm] | None = None
    verb: Callable[..., Any] | None = None
    may: Callable[[User], bool] = permissions.can_change_basics
    back: str = "cases:person-details"
    fields: tuple[str, ...] = ()


FACTS: dict[str, FactPages] = {
    "names": FactPages(
        "the other name",
        _of_details("names"),
        NameCorrection,
        verbs.correct_name,
        fields=("kind", "name", "since", "until"),
    ),
    "addresses": FactPages(
        "the address",
        _of_details("addresses"),
        AddressCorrection,
        verbs.correct_address,
        fields=("kind", "lines", "postcode", "since", "until", "is_confidential"),
    ),
    "contact-points": FactPages(
        "the number or e-mail address",
        _of_details("contact_points"),
        ContactPointCorrection,
        verbs.correct_contact_point,
        fields=("kind", "value", "safe_for_messages", "notes", "until"),
    ),
    "sensitive-details": FactPages(
        "the sensitive detail",
        _of_details("sensitive"),
        SensitiveDetailCorrection,
        verbs.correct_sensitive_detail,
        may=permissions.can_change_confidential,
        fields=("kind", "detail", "reason", "until"),
    ),
    "relationships": FactPages("the relationship", _relationships, back=FAMILY),
}


@require_http_methods(["GET", "HEAD", "POST"])
def fact_correct(request: HttpRequest, reference: str, facts: str) -> HttpResponse:
    """A name, address, number or sensitive detail that was written wrongly."""
    today, pages = timezone.localdate(), FACTS[facts]
    one, fact = _chosen(request, reference, pages)
    initial = {name: getattr(fact, name) for name in pages.fields}
    form = pages.form(sent(request), on=today, initial=initial)  # type: ignore[misc,call-arg]
    if carry_out(form, pages.verb, fact=fact, on=today, by=request.user):  # type: ignore[arg-type]
        return _back(request, one, pages, "It is put right; the log keeps what it said.")
    return form_page(request, one, form, heading=f"Correct {pages.noun}", back=pages.back)


@require_http_methods(["GET", "HEAD", "POST"])
def fact_take_out(request: HttpRequest, reference: str, facts: str) -> HttpResponse:
    """A fact that does not belong in this record."""
    pages = FACTS[facts]
    one, fact = _chosen(request, reference, pages)
    form = TakeOutForm(sent(request), on=timezone.localdate())
    if form.is_valid():
        carry_out(form, verbs.take_out, fact=fact, by=request.user)
        if not form.errors:
            return _back(request, one, pages, "It is taken out; the log keeps what it said.")
    heading = f"Take out {pages.noun}: {fact}"
    return form_page(request, one, form, heading=heading, back=pages.back)


@require_http_methods(["GET", "HEAD", "POST"])
def relationship_correct(request: HttpRequest, reference: str) -> HttpResponse:
    """How two people are really related."""
    today, pages = timezone.localdate(), FACTS["relationships"]
    one, fact = _chosen(request, reference, pages)
    initial = RelationshipCorrection.initial_of(one, fact)
    form = RelationshipCorrection(sent(request), person=one, fact=fact, on=today, initial=initial)
    verb = relationships.correct_relationship
    if carry_out(form, verb, relationship=fact, on=today, by=request.user):
        return _back(request, one, pages, "The relationship is put right.")
    return form_page(request, one, form, heading="Correct the relationship", back=pages.back)


@require_http_methods(["GET", "HEAD", "POST"])
def responsibility(request: HttpRequest, reference: str) -> HttpResponse:
    """Parental responsibility in one relationship: how, since and until when, who has seen what."""
    today, pages = timezone.localdate(), FACTS["relationships"]
    one, fact = _chosen(request, reference, pages, may=permissions.can_change_confidential)
    form = ResponsibilityForm(
        sent(request), staff=witnesses(), on=today, initial=ResponsibilityForm.initial_of(fact)
    )
    verb = relationships.record_responsibility
    if carry_out(form, verb, relationship=fact, on=today, by=request.user):
        return _back(request, one, pages, "The parental responsibility is recorded.")
    heading = f"Parental responsibility of {fact.person} for {fact.other}"
    return form_page(request, one, form, heading=heading, back=pages.back)


@require_http_methods(["GET", "HEAD", "POST"])
def responsibility_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Parental responsibility that was written by mistake."""
    pages = FACTS["relationships"]
    one, fact = _chosen(request, reference, pages, may=permissions.can_change_confidential)
    form = TakeOutForm(sent(request), on=timezone.localdate())
    verb = relationships.withdraw_responsibility
    if carry_out(form, verb, relationship=fact, by=request.user):
        return _back(request, one, pages, "It is taken out; the log keeps what it said.")
    heading = f"{fact.person} never had parental responsibility for {fact.other}"
    return form_page(request, one, form, heading=heading, back=pages.back)


@require_safe
def person_changes(request: HttpRequest, reference: str) -> HttpResponse:
    """What was changed in the record, when and by whom, with what it said before."""
    page = request.GET.get("page", 1)
    found = open_changes(reference, look=look_of(request), page=page)
    context = {"changes": found.rows}
    return record_page(
        request, found.record, "person-details", "cases/person_changes.html", context
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_void(request: HttpRequest, reference: str) -> HttpResponse:
    """A person who was added by mistake a moment ago."""
    opened = open_person(reference, look=look_of(request), may=permissions.can_add_person)
    one = opened.person
    if request.method != "POST" and not permissions.can_void(reader_of(request), one):
        raise Refused(
            "Only whoever added somebody by mistake can void the record, within 24 hours. Ask the Data "
            "Protection Officer."
        )
    form = ReasonForm(sent(request), on=timezone.localdate())
    form.fields["reason"].label = "Why the record should not be there"
    if form.is_valid():
        carry_out(form, void_person, person=one, by=request.user)
        if not form.errors:
            messages.success(request, f"The record {reference} is void. The log keeps that it was.")
            return redirect("cases:search")
    return form_page(request, one, form, heading=f"Void the record of {one}")


def _chosen(
    request: HttpRequest,
    reference: str,
    pages: FactPages,
    *,
    may: Callable[[User], bool] | None = None,
) -> tuple[Person, Any]:
    """The person and the one fact of theirs that the address of the page names."""
    one, facts = pages.facts(reference, look_of(request), may or pages.may)
    number = request.GET.get("which", "")
    fact = next((fact for fact in facts if str(fact.pk) == number), None)
    if fact is None:
        raise Refused(f"Choose {pages.noun} on the record, beside what it says.")
    return one, fact


def _back(request: HttpRequest, one: Person, pages: FactPages, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect(pages.back, one.reference)
