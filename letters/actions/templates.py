"""Templates: a new one, and new words for one. Letters keep the words that they were made from."""

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.errors import Refused
from letters.models import LetterTemplate, TemplateVersion
from letters.variables import check


@transaction.atomic
def add_template(
    *, name: str, audience: str, language: str, subject: str, body: str, by: User
) -> LetterTemplate:
    """Add a template with its first words."""
    name = " ".join(name.split())
    slug = slugify(name)[:60]
    if not slug:
        raise Refused("Give the template a name in letters.")
    if LetterTemplate.objects.filter(slug=slug).exists():
        raise Refused("There is a template of this name already. Give it another name.")
    record(
        Verb.TEMPLATE_ADDED,
        by=by,
        action=Action.CREATE,
        record=LetterTemplate,
        purpose=Purpose.MANAGEMENT,
    )
    template = LetterTemplate.objects.create(
        slug=slug, name=name, audience=audience, recorded_by=by
    )
    publish_version(template=template, language=language, subject=subject, body=body, by=by)
    return template


@transaction.atomic
def publish_version(
    *, template: LetterTemplate, language: str, subject: str, body: str, by: User
) -> TemplateVersion:
    """Give a template new words, from now on; refused if they name what nobody can fill in."""
    subject, body = " ".join(subject.split()), body.strip()
    if not subject or not body:
        raise Refused("Write the subject and the letter.")
    for text in (subject, body):
        check(text, template.variables)
    # Two who write new words at once wait for each other here.
    LetterTemplate.objects.select_for_update().get(pk=template.pk)
    last = template.versions.aggregate(last=Max("number"))["last"] or 0
    record(
        Verb.TEMPLATE_PUBLISHED,
        by=by,
        action=Action.CREATE,
        record=template,
        purpose=Purpose.MANAGEMENT,
    )
    return TemplateVersion.objects.create(
        template=template,
        number=last + 1,
        language=language,
        subject=subject,
        body=body,
        recorded_by=by,
    )


@transaction.atomic
def offer_template(*, template: LetterTemplate, is_open: bool, by: User) -> LetterTemplate:
    """Offer a template to whoever writes, or no longer."""
    record(
        Verb.TEMPLATE_OFFERED,
        by=by,
        action=Action.UPDATE,
        record=template,
        purpose=Purpose.MANAGEMENT,
        values={"is_open": is_open},
    )
    LetterTemplate.objects.filter(pk=template.pk).update(is_open=is_open)
    template.refresh_from_db()
    return template
