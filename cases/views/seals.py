"""Sealing a record, and the desk of seals."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.actions import seals as verbs
from cases.forms.conflicts import ReaderForm, SealForm, WhyForm
from cases.models import Seal
from cases.permissions import can_read_sealed
from cases.queries import conflicts as door
from cases.queries.staff import readers_of_records
from core.errors import Refused
from core.pages import answer, carry_out, sent


@require_http_methods(["GET", "HEAD", "POST"])
def person_seal(request: HttpRequest, reference: str) -> HttpResponse:
    """Seal the record of a person: from then on it exists for whoever is named alone."""
    person, working = door.begin_seal(reference, look=look_of(request))
    form = SealForm(sent(request), staff=readers_of_records(), working=working)
    if placed := carry_out(form, verbs.place_seal, person=person, by=request.user):
        messages.success(request, f"{person.reference} is sealed from now on.")
        return redirect(placed)
    return answer(request, "cases/seal_add.html", {"person": person}, form)


@require_safe
def seals(request: HttpRequest) -> HttpResponse:
    """The seals that stand, those that somebody asks to lift first; or those that were lifted."""
    lifted = request.GET.get("show") == "lifted"
    page = door.list_seals(look=look_of(request), lifted=lifted, page=request.GET.get("page", 1))
    here = reverse("cases:seals")
    tabs = [
        {"label": "They stand", "url": here, "current": not lifted},
        {"label": "Lifted", "url": f"{here}?show=lifted", "current": lifted},
    ]
    return answer(request, "cases/seals.html", {"page": page, "tabs": tabs})


@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, reference: str) -> HttpResponse:
    """One seal, who is named on it, and naming somebody else."""
    opened = door.open_seal(reference, look=look_of(request))
    named = [one for one in opened.seal_readers.all() if one.ended_at is None]
    staff = readers_of_records().exclude(pk__in=[one.user_id for one in named])
    form = ReaderForm(sent(request), staff=staff)
    if added := carry_out(form, verbs.name_reader, seal=opened, by=request.user):
        messages.success(request, f"{added.user} is named on the seal.")
        return redirect(opened)
    context = {"seal": opened, "named": named, "own": opened.lift_asked_by == request.user}
    return answer(request, "cases/seal.html", context, form)


@require_POST
def seal_reader_off(request: HttpRequest, reference: str) -> HttpResponse:
    """Take somebody off a seal; the button sends whom."""
    opened = door.open_seal(reference, look=look_of(request))
    number = request.POST.get("user", "")
    one = next((r for r in opened.seal_readers.all() if str(r.user_id) == number), None)
    if one is None:
        raise Refused("They are not named on this seal any more.")
    verbs.take_off_reader(seal=opened, user=one.user, by=reader_of(request))
    messages.success(request, f"{one.user} is not named on the seal any more.")
    return _back(request, opened)


@require_http_methods(["GET", "HEAD", "POST"])
def seal_lift(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask that a seal is lifted."""
    opened = door.open_seal(reference, look=look_of(request))
    form = WhyForm(sent(request), label="Why the record need not be sealed any more")
    if carry_out(form, verbs.ask_to_lift, seal=opened, by=request.user):
        messages.success(request, "A second person is asked to lift the seal.")
        return redirect(opened)
    context = {
        "about": f"{opened.reference}, {opened.person}",
        "heading": "Ask that the seal is lifted",
        "back": opened.get_absolute_url(),
    }
    return answer(request, "cases/closed_step.html", context, form)


@require_POST
def seal_decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Lift the seal that somebody else asked to lift, or keep it; the button says which."""
    opened = door.open_seal(reference, look=look_of(request))
    if request.POST.get("lift"):
        verbs.lift_seal(seal=opened, by=reader_of(request))
        messages.success(request, f"The seal {opened.reference} is lifted.")
    else:
        verbs.keep_seal(seal=opened, by=reader_of(request))
        messages.success(request, f"The seal {opened.reference} stays.")
    return redirect(opened)


def _back(request: HttpRequest, opened: Seal) -> HttpResponse:
    """The seal, or the list where whoever acts has just taken themselves off it."""
    return redirect(opened if can_read_sealed(reader_of(request), opened) else "cases:seals")
