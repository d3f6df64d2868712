"""Templates: settings of the charity, about nobody; no look at them is written."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from audit.door import NotNow, NotYours
from audit.looks import Look
from audit.purposes import Purpose
from cases.models import Case, Person, Professional
from cases.permissions import cases_of
from cases.queries.opening import find_person
from letters.models import Audience, LetterTemplate, TemplateVersion
from letters.permissions import can_manage_templates


@dataclass(frozen=True, slots=True)
class Sample:
    """A recipient and a case, to see a template filled in."""

    to: Person | Professional
    case: Case


def list_templates(*, look: Look) -> list[LetterTemplate]:
    """All templates by name; NotNow (403, logged) for whoever does not write them."""
    _must_manage(look)
    return list(LetterTemplate.objects.prefetch_related("versions__recorded_by"))


def open_template(slug: str, *, look: Look) -> LetterTemplate:
    """One template with its versions; NotYours (404, logged) if there is none."""
    _must_manage(look)
    template = (
        LetterTemplate.objects.filter(slug=slug).prefetch_related("versions__recorded_by").first()
    )
    if template is None:
        raise NotYours("There is no such template.", look=look, record=LetterTemplate)
    return template


def offered(audience: str) -> list[TemplateVersion]:
    """The newest words of each template that is offered for letters to `audience`."""
    newest = TemplateVersion.objects.filter(template=OuterRef("template")).order_by("-number")
    found: Iterable[TemplateVersion] = (
        TemplateVersion.objects.filter(
            pk=Subquery(newest.values("pk")[:1]),
            template__audience=audience,
            template__is_open=True,
        )
        .select_related("template")
        .order_by("template__name")
    )
    return list(found)


def sample(words: str, *, audience: str, look: Look) -> Sample | None:
    """The record that a template is tried with: a person by reference, and a case of theirs.

    None, with what is missing left to the form, if they do not exist for `look.by`, have no case, or if no
    professional is named in it. Found or not, it is logged.
    """
    person = find_person(words, look=look)
    if person is None:
        return None
    case = (
        cases_of(look.by)
        .filter(people=person)
        .select_related("service")
        .order_by("-opened_on", "-pk")
        .first()
    )
    if case is None:
        return None
    if audience == Audience.CLIENT:
        return Sample(to=person, case=case)
    named = case.case_professionals.select_related("professional__agency").first()
    return Sample(to=named.professional, case=case) if named else None


def _must_manage(look: Look) -> None:
    if not can_manage_templates(look.by):
        raise NotNow(
            "Managers and the Data Protection Officer write the templates of letters.",
            look=look.for_purpose(Purpose.MANAGEMENT),
            record=LetterTemplate,
        )
