"""Finding a person."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.forms.search import SearchForm
from cases.permissions import can_add_person, may_break_glass
from cases.queries.search import MOST_HITS, Found, search_people
from core.pages import answer


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find people by whatever is known of them; the words and each hit are written in the log."""
    form = SearchForm(request.GET) if "words" in request.GET else SearchForm()
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    found: Found = search_people(words, look=look_of(request), on=timezone.localdate())
    context = {
        "found": found,
        "heading": "1 person matches"
        if len(found.hits) == 1
        else f"{len(found.hits)} people match",
        "most": MOST_HITS,
        "can_add": can_add_person(reader_of(request)),
        "can_break_glass": may_break_glass(reader_of(request)),
    }
    return answer(request, "cases/search.html", context, form)
