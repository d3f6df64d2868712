"""Nothing restricted is given away: every page, list, search, export, chart, program's address, command and
task is asked, for a family that is restricted whole and for one person among others who is.

Built on the addresses of test_every_route: a page of next year is asked as well (UK GDPR Art 18, N19).
"""

import io
import logging
import re
import zipfile
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.mail import EmailMessage
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.db import OperationalError
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path as url
from django.utils import timezone
from openpyxl import Workbook
from procrastinate.tasks import Task

from accounts.actions.notices import tell
from accounts.models import Notice
from accounts.queries import people_with
from accounts.roles import Role
from audit.actors import SYSTEM
from cases.actions import restrictions as verbs
from cases.models import Case, CaseNote, CaseRole, Person
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import Press
from core.pdf.text import text_of
from core.privacy import OUR_APPS
from parenting2000 import jobs
from tests.architecture.test_every_route import (
    ROUTES,
    World,
    address,
    as_user,
    body_of,
    family,
)
from tests.factories import cases as make
from tests.factories.accounts import UserFactory
from tests.factories.api import a_token
from tests.factories.assessments import GoalFactory, PlanFactory
from tests.factories.diary import AppointmentFactory
from tests.factories.letters import LetterFactory

pytestmark = pytest.mark.django_db

HIDDEN, PLAIN = "Needlehidden", "Plainfamily"
# Somebody restricted among others who are not, and what is written about her.
NELLY, SAID = "Needlenelly", "needlesaid"

# What stays visible, in these very words: it protects other people.
STAYS = (f"{HIDDEN}: two of us.", f"{HIDDEN} keeps away.", f"Brother {HIDDEN}")

# Pages that use what is restricted and say why.
SAYS_WHY = {
    "cases:emergencies": "that staff looked is checked, to protect the person: for who reviews looks",
    "cases:emergency-look": "that staff looked is checked, to protect the person",
    "sar:request": "the person's own request, for the Data Protection Officer and whoever took it in",
    "sar:requests": "the person's own request",
    "sar:request-lever": "the person's own request",
    "sar:items": "the person's own request for a copy: their consent",
    "sar:item": "the person's own request for a copy: their consent",
    "admin:sar_rightsrequest_change": "the person's own request",
    "admin:sar_rightsrequest_changelist": "the person's own request",
    "cases:restriction-entry": "an entry about others too is gone through to protect their rights",
    "safeguarding:concern": "somebody is protected from harm: another person's rights",
    "safeguarding:concerns": "somebody is protected from harm",
    "safeguarding:concern-lever": "somebody is protected from harm",
    "safeguarding:concern-print": "somebody is protected from harm",
    "safeguarding:receipt": "whoever raised a concern reads what they wrote",
}

ROLES = [role for role in Role if role is not Role.SYSTEM_ADMINISTRATOR]


@pytest.fixture
def world():
    """Two families and a case of two people; one family, and one of the two, are restricted."""
    world = before_anything_is_restricted()
    dpo = world.staff[Role.DPO]
    for person in Person.objects.filter(family_name=HIDDEN, merged_into=None, is_restricted=False):
        restrict(person, by=dpo)
    restrict(Person.objects.get(given_names=NELLY), by=dpo)
    return world


def before_anything_is_restricted():
    service = make.ServiceFactory(name="Family Support")
    staff = {role: UserFactory(roles=[role]) for role in Role}
    for user in staff.values():
        make.ServiceMemberFactory(service=service, user=user)
    plain = make.ServiceFactory(name="Drop-in")
    for user in staff.values():
        make.ServiceMemberFactory(service=plain, user=user)
    hidden, others = family(HIDDEN, service), family(PLAIN, plain)
    shared(service)
    for one in (service, plain):
        make.a_sample(staff[Role.QUALITY_REVIEWER], *one.cases.all(), service=one)
    return World(ours=hidden, others=others, staff=staff)


def restrict(of, *, by):
    return verbs.restrict(
        of=of, ground="accuracy", because="They dispute it.", alerts_stay=True, by=by
    )


def shared(service):
    """A case of Nelly, who is restricted, and Sam, who is not, with something of every kind about both."""
    writer = UserFactory(full_name="Writer of both")
    nelly = make.PersonFactory(given_names=NELLY, family_name="Ashe", recorded_by=writer)
    sam = make.PersonFactory(given_names="Sam", family_name="Ashe", recorded_by=writer)
    case = make.CaseFactory(service=service, recorded_by=writer, summary=f"{NELLY} asks for help.")
    for person, role in ((nelly, CaseRole.PARENT), (sam, CaseRole.CHILD)):
        make.CasePersonFactory(case=case, person=person, role=role)
    both = [nelly, sam]
    make.CaseNoteFactory(case=case, people=[nelly], body=f"{SAID} alone.")
    make.CaseNoteFactory(case=case, people=both, body=f"{SAID} of both.")
    make.CaseNoteFactory(case=case, people=[sam], body=f"Sam came. {NELLY} {SAID} no.")
    make.ContactFactory(case=case, people=both, summary=f"{SAID} at the visit.")
    make.DecisionFactory(case=case, decision=f"{NELLY} {SAID} yes.")
    make.DocumentFactory(case=case, people=both, title=f"{SAID} in a letter")
    make.TaskFactory(what=f"Ring {NELLY}, {SAID}.", case=case, for_user=writer, service=service)
    make.DraftFactory(case=case, typed={"body": [f"{NELLY} {SAID} so."]}, recorded_by=writer)
    make.HandOverFactory(case=case, recorded_by=writer, summary=f"{NELLY} {SAID} it.")
    make.PaperFileFactory(case=case, what=f"Folder of {NELLY}, {SAID}")
    make.EnquiryFactory(service=service, person=nelly, question=f"{SAID} or not?")
    make.ReferralFactory(service=service, people=both, reason=f"{SAID} by the school.")
    make.RelationshipFactory(person=nelly, other=sam, recorded_by=writer)
    GoalFactory(case=case, person=nelly, words=f"{SAID} to sleep.")
    PlanFactory(case=case, agreed_by=[sam], they_decided=f"{NELLY} {SAID} to rest.")
    AppointmentFactory(
        service=service,
        case=case,
        starts=timezone.now() + timedelta(hours=2),
        people=both,
        purpose=f"{SAID} to come.",
        recorded_by=writer,
    )
    LetterFactory(case=case, person=nelly, subject=f"{SAID} in words", body=f"Dear {NELLY}")
    return case


def left_in(text, needle):
    for words in STAYS:
        text = text.replace(words, "")
    return [text[max(0, at.start() - 60) : at.end() + 40] for at in re.finditer(needle, text)][:2]


def leaks_of(name, text, *, role):
    """What `text` gives away, in its own words."""
    if name in SAYS_WHY or (role is Role.DPO and name == "cases:person-restricted"):
        return []
    if role is Role.DPO:
        # Whoever restricts records knows whose they are, and needs leave to read what they say.
        verbs_of = (
            "said so|was in|goes on|answered|wrote|began|asked for it|is well|to sleep|decided"
        )
        return left_in(text, f"{HIDDEN} ({verbs_of})") + left_in(text, SAID)
    return [found for needle in (HIDDEN, NELLY, SAID) for found in left_in(text, needle)]


def words_of(response):
    """All that an answer says, whatever it is: a page, a file that streams, a PDF, a spreadsheet."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"%PDF") and b"%%EOF" in content:  # and not a few bytes of a factory
        return "\n".join(text_of(content))
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"\n".join(parts.read(name) for name in parts.namelist())
    return content.decode(errors="replace")


def looked_through(world, role, routes):
    """What `role` gets to read at `routes` that nobody may, and how often they read of anybody at all."""
    client = as_user(world.staff[role])
    key = {"authorization": f"Bearer {a_token(world.staff[role])}"}
    shared_case = Case.objects.get(people__given_names="Sam")
    leaks, shows = [], 0
    for name, path in routes.items():
        if name == "account_logout":
            continue
        asked = {where for of in (world.ours, world.others) if (where := address(path, of))}
        asked |= of_shared_case(path, shared_case)
        for where in sorted(asked):
            text = words_of(client.get(where, headers=key if where.startswith("/api/") else {}))
            shows += PLAIN in text
            leaks += [f"{name} {where}: {found}" for found in leaks_of(name, text, role=role)]
    return leaks, shows


@pytest.mark.parametrize("role", ROLES)
def test_no_page_gives_a_restricted_value_away(world, role):
    """Every address as `role`: of the restricted family, of one that is not, and of the shared case."""
    leaks, shows = looked_through(world, role, ROUTES)
    assert leaks == []
    # There were pages that could have shown somebody.
    assert shows > 3


def of_shared_case(path, case):
    """The addresses of `path` for the shared case, its unrestricted child and what is written in it."""
    # What comes before the kind of record: where the pages of the casework and of the programs are mounted.
    first = path.removeprefix("casework/").removeprefix("api/v1/").split("/")[0]
    records = {
        "cases": [case],
        "people": list(case.people.filter(given_names="Sam")),
        "notes": list(case.notes.all()),
        "contacts": list(case.contacts.all()),
        "decisions": list(case.decisions.all()),
        "documents": list(case.documents.all()),
    }.get(first, [])
    place = re.compile(r"<(str|reference):reference>")
    found = {f"/{place.sub(one.reference, path)}" for one in records if place.search(path)}
    return {where for where in found if "<" not in where}


def test_search_says_that_it_is_restricted_and_shows_nothing(world):
    client = as_user(world.staff[Role.CASEWORKER])
    text = body_of(client.get(f"/casework/search/?words={NELLY}"))
    assert "1 record that matches is restricted. Ask the Data Protection Officer." in text
    assert "Ashe" not in text
    found = body_of(client.get(f"/casework/search/?words={PLAIN}"))
    assert f"Mother {PLAIN}" in found


# Commands that show records, and why each may; all others are run below.
NOT_RUN = {
    "sar_pack": "the person's own request: their consent",
    "demo": "makes its own database",
    "seed": "makes invented people",
    "migrate": "shows no record",
}


def our_commands():
    ours = {config.name for config in apps.get_app_configs()}
    return sorted(
        name
        for name, where in get_commands().items()
        if isinstance(where, str) and where.split(".")[0] in OUR_FOLDERS and where in ours
    )


OUR_FOLDERS = {*OUR_APPS, "core", "parenting2000"}


def run_through(commands, capsys):
    """What the commands say that they must not, and how many of them ran to their end."""
    leaks, ran = [], 0
    for command in commands:
        out = io.StringIO()
        try:
            call_command(command, stdout=out, stderr=out)
            ran += 1
        except (SystemExit, Exception) as error:  # noqa: BLE001 # it wants arguments, or says no: its words count
            out.write(str(error))
        said = out.getvalue() + "".join(capsys.readouterr())
        leaks += [
            f"{command}: {found}" for n in (HIDDEN, NELLY, SAID) for found in left_in(said, n)
        ]
    return leaks, ran


def test_no_command_gives_a_restricted_value_away(world, capsys):
    leaks, ran = run_through([name for name in our_commands() if name not in NOT_RUN], capsys)
    assert leaks == []
    assert ran > 0


def done_by_the_clock(tasks, mailoutbox, caplog):
    """What the tasks mail, log or tell staff that they must not."""
    words = ""
    for task in tasks:
        try:
            task.func(int(timezone.now().timestamp()))
        except OperationalError as error:  # sealing waits for transactions that a test never ends
            words += str(error)
    said = " ".join(f"{mail.subject} {mail.body}" for mail in mailoutbox) + caplog.text + words
    said += " ".join(Notice.objects.values_list("sentence", flat=True))
    return [found for n in (HIDDEN, NELLY, SAID) for found in left_in(said, n)]


def test_no_periodic_task_mails_a_restricted_value(world, mailoutbox, caplog):
    """Every task that runs by the clock, run once."""
    tasks = [one for one in vars(jobs).values() if isinstance(one, Task) and not one.pass_context]
    assert done_by_the_clock(tasks, mailoutbox, caplog) == []
    assert len(tasks) > 5


# --- The checks themselves: they find what is planted ---------------------------------------------


def planted_page(request):
    return HttpResponse(f"<p>{Person.objects.get(given_names=NELLY).name_on_record}</p>")


def planted_export(request):
    names = Person.objects.values_list("given_names", flat=True)
    return StreamingHttpResponse(f"{name},\n" for name in names)


def planted_print(request):
    note = CaseNote.objects.get(body__startswith=f"{SAID} alone")
    with Press(css="", processes=1) as press:
        part = press.render(
            [Chunk(key="note", html=f"<html><body><p>{note.body}</p></body></html>")]
        )
    made_on = timezone.now()
    return HttpResponse(to_bytes(merge(part, title="Note", at=made_on)))


def planted_spreadsheet(request):
    book = Workbook()
    for name in Person.objects.values_list("family_name", flat=True):
        book.active.append([name])
    file = io.BytesIO()
    book.save(file)
    return HttpResponse(file.getvalue())


def planted_chart(request):
    """Counts of each person are no figures: their names label the bars."""
    bars = "".join(f"<title>{one.given_names}: 1</title>" for one in Person.objects.all())
    return HttpResponse(f"<svg>{bars}</svg>", content_type="image/svg+xml")


def planted_answer_to_a_program(request):
    return JsonResponse({"people": list(Person.objects.values("family_name"))})


PLANTED = {
    "casework/planted/": planted_page,
    "planning/planted.csv": planted_export,
    "casework/planted/print/": planted_print,
    "planning/planted.xlsx": planted_spreadsheet,
    "planning/planted.svg": planted_chart,
    "casework/planted.json": planted_answer_to_a_program,
}


def test_a_planted_address_is_found(world, settings):
    """An address that forgets the restriction fails the check, whatever it answers with."""
    there = import_module(settings.ROOT_URLCONF).urlpatterns
    planted = [url(path, view) for path, view in PLANTED.items()]
    settings.ROOT_URLCONF = Addresses([*planted, *there])
    for path in PLANTED:
        leaks, _ = looked_through(world, Role.CASEWORKER, {"planted": path})
        assert leaks, path


class Addresses:
    """What Django takes for a module of addresses."""

    def __init__(self, urlpatterns):
        self.urlpatterns = urlpatterns


OPEN = (
    "api:v1:cases",
    "api:v1:person",
    "assessments:outcomes-print",
    "cases:case",
    "cases:case-print",
    "cases:documents",
    "cases:note",
    "cases:person",
    "cases:referrals",
    "cases:work",
    "consent:sharing",
    "diary:case",
    "letters:letters",
    "sar:together",
)


def test_each_of_these_pages_would_show_them_were_they_not_restricted():
    """Nothing is found because it is kept back, and not because it never stood there."""
    world = before_anything_is_restricted()
    for name in OPEN:
        leaks, _ = looked_through(world, Role.CASEWORKER, {name: ROUTES[name]})
        assert leaks, name


def test_a_planted_command_is_found(world, capsys):
    class Planted(BaseCommand):
        def handle(self, *args, **options):
            self.stdout.write(", ".join(Person.objects.values_list("given_names", flat=True)))

    class PlantedInAnError(BaseCommand):
        def handle(self, *args, **options):
            raise CommandError(
                f"No such person: {Person.objects.get(given_names=NELLY).given_names}"
            )

    for command in (Planted(), PlantedInAnError()):
        assert run_through([command], capsys)[0]


def mails(_at):
    EmailMessage(subject="To do", body=NELLY, to=["ada@example.org"]).send()


def logs(_at):
    logging.getLogger("parenting2000").warning("About %s", NELLY)


def tells(_at):
    officer = people_with("sar.work_requests").first()
    tell(who=[officer], sentence=f"Look at {NELLY}.", link="/", by=SYSTEM)


def test_a_planted_task_is_found(world, mailoutbox, caplog):
    for what in (mails, logs, tells):
        assert done_by_the_clock([SimpleNamespace(func=what)], mailoutbox, caplog), what
        mailoutbox.clear()
        caplog.clear()
