"""Pages on which two records of one person become one, and two again; and the list of possible doubles."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.looks import look_of
from cases.actions import merging as verbs
from cases.forms.merging import MergeForm, OtherRecordForm, UndoMergeForm
from cases.queries import merging as door
from core.errors import Refused
from core.pages import answer, carry_out, refused, sent


@require_http_methods(["GET", "HEAD", "POST"])
def person_merge(request: HttpRequest, reference: str) -> HttpResponse:
    """Merge another record into this one: which one, what stays, a second look, and then."""
    which = OtherRecordForm(request.GET if "with" in request.GET else None)
    if not which.is_valid():
        person = door.begin_merge(reference, look=look_of(request))
        return answer(request, "cases/merge_which.html", {"person": person}, which)
    other = which.cleaned_data["with"]
    if request.method == "POST":
        pair = door.open_pair(reference, other, look=look_of(request))
    else:
        found = door.find_pair(reference, other, look=look_of(request))
        if isinstance(found, door.NoPair):
            which.add_error("with", found.because)
            return answer(request, "cases/merge_which.html", {"person": found.person}, which)
        pair = found
    form = MergeForm(sent(request), choices=pair.choices)
    context = {"pair": pair, "second_look": False}
    if request.method != "POST" or not form.is_valid():
        return answer(request, "cases/merge.html", context, form)
    if not pair.may_be_merged:
        return _propose(request, pair, form)
    if "sure" not in request.POST:
        return answer(request, "cases/merge.html", {**context, "second_look": True}, form)
    merged = carry_out(form, verbs.merge, survivor=pair.survivor, other=pair.other, by=request.user)
    if merged is None:
        return answer(request, "cases/merge.html", context, form)
    messages.success(request, f"{pair.other.reference} is part of {pair.survivor.reference} now.")
    return redirect(merged)


def _propose(request: HttpRequest, pair: door.Pair, form: MergeForm) -> HttpResponse:
    """Somebody who may not merge these two asks those who may."""
    try:
        verbs.propose_merge(
            person=pair.survivor,
            other=pair.other,
            reason=form.cleaned_data["reason"],
            by=request.user,  # type: ignore[arg-type]
        )
    except Refused as refusal:
        refused(form, refusal)
        return answer(request, "cases/merge.html", {"pair": pair, "second_look": False}, form)
    messages.success(request, "The manager of each service that knows them is asked to look.")
    return redirect(pair.survivor)


@require_safe
def merge(request: HttpRequest, reference: str) -> HttpResponse:
    """What a merge did, and whether it can be undone."""
    record = door.open_merge(reference, look=look_of(request))
    return answer(request, "cases/merge_done.html", {"record": record})


@require_http_methods(["GET", "HEAD", "POST"])
def merge_undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Undo a merge: what goes back, and what does not."""
    record = door.open_merge(reference, look=look_of(request))
    if not record.can_undo:
        raise Refused(
            "This merge cannot be undone by you, or not any more. The manager of every service that "
            "knows them can, and the Data Protection Officer."
        )
    form = UndoMergeForm(sent(request))
    if carry_out(form, verbs.undo_merge, merge=record.merge, by=request.user):
        messages.success(request, f"{record.merge.other.reference} is a record of its own again.")
        return redirect(record.merge.survivor)
    return answer(request, "cases/merge_undo.html", {"record": record}, form)


@require_safe
def doubles(request: HttpRequest) -> HttpResponse:
    """People who may be written down twice."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 18 else None
    found = door.list_doubles(look=look_of(request), before=before)
    return answer(request, "cases/doubles.html", {"found": found, "first": before is None})


@require_POST
def person_apart(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that two records are of two people; the button sends whose the other one is."""
    pair = door.open_pair(reference, request.POST.get("other", ""), look=look_of(request))
    if not pair.may_be_merged:
        raise Refused("Only somebody who may merge these two says that they are two people.")
    verbs.keep_apart(person=pair.survivor, other=pair.other, by=request.user)  # type: ignore[arg-type]
    messages.success(request, f"{pair.survivor} and {pair.other} are not listed together again.")
    return redirect(reverse("cases:doubles"))
