"""Pages of what is kept apart and would go along with something else."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.models import User
from audit.looks import look_of
from core.pages import answer, carry_out, sent
from retention.actions import proposals as verbs
from retention.forms import AlongForm
from retention.models import GoesAlong, Proposal
from retention.queries import along as door


@require_http_methods(["GET", "HEAD", "POST"])
def along(request: HttpRequest, number: int) -> HttpResponse:
    """Look at a concern or an allegation that would go along, and let it go or keep it."""
    found = door.open_along(number, look=look_of(request))
    form = AlongForm(sent(request))

    def verb(*, decision: str, because: str, by: User) -> GoesAlong | Proposal:
        if decision == AlongForm.STAYS:
            return verbs.keep_along(one=found.one, by=by)
        return verbs.let_go(one=found.one, because=because, by=by)

    if carry_out(form, verb, by=request.user):
        messages.success(
            request,
            "It stays, and nothing of that proposal is destroyed."
            if form.cleaned_data["decision"] == AlongForm.STAYS
            else "Written down. It goes if the second person approves the rest.",
        )
        return redirect("retention:due")
    return answer(request, "retention/along.html", {"along": found}, form)
