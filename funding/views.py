"""Pages about contracts and about what pays for a case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.views.tabs import case_tabs
from core.charts import Chart, Series, line_chart
from core.errors import Refused
from core.pages import answer, carry_out, sent
from funding import actions as verbs
from funding import queries as door
from funding.forms import ContractChangeForm, ContractForm, FundCaseForm, FundContactForm
from funding.quarters import quarter_named, quarter_of


@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """The contracts of one's services."""
    found = door.list_contracts(look=look_of(request))
    return answer(request, "funding/contracts.html", {"contracts": found})


@require_http_methods(["GET", "HEAD", "POST"])
def contract_add(request: HttpRequest) -> HttpResponse:
    """Add a contract."""
    services = door.begin_contract(look=look_of(request))
    form = ContractForm(sent(request), services=services)
    if made := carry_out(form, verbs.add_contract, by=request.user):
        messages.success(request, f"The contract {made.reference} is added.")
        return redirect(made)
    return answer(request, "funding/contract_add.html", {}, form)


@require_safe
def contract(request: HttpRequest, reference: str) -> HttpResponse:
    """One contract and its numbers in a quarter (`?quarter=2026-4`; this one if left out)."""
    this = quarter_of(timezone.localdate())
    quarter = quarter_named(request.GET.get("quarter", "")) or this
    found = door.open_contract(reference, quarter, look=look_of(request))
    context = {"report": found, "chart": _chart(found), "is_past": quarter < this}
    return answer(request, "funding/contract.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def contract_change(request: HttpRequest, reference: str) -> HttpResponse:
    """What was agreed anew with the funder."""
    changed = door.begin_change(reference, look=look_of(request))
    form = ContractChangeForm(sent(request), contract=changed)
    if carry_out(form, verbs.change_contract, contract=changed, by=request.user):
        messages.success(request, f"The contract {changed.reference} is changed.")
        return redirect(changed)
    return answer(request, "funding/contract_change.html", {"contract": changed}, form)


@require_safe
def unpaid(request: HttpRequest, reference: str) -> HttpResponse:
    """The open cases that no contract pays for."""
    found, page = door.list_unpaid(
        reference, look=look_of(request), page=request.GET.get("page", 1)
    )
    return answer(request, "funding/unpaid.html", {"contract": found, "page": page})


@require_safe
def outside(request: HttpRequest, reference: str) -> HttpResponse:
    """The open cases that a contract pays for, outside its area or without a postcode."""
    found, page, rows = door.list_outside(
        reference, look=look_of(request), page=request.GET.get("page", 1)
    )
    context = {"contract": found, "page": page, "rows": rows}
    return answer(request, "funding/outside.html", context)


def _chart(found: door.ContractReport) -> Chart:
    return line_chart(
        key="quarters",
        title="The last four quarters",
        labels=[quarter.short for quarter, _ in found.trend],
        series=[
            Series("People", [one.people for _, one in found.trend]),
            Series("Families", [one.families for _, one in found.trend]),
            Series("Contacts", [one.contacts for _, one in found.trend]),
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case_funding(request: HttpRequest, reference: str) -> HttpResponse:
    """What pays for a case, and adding a contract that does."""
    today = timezone.localdate()
    changes = request.method == "POST"
    found = door.open_case_money(reference, look=look_of(request), to_change=changes)
    form = FundCaseForm(sent(request), offers=found.offers, since=today)
    if carry_out(form, verbs.fund_case, case=found.case, on=today, by=request.user):
        messages.success(request, "The contract pays for this case.")
        return redirect("funding:case", reference)
    context = {"found": found, "tabs": case_tabs(found.case, "funding:case")}
    return answer(request, "funding/case.html", context, form)


@require_POST
def case_funding_end(request: HttpRequest, reference: str) -> HttpResponse:
    """The contract pays until today; the button sends which."""
    found = door.open_case_money(reference, look=look_of(request), to_change=True)
    number = request.POST.get("contract", "")
    paid = [one for one in found.paid if one.until is None]
    ending = next((one for one in paid if one.contract.reference == number), None)
    if ending is None:
        raise Refused("This contract does not pay for the case any more.")
    verbs.end_funding(case=found.case, contract=ending.contract, by=reader_of(request))
    messages.success(request, f"{ending.contract.name} paid until today.")
    return redirect("funding:case", reference)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_funding(request: HttpRequest, reference: str) -> HttpResponse:
    """Let one contact count for another contract than that of its case."""
    contact, offered = door.open_contact_money(reference, look=look_of(request))
    form = FundContactForm(sent(request), contracts=offered)
    if form.is_bound and form.is_valid():
        verbs.fund_contact(contact=contact, by=reader_of(request), **form.cleaned_data)
        messages.success(request, f"{contact.reference} is counted as you said.")
        return redirect("funding:case", contact.case.reference)
    context = {"case": contact.case, "heading": f"Which contract pays for {contact.reference}"}
    context |= {"submit": "Save", "hint": ""}
    return answer(request, "cases/case_form.html", context, form)
