"""Every address of the product, as everybody: who gets in, and no look without an entry.

Two families are made, one of a service that all the staff below belong to and one of a service that none
of them does. Each person's family name is a needle: wherever it is shown, the log must have an entry of
that very request about that very person.
"""

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import connection, reset_queries, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone

from accounts.roles import Role
from api.keys import PREFIX_LENGTH
from audit.models import Entry
from cases.actions.merging import merge
from cases.documents import PREVIEWS
from cases.models import CaseRole
from cases.workflow import PreviewStatus
from core.files.keeping import keep
from core.privacy import OUR_APPS
from letters.workflow import DispatchStatus
from sar.actions.letters import FOLDER
from sar.pack.gather import gather
from tests.factories import cases as make
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.api import a_token
from tests.factories.assessments import (
    AssessmentFactory,
    CaseAnswerFactory,
    GoalFactory,
    InUseFactory,
    PlanFactory,
)
from tests.factories.base import PREPARED, change
from tests.factories.consent import (
    AgreementFactory,
    ConsentFactory,
    NoticeGivenFactory,
    ShareFactory,
)
from tests.factories.diary import (
    AppointmentFactory,
    DropInFactory,
    FeedFactory,
    GroupFactory,
    GroupMemberFactory,
    LoneVisitFactory,
    SessionFactory,
)
from tests.factories.funding import ContractFactory
from tests.factories.imports import ImportFactory, ImportRowFactory
from tests.factories.letters import LetterFactory
from tests.factories.planning import IdentifiedUseFactory
from tests.factories.retention import RunFactory, a_proposal, an_approved_erasure
from tests.factories.safeguarding import AllegationFactory, ConcernFactory
from tests.factories.sar import (
    DeliveryFactory,
    FoundFileFactory,
    RequestLetterFactory,
    RightsRequestFactory,
    SearchFactory,
    released_pack,
)

pytestmark = pytest.mark.django_db

OURS, OTHERS = "Needleours", "Needleothers"


@dataclass
class Family:
    """One record of every kind that has an address, by what its address begins with."""

    people: object
    cases: object
    notes: object
    contacts: object
    decisions: object
    documents: object
    odd_looks: object
    emergencies: object
    conflicts: object
    seals: object
    letters: object
    paper: object
    drafts: object
    referrals: object
    tasks: object
    hand_overs: object
    enquiries: object
    contracts: object
    consents: object
    sharing: object
    concerns: object
    raised: object
    allegations: object
    requests: object
    place: str
    found: object
    rights_letters: object
    alerts: object
    restrictions: object
    orders: object
    pack: object
    delivery: object
    questionnaire: object
    merges: object
    imports: object
    assessments: object
    goals: object
    plans: object
    key: str
    prefix: str
    appointments: object
    groups: object
    sessions: object
    drop_ins: object
    visits: object
    token: str
    proposals: object
    destroyed: object
    agencies: object
    professionals: object
    agreements: object
    erasures: object
    uses: object

    @property
    def numbers(self) -> set[int]:
        return set(self.cases.people.values_list("pk", flat=True))


def family(needle: str, service) -> Family:
    writer = UserFactory(full_name=f"Writer of {service}")
    mother = make.PersonFactory(given_names="Mother", family_name=needle, recorded_by=writer)
    child = make.PersonFactory(given_names="Child", family_name=needle, recorded_by=writer)
    make.RelationshipFactory(person=mother, other=child, recorded_by=writer)
    make.AddressFactory(person=mother)
    make.ContactPointFactory(person=mother)
    make.PersonNameFactory(person=mother, name=f"Former {needle}")
    make.DoNotContactFactory(person=mother, barred="post")
    make.DoNotDiscloseFactory(person=mother, to_words=f"Brother {needle}")
    case = make.CaseFactory(service=service, recorded_by=writer, people=[mother])
    make.CasePersonFactory(case=case, person=child, role=CaseRole.CHILD)
    note = make.CaseNoteFactory(case=case, people=[mother, child], body=f"{needle} said so.")
    contact = make.ContactFactory(case=case, people=[mother], summary=f"{needle} was in.")
    decision = make.DecisionFactory(case=case, decision=f"{needle} goes on.")
    asked = InUseFactory(questionnaire__service=service)
    CaseAnswerFactory(case=case, question=asked.questions.get(), given=f"{needle} answered.")
    document = make.DocumentFactory(case=case, people=[mother], title=f"Letter about {needle}")
    page = make.PreviewPageFactory(
        preview=document.preview,
        text=f"{needle} wrote this.",
        picture_file=keep(ContentFile(b"\x89PNG"), folder=PREVIEWS),
    )
    change(page.preview, status=PreviewStatus.READY, pages=1)
    assessed = InUseFactory(questionnaire__kind="assessment", questionnaire__service=None)
    measured = InUseFactory(
        questionnaire__kind="outcomes", questionnaire__service=service, asks=[{"kind": "number"}]
    )
    AssessmentFactory(case=case, edition=measured, people=[child], given=[Decimal(3)])
    referral = make.ReferralFactory(service=service, recorded_by=writer, people=[mother])
    request = RightsRequestFactory(person=mother, recorded_by=writer)
    double = make.PersonFactory(given_names="Mum", family_name=needle, recorded_by=writer)
    merged = merge(
        survivor=mother, other=double, chosen={}, reason=f"{needle} said so too.", by=writer
    )
    group = GroupFactory(service=service, recorded_by=writer)
    GroupMemberFactory(group=group, person=mother, case=case)
    visit = AppointmentFactory(
        service=service,
        case=case,
        starts=timezone.now() + timedelta(hours=1),
        people=[mother, child],
        purpose=f"{needle} asked for it.",
        recorded_by=writer,
    )
    FeedFactory(worker=writer, token=f"secret-of-{needle}")
    writer.groups.add(Group.objects.get(name=Role.CASEWORKER.value))
    concern = ConcernFactory(people=[child], recorded_by=writer, what=f"{needle} was hurt.")
    file = ImportFactory(service=service, recorded_by=writer)
    ImportRowFactory(
        batch=file,
        cells={"given_names": "Mother", "family_name": needle},
        matches=[{"person": mother.pk, "why": "Same name"}],
    )
    NoticeGivenFactory(person=mother)
    search = SearchFactory(request=request)
    return Family(
        people=mother,
        concerns=concern,
        raised=concern,
        allegations=AllegationFactory(people=[child], recorded_by=writer),
        cases=case,
        notes=note,
        contacts=contact,
        decisions=decision,
        documents=document,
        odd_looks=make.OddLookFactory(looker=writer, person=mother),
        emergencies=make.EmergencyLookFactory(
            recorded_by=writer, person=mother, reason=f"{needle} fell in our hall."
        ),
        conflicts=make.BarringFactory(person=mother, words=f"{needle} is a neighbour."),
        seals=_lifted_seal(mother, needle),
        paper=make.PaperFileFactory(case=case, what=f"Folder of {needle}"),
        letters=LetterFactory(
            case=case,
            person=mother,
            subject=f"{needle}: your visit",
            body=f"Dear {needle}",
            dispatch=DispatchStatus.READY,
            dispatch__document=document,
        ),
        drafts=make.DraftFactory(case=case, typed={"body": [f"{needle} began."]}),
        referrals=referral,
        tasks=make.TaskFactory(what=f"Ring {needle}.", case=case, for_user=writer),
        contracts=ContractFactory(service=service),
        enquiries=make.EnquiryFactory(
            service=service, name=f"Mother {needle}", person=mother, recorded_by=writer
        ),
        hand_overs=make.HandOverFactory(case=case, recorded_by=writer),
        consents=ConsentFactory(person=mother, recorded_by=writer),
        sharing=ShareFactory(case=case, people=[mother], recorded_by=writer),
        requests=request,
        place=search.place.slug,
        found=FoundFileFactory(search=search, title=f"E-mail of {needle}"),
        rights_letters=RequestLetterFactory(
            request=request,
            addressee=f"Mother {needle}",
            body=f"Dear Mother {needle}",
            file=keep(ContentFile(b"%PDF-1.7"), folder=FOLDER),
        ),
        alerts=make.AlertFactory(person=mother, words=f"{needle}: two of us."),
        # Of somebody in no case, so that the family itself stays in use.
        restrictions=make.RestrictionFactory(
            person=make.PersonFactory(given_names="Kept", family_name=needle, recorded_by=writer)
        ),
        orders=make.CourtOrderFactory(
            about=[child], against=[mother], says=f"{needle} keeps away."
        ),
        pack=(given := released_pack(RightsRequestFactory(person=mother, recorded_by=writer))),
        delivery=DeliveryFactory(pack=given),
        questionnaire=asked.questionnaire,
        merges=merged,
        imports=file,
        assessments=AssessmentFactory(
            case=case, edition=assessed, people=[mother], given=[f"{needle} is well."]
        ),
        goals=GoalFactory(case=case, person=child, words=f"{needle} to sleep."),
        plans=PlanFactory(case=case, agreed_by=[mother], they_decided=f"{needle} decided."),
        # The beginning of a token for a program, which is how its page names it.
        prefix=a_token(writer)[:PREFIX_LENGTH],
        key=next(item.key for item in gather(mother).items if item.source == "cases.CaseNote"),
        appointments=visit,
        groups=group,
        sessions=SessionFactory(group=group, recorded_by=writer),
        drop_ins=DropInFactory(service=service, name=needle, person=mother, recorded_by=writer),
        visits=LoneVisitFactory(worker=writer, appointment=visit, place=f"At {needle}’s"),
        token=f"secret-of-{needle}",
        proposals=a_proposal(case, by=writer),
        destroyed=RunFactory(recorded_by=writer),
        agencies=(agency := make.AgencyFactory(name=f"Agency beside {service}")),
        professionals=make.ProfessionalFactory(agency=agency),
        agreements=AgreementFactory(agency=agency),
        erasures=an_approved_erasure(request, by=writer).request,
        uses=IdentifiedUseFactory(people=[mother], recorded_by=writer),
    )


def _lifted_seal(person, needle):
    """A seal that closes the record to nobody any more; its page is there."""
    return make.SealFactory(
        person=person,
        reason=f"{needle} was known to us.",
        lift_asked_at=timezone.now(),
        lift_asked_by=UserFactory(),
        lift_reason=f"{needle} agreed.",
        lifted_at=timezone.now(),
        lifted_by=UserFactory(),
    )


@dataclass
class World:
    ours: Family
    others: Family
    staff: dict


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the files of this module's one world lie, since each test has a folder of its own."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def _files_of_the_world(settings, _own_files, folder):
    settings.MEDIA_ROOT = folder


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, folder):
    """One world for all tests here; what each of them leaves is taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=folder):
        yield a_world()
        transaction.set_rollback(True)


def a_world():
    service = make.ServiceFactory(name="Family Support")
    staff = {role: UserFactory(roles=[role]) for role in Role}
    for user in staff.values():
        # Who may open any record belongs to no service: nothing may be offered that only a service does.
        if not user.has_perm("cases.open_any_record"):
            make.ServiceMemberFactory(service=service, user=user)
    world = World(
        ours=family(OURS, service),
        others=family(OTHERS, make.ServiceFactory(name="Counselling")),
        staff=staff,
    )
    # Of a service a reviewer knows the sample that they were given.
    make.a_sample(staff[Role.QUALITY_REVIEWER], world.ours.cases)
    # Who may open any record has said why: what comes before is tests/cases/test_purposes.py's.
    for user in staff.values():
        if user.has_perm("cases.open_any_record"):
            for of in (world.ours, world.others):
                for number in of.cases.people.all():
                    make.StatedPurposeFactory(person=number, recorded_by=user)
    return world


# --- The addresses ------------------------------------------------------------------------------


def _walk(resolver, prefix="", namespace=""):
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, path, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", path


ROUTES = dict(_walk(get_resolver()))

# The complete list of what opens without signing in.
PUBLIC = {
    "website:home",
    "website:privacy",
    "website:rights",
    "website:cookies",
    "website:accessibility",
    "website:complain",
    "website:contact",
    "website:colours",
    "website:visits",
    "notices:current",
    "notices:children",
    "notices:version",
    # The secret in the link is the key: it fetches one locked pack, once.
    "packs:fetch",
    "ask:start",
    "ask:step",
    "ask:check",
    "ask:throw-away",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "admin:login",
    # How far a request is, for whoever asked: the secret is the key, opens once and shows nobody.
    "sar:status",
    # The secret in the link, and a passphrase told another way, give one released pack, locked.
    "sar:collect",
    "health",
    # Read by calendars, which cannot sign in: the secret in the address is the key, and it shows references
    # instead of names. Anything else under this address is a 404.
    "diary:feed-file",
}


REFERENCE = r"<(str|reference):reference>"
# Whom the charity works with: about no family, and the same for every service.
SHARED = ("casework/agencies/", "casework/agreements/", "casework/professionals/")


def _of_a_family(path: str) -> bool:
    return bool(re.search(REFERENCE, path)) and not path.startswith(SHARED)


def address(path: str, of: Family) -> str | None:
    """The address of `path` for the family's own records; None where it needs something else."""
    text = re.sub(r"\\Z|\$|\^|\(\?:|\)\?|\\", "", path)
    parts = text.split("/")
    first = (
        parts[1] if parts[0] in {"casework", "safeguarding", "retention", "planning"} else parts[0]
    )
    if text.startswith("api/v1/"):
        first = parts[2]
    if text.startswith(("requests/statement/", "requests/together/")):
        first = "people"
    if text.startswith("requests/letters/"):
        first = "rights_letters"
    # A verb that can be done to any of them at any time.
    text = text.replace("do/<slug:name>", "do/add")
    record = getattr(of, first.replace("-", "_"), None)
    if "/packs/<uuid:name>/" in text:
        # A request that was answered, with a link that leads to its pack.
        record = of.pack.request
        text = text.replace("<int:number>", str(of.delivery.pk))
    if re.search(REFERENCE, text):
        if record is None:
            return None
        text = re.sub(REFERENCE, record.reference, text)
    text = text.replace("<uuid:name>", str(of.pack.name))
    text = text.replace("<uuid:token>", str(of.drafts.token))
    for lever in ("<slug:name>", "<slug:lever>"):
        text = text.replace(lever, "identity-seen")
    if "/files/" in text:
        text = text.replace("<int:number>", str(of.found.pk))
    text = text.replace("<slug:key>", of.key).replace("<int:number>", "1")
    text = text.replace("<slug:kind>", "quiet").replace("<slug:readers>", "everybody")
    text = text.replace("<slug:kind>", "quiet").replace("<slug:purpose>", "report")
    text = text.replace("<slug:wording>", "acknowledge").replace("<slug:place>", of.place)
    text = text.replace("<str:secret>", "guessed")
    text = text.replace("<slug:quarter>", "2026-3").replace("<int:version>", "1")
    text = text.replace("<slug:form>", "csv")
    text = text.replace("<slug:task>", "request").replace("<slug:part>", "what")
    text = (
        text.replace("<str:kind>", "json")
        .replace("<slug:noun>", "note")
        .replace("<reference:entry>", of.notes.reference)
    )
    text = text.replace("<slug:service>", of.cases.service.slug)
    text = text.replace("<slug:step>", "take")
    text = text.replace("<slug:template>", of.letters.version.template.slug)
    text = text.replace("<str:token>", of.token).replace("<str:prefix>", of.prefix)
    if "<path:object_id>" in text:
        model = text.split("/")[2]
        record = {
            "rightsrequest": of.requests,
            "questionnaire": of.questionnaire,
            "question": of.questionnaire.editions.get().questions.get(),
            "agreement": of.agreements,
        }.get(model)
        text = text.replace("<path:object_id>", str(record.pk if record else 1))
    return None if "<" in text or "(" in text else f"/{text}"


def as_user(user) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def body_of(response) -> str:
    if response.streaming:
        # Read to its end: closing it unread would end the request, and the test's connection with it.
        for _ in response.streaming_content:
            pass
        return ""
    return response.content.decode(errors="replace")


def test_there_are_routes_to_look_at(world):
    assert len(ROUTES) > 60
    unreached = {
        name
        for name, path in ROUTES.items()
        if address(path, world.ours) is None and name.split(":")[0] in OUR_APPS
    }
    assert unreached == set()


def test_only_the_public_list_opens_without_signing_in(world):
    opened = set()
    stranger = as_user(None)
    for name, path in ROUTES.items():
        where = address(path, world.ours)
        if where is None:
            continue
        response = stranger.get(where)
        assert OURS not in body_of(response), name
        signs_in = response.status_code == 302 and response["Location"].startswith(
            ("/sign-in/login/", "/admin/login/")
        )
        # 401, 405: an address for programs, which bring a token and never a session, or only for sending.
        if not signs_in and response.status_code not in (401, 405):
            opened.add(name)
    assert opened <= PUBLIC, opened - PUBLIC


@pytest.mark.parametrize("role", list(Role))
def test_no_look_without_an_entry_and_no_other_services_family(world, role, request):
    """GET every address as `role`, for a family of theirs and for one of another service; the system
    administrator sees nobody, and only who needs them reads notes. Then the log cannot be written any
    more: whatever gave them somebody's record answers 503 and shows nobody.
    """
    user = world.staff[role]
    sees_all = user.has_perm("cases.open_any_record")
    client, key = as_user(user), {"authorization": f"Bearer {a_token(user)}"}
    faults, showing, notes, offered, answers, opened = [], set(), set(), {}, {}, set()
    for name, path in ROUTES.items():
        for of, needle, theirs in ((world.ours, OURS, True), (world.others, OTHERS, sees_all)):
            where = address(path, of)
            if where is None or name == "account_logout":
                continue
            looked = look_at(client, where, key)
            answers[where] = looked.status
            if looked.status == 200:
                offered |= dict.fromkeys(links_in(looked.text), where)
            if needle in looked.text:
                showing.add(name)
            # A file has no text to find a name in; that it was given is in the entry.
            if needle in looked.text or (looked.status == 200 and of.numbers & looked.people):
                opened.add(where)
            if f"{needle} said so." in looked.text:
                notes.add(name)
            found = list(faults_of(looked, path=path, of=of, needle=needle, theirs=theirs))
            if theirs and not sees_all and OTHERS in looked.text:
                found.append("shows a family of another service beside")
            faults += [f"{role} {name} {where} {looked.status}: {fault}" for fault in found]
    assert faults == []
    dead = dead_links(client, offered, answers)
    assert dead == [], "\n".join(dead)
    # There were pages that could have gone wrong.
    assert bool(showing) is (role != Role.SYSTEM_ADMINISTRATOR)
    assert bool(notes) is (role not in {Role.FRONT_DESK, Role.SYSTEM_ADMINISTRATOR}), notes
    if user.has_perm("cases.open_record"):
        assert len(showing) > 7
    assert len(opened) >= len(showing)
    request.getfixturevalue("log_broken")
    refused = {where: meet(client, where, key) for where in sorted(opened)}
    assert {
        where: one.status_code for where, one in refused.items() if one.status_code != 503
    } == {}
    assert [where for where, one in refused.items() if re.search("Needle", body_of(one))] == []


def links_in(text: str) -> set[str]:
    """The addresses of this site that a page offers to follow."""
    found = {html.unescape(link) for link in re.findall(r'<a\b[^>]*?\bhref="(/[^"]*)"', text)}
    return {link.split("#")[0] for link in found if not link.startswith(("/static/", "/admin/"))}


def dead_links(client, offered, answers):
    """Of `offered`, by the page they stand on, those that answer this reader with a refusal.

    One link for each pair of page and address is followed: what the others of a list lead to is alike.
    """
    dead, followed = [], set()
    for link, page in sorted(offered.items()):
        kind = tuple(resolve(one.split("?")[0]).view_name for one in (link, page))
        if kind in followed or kind[0] == "account_logout":
            continue
        followed.add(kind)
        status = answers.get(link) or client.get(link).status_code
        if status >= 400:
            said = re.findall(r'govuk-body-l">([^<]*)', body_of(client.get(link)))
            dead.append(f"{page} offers {link}: {status} {said}")
    return dead


@dataclass
class Looked:
    """What a GET gave, what it left in the log, and what it wrote elsewhere."""

    status: int
    text: str
    people: set[int]
    written: list[str]


def meet(client, where, key):
    """The answer to a GET; `key` is what a program shows at an address for programs."""
    return client.get(where, headers=key if where.startswith("/api/") else {})


def look_at(client, where, key) -> Looked:
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    # Django remembers the last 9000 questions alone, and there are more routes than that.
    reset_queries()
    with CaptureQueriesContext(connection) as queries:
        response = meet(client, where, key)
    entries = Entry.objects.filter(pk__gt=last).exclude(verb=PREPARED)
    return Looked(
        status=response.status_code,
        text=body_of(response),
        people={number for entry in entries for number in entry.people},
        written=_writes(queries),
    )


def faults_of(looked, *, path, of, needle, theirs):
    """What is wrong with one answer, in words."""
    if looked.status >= 500:
        yield "broke"
    if needle in looked.text and not theirs:
        yield "shows a family of another service"
    if needle in looked.text and not of.numbers & looked.people:
        yield f"shows {needle} without an entry"
    if not theirs and _of_a_family(path) and looked.status not in (302, 401, 403, 404, 405):
        yield "answers for a record of another service"
    for sql in looked.written:
        yield f"writes while reading: {sql}"


MAY_BE_WRITTEN = ("audit_entry", "audit_entryvalue", "django_session")


def _writes(queries) -> list[str]:
    return [
        sql["sql"][:120]
        for sql in queries.captured_queries
        if (found := re.match(r'\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', sql["sql"]))
        and found.group(2) not in MAY_BE_WRITTEN
        # Signing in for the test itself.
        and '"last_login"' not in sql["sql"]
        and found.group(2)
        not in {"axes_accesslog", "axes_accessattempt", "axes_accessattemptexpiration"}
    ]


def test_a_verb_by_typed_address_for_another_services_family_is_refused(world):
    """POST every address that changes something, as the caseworker of another service."""
    client = as_user(world.staff[Role.CASEWORKER])
    wrong = []
    for name, path in ROUTES.items():
        where = address(path, world.others)
        if where is None or not _of_a_family(path):
            continue
        before = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        response = client.post(where, {})
        if response.status_code == 401:
            continue
        if response.status_code not in (403, 404, 405):
            wrong.append(f"{name} {where} {response.status_code}")
        verbs = set(Entry.objects.filter(pk__gt=before).values_list("verb", flat=True))
        if response.status_code != 405 and verbs != {"look.refused"}:
            wrong.append(f"{name} {where}: {verbs}")
    assert wrong == []


def test_the_password_of_the_factories_is_not_a_demo_password():
    assert PASSWORD != "demo password 2000"
