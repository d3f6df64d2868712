"""Where a member of staff lives: said by themselves, and taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.queries import reader_of
from audit.looks import look_of
from cases.actions.homes import give_home, take_back_home
from cases.forms.homes import HomeForm
from cases.queries.homes import own_home
from core.pages import answer, carry_out, sent


@require_http_methods(["GET", "HEAD", "POST"])
def where_i_live(request: HttpRequest) -> HttpResponse:
    """Say in which house one lives, or take it back; what is kept of it is shown to nobody."""
    home = own_home(look=look_of(request))
    if request.method == "POST" and "take_back" in request.POST:
        if home is not None:
            take_back_home(home=home, by=reader_of(request))
        messages.success(request, "Nothing is kept of where you live.")
        return redirect("cases:where-i-live")
    form = HomeForm(sent(request))
    if carry_out(form, give_home, by=request.user):
        messages.success(request, "Thank you. The mark of your house is kept, and no address.")
        return redirect("cases:where-i-live")
    return answer(request, "cases/where_i_live.html", {"home": home}, form)
