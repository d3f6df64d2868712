"""Agencies: an address that somebody checked, an agreement with its review, and two that are one."""

from datetime import date, timedelta
from http import HTTPStatus

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions.agencies import (
    change_agency,
    change_professional,
    check_contact,
    merge_agencies,
    part_agencies,
)
from cases.models import Agency, ContactCheck, Task
from cases.queries.agencies import agencies, is_checked
from cases.queries.safe_contact import Recipient, may_be_told
from consent.actions.agreements import (
    ask_for_agreement_reviews,
    end_agreement,
    make_agreement,
    review_agreement,
)
from consent.actions.sharing import record_share
from consent.contents import addresses_of
from consent.gateways import Gateway, Outcome, SentHow
from consent.models import Agreement, Consent, Share, State
from consent.queries import live_consent
from consent.queries.agreements import warning_of
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import (
    AgencyFactory,
    DoNotDiscloseFactory,
    ProfessionalFactory,
    ServiceFactory,
    checked,
)
from tests.factories.consent import AgreementFactory, ConsentFactory, ShareFactory, withdrawn

pytestmark = pytest.mark.django_db

MAIL = "in@wrackline.example.org"


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def agency():
    return AgencyFactory(name="Wrackline", email=MAIL)


def check(of, **changed):
    words = {
        "email": of.email,
        "how": "rang",
        "with_whom": "Ms Khan, office",
        "checked_on": timezone.localdate(),
        "by": UserFactory(),
    }
    return check_contact(of=of, **words | changed)


# An address that somebody checked


def test_an_address_counts_once_it_was_checked_and_another_one_does_not(agency):
    doctor = ProfessionalFactory(agency=agency, email="dr@wrackline.example.org")
    assert addresses_of(agency, doctor) == []
    with entries_since() as left:
        check(agency)
    assert [entry.verb for entry in left] == [Verb.CONTACT_CHECKED]
    assert addresses_of(agency, doctor) == [MAIL]
    check(doctor)
    assert addresses_of(agency, doctor) == ["dr@wrackline.example.org", MAIL]
    with entries_since() as left:
        change_agency(
            agency=agency, name=agency.name, email="New@wrackline.example.org", by=UserFactory()
        )
        change_professional(
            professional=doctor, name=doctor.name, role=doctor.role, email="", by=UserFactory()
        )
    assert [entry.verb for entry in left] == [Verb.AGENCY_CHANGED, Verb.PROFESSIONAL_CHANGED]
    assert agency.email == "new@wrackline.example.org"
    assert addresses_of(agency, doctor) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "old@wrackline.example.org"}, "by now"),
        ({"checked_on": date(2099, 1, 1)}, "has not come yet"),
        ({"how": "guessed"}, "how you checked"),
        ({"with_whom": " "}, "who told you"),
    ],
)
def test_a_check_refused_leaves_no_trace(agency, wrong, sentence):
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        check(agency, **wrong)
    assert left == []
    assert not is_checked(agency)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Write the name"),
        ({"name": "the ELMS"}, "merge them"),
        ({}, "Nothing is different"),
    ],
)
def test_changing_an_agency_refused_leaves_no_trace(agency, wrong, sentence):
    AgencyFactory(name="The Elms")
    words = {"name": agency.name, "email": agency.email, "by": UserFactory()}
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        change_agency(agency=agency, **words | wrong)
    assert left == []


def test_a_check_is_final(agency):
    made = check(agency)
    with pytest.raises(IntegrityError, match="contact_check_of_one"):
        ContactCheck.objects.create(
            email=MAIL,
            how="rang",
            with_whom="x",
            checked_on=made.checked_on,
            recorded_by=made.recorded_by,
        )


# Agreements


def test_an_agreement_is_made_looked_at_and_ended(agency):
    dpo, today = the(Role.DPO), timezone.localdate()
    words = {
        "agency": agency,
        "title": "Working together",
        "covers": "Dates.",
        "kept_where": "The safe",
        "starts_on": today - timedelta(days=400),
        "review_on": today - timedelta(days=1),
        "by": dpo,
    }
    with entries_since() as left:
        made = make_agreement(**words)
    assert [entry.verb for entry in left] == [Verb.AGREEMENT_MADE]
    assert make_agreement(**words) == made
    assert (ask_for_agreement_reviews(on=today), ask_for_agreement_reviews(on=today)) == (1, 0)
    task = Task.objects.get(link=made.get_absolute_url())
    assert task.for_user == dpo
    review_agreement(
        agreement=made, words="It holds.", review_on=today + timedelta(days=365), by=dpo
    )
    task.refresh_from_db()
    assert task.status == "done"
    assert ask_for_agreement_reviews(on=today) == 0
    assert warning_of(agency, today) == ""
    with entries_since() as left:
        end_agreement(agreement=made, ended_on=today, words="They closed.", by=dpo)
    assert [entry.verb for entry in left] == [Verb.AGREEMENT_ENDED]
    assert "has ended" in warning_of(agency, today)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"by": "manager"}, "Data Protection Officer keeps"),
        ({"covers": " "}, "what it covers"),
        ({"ends_on": date(2025, 1, 1)}, "ends before it begins"),
        ({"review_on": date(2026, 1, 12)}, "after it starts"),
    ],
)
def test_an_agreement_refused_leaves_no_trace(agency, wrong, sentence):
    if "by" in wrong:
        wrong = {"by": the(Role.SERVICE_MANAGER)}
    words = {"title": "A", "covers": "B", "kept_where": "C", "starts_on": date(2026, 1, 12)}
    words |= {"review_on": date(2027, 1, 12), "by": the(Role.DPO)}
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        make_agreement(agency=agency, **words | wrong)
    assert left == []


def test_one_that_ended_is_neither_looked_at_nor_ended_again(agency):
    dpo, made = the(Role.DPO), AgreementFactory(agency=agency)
    today = timezone.localdate()
    with pytest.raises(Refused, match="cannot end before"):
        end_agreement(agreement=made, ended_on=date(2026, 1, 1), words="x", by=dpo)
    end_agreement(agreement=made, ended_on=today, words="They closed.", by=dpo)
    with entries_since() as left:
        with pytest.raises(Refused, match="It ended on"):
            review_agreement(agreement=made, words="x", review_on=today + timedelta(days=9), by=dpo)
        with pytest.raises(Refused, match="It ended on"):
            end_agreement(agreement=made, ended_on=today, words="x", by=dpo)
    assert left == []


@pytest.mark.parametrize(
    "verb", ["check", "change", "merge", "part", "make", "review", "end", "professional"]
)
def test_without_an_entry_it_is_undone(agency, verb, request):
    other, dpo, today = AgencyFactory(), the(Role.DPO), timezone.localdate()
    made = AgreementFactory(agency=agency)
    someone = ProfessionalFactory(agency=agency)
    merged = merge_agencies(survivor=agency, other=AgencyFactory(), reason="One.", by=dpo)
    acts = {
        "check": lambda: check(agency, by=dpo),
        "change": lambda: change_agency(agency=agency, name="Other", by=dpo),
        "professional": lambda: change_professional(
            professional=someone, name="Other", role="x", by=dpo
        ),
        "merge": lambda: merge_agencies(survivor=agency, other=other, reason="One.", by=dpo),
        "part": lambda: part_agencies(other=merged, reason="Two.", by=dpo),
        "make": lambda: make_agreement(
            agency=agency,
            title="A",
            covers="B",
            kept_where="C",
            starts_on=today,
            review_on=today + timedelta(days=9),
            by=dpo,
        ),
        "review": lambda: review_agreement(
            agreement=made, words="x", review_on=today + timedelta(days=9), by=dpo
        ),
        "end": lambda: end_agreement(agreement=made, ended_on=today, words="x", by=dpo),
    }

    def stand():
        return (
            list(Agency.objects.order_by("pk").values_list("name", "merged_into")),
            list(Agreement.objects.values_list("ended_on")),
            ContactCheck.objects.count(),
        )

    before = stand()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        acts[verb]()
    assert stand() == before


# Two that are one


def share_on_permission(world, agency, purpose):
    return record_share(
        case=world.case,
        people=[world.amelia],
        outcome=Outcome.SHARED,
        purpose=purpose,
        what="Dates.",
        happened_at=timezone.now(),
        told=True,
        agency=agency,
        sent_how=SentHow.PHONE,
        gateway=Gateway.PERMISSION,
        by=world.worker,
    )


def test_consents_follow_and_parting_restores(world, agency):
    double = AgencyFactory(name="Wrackline CIC")
    consent = ConsentFactory(person=world.amelia, agency=double)
    today = timezone.localdate()
    with pytest.raises(Refused, match="and not with Wrackline"):
        share_on_permission(world, agency, consent.purpose)
    with entries_since() as left:
        merge_agencies(survivor=agency, other=double, reason="The same people.", by=world.manager)
    assert [entry.verb for entry in left] == [Verb.AGENCIES_MERGED]
    assert double not in agencies()
    assert live_consent(world.amelia, consent.purpose, agency, today) == consent
    for named in (agency, Agency.objects.get(pk=double.pk), "Wrackline CIC"):
        share = share_on_permission(world, named, consent.purpose)
        assert (share.agency, share.share_people.get().consent) == (agency, consent)
    with entries_since() as left:
        part_agencies(
            other=Agency.objects.get(pk=double.pk), reason="Two houses.", by=world.manager
        )
    assert [entry.verb for entry in left] == [Verb.AGENCIES_PARTED]
    assert live_consent(world.amelia, consent.purpose, agency, today) is None
    with pytest.raises(Refused, match="and not with Wrackline"):
        share_on_permission(world, agency, consent.purpose)
    assert Consent.objects.get().agency == double


@pytest.mark.parametrize("no", ["refused", "withdrawn"])
def test_of_two_answers_the_stricter_counts_also_in_the_database(world, agency, no):
    double = AgencyFactory()
    consent = ConsentFactory(person=world.amelia, agency=agency)
    said = (
        {"state": State.REFUSED, "given_on": date(2026, 5, 4)}
        if no == "refused"
        else withdrawn(date(2026, 5, 4))
    )
    ConsentFactory(person=world.amelia, agency=double, **said)
    merge_agencies(survivor=agency, other=double, reason="One.", by=world.manager)
    assert live_consent(world.amelia, consent.purpose, agency, timezone.localdate()) is None
    with pytest.raises(Refused):
        share_on_permission(world, agency, consent.purpose)
    with pytest.raises(IntegrityError, match="No consent in force"):
        ShareFactory(
            case=world.case,
            people=[world.amelia],
            consents=[consent],
            agency=agency,
            gateway="permission",
            gateway_detail="",
            purpose=consent.purpose,
        )


def test_a_marker_against_the_double_holds_for_both(world, agency):
    double = AgencyFactory()
    DoNotDiscloseFactory(person=world.amelia, to_agency=double)
    about, today = [world.amelia], timezone.localdate()
    assert may_be_told(Recipient(agency=agency), about=about, on=today).allowed
    merge_agencies(survivor=agency, other=double, reason="One.", by=world.manager)
    assert not may_be_told(Recipient(agency=agency), about=about, on=today).allowed
    teacher = ProfessionalFactory(agency=Agency.objects.get(pk=double.pk))
    assert not may_be_told(Recipient(professional=teacher), about=about, on=today).allowed


def test_merging_refused_leaves_no_trace(agency):
    other, third, by = AgencyFactory(), AgencyFactory(), UserFactory()
    with entries_since() as left:
        for survivor, double, reason, sentence in (
            (agency, other, " ", "how you know"),
            (agency, agency, "x", "one agency already"),
        ):
            with pytest.raises(Refused, match=sentence):
                merge_agencies(survivor=survivor, other=double, reason=reason, by=by)
        with pytest.raises(Refused, match="stands by itself"):
            part_agencies(other=other, reason="x", by=by)
    assert left == []
    merge_agencies(survivor=agency, other=other, reason="One.", by=by)
    with pytest.raises(Refused, match="has been merged already"):
        merge_agencies(survivor=third, other=other, reason="One.", by=by)
    with pytest.raises(Refused, match="Merge the other way round"):
        merge_agencies(survivor=third, other=agency, reason="One.", by=by)
    with pytest.raises(IntegrityError, match="not_merged_into_itself"):
        Agency.objects.filter(pk=third.pk).update(
            merged_into=third, merged_at=timezone.now(), merged_by=by, merged_because="x"
        )


# Pages


def page(name, record):
    return reverse(f"consent:{name}", args=[record.reference])


def typed_day(name, day):
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


def test_a_worker_checks_a_manager_merges_and_the_dpo_keeps_agreements(world, agency):
    double, today = AgencyFactory(name="Wrackline CIC"), timezone.localdate()
    teacher = ProfessionalFactory(agency=double, name="Ann Reed", email="ann@w.example.org")
    for one in (agency, double, teacher):
        one.refresh_from_db()
    worker, manager, dpo = (
        signed_in(world.worker),
        signed_in(world.manager),
        signed_in(the(Role.DPO)),
    )
    assert "Not checked" in worker.get(reverse("consent:agencies")).content.decode()
    said = {"email": MAIL, "how": "rang", "with_whom": "", **typed_day("checked_on", today)}
    wrong = worker.post(page("agency-check", agency), said)
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert (
        worker.post(page("agency-check", agency), said | {"with_whom": "Ms Khan"}).status_code
        == 302
    )
    assert (
        worker.post(
            page("professional-change", teacher),
            {"name": "Ann Reed", "role": "head", "email": "a@w.example.org"},
        ).status_code
        == HTTPStatus.FOUND
    )
    same = {"other": double.pk, "reason": "The same house."}
    assert worker.post(page("agency-merge", agency), same).status_code == HTTPStatus.FORBIDDEN
    assert manager.post(page("agency-merge", agency), same).status_code == HTTPStatus.FOUND
    both = manager.get(agency.get_absolute_url()).content.decode()
    assert "Ms Khan" in both
    assert "Also written down as" in both
    assert "Ann Reed" in both
    made = {"title": "Together", "covers": "Dates.", "kept_where": "Safe"}
    made |= typed_day("starts_on", today) | typed_day("review_on", today + timedelta(days=90))
    assert manager.post(page("agreement-add", agency), made).status_code == HTTPStatus.FORBIDDEN
    assert dpo.post(page("agreement-add", agency), made).status_code == HTTPStatus.FOUND
    agreement = Agreement.objects.get()
    assert (
        dpo.post(agreement.get_absolute_url(), {"became": "ends", "words": "x"}).status_code == 422
    )
    ended = {"became": "ends", "words": "They closed."} | typed_day("ended_on", today)
    assert dpo.post(agreement.get_absolute_url(), ended).status_code == HTTPStatus.FOUND
    parted = dpo.post(page("agency-part", double), {"reason": "Two houses."})
    assert parted.status_code == HTTPStatus.FOUND
    assert "Also written down as" not in manager.get(agency.get_absolute_url()).content.decode()
    desk = signed_in(member_of(ServiceFactory(), Role.FRONT_DESK, name="Desk"))
    assert desk.get(agency.get_absolute_url()).status_code == HTTPStatus.FORBIDDEN


def test_to_an_unchecked_address_no_pack_is_offered(world, agency):
    consent = ConsentFactory(person=world.amelia, agency=agency)
    to = f"{page('send', world.case)}?people={world.amelia.reference}&agency={agency.pk}&professional=&gateway=permission&purpose={consent.purpose}"
    browser = signed_in(world.worker)
    assert f"Nobody has checked yet that {MAIL}" in browser.get(to).content.decode()
    said = {
        "items": [f"person-{world.amelia.reference}"],
        "told": "yes",
        "way": MAIL,
        "send": "yes",
    }
    assert browser.post(to, said).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Share.objects.exists()
    checked(agency)
    assert "Nobody has checked yet" not in browser.get(to).content.decode()


def test_the_lead_sees_which_address_was_checked_and_a_reviewer_no_agency(world, agency):
    agency.refresh_from_db()
    lead, reviewer = signed_in(the(Role.SAFEGUARDING_LEAD)), signed_in(the(Role.QUALITY_REVIEWER))
    assert agency.email in lead.get(agency.get_absolute_url()).content.decode()
    assert lead.get(page("agency-merge", agency)).status_code == HTTPStatus.FORBIDDEN
    assert reviewer.get(agency.get_absolute_url()).status_code == HTTPStatus.FORBIDDEN


def test_thirty_agencies_cost_as_many_questions_as_one(world, agency):
    browser = signed_in(world.worker)
    counts = []
    for more in (0, 29):
        for _ in range(more):
            checked(AgencyFactory(email="x@y.example"))
        with CaptureQueriesContext(connection) as asked:
            browser.get(reverse("consent:agencies"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
