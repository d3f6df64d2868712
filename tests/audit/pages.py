"""Pages that do what no page should, for the tests of the door."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import FileResponse, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from audit.door import NotNow, NotYours, Shown, show
from audit.log import record
from audit.looks import look_of
from audit.verbs import Action, Verb
from cases.models import Person
from core.errors import Refused
from core.pages import answer, carry_out, sent
from parenting2000.urls import urlpatterns as product_urls


def _open(request):
    person = Person.objects.get()
    show(look_of(request), [Shown(Verb.PERSON_OPENED, person, [person])])
    return person


def _write(person):
    record(Verb.PERSON_CHANGED, by=_SOMEBODY, action=Action.UPDATE, people=[person])
    Person.objects.update(pronouns="changed")


class _Somebody:
    pk = None
    name_for_log = "somebody"
    roles_for_log = ""


_SOMEBODY = _Somebody()


@login_not_required
def plain(request):
    return HttpResponse(f"This is {_open(request)}.")


@login_not_required
def searches(request):
    person = Person.objects.get()
    shown = [Shown(Verb.PERSON_FOUND, person, [person])]
    show(look_of(request), shown, values={"words": "needle"})
    return HttpResponse(f"This is {person}.")


@login_not_required
def writes_while_reading(request):
    person = _open(request)
    _write(person)
    return HttpResponse(f"This is {person}.")


@login_not_required
def writes_in_raw_sql(request):
    person = _open(request)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH changed AS (UPDATE cases_person SET pronouns = 'x' RETURNING 1) SELECT 1"
        )
    return HttpResponse(f"This is {person}.")


@login_not_required
def writes_while_rendering(request):
    person = _open(request)
    return TemplateResponse(
        request, "components/inset.html", {"text": lambda: _write(person) or "written"}
    )


@login_not_required
def breaks_after_showing(request):
    _open(request)
    raise RuntimeError


@login_not_required
def changes(request):
    person = _open(request)
    _write(person)
    return HttpResponse("Changed.")


@login_not_required
def changes_and_is_refused(request):
    person = _open(request)
    _write(person)
    raise Refused("That is not allowed because of the test.")


class _Words(forms.Form):
    words = forms.CharField()


def _refuses(*, person, words):
    with transaction.atomic():
        _write(person)
        raise Refused("That is not allowed because of the test.")


@login_not_required
def refuses_in_its_form(request):
    form = _Words(sent(request))
    carry_out(form, _refuses, person=_open(request))
    return answer(request, "components/inset.html", {"text": str(form.errors)}, form)


@login_not_required
def streams(request):
    _open(request)
    return FileResponse(iter([b"This is ", b"a file."]))


@login_not_required
def not_yours(request):
    person = _open(request) if request.method == "POST" else Person.objects.get()
    raise NotYours(
        "No such person.", look=look_of(request), people=[person], values={"reference": "P-1"}
    )


@login_not_required
def not_now(request):
    raise NotNow("Not now.", look=look_of(request), people=[Person.objects.get()])


urlpatterns = [
    *product_urls,
    *(
        path(f"{view.__name__}/", view)
        for view in (
            plain,
            searches,
            writes_while_reading,
            writes_in_raw_sql,
            writes_while_rendering,
            breaks_after_showing,
            changes,
            changes_and_is_refused,
            refuses_in_its_form,
            streams,
            not_yours,
            not_now,
        )
    ),
]

handler403 = "core.views.permission_denied"
handler404 = "core.views.page_not_found"
handler500 = "core.views.server_error"
