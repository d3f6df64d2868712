"""Pages of letters: of a case, writing one, what became of it; and of their templates."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.models import Case, Person, Professional
from cases.queries.cases import open_case
from cases.views.tabs import case_tabs
from cases.written import SavedAlready
from core.errors import Refused
from core.pages import answer, carry_out, refused, sent
from letters.actions import letters as verbs
from letters.actions import templates as template_verbs
from letters.forms import ChooseForm, DropForm, LetterForm, NewTemplateForm, VersionForm
from letters.languages import Language
from letters.models import Audience
from letters.permissions import can_write_in, may_handle, may_write
from letters.queries import letters as door
from letters.queries import templates as shelf
from letters.rules import destination
from letters.sending import sent_file
from letters.variables import fill, values_for
from letters.workflow import LOST_AFTER, DispatchStatus


@require_safe
def letters(request: HttpRequest, reference: str) -> HttpResponse:
    """The letters of a case, the latest first."""
    case, page = door.list_letters(
        reference, look=look_of(request), page=request.GET.get("page", 1)
    )
    context = {
        "case": case,
        "tabs": case_tabs(case, "letters:letters"),
        "page": page,
        "can_write": can_write_in(reader_of(request), case),
    }
    return answer(request, "letters/letters.html", context)


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Letters to print and post, and those that did not go."""
    page = door.list_waiting(look=look_of(request), page=request.GET.get("page", 1))
    return answer(request, "letters/waiting.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def letter_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a letter to somebody of a case."""
    case = open_case(reference, look=look_of(request), may=may_write)
    if request.method != "POST" and not can_write_in(reader_of(request), case):
        raise Refused(f"{case.reference} is closed. Nothing new is written in it.")
    return write(request, case=case, about=[one.person for one in case.case_people.all()])


def write(
    request: HttpRequest,
    *,
    case: Case,
    about: list[Person],
    professional: Professional | None = None,
    shared_as: str = "",
) -> HttpResponse:
    """The two steps of writing: what and how, by the address of the page; then the letter itself.

    To one of `about`; or to `professional` about all of them, as the entry `shared_as` of the sharing
    log says.
    """
    audience = Audience.PROFESSIONAL if professional else Audience.CLIENT
    choose = ChooseForm(
        request.GET if "template" in request.GET else None,
        people=[] if professional else about,
        templates=shelf.offered(audience),
    )
    context: dict[str, Any] = {"case": case, "choose": choose, "shared_as": shared_as}
    if not choose.is_valid():
        return answer(request, "letters/choose.html", context)
    version, way = choose.cleaned_data["template"], choose.cleaned_data["way"]
    to: Person | Professional = professional or choose.cleaned_data["person"]
    today, user = timezone.localdate(), reader_of(request)
    where = destination(to, way, about=about, on=today)
    if where.why_not:
        choose.add_error("way", where.why_not)
        return answer(request, "letters/choose.html", context)
    values = values_for(to=to, case=case, by=user, on=today)
    form = LetterForm(
        sent(request),
        where=where,
        is_post=way == "post",
        initial={
            "subject": fill(version.subject, values),
            "body": fill(version.body, values),
            "large_print": _wants_large_print(to),
        },
    )
    written = _written(
        form,
        case=case,
        version=version,
        way=way,
        person=None if professional else to,
        professional=professional,
        about=about if professional else [to],
        shared_as=shared_as,
        by=user,
    )
    if written:
        messages.success(request, f"The letter {written.reference} is on its way.")
        return redirect(written)
    context |= {"to": to, "where": where, "other_language": _other_language(to, version.language)}
    return answer(request, "letters/write.html", context, form)


def _written(form: LetterForm, **arguments: Any) -> Any:
    """The letter, or None: then the form says why, and holds all that was typed."""
    if not form.is_valid():
        return None
    try:
        return verbs.write_letter(**arguments, **form.cleaned_data)
    except SavedAlready as refusal:
        form.renew_token()
        refused(form, refusal)
    except Refused as refusal:
        refused(form, refusal)
    return None


def _wants_large_print(to: Person | Professional) -> bool:
    needs = to.communication_needs.lower() if isinstance(to, Person) else ""
    return "large print" in needs or "large letters" in needs


def _other_language(to: Person | Professional, language: str) -> str:
    """The first language of whoever is written to, where the template is in another."""
    first = to.first_language if isinstance(to, Person) else ""
    return first if first and first.lower() != Language(language).label.lower() else ""


@require_safe
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """One letter, and what became of it."""
    opened = door.open_letter(reference, look=look_of(request))
    status, handles = opened.dispatch.status, may_handle(reader_of(request), opened)
    lost = timezone.now() - opened.dispatch.since > LOST_AFTER
    context = {
        "letter": opened,
        "moves": handles
        and {
            "posted": status == DispatchStatus.READY,
            "again": status == DispatchStatus.FAILED,
            "drop": status in {DispatchStatus.READY, DispatchStatus.FAILED},
            "settle": status == DispatchStatus.SENDING and lost,
        },
    }
    return answer(request, "letters/letter.html", context)


@require_POST
def letter_posted(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that it is in the post."""
    opened = door.open_letter(reference, look=look_of(request), may=may_handle)
    verbs.say_posted(letter=opened, by=reader_of(request))
    messages.success(request, f"{opened.reference} is posted, and a contact is recorded.")
    return redirect(opened)


@require_POST
def letter_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Try once more after it failed."""
    opened = door.open_letter(reference, look=look_of(request), may=may_handle)
    verbs.try_again(letter=opened, by=reader_of(request))
    return redirect(opened)


@require_http_methods(["GET", "HEAD", "POST"])
def letter_drop(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that it does not go after all."""
    opened = door.open_letter(reference, look=look_of(request), may=may_handle)
    form = DropForm(sent(request))
    carry_out(form, verbs.drop_letter, letter=opened, by=request.user)
    if form.is_bound and not form.errors:
        return redirect(opened)
    return answer(request, "letters/letter_drop.html", {"letter": opened}, form)


@require_POST
def letter_settle(request: HttpRequest, reference: str) -> HttpResponse:
    """Say whether an e-mail whose sending broke off arrived; the button sends which."""
    opened = door.open_letter(reference, look=look_of(request), may=may_handle)
    went = request.POST.get("went") == "yes"
    verbs.say_what_became(
        letter=opened, went=went, file=sent_file(opened) if went else None, by=reader_of(request)
    )
    return redirect(opened)


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """All templates."""
    found = shelf.list_templates(look=look_of(request))
    return answer(request, "letters/templates.html", {"templates": found})


@require_safe
def template(request: HttpRequest, template: str) -> HttpResponse:
    """One template with its versions."""
    opened = shelf.open_template(template, look=look_of(request))
    return answer(request, "letters/template.html", {"template": opened})


@require_http_methods(["GET", "HEAD", "POST"])
def template_add(request: HttpRequest) -> HttpResponse:
    """A new template."""
    shelf.list_templates(look=look_of(request))
    form = NewTemplateForm(sent(request))
    return _template_form(request, form, template_verbs.add_template, heading="Add a template")


@require_http_methods(["GET", "HEAD", "POST"])
def template_write(request: HttpRequest, template: str) -> HttpResponse:
    """New words for a template."""
    opened = shelf.open_template(template, look=look_of(request))
    newest = opened.versions.first()
    words = {name: getattr(newest, name) for name in ("language", "subject", "body")}
    form = VersionForm(sent(request), template=opened, initial=words)
    return _template_form(
        request,
        form,
        template_verbs.publish_version,
        heading=f"Write “{opened}” anew",
        template=opened,
    )


@require_POST
def template_offer(request: HttpRequest, template: str) -> HttpResponse:
    """Offer a template, or no longer; the button sends which."""
    opened = shelf.open_template(template, look=look_of(request))
    template_verbs.offer_template(
        template=opened, is_open=request.POST.get("is_open") == "yes", by=reader_of(request)
    )
    return redirect(opened)


def _template_form(
    request: HttpRequest, form: VersionForm, verb: Any, *, heading: str, **arguments: Any
) -> HttpResponse:
    """The form of a template: to see it filled in, or to publish it."""
    shown: dict[str, str] | None = None
    if form.is_valid() and form.do_show:
        shown = _filled_in(request, form)
    elif carry_out(form, verb, by=request.user, **arguments):
        messages.success(request, "From now on letters are made from these words.")
        return redirect("letters:templates")
    context = {"heading": heading, "shown": shown, "variables": form.variables.items()}
    return answer(request, "letters/template_form.html", context, form)


def _filled_in(request: HttpRequest, form: VersionForm) -> dict[str, str] | None:
    user, given = reader_of(request), form.cleaned_data
    audience = given.get("audience") or (form.template and form.template.audience)
    found = shelf.sample(form.words, audience=str(audience), look=look_of(request))
    if found is None:
        form.add_error(
            "record", "Nobody of this reference with a case, or without a professional in it."
        )
        return None
    values = values_for(to=found.to, case=found.case, by=user, on=timezone.localdate())
    return {name: fill(given[name], values) for name in ("subject", "body")}
