"""What lies on desks and shelves in the demo: documents, files on paper, letters, a draft, sign-offs.

Told by the verbs, as of today: nothing here needs a past.
"""

from datetime import timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from cases.actions.documents import add_document
from cases.actions.drafts import keep_draft
from cases.actions.paper import add_paper_file, take_paper_file
from cases.actions.services import set_supervision
from cases.models import Document, HowReceived, SourceKind
from cases.written import Sheet
from core.files.formats import examine
from letters.actions.letters import write_letter
from letters.actions.templates import add_template
from letters.languages import Language
from letters.models import TemplateVersion, Way
from letters.rules import destination
from letters.variables import fill, values_for
from parenting2000.demo_families.charity import TOLD, Charity
from parenting2000.demo_families.days import Calendar
from parenting2000.demo_families.family import Family, Told

TOLD_DESKS: Told = TOLD["desks"]
SIGNED_OFF_SINCE = timedelta(days=40)


def load_desks(charity: Charity, families: dict[str, Family], calendar: Calendar) -> None:
    """One or two of each, on the desk of a caseworker of family support."""
    support = charity.services["family-support"]
    sian, maureen = charity.staff["sian"], charity.staff["maureen"]
    set_supervision(
        service=support,
        notes_signed_off_from=calendar.today - SIGNED_OFF_SINCE,
        closings_signed_off_from=calendar.today - SIGNED_OFF_SINCE,
        by=charity.staff["sam"],
    )
    case = families["marsden"].cases["support"]
    _load_documents(families["marsden"], charity)
    folder = add_paper_file(case=case, by=sian, **TOLD_DESKS["paper"])
    take_paper_file(
        paper_file=folder,
        holder=sian,
        due_back_on=calendar.today + timedelta(days=5),
        by=sian,
    )
    keep_draft(
        case=case,
        noun="note",
        token=uuid4(),
        typed={"body": [TOLD_DESKS["draft"]]},
        sheet=Sheet(sitting=uuid4(), version=0, step=1),
        by=sian,
    )
    for told in TOLD_DESKS["templates"]:
        add_template(**told, language=Language.ENGLISH, by=maureen)
    _load_letter(families["evans"], calendar, by=sian)


def _load_documents(family: Family, charity: Charity) -> None:
    for told in TOLD_DESKS["documents"]:
        add_document(
            case=family.cases["support"],
            file=examine(ContentFile(told["text"].encode()), told["file"]),
            people=[family.people[key] for key in told["about"]],
            kind=Document.Kind(told["kind"]),
            title=told["title"],
            happened_at=timezone.now() - timedelta(hours=told["hours_ago"]),
            source_kind=SourceKind.PROFESSIONAL,
            source_professional=charity.professionals[told["from"]],
            how_received=HowReceived.EMAIL,
            token=uuid4(),
            by=charity.staff["sian"],
        )


def _load_letter(family: Family, calendar: Calendar, *, by: User) -> None:
    """A letter by post, which the worker makes into pages; it waits to be put into the post."""
    case, person = family.cases["support"], family.people["mair"]
    version = TemplateVersion.objects.get(template__slug="appointment")
    values = values_for(to=person, case=case, by=by, on=calendar.today)
    where = destination(person, Way.POST, about=[person], on=calendar.today)
    write_letter(
        case=case,
        version=version,
        way=Way.POST,
        sent_to=where.addresses[0],
        subject=fill(version.subject, values),
        body=fill(version.body, values),
        person=person,
        token=uuid4(),
        by=by,
    )
