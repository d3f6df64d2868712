"""The important pages, by who reads them."""

from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.actors import SYSTEM
from audit.models import Entry
from cases.actions.referral_decisions import screen
from cases.actions.services import set_supervision
from funding.quarters import quarter_of
from planning.actions.figures import release_figures
from retention.models import GoesAlong
from sar.models import RightsRequest
from sar.pack.gather import gather
from tests.cases.world import the
from tests.factories.accounts import UserFactory
from tests.factories.assessments import (
    AssessmentFactory,
    GoalFactory,
    InUseFactory,
    PlanFactory,
)
from tests.factories.base import change, noted
from tests.factories.cases import (
    AlertFactory,
    BarringFactory,
    CourtOrderFactory,
    DocumentFactory,
    DraftFactory,
    EnquiryFactory,
    HandOverFactory,
    PaperFileFactory,
    ReferralCorrectionFactory,
    ReferralFactory,
    SealFactory,
    SealReaderFactory,
    TaskFactory,
    a_waiting_referral,
)
from tests.factories.diary import (
    AppointmentFactory,
    DropInFactory,
    GroupFactory,
    GroupMemberFactory,
    LoneVisitFactory,
    SessionFactory,
)
from tests.factories.funding import CaseFundingFactory, ContractFactory
from tests.factories.retention import (
    HoldFactory,
    RunFactory,
    ScheduleRowFactory,
    a_proposal,
    an_approved_erasure,
)
from tests.factories.safeguarding import (
    AllegationFactory,
    ConcernEntryFactory,
    ConcernFactory,
    read_concern,
)
from tests.factories.sar import (
    BuiltPackFactory,
    DeliveryFactory,
    LeakFindingFactory,
    RightsRequestFactory,
    released_pack,
)
from tests.journeys.charity import QUESTIONS, Family


def public() -> list[str]:
    return [
        "/",
        "/privacy/",
        "/your-rights/",
        "/complain/",
        "/cookies/",
        "/cookies/visits/",
        "/accessibility/",
        reverse("sar:collect", args=["guessed"]),
        "/ask/request/",
        "/ask/request/what/",
        "/ask/request/reach/",
        "/ask/refer/",
        "/ask/refer/service/",
        "/ask/complain/",
        "/ask/complain/what/",
        "/sign-in/login/",
        "/sign-in/password/reset/",
    ]


def casework(family: Family) -> list[str]:
    """The pages of a caseworker."""
    person, case = family.mother.reference, family.case.reference
    referral = ReferralFactory(service=family.case.service, people=[family.mother])
    ReferralCorrectionFactory(referral=referral)
    waiting = a_waiting_referral(service=family.case.service, people=[family.mother])
    screened = screen(
        referral=ReferralFactory(service=family.case.service, people=[family.mother]),
        screening="For us.",
        by=family.case.recorded_by,
    )
    worker = family.case.recorded_by
    task = TaskFactory(case=family.case, for_user=worker, due_on=date(2026, 1, 5))
    handed = HandOverFactory(case=family.case, to_worker=worker, recorded_by=worker)
    enquiry = EnquiryFactory(service=family.case.service, person=family.mother)
    for one in (waiting, screened, task, handed, enquiry):
        one.refresh_from_db()
    draft = DraftFactory(case=family.case)
    return [
        reverse("cases:work"),
        reverse("cases:mine"),
        reverse("cases:gaps-first"),
        reverse("cases:gaps", args=["missing"]),
        reverse("cases:tasks"),
        reverse("cases:task-add"),
        reverse("cases:task", args=[task.reference]),
        reverse("cases:task-drop", args=[task.reference]),
        reverse("cases:hand-over", args=[handed.reference]),
        reverse("cases:case-hand-over", args=[case]),
        reverse("cases:search"),
        f"{reverse('cases:search')}?words=Hart",
        f"{reverse('cases:search')}?words=Nobody",
        *(
            reverse(f"cases:person{tab}", args=[person])
            for tab in ("", "-details", "-family", "-cases", "-change")
        ),
        reverse("cases:person-add"),
        reverse("cases:case-open", args=[person]),
        reverse("cases:relationship-add", args=[person]),
        reverse("cases:case", args=[case]),
        reverse("assessments:service-answers", args=[case]),
        reverse("assessments:service-answer", args=[case]),
        *(
            reverse(f"assessments:{name}", args=[case])
            for name in (
                "assessments",
                "assessment-add",
                "compare",
                "outcomes",
                "outcomes-print",
                "goal-add",
                "plans",
            )
        ),
        *assessed(family),
        *safety(family),
        *on_file(family),
        reverse("cases:note-add", args=[case]),
        reverse("cases:contact-add", args=[case]),
        reverse("cases:decision-add", args=[case]),
        reverse("cases:drafts"),
        reverse("cases:draft-discard", args=[draft.token]),
        f"{reverse('cases:note-add', args=[case])}?draft={draft.token}",
        reverse("cases:note", args=[family.note.reference]),
        reverse("cases:note-correct", args=[family.note.reference]),
        reverse("cases:enquiries"),
        reverse("cases:enquiry-add"),
        reverse("cases:enquiry", args=[enquiry.reference]),
        reverse("cases:referrals"),
        reverse("cases:referral-add"),
        reverse("cases:referral", args=[referral.reference]),
        reverse("cases:referral-correct", args=[referral.reference]),
        reverse("cases:referral-screen", args=[referral.reference]),
        reverse("cases:referral-decline", args=[referral.reference]),
        reverse("cases:referral", args=[waiting.reference]),
        reverse("cases:referral-allocate", args=[waiting.reference]),
        reverse("cases:referral-place", args=[waiting.reference]),
        reverse("cases:waiting", args=[family.case.service.slug]),
        reverse("cases:referral-accept", args=[screened.reference]),
        reverse("consent:person", args=[person]),
        reverse("consent:consent-add", args=[person]),
        reverse("consent:consent-paper", args=[family.mother.consents.get().reference]),
        reverse("consent:wordings"),
        reverse("consent:sharing", args=[person]),
        reverse("consent:notice-give", args=[person]),
        reverse("consent:tablet", args=[person]),
        reverse("consent:notices"),
        reverse("consent:ending"),
        reverse("consent:send", args=[case]),
        reverse("consent:first-meeting", args=[case]),
        reverse("consent:first-meeting", args=[case]) + f"?with={person}",
        reverse("consent:agencies"),
        reverse("consent:agency", args=[family.share.agency.reference]),
        reverse("consent:agency-change", args=[family.share.agency.reference]),
        reverse("consent:share-quick", args=[case]),
        reverse("consent:victim-request", args=[family.share.reference]),
        reverse("consent:share-reply", args=[family.share.reference]),
        reverse("consent:notices-missed"),
        reverse("consent:share", args=[family.share.reference]),
        reverse("consent:share-add", args=[case]),
        reverse("consent:referrals-out"),
        reverse("consent:referral-out", args=[family.share.reference]),
        reverse("sar:requests"),
        reverse("sar:request-add"),
        reverse("api:tokens"),
        reverse("api:documentation"),
        reverse("core:gallery"),
    ]


def management(family: Family) -> list[str]:
    """The pages of a manager, besides those of a caseworker."""
    worker = family.case.recorded_by
    contract = ContractFactory(service=family.case.service, target_people=14)
    CaseFundingFactory(case=family.case, contract=contract)
    contract.refresh_from_db()
    set_supervision(
        service=family.case.service,
        notes_signed_off_from=timezone.localdate() - timedelta(days=400),
        by=the(Role.SYSTEM_ADMINISTRATOR),
    )
    return [
        reverse("cases:sign-offs"),
        reverse("cases:note-review", args=[family.note.reference]),
        reverse("letters:templates"),
        reverse("letters:template-add"),
        reverse("imports:imports"),
        reverse("imports:add"),
        reverse("cases:case-close", args=[family.case.reference]),
        reverse("cases:case-summary", args=[family.case.reference]),
        reverse("cases:case-allocate", args=[family.case.reference]),
        reverse("funding:contracts"),
        reverse("funding:contract-add"),
        reverse("funding:contract", args=[contract.reference]),
        reverse("funding:outside", args=[contract.reference]),
        reverse("planning:funder", args=[contract.reference]),
        reverse("funding:case", args=[family.case.reference]),
        reverse("cases:team"),
        f"{reverse('cases:leaving')}?worker={worker.pk}",
        reverse("cases:access"),
        reverse("cases:access-add"),
        reverse("accounts:deputies"),
        reverse("cases:people-i-know"),
        reverse("cases:where-i-live"),
        reverse("cases:emergency"),
        reverse("cases:emergencies"),
    ]


def safety(family: Family) -> list[str]:
    """The pages of what keeps the mother safe, and of what was put right on her record."""
    person, recorded_by = family.mother, family.mother.recorded_by
    alert = AlertFactory(person=person, recorded_by=recorded_by)
    order = CourtOrderFactory(about=[person], recorded_by=recorded_by)
    pages = (
        "person-safety",
        "person-household",
        "person-changes",
        "alert-add",
        "no-contact-add",
        "no-disclosure-add",
        "order-add",
        "name-add",
        "address-add",
        "contact-point-add",
        "sensitive-detail-add",
        "person-merge",
    )
    return [
        *(reverse(f"cases:{page}", args=[person.reference]) for page in pages),
        *(
            reverse(f"cases:{page}", args=[alert.reference])
            for page in ("alert", "alert-review", "alert-end")
        ),
        reverse("cases:order", args=[order.reference]),
        reverse("cases:order-end", args=[order.reference]),
    ]


def on_file(family: Family) -> list[str]:
    """The pages of documents, letters and files on paper."""
    case, recorded_by = family.case, family.case.recorded_by
    document = DocumentFactory(case=case, recorded_by=recorded_by)
    folder = PaperFileFactory(case=case, person=None, recorded_by=recorded_by)
    for one in (document, folder):
        one.refresh_from_db()
    return [
        reverse("cases:documents", args=[case.reference]),
        reverse("cases:document-add", args=[case.reference]),
        reverse("cases:document", args=[document.reference]),
        reverse("cases:document-replace", args=[document.reference]),
        reverse("cases:paper-of-case", args=[case.reference]),
        reverse("cases:paper-of-person", args=[family.mother.reference]),
        reverse("cases:paper-file", args=[folder.reference]),
        reverse("cases:paper-out"),
        reverse("letters:letters", args=[case.reference]),
        reverse("letters:letter-add", args=[case.reference]),
        reverse("letters:waiting"),
    ]


def diary(family: Family) -> list[str]:
    """The pages of the diary, as a caseworker meets them."""
    case, worker = family.case, family.case.recorded_by
    group = GroupFactory(service=case.service, name="Little steps", drop_in=True)
    GroupMemberFactory(group=group, person=family.mother, case=case)
    session = SessionFactory(group=group, recorded_by=worker)
    arranged = {
        "service": case.service,
        "case": case,
        "people": [family.mother, family.child],
        "recorded_by": worker,
    }
    visit = AppointmentFactory(alone=True, purpose="About bedtimes.", **arranged)
    past = AppointmentFactory(starts=timezone.now() - timedelta(hours=3), **arranged)
    drop_in = DropInFactory(service=case.service, name="Shannon", recorded_by=worker)
    out = LoneVisitFactory(worker=worker, appointment=visit)
    shown = {"on": timezone.localdate(visit.starts)}
    return [
        *(reverse("diary:own", query={"view": view, **shown}) for view in ("day", "week", "month")),
        reverse("diary:team", query=shown),
        reverse("diary:rooms", query=shown),
        reverse("diary:room-list"),
        reverse("diary:rota"),
        reverse("diary:feed"),
        reverse("diary:alone"),
        reverse("diary:visit", args=[out.reference]),
        reverse("diary:visit-longer", args=[out.reference]),
        reverse("diary:case", args=[case.reference]),
        reverse("diary:appointment-add"),
        reverse("diary:appointment-add-for-case", args=[case.reference]),
        *(
            reverse(f"diary:appointment{page}", args=[visit.reference])
            for page in ("", "-change", "-cancel", "-alone")
        ),
        reverse("diary:appointment-settle", args=[past.reference]),
        reverse("diary:groups"),
        reverse("diary:group", args=[group.reference]),
        reverse("diary:group-join", args=[group.reference]),
        reverse("diary:session-add", args=[group.reference]),
        reverse("diary:register", args=[session.reference]),
        reverse("diary:drop-ins"),
        reverse("diary:drop-in-add"),
        reverse("diary:drop-in-know", args=[drop_in.reference]),
        reverse("diary:drop-in-enquire", args=[drop_in.reference]),
    ]


def assessed(family: Family) -> list[str]:
    """The pages of what was assessed, measured and planned with the family."""
    case, person = family.case, family.mother
    asked = InUseFactory(
        questionnaire__kind="assessment", questionnaire__service=None, asks=QUESTIONS
    )
    given = ["Norwood Primary", True, Decimal(12), date(2026, 3, 1)]
    final, _ = (
        AssessmentFactory(case=case, edition=asked, people=[person], given=given[:count])
        for count in (4, 1)
    )
    draft = AssessmentFactory(case=case, edition=asked, people=[person], is_final=False)
    goal = GoalFactory(case=case, person=person)
    steps = [{"words": "See the school nurse", "person": person, "goal": goal}]
    plan = PlanFactory(case=case, steps=steps, agreed_by=[person])
    next_plan = PlanFactory(case=case, steps=steps)
    pages = [
        (final, ("assessment", "assessment-correct", "assessment-print")),
        (draft, ("assessment-write", "assessment-discard")),
        (goal, ("goal-review", "goal-end")),
        (plan, ("plan", "plan-copy", "plan-review")),
        (next_plan, ("plan-write", "plan-agree", "plan-discard")),
    ]
    return [
        reverse(f"assessments:{name}", args=[record.reference])
        for record, names in pages
        for name in names
    ]


def requests(family: Family) -> list[str]:
    """The Data Protection Officer's pages outside the admin."""
    request = _request_of(family)
    note = next(
        item for item in gather(family.mother).items if item.source == family.note._meta.label
    )
    return [
        reverse("sar:request", args=[request.reference]),
        reverse("sar:items", args=[request.reference]),
        reverse("sar:names", args=[request.reference]),
        reverse("sar:opinions", args=[request.reference]),
        reverse("sar:item", args=[request.reference, note.key]),
        reverse("sar:request-lever", args=[request.reference, "identity-seen"]),
        reverse("sar:item-notes", args=[request.reference]),
        reverse("sar:acronyms"),
        *_handed_over(family),
        reverse("sar:figures"),
        reverse("sar:complaint-figures"),
        reverse("cases:person-looks", args=[family.mother.reference]),
        reverse("cases:person-why", args=[family.child.reference]),
        *_closed(family),
    ]


def _handed_over(family: Family) -> list[str]:
    """A pack that went out, with a link to it; and what was found in another, and how far a third is."""
    answered = DeliveryFactory(
        pack=released_pack(RightsRequestFactory(person=family.mother, answer_format="paper"))
    )
    pack = answered.pack
    # Of a request that is still worked on: what was found is shown to nobody afterwards.
    at_work = RightsRequestFactory(person=family.mother)
    found = LeakFindingFactory(pack=BuiltPackFactory(request=at_work))
    here = [pack.request.reference, pack.name]
    return [
        reverse("sar:request", args=here[:1]),
        *(
            reverse(f"sar:{name}", args=here)
            for name in ("deliveries", "delivery-link", "delivery-paper", "pack-encrypted")
        ),
        reverse("sar:delivery-recall", args=[*here, answered.pk]),
        reverse("sar:pack", args=[found.pack.request.reference, found.pack.name]),
        reverse("sar:pack-leaks", args=[found.pack.request.reference, found.pack.name]),
    ]


def _closed(family: Family) -> list[str]:
    """The desks of conflicts of interest and of seals."""
    conflict, seal = BarringFactory(person=None), SealFactory()
    said_over = BarringFactory(person=family.mother, words="Lived next door.")
    change(
        said_over,
        said_over_at=timezone.now(),
        said_over_by=said_over.user,
        said_over_because="She moved.",
    )
    SealReaderFactory(seal=seal)
    for made in (conflict, said_over, seal):
        made.refresh_from_db()
    return [
        reverse("cases:conflicts"),
        reverse("cases:conflict-add"),
        conflict.get_absolute_url(),
        reverse("cases:conflict-end", args=[conflict.reference]),
        reverse("cases:conflict", args=[said_over.reference]),
        reverse("cases:person-seal", args=[family.mother.reference]),
        reverse("cases:seals"),
        seal.get_absolute_url(),
        reverse("cases:seal-lift", args=[seal.reference]),
    ]


def figures() -> list[str]:
    """The pages of released figures."""
    quarter = quarter_of(timezone.localdate()).previous
    made = release_figures(quarter=quarter, on=timezone.localdate(), by=SYSTEM)
    return [
        reverse("planning:figures"),
        made.get_absolute_url(),
        reverse("planning:figures-correct", args=[quarter.key]),
        reverse("planning:visits"),
        reverse("planning:uses"),
        reverse("planning:use-ask"),
    ]


def keeping(family: Family) -> list[str]:
    """The pages about how long records are kept, and how they go."""
    ScheduleRowFactory()
    HoldFactory(person=family.child)
    proposal = a_proposal(family.case, by=UserFactory())
    request = RightsRequestFactory(person=family.child, kind="erasure")
    an_approved_erasure(request, by=UserFactory())
    request.refresh_from_db()
    return [
        reverse("retention:erasure", args=[request.reference]),
        *(
            reverse(f"retention:{name}")
            for name in ("schedule", "due", "holds", "hold-add", "places")
        ),
        *(
            reverse(f"retention:{name}")
            for name in (
                "proposals",
                "runs",
                "processing",
                "data-map",
                "propose-early",
                "erasures",
                "figures",
                "papers",
                "training-add",
                "my-training",
            )
        ),
        reverse("retention:adopt", args=["family-support"]),
        reverse("retention:paper-add", args=["policy"]),
        proposal.get_absolute_url(),
        reverse("retention:step", args=[proposal.reference, "rehearse"]),
        RunFactory().get_absolute_url(),
        reverse("retention:person", args=[family.child.reference]),
    ]


def safeguarding(family: Family) -> list[str]:
    """The pages of the safeguarding lead, who receives allegations as well while nobody is named."""
    recorded_by = family.mother.recorded_by
    raised = ConcernFactory(people=[family.child], recorded_by=recorded_by, in_danger=True)
    begun = read_concern(UserFactory(), people=[family.child], recorded_by=recorded_by)
    ConcernEntryFactory(concern=begun)
    allegation = AllegationFactory(people=[family.child], recorded_by=recorded_by)
    proposal = a_proposal(family.case, by=UserFactory())
    along = noted(
        GoesAlong.objects.create, proposal=proposal, table=begun._meta.label, record=begun.pk
    )
    kept = [
        along.get_absolute_url(),
        reverse("retention:due"),
        reverse("retention:concern", args=[begun.reference]),
        reverse("retention:allegation", args=[allegation.reference]),
    ]
    levers = ("decide", "ask-opinion", "person", "tell-workers", "add")
    return [
        reverse("safeguarding:concerns"),
        reverse("safeguarding:raise"),
        f"{reverse('safeguarding:raise')}?about={family.case.reference}",
        reverse("safeguarding:raised"),
        raised.get_absolute_url(),
        begun.get_absolute_url(),
        *(reverse("safeguarding:concern-lever", args=[begun.reference, lever]) for lever in levers),
        reverse("safeguarding:person", args=[family.child.reference]),
        reverse("safeguarding:allegations"),
        allegation.get_absolute_url(),
        reverse("safeguarding:allegation-print", args=[allegation.reference]),
        reverse("safeguarding:concern-print", args=[begun.reference]),
        *kept,
    ]


def desk(family: Family) -> list[str]:
    """The pages of the admin."""
    request = _request_of(family)
    return [
        reverse("admin:index"),
        reverse("admin:sar_rightsrequest_changelist"),
        reverse("admin:sar_rightsrequest_change", args=[request.pk]),
        reverse("admin:assessments_questionnaire_changelist"),
        reverse("admin:assessments_questionnaire_add"),
        reverse(
            "admin:assessments_questionnaire_change",
            args=[family.case.service.questionnaires.get(kind="service").pk],
        ),
        reverse("admin:accounts_user_changelist"),
        reverse("audit:log"),
        reverse("audit:entry", args=[Entry.objects.latest("pk").pk]),
    ]


def _request_of(family: Family) -> RightsRequest:
    """The mother's request, made when it is first wanted."""
    made = RightsRequest.objects.filter(person=family.mother).first()
    return made or RightsRequestFactory(
        person=family.mother,
        received_on=timezone.localdate(),
        recorded_by=family.mother.recorded_by,
    )
