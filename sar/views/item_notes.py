"""What those who prepare a pack and whoever checks it write to each other."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from audit.looks import look_of
from core.pages import answer, carry_out, sent
from sar.actions.item_notes import note_on_item
from sar.forms.item_notes import ItemNoteForm
from sar.queries import item_notes as door


@require_http_methods(["GET", "HEAD", "POST"])
def item_notes(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that was written about the items of a request, and a form to write more."""
    opened = door.open_notes(reference, look=look_of(request))
    form = ItemNoteForm(sent(request), notes=opened, item=request.GET.get("about", ""))
    if carry_out(form, note_on_item, request=opened.request, by=request.user):
        messages.success(request, "Written.")
        return redirect("sar:item-notes", reference)
    return answer(request, "sar/workbench/notes.html", {"notes": opened}, form)
