"""The pages of one person's record, and everything that may be written about them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
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
from cases.actions import newcomers, relationships
from cases.actions import people as verbs
from cases.family_picture import Picture, draw_family
from cases.forms.facts import (
    ContactPointForm,
    EndForm,
    NameForm,
    NewAddressForm,
    RelationshipForm,
    SensitiveDetailForm,
)
from cases.forms.newcomers import NewPersonForm
from cases.forms.people import ChangeBasicsForm, HouseholdForm
from cases.models import Case, Means, Person
from cases.models.person import AboutPerson
from cases.queries.households import open_household
from cases.queries.looks import open_looks
from cases.queries.merging import merges_of
from cases.queries.opening import find_person
from cases.queries.people import (
    Details,
    Family,
    PersonRecord,
    age_of,
    begin_person,
    birth_is_estimated,
    open_details,
    open_family,
    open_person,
)
from cases.views.alike import sure_of, unanswered
from cases.views.timeline import timeline_part
from core.errors import Refused
from core.pages import answer, carry_out, sent

# Ways to reach somebody, as their details are shown.
PLACES = (Means.POST, Means.VISIT)
LINES = (Means.CALL, Means.MESSAGE, Means.EMAIL)


@require_safe
def person(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that happened around one person, in all cases that the reader may see."""
    opened = open_person(reference, look=look_of(request))
    hidden = opened.basics_only
    part = None if hidden else timeline_part(request, cases=opened.cases, person=opened.person)
    return record_page(request, opened, "person", "cases/person.html", {"timeline": part})


@require_safe
def person_details(request: HttpRequest, reference: str) -> HttpResponse:
    """Who somebody is, where they live, how to reach them, and what they told us in confidence."""
    details = open_details(reference, look=look_of(request))
    current = {
        "addresses": _lasts(details.addresses),
        "contact_points": _lasts(details.contact_points),
        "sensitive": _lasts(details.sensitive or []),
    }
    ways = details.reach.by
    context = {
        "details": details,
        "current": current,
        "columns": _columns(reader_of(request)),
        "can_void": permissions.can_void(reader_of(request), details.record.person),
        "warned": {
            "addresses": [
                ways(one) for one in PLACES if ways(one).for_safety or ways(one).warnings
            ],
            "points": [ways(one) for one in LINES if ways(one).for_safety],
        },
    }
    return record_page(
        request, details.record, "person-details", "cases/person_details.html", context
    )


@require_safe
def person_family(request: HttpRequest, reference: str) -> HttpResponse:
    """Relationships, parental responsibility, and who is in the same cases."""
    family = open_family(reference, look=look_of(request))
    youngest = family.youngest_child
    context = {
        "family": family,
        "picture": _picture(family),
        "columns": _columns(reader_of(request)),
        "current": {"relationships": _lasts(family.record.relationships)},
        "relations_caption": f"{family.record.person} is",
        "age_of_youngest": age_of(youngest, timezone.localdate()) if youngest else "",
    }
    return record_page(request, family.record, "person-family", "cases/person_family.html", context)


@require_safe
def person_household(request: HttpRequest, reference: str) -> HttpResponse:
    """Who lives with somebody, today or on the day that was asked for."""
    today = timezone.localdate()
    asked = request.GET if "on_0" in request.GET else None
    form = HouseholdForm(asked, initial={"on": today})
    day = form.cleaned_data["on"] if form.is_valid() else today
    household = open_household(reference, look=look_of(request), on=day)
    context = {"household": household, "day_form": form}
    page = record_page(
        request, household.record, "person-family", "cases/person_household.html", context
    )
    page.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page


@require_safe
def person_cases(request: HttpRequest, reference: str) -> HttpResponse:
    """The cases that somebody is part of."""
    opened = open_person(reference, look=look_of(request))
    rows = [{"case": case, "workers": _working_on(case)} for case in opened.cases]
    return record_page(request, opened, "person-cases", "cases/person_cases.html", {"rows": rows})


@require_safe
def person_looks(request: HttpRequest, reference: str) -> HttpResponse:
    """Who has looked at the record, when and why; that one looked at this list is written as well."""
    page = request.GET.get("page", 1)
    looks = open_looks(reference, look=look_of(request), page=page)
    return record_page(
        request, looks.record, "person-looks", "cases/person_looks.html", {"looks": looks}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: HttpRequest) -> HttpResponse:
    """Somebody whom the charity does not know yet."""
    today = timezone.localdate()
    begin_person(look=look_of(request))
    form = NewPersonForm(sent(request), on=today)
    doubts = unanswered(request, form.described()) if form.is_valid() else []
    if not doubts and (added := carry_out(form, newcomers.add_newcomer, on=today, by=request.user)):
        messages.success(request, f"{added} has the reference {added.reference}.")
        return redirect("cases:person-details", added.reference)
    context = {"offers": doubts, "sure": sure_of(doubts), "form_id": "person-form"}
    return answer(request, "cases/person_add.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def person_change(request: HttpRequest, reference: str) -> HttpResponse:
    """Who somebody is, written anew; what it said before stays in the log."""
    today = timezone.localdate()
    opened = open_person(reference, look=look_of(request), may=permissions.can_change_basics)
    one = opened.person
    form = ChangeBasicsForm(sent(request), on=today, initial={**one.basics, "seen": one.version})
    if carry_out(form, verbs.change_basics, person=one, on=today, by=request.user):
        messages.success(request, "The details are changed.")
        return redirect("cases:person-details", reference)
    return form_page(request, one, form, heading="Change basic details")


@require_http_methods(["GET", "HEAD", "POST"])
def name_add(request: HttpRequest, reference: str) -> HttpResponse:
    """A former name, an alias, the name at birth."""
    return _add_fact(request, reference, NameForm, verbs.add_name, "Add another name")


@require_http_methods(["GET", "HEAD", "POST"])
def address_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Where somebody lives, or may safely be written to."""
    today = timezone.localdate()
    may = permissions.can_change_basics
    family = open_family(reference, look=look_of(request), may=may)
    one = family.record.person
    near = {each.other.pk: each.other for each in family.relations if each.other}
    near |= {each.person.pk: each.person for each in family.in_same_cases}
    form = NewAddressForm(sent(request), near=near.values(), on=today)
    if carry_out(form, verbs.add_address, person=one, on=today, by=request.user):
        messages.success(request, "It is recorded.")
        return redirect("cases:person-details", reference)
    return form_page(request, one, form, heading="Add an address")


@require_http_methods(["GET", "HEAD", "POST"])
def contact_point_add(request: HttpRequest, reference: str) -> HttpResponse:
    """A telephone number or an e-mail address."""
    return _add_fact(
        request,
        reference,
        ContactPointForm,
        verbs.add_contact_point,
        "Add a telephone number or e-mail address",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sensitive_detail_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Something of a special category that the person told us."""
    return _add_fact(
        request,
        reference,
        SensitiveDetailForm,
        verbs.add_sensitive_detail,
        "Add a sensitive detail",
        may=permissions.can_change_confidential,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def address_end(request: HttpRequest, reference: str) -> HttpResponse:
    """An address where they do not live any more."""
    return _end_fact(
        request,
        reference,
        Ending("address", "Which address has ended", verbs.end_address, lambda d: d.addresses),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contact_point_end(request: HttpRequest, reference: str) -> HttpResponse:
    """A number or address that is not theirs any more."""
    return _end_fact(
        request,
        reference,
        Ending(
            "contact_point",
            "Which number or address is not theirs any more",
            verbs.end_contact_point,
            lambda d: d.contact_points,
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sensitive_detail_end(request: HttpRequest, reference: str) -> HttpResponse:
    """A sensitive detail that is not so any more."""
    return _end_fact(
        request,
        reference,
        Ending(
            "sensitive_detail",
            "Which is not so any more",
            verbs.end_sensitive_detail,
            lambda d: d.sensitive or [],
            may=permissions.can_change_confidential,
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def relationship_add(request: HttpRequest, reference: str) -> HttpResponse:
    """How somebody and another person are related."""
    today, look = timezone.localdate(), look_of(request)
    family = open_family(reference, look=look, may=permissions.can_change_basics)
    one = family.record.person
    form = RelationshipForm(
        sent(request),
        person=one,
        near=[member.person for member in family.in_same_cases],
        find=lambda words: find_person(words, look=look),
        on=today,
    )
    if written := carry_out(form, relationships.add_relationship, on=today, by=request.user):
        messages.success(request, f"Recorded: {written}.")
        return redirect("cases:person-family", reference)
    return form_page(request, one, form, heading="Add a relationship", back="cases:person-family")


@require_http_methods(["GET", "HEAD", "POST"])
def relationship_end(request: HttpRequest, reference: str) -> HttpResponse:
    """A relationship that has ended: partners who parted, a foster placement."""
    today = timezone.localdate()
    opened = open_person(reference, look=look_of(request), may=permissions.can_change_basics)
    form = _end_form(
        request,
        [one for one in opened.relationships if one.until is None],
        noun="relationship",
        question="Which relationship has ended",
    )
    if carry_out(form, relationships.end_relationship, on=today, by=request.user):
        messages.success(request, "The end of the relationship is recorded.")
        return redirect("cases:person-family", reference)
    return form_page(
        request, opened.person, form, heading="End a relationship", back="cases:person-family"
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """A page on which one of several facts of a person ends."""

    noun: str
    question: str
    verb: Callable[..., Any]
    facts: Callable[[Details], list[Any]]
    may: Callable[[User], bool] = permissions.can_change_basics


def _add_fact(
    request: HttpRequest,
    reference: str,
    form_class: type[BaseForm],
    verb: Callable[..., Any],
    heading: str,
    *,
    may: Callable[[User], bool] = permissions.can_change_basics,
) -> HttpResponse:
    today = timezone.localdate()
    opened = open_person(reference, look=look_of(request), may=may)
    form = form_class(sent(request), on=today)  # type: ignore[call-arg]
    if carry_out(form, verb, person=opened.person, on=today, by=request.user):
        messages.success(request, "It is recorded.")
        return redirect("cases:person-details", reference)
    return form_page(request, opened.person, form, heading=heading)


def _end_fact(request: HttpRequest, reference: str, ending: Ending) -> HttpResponse:
    today = timezone.localdate()
    details = open_details(reference, look=look_of(request), may=ending.may)
    current = [fact for fact in ending.facts(details) if fact.until is None]
    form = _end_form(request, current, noun=ending.noun, question=ending.question)
    if carry_out(form, ending.verb, on=today, by=request.user):
        messages.success(request, "The end is recorded; it stays in the record as it was.")
        return redirect("cases:person-details", reference)
    return form_page(request, details.record.person, form, heading=ending.question)


def _end_form(request: HttpRequest, facts: list[Any], *, noun: str, question: str) -> EndForm:
    if not facts and request.method != "POST":
        raise Refused("There is nothing here that could end.")
    return EndForm(
        sent(request), noun=noun, question=question, facts=facts, on=timezone.localdate()
    )


def form_page(
    request: HttpRequest,
    one: Person,
    form: BaseForm,
    *,
    heading: str,
    back: str = "cases:person-details",
) -> HttpResponse:
    context = {"person": one, "heading": heading, "back": reverse(back, args=[one.reference])}
    return answer(request, "cases/person_form.html", context, form)


def record_page(
    request: HttpRequest, opened: PersonRecord, tab: str, template: str, context: dict[str, Any]
) -> HttpResponse:
    """One tab of the record, under the head that all of them share."""
    one, reader = opened.person, reader_of(request)
    return answer(
        request,
        template,
        {
            "record": opened,
            "person": one,
            "age": age_of(one, timezone.localdate()),
            "estimated": birth_is_estimated(one),
            "flags": _flags(opened),
            "tabs": _tabs(one, reader, tab),
            "can_open_case": reader.has_perm("cases.open_case"),
            "can_take_referral": permissions.can_take_referral(reader),
            "can_arrange": permissions.can_arrange(reader),
            "can_change": permissions.can_change_basics(reader),
            "can_compare": permissions.may_compare(reader),
            "merges": merges_of(one) if permissions.may_merge(reader) else [],
            "can_change_confidential": permissions.can_change_confidential(reader),
            "sees_confidential": permissions.can_see_confidential(reader),
            **context,
        },
    )


def _picture(family: Family) -> Picture:
    today = timezone.localdate()
    people = {one.pk: one for each in family.around for one in (each.person, each.other)}
    return draw_family(
        family.record.person,
        family.around,
        youngest=family.youngest_child,
        ages={number: age_of(one, today) for number, one in people.items()},
        on=today,
    )


def _columns(reader: User) -> dict[str, str]:
    """The heads of the tables of facts; the last one holds links for whoever may change them."""
    changes = "|Change" if permissions.can_change_basics(reader) else ""
    secret = "|Change" if permissions.can_change_confidential(reader) else ""
    return {
        "names": f"Name|Kind|Used{changes}",
        "addresses": f"Address|Kind|Lived there{changes}",
        "points": f"Number or address|Messages|In use{changes}",
        "sensitive": f"About|What they told us|Why we asked|When{secret}",
        "relations": f"Relationship|Parental responsibility|When{changes}",
    }


def _lasts(facts: Iterable[AboutPerson]) -> bool:
    """Whether any of `facts` is still so, and could end."""
    return any(fact.until is None for fact in facts)


def _working_on(case: Case) -> str:
    return ", ".join(str(one.worker) for one in case.allocations.all() if one.until is None)


def _flags(opened: PersonRecord) -> list[dict[str, str]]:
    one = opened.person
    flags = [
        (one.needs_interpreter, "Needs an interpreter", "blue"),
        (bool(one.communication_needs), "Communication needs", "blue"),
        (opened.has_secret_address, "Confidential address", "red"),
    ]
    return [{"text": text, "colour": colour} for is_so, text, colour in flags if is_so]


def _tabs(one: Person, reader: User, current: str) -> list[dict[str, Any]]:
    tabs = [
        ("cases:person", "Record"),
        ("cases:person-details", "Details"),
        ("cases:person-family", "Family"),
        ("cases:person-cases", "Cases"),
        ("cases:person-safety", "Safety"),
    ]
    if permissions.can_see_entries(reader):
        tabs.append(("cases:paper-of-person", "Paper files"))
        tabs.append(("consent:person", "Consent and sharing"))
        tabs.append(("retention:person", "How long it is kept"))
    # A page of a layer above, by its name.
    if reader.has_perm("safeguarding.work_concerns"):
        tabs.append(("safeguarding:person", "Safeguarding"))
    if permissions.can_read_looks(reader):
        tabs.append(("cases:person-looks", "Who has looked"))
    return [
        {
            "label": label,
            "url": reverse(name, args=[one.reference]),
            "current": name == f"cases:{current}",
        }
        for name, label in tabs
    ]
