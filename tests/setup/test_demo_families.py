"""The invented families of `make demo`: nobody real, always fresh, every part of the product in use."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import models, transaction
from django.test import override_settings
from django.utils import timezone

from accounts.models import Undertaking, User
from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from cases.models import (
    Address,
    Alert,
    Allocation,
    Case,
    CaseNote,
    CaseProfessional,
    Circumstance,
    Contact,
    ContactPoint,
    CourtOrder,
    Decision,
    DoNotContact,
    DoNotDisclose,
    Kinship,
    Person,
    Referral,
    Relationship,
    SensitiveDetail,
    Service,
    ServiceMember,
    SourceKind,
)
from cases.models.standing import stands_on
from cases.normal import normal_contact, normal_postcode
from cases.permissions import people_of
from cases.workflow import CaseStatus, ReferralStatus
from consent.gateways import Gateway, Outcome
from consent.models import Consent, Share, State
from core.dates import age_on, is_working_day
from core.organisation import ORGANISATION
from diary.models import Appointment, Attendance, DutyTurn
from funding.models import Contract
from parenting2000.demo_families import ACCOUNTS, is_loaded, load_families
from parenting2000.demo_families.charity import TOLD
from parenting2000.demo_families.days import Calendar
from parenting2000.demo_families.files import FAMILIES, FOLDER
from parenting2000.demo_families.packs import load_packs
from planning.agreed import agreed
from planning.funder import report
from planning.models import IdentifiedUse, Release
from safeguarding.models import Allegation, Concern, ConcernEntry
from safeguarding.permissions import allegations_of
from sar.complaint_letters import letters_about, owed_for
from sar.deadlines import deadline_of
from sar.kinds import Kind
from sar.models import (
    Breach,
    Complaint,
    Delivery,
    ErasureItem,
    Rectification,
    RequestLetter,
    RightsRequest,
    Search,
)
from sar.workflow import RequestStatus
from website.queries import use_of_site

pytestmark = pytest.mark.django_db

OURS = ("accounts", "cases", "consent", "sar")
LOADED_ON = date(2026, 11, 24)

NUMBER = re.compile(r"(?<![\d-])(?:\+44 ?|0)\d(?:[ -]?\d){8,9}(?!\d)")
E_MAIL = re.compile(r"[\w.+-]+@([\w.-]+\w)")
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
LINK = re.compile(r"https?://([\w.-]+)")


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """Loaded once for all tests of this file, as on a fixed day, and taken back at the end."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), transaction.atomic():
        with files, time_machine.travel(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), tick=False):
            load_families()
            load_packs()
        yield
        transaction.set_rollback(True)


# The name of a stored file and a hash are drawn by lot: one in thousands looks like a telephone number.
DRAWN_BY_LOT = re.compile(r"(?=.*[0-9a-f]{16})[0-9a-z/_.-]+")


def all_words():
    """Every text in every table of ours, with the column it stands in."""
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            columns = [
                f.name
                for f in model._meta.concrete_fields
                if isinstance(f, models.CharField | models.TextField)
            ]
            if not columns:
                continue
            for row in model._base_manager.values(*columns):
                for column, words in row.items():
                    if f"{model._meta.label}.{column}" == ROUTES:
                        continue
                    if words and not DRAWN_BY_LOT.fullmatch(words):
                        yield f"{model._meta.label}.{column}", words


def found_in_all_words(pattern):
    return [
        (column, match.group(0), match)
        for column, words in all_words()
        for match in pattern.finditer(words)
    ]


# --- how much -------------------------------------------------------------------------------------


def test_there_is_enough_to_look_at():
    assert Service.objects.count() == 5
    assert 30 <= Person.objects.count() <= 45
    assert Case.objects.count() >= 12
    assert CaseNote.objects.count() >= 70
    assert Contact.objects.count() >= 50
    assert Decision.objects.count() >= 10
    assert CaseNote.objects.exclude(corrects=None).count() == 3


def test_it_is_loaded_once():
    assert is_loaded()
    before = {m: m._base_manager.count() for m in (User, Person, CaseNote, Share, Entry)}
    load_families()
    assert {m: m._base_manager.count() for m in before} == before


def test_every_file_is_a_family():
    assert {path.stem for path in (FOLDER / "families").iterdir()} == set(FAMILIES)


@pytest.mark.parametrize("name", ["CaseNote", "Contact", "Decision"])
def test_an_entry_is_about_people_of_its_case(name):
    """A person stands in no note of a case that they are no part of."""
    model = apps.get_model("cases", name)
    if name == "Decision":
        assert not model.objects.filter(case__people=None).exists()
        return
    for entry in model.objects.prefetch_related("people", "case__people"):
        about = set(entry.people.all())
        assert about
        assert about <= set(entry.case.people.all()), entry


# The notice and the letters tell people whom to ring and write to: the charity of the settings, and nobody
# else. How to complain stands in a column of its own, with the regulator's address.
OURS_STAND_IN = {"consent.PrivacyNotice.text", "sar.RequestLetter.body"}
ROUTES = "sar.RequestLetter.routes"
OWN = {ORGANISATION.dpo_phone, ORGANISATION.dpo_email.partition("@")[2]}


# --- nobody real ----------------------------------------------------------------------------------


def test_telephone_numbers_are_only_from_the_ranges_for_drama():
    numbers = found_in_all_words(NUMBER)
    assert len(numbers) > 50
    real = []
    for column, number, _ in numbers:
        if column in OURS_STAND_IN and number.strip() in OWN:
            continue
        digits = re.sub(r"\D", "", number)
        national = "0" + digits.removeprefix("44").removeprefix("0")
        if not re.fullmatch(r"07700900\d{3}|01514960\d{3}", national):
            real.append((column, number))
    assert real == []


def test_e_mails_and_links_lead_only_to_examples():
    domains = [(column, m.group(1)) for column, _, m in found_in_all_words(E_MAIL)]
    domains += [(column, m.group(1)) for column, _, m in found_in_all_words(LINK)]
    assert len(domains) > 20
    real = [
        (column, domain)
        for column, domain in domains
        if not re.fullmatch(r"(\w+\.)*example\.(org|com)|demo\.example", domain)
        and not (column in OURS_STAND_IN and domain in OWN)
    ]
    assert real == []


def test_postcodes_end_with_letters_that_no_postcode_ends_with():
    postcodes = found_in_all_words(POSTCODE)
    assert len(postcodes) > 25
    assert [(c, p) for c, p, _ in postcodes if not p.endswith("ZZ")] == []


def test_numbers_and_postcodes_are_kept_as_searching_compares_them():
    for point in ContactPoint.objects.all():
        assert point.value_sought == normal_contact(point.value) != ""
    for address in Address.objects.exclude(postcode=""):
        assert address.postcode == normal_postcode(address.postcode)


# --- dates ----------------------------------------------------------------------------------------


def test_nothing_is_written_in_the_future_or_before_it_happened():
    now = timezone.make_aware(datetime(2026, 11, 24, 12, 0))
    for app in ("cases", "consent", "sar"):
        for model in apps.get_app_config(app).get_models():
            fields = {f.name for f in model._meta.concrete_fields}
            if "recorded_at" in fields:
                assert not model._base_manager.filter(recorded_at__gt=now).exists(), model
            if "happened_at" in fields:
                assert not model._base_manager.filter(
                    happened_at__gt=models.F("recorded_at")
                ).exists(), model


def test_entries_are_of_working_days_and_spread_over_two_years():
    moments = [
        timezone.localtime(moment)
        for model in (CaseNote, Contact, Decision, Share)
        for moment in model.objects.values_list("happened_at", flat=True)
    ]
    assert all(is_working_day(moment.date()) for moment in moments)
    assert all(8 <= moment.hour < 21 for moment in moments)
    assert min(moments).date() < LOADED_ON - timedelta(days=650)
    assert max(moments).date() > LOADED_ON - timedelta(days=14)


def test_a_case_comes_after_its_referral_and_its_entries_while_it_is_open():
    for referral in Referral.objects.exclude(case=None):
        assert referral.received_on <= timezone.localdate(referral.decided_at)
        assert referral.decided_at <= referral.case.recorded_at
    for model in (CaseNote, Contact, Decision):
        for entry in model.objects.select_related("case"):
            assert timezone.localdate(entry.happened_at) >= entry.case.opened_on, entry
            if entry.case.closed_at:
                assert entry.happened_at <= entry.case.closed_at, entry.case
    for note in CaseNote.objects.exclude(corrects=None):
        assert note.recorded_at > note.corrects.recorded_at
        assert note.happened_at == note.corrects.happened_at


def test_nobody_is_spoken_to_before_they_are_known():
    for case in Case.objects.prefetch_related("people"):
        first = min(
            [note.happened_at for note in case.notes.all()]
            + [contact.happened_at for contact in case.contacts.all()],
            default=None,
        )
        for person in case.people.all():
            about = [n.recorded_at for n in person.notes.all()]
            assert not about or person.recorded_at <= min(about), person
        assert first is None or first >= case.recorded_at - timedelta(hours=8), case


def test_whoever_writes_belongs_to_the_service_at_the_time():
    belongs = {
        (member.service_id, member.user_id): member for member in ServiceMember.objects.all()
    }
    anywhere = set(
        User.objects.filter(groups__name=Role.SAFEGUARDING_LEAD.value).values_list("pk", flat=True)
    )
    for model in (CaseNote, Contact, Decision):
        for entry in model.objects.select_related("case", "recorded_by"):
            if entry.recorded_by_id in anywhere:
                continue
            member = belongs.get((entry.case.service_id, entry.recorded_by_id))
            assert member is not None, (entry, entry.case, entry.recorded_by)
            day = timezone.localdate(entry.recorded_at)
            assert member.since <= day, entry
            assert member.until is None or day <= member.until, (entry, entry.recorded_by)


def test_days_in_prose_are_written_out():
    calendar = Calendar(date(2026, 11, 24))
    assert calendar.prose("seen on {1}, again on {-4}") == (
        "seen on 23 November 2026, again on 30 November 2026"
    )
    assert [(c, w) for c, w in all_words() if re.search(r"\{-?\d+\}", w)] == []


def test_ages_are_counted_from_the_day_of_loading():
    calendar = Calendar(date(2028, 2, 29))
    assert age_on(calendar.born("9y 0d"), on=calendar.today) == 9
    assert age_on(calendar.born("9y 360d"), on=calendar.today) == 9
    with pytest.raises(ValueError, match="9y 30d"):
        calendar.born("nine")


# --- staff ----------------------------------------------------------------------------------------


def test_every_role_has_an_account_that_may_sign_in():
    roles = dict.fromkeys(Role, 0)
    for _, email, _ in ACCOUNTS:
        user = User.objects.get(email=email)
        assert user.is_active
        for name in user.role_names:
            roles[Role(name)] += 1
    assert 0 not in roles.values(), roles
    assert roles[Role.CASEWORKER] >= 3


def test_the_printed_password_is_everybodys():
    # One hash for all, as hashing is slow: checking one checks them all.
    assert len(values_of(User, "password")) == 1
    (password,) = {password for _, _, password in ACCOUNTS}
    assert User.objects.first().check_password(password)


def test_one_newcomer_has_not_accepted_the_undertaking():
    undertaking = Undertaking.objects.get()
    missing = User.objects.exclude(acceptances__undertaking=undertaking)
    assert [user.email for user in missing] == ["newstarter@demo.example"]
    (label,) = [label for label, email, _ in ACCOUNTS if email == "newstarter@demo.example"]
    assert "undertaking not yet accepted" in label


def test_the_one_who_left_cannot_sign_in():
    left = User.objects.get(email="rhiannon.oakes@demo.example")
    assert not left.is_active
    assert left.email not in [email for _, email, _ in ACCOUNTS]
    assert not ServiceMember.objects.filter(user=left, until=None).exists()
    assert not Allocation.objects.filter(worker=left, until=None).exists()


def test_the_first_account_is_the_systems_and_the_others_are_the_administrators():
    added = Entry.objects.filter(verb=Verb.USER_ADDED.value).order_by("pk")
    assert added[0].by == "system"
    assert {entry.by for entry in added[1:]} == {"Sam Whitlock <administrator@demo.example>"}


def test_every_worker_sees_a_family_and_nobody_sees_all():
    """Need to know, as it shows in the demo: by service."""
    everybody = Person.objects.count()
    for key in ("sian", "ifeoma", "declan", "harriet", "kirsty", "maureen", "alun"):
        user = User.objects.get(email=TOLD["staff"][key]["email"])
        assert 0 < people_of(user).count() < everybody, key


# --- every part in use ----------------------------------------------------------------------------


def values_of(of, name):
    rows = of.objects if isinstance(of, type) else of
    return set(rows.values_list(name, flat=True))


def test_every_status_and_outcome_occurs():
    assert values_of(Referral, "status") == set(ReferralStatus.values)
    assert values_of(Referral, "came_from") == set(Referral.From.values)
    assert values_of(Case, "status") == set(CaseStatus.values)
    assert values_of(Contact, "outcome") == set(Contact.Outcome.values)
    assert values_of(Contact, "kind") == set(Contact.Kind.values)
    assert values_of(CaseNote, "kind") == set(CaseNote.Kind.values)
    assert values_of(CaseNote, "source_kind") >= set(SourceKind.values) - {"other_service"}
    assert values_of(Relationship, "kind") >= {
        Kinship.PARENT,
        Kinship.FOSTER_CARER,
        Kinship.GRANDPARENT,
        Kinship.FORMER_PARTNER,
    }
    told = {c for note in CaseNote.objects.all() for c in note.circumstances}
    assert told == set(Circumstance.values)


def test_open_and_closed_cases_in_several_services():
    for status in CaseStatus.values:
        services = set(Case.objects.filter(status=status).values_list("service", flat=True))
        assert len(services) >= 3, status
    assert len(values_of(Case, "service")) == 5
    in_two = Person.objects.annotate(n=models.Count("cases__service", distinct=True)).filter(n=2)
    assert in_two.exists()


def test_people_have_what_a_record_can_hold():
    assert ContactPoint.objects.filter(safe_for_messages=True).exists()
    assert ContactPoint.objects.filter(safe_for_messages=False).exists()
    assert Address.objects.filter(is_confidential=True, lines__contains="refuge").exists()
    assert Address.objects.exclude(until=None).exists()
    assert Person.objects.filter(needs_interpreter=True).exists()
    assert Person.objects.exclude(communication_needs="").count() >= 5
    assert len(values_of(SensitiveDetail, "kind")) >= 4
    volunteers = apps.get_model("cases", "Professional").objects.filter(is_paid=False)
    assert volunteers.count() == 1


def test_there_is_something_of_every_kind_that_keeps_people_safe():
    holds = stands_on(LOADED_ON)
    assert len(values_of(Alert, "kind")) >= 3
    assert Alert.objects.filter(holds, review_on__lt=LOADED_ON).exists()
    assert Alert.objects.filter(was_told=False).exists()
    assert Alert.objects.exclude(household=None).exists()
    assert DoNotContact.objects.filter(holds).exists()
    assert DoNotDisclose.objects.filter(holds).exclude(to_person=None).exists()
    assert DoNotDisclose.objects.filter(holds).exclude(to_words="").exists()
    assert len(values_of(CourtOrder, "kind")) >= 3


def test_every_child_has_somebody_with_parental_responsibility():
    for person in Person.objects.exclude(date_of_birth=None):
        if age_on(person.date_of_birth, on=LOADED_ON) < 18:
            assert person.relationships_to.filter(parental_responsibility=True).exists(), person


def test_entries_are_such_as_the_pages_would_take():
    """What the verbs ask of a source and of a contact holds for what was written without them."""
    for note in CaseNote.objects.select_related("source_person").prefetch_related("people"):
        if note.source_kind == SourceKind.PERSON:
            assert note.source_person in note.people.all(), note
        else:
            assert note.source_person is None or note.source_kind == SourceKind.RELATIVE, note
    missed = Contact.objects.exclude(outcome=Contact.Outcome.ATTENDED)
    assert not missed.exclude(minutes=None).exists()
    for consent in Consent.objects.exclude(parent=None):
        assert age_on(consent.person.date_of_birth, on=consent.until) == 17
    for consent in Consent.objects.filter(parent=None, state=State.GIVEN):
        grown = age_on(consent.person.date_of_birth, on=consent.given_on) >= 16
        assert grown or consent.authority, consent


def test_notes_have_real_length():
    for note in CaseNote.objects.all():
        words = len(note.body.split())
        assert 80 <= words <= 250, (note, words, note.body[:60])


def test_markup_quotes_accents_and_emoji_are_kept_as_they_came():
    bodies = "\n".join(CaseNote.objects.values_list("body", flat=True))
    assert bodies.count("<script>alert(1)</script>") == 1
    assert "tŷ a tho" in bodies
    assert "❤️" in bodies
    assert '"Is mine one?"' in bodies


def test_consents_are_given_refused_withdrawn_and_ended():
    assert values_of(Consent, "state") == set(State.values)
    assert Consent.objects.exclude(withdrawn_at=None).count() >= 2
    assert {str(c.standing(LOADED_ON)) for c in Consent.objects.all()} == {
        "given",
        "refused",
        "withdrawn",
        "expired",
        "not_asked",
    }


def test_uses_with_names_stand_in_every_way_and_name_only_who_said_yes():
    assert {"approved", "refused", "asked"} == values_of(IdentifiedUse, "status")
    for use in IdentifiedUse.objects.prefetch_related("used"):
        people = {one.person_id for one in use.used.all()}
        assert len(people) >= 2
        assert agreed(people, on=LOADED_ON) == people


def test_figures_and_visits_fill_their_pages():
    counted, *past = Release.objects.all()
    assert len(past) == 8
    assert not counted.figures.measures[0].is_withheld
    for release in past:
        assert not any(one.is_withheld for one in release.figures.measures)
        (found,) = (report(release, one.reference) for one in Contract.objects.all())
        people, _, contacts = found.lines
        assert people.number
        assert contacts.number
        assert {table.shown.total for table in release.figures.measures[0].tables} == {
            release.figures.measures[0].total
        }
    use = use_of_site(days=30, until=LOADED_ON)
    assert use.in_all > 300
    assert max(use.at_once.values()) >= 2
    assert use.led_here
    assert use.browsers


def test_the_sharing_log_shows_every_way_and_every_outcome():
    assert values_of(Share, "outcome") == set(Outcome.values)
    assert values_of(Share, "gateway") == {*Gateway.values, ""}
    for share in Share.objects.prefetch_related("people", "case__people"):
        if share.case is None:
            assert share.report.concern.people.count()
            continue
        assert set(share.people.all()) <= set(share.case.people.all()), share
        if share.gateway == Gateway.SERVICE:
            assert CaseProfessional.objects.filter(
                case=share.case, professional=share.professional
            ).exists()


def test_concerns_stand_everywhere_and_the_allegation_is_kept_apart():
    assert {"raised", "reported", "ended"} <= values_of(Concern, "status")
    assert ConcernEntry.objects.filter(kind="opinion").exists()
    allegation = Allegation.objects.get(status="read")
    assert Allegation.objects.filter(status="ended").exists()
    readers = [user for user in User.objects.filter(is_active=True) if allegations_of(user)]
    assert {user.full_name for user in readers} == {"Nasreen Malik", "Graham Adeyemi"}
    assert allegation.recorded_by not in readers


# --- the requests ---------------------------------------------------------------------------------


def check_requests(today):
    """Whatever day it is: one three weeks old, one nearly due, one late after an extension."""
    by_name = {r.about_whom.split()[0]: r for r in RightsRequest.objects.order_by("pk")}
    mother, leaver, father = by_name["Danielle"], by_name["Jade"], by_name["Martin"]
    assert mother.received_on == today - timedelta(days=21)
    assert mother.channel == "letter"
    assert mother.acknowledged_at is not None
    assert not mother.evidence_seen.exists()
    assert deadline_of(mother, today).days_left > 0
    assert 0 <= deadline_of(leaver, today).days_left <= 9
    assert leaver.evidence_seen.exists()
    assert father.extension.notice_sent_on > father.received_on
    assert deadline_of(father, today).days_left < 0


def test_the_requests_of_the_demo():
    check_requests(LOADED_ON)
    assert values_of(RightsRequest, "status") >= {
        RequestStatus.RECEIVED,
        RequestStatus.IN_PROGRESS,
        RequestStatus.REFUSED,
    }
    assert RightsRequest.objects.filter(person=None).count() == 1


def test_the_desk_of_rights_shows_each_right_in_another_state():
    assert values_of(RightsRequest, "kind") == set(Kind.values)
    assert RequestStatus.ANSWERED in values_of(RightsRequest, "status")
    assert Rectification.objects.get().is_waiting
    assert values_of(ErasureItem, "decision") == {"erase", "keep"}
    assert values_of(Complaint, "kind") == set(Complaint.Kind.values)
    assert values_of(Breach, "status") == {"reported", "closed"}
    assert {"found", "none", ""} <= values_of(Search, "outcome")


def test_requests_and_a_complaint_ended_with_their_letters():
    gone = RightsRequest.objects.get(gone_by__isnull=False)
    assert gone.gone_by > LOADED_ON
    assert RightsRequest.objects.get(status=RequestStatus.WITHDRAWN).acknowledged_at is None
    wrong = RightsRequest.objects.get(corrections__isnull=False)
    assert wrong.received_on == LOADED_ON - timedelta(days=10)
    assert wrong.letters.get().kind == "acknowledge"
    ended = Complaint.objects.get(status="closed", kind="data")
    assert not owed_for(ended, letters_about(ended))
    written = values_of(RequestLetter, "kind")
    assert written == {
        "done",
        "withdrawn",
        "acknowledge",
        "complaint_acknowledged",
        "complaint_outcome",
    }


def test_one_pack_is_being_worked_on_and_one_went_out_and_was_fetched():
    mother = RightsRequest.objects.get(person__given_names="Danielle")
    assert mother.status == RequestStatus.IN_PROGRESS
    assert values_of(mother.withholdings, "exemption") == {"third_party", "crime"}
    assert mother.checks.count() < 10
    assert len(values_of(mother.item_notes, "recorded_by")) == 2
    sent = Delivery.objects.select_related("pack__request__person")
    assert [one.standing for one in sent] == ["Fetched, and still open", "Recalled"]
    pack = sent[0].pack
    assert pack.sign_off.recorded_by != pack.recorded_by
    assert pack.sign_off.sha256 == pack.final_sha256
    assert 10 < pack.pages < 60


def test_the_mothers_pack_has_something_to_decide():
    mother = Person.objects.get(family_name="Marsden", given_names="Danielle")
    about = mother.notes.count() + mother.contacts.count()
    assert about >= 25
    bodies = " ".join(mother.notes.values_list("body", flat=True))
    # A new address, a neighbour's allegation, a confidence of her mother, an unpaid volunteer.
    for passage in ("Marlinspike Court", "Carol Threlfall", "£200", "Margaret"):
        assert passage in bodies


# --- the log ---------------------------------------------------------------------------------------


def test_everybody_has_an_entry_that_says_it_is_the_demo():
    entries = Entry.objects.filter(verb=Verb.DEMO_LOADED.value)
    assert {entry.by for entry in entries} == {"system"}
    about = {number for entry in entries for number in entry.people}
    assert about == set(Person.objects.values_list("pk", flat=True))


def test_next_week_is_full_and_the_parents_group_has_its_registers():
    today = timezone.localdate()
    ahead = Appointment.objects.filter(starts__date__gt=today)
    assert ahead.filter(starts__date__lte=today + timedelta(days=13)).count() >= 6
    assert set(ahead.values_list("status", flat=True)) == {"planned"}
    written = Attendance.objects.select_related("contact")
    assert {one.contact.outcome for one in written} == {"attended", "did_not_attend"}
    assert written.count() >= 6
    assert DutyTurn.objects.filter(starts__date__gt=today).exists()
