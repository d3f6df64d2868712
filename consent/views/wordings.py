"""Pages of the words in which people are asked: all of them, and the next version of one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from audit.looks import look_of
from consent.actions.consents import publish_wording
from consent.forms.wordings import WordingForm
from consent.purposes import ASKED_FOR
from consent.queries import purposes as shelf
from consent.queries.notices import reads_notices
from consent.wordings import DRAFTS
from core.pages import answer, carry_out, sent


@require_safe
def wordings(request: HttpRequest) -> HttpResponse:
    """What information is used for, why that is lawful, and in which words people are asked."""
    look = reads_notices(look_of(request))
    context = {
        "purposes": shelf.purposes_in_use(),
        "can_publish": look.by.has_perm("consent.publish_wording"),
    }
    return answer(request, "consent/wordings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, purpose: str) -> HttpResponse:
    """Publish the next version of the words for one purpose; the versions before stay as they are."""
    look = shelf.publishes_wordings(look_of(request))
    asked = next((one for one in shelf.purposes_in_use() if one.purpose == purpose), None)
    if asked is None or asked.purpose not in ASKED_FOR:
        raise Http404
    current = asked.versions[0].text if asked.versions else DRAFTS.get(asked.purpose, "")
    form = WordingForm(sent(request), initial={"text": current})
    if made := carry_out(form, publish_wording, purpose=purpose, by=look.by):
        messages.success(
            request, f"{made} is in use. Who answers from now on is asked in its words."
        )
        return redirect("consent:wordings")
    return answer(request, "consent/wording_publish.html", {"asked": asked}, form)
