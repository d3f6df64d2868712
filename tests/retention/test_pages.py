"""The pages about keeping and destroying: who opens them, what they say, and from due to certificate."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Task
from core.pdf.report import tagging_report
from core.pdf.text import text_of
from retention.actions.holds import ask_for_hold_reviews, release_hold
from retention.actions.proposals import approve, name_place, propose, rehearse
from retention.kinds import PERSON
from retention.models import Category, Hold, Proposal, Remainder, ScheduleRow
from retention.permissions import who_approves
from retention.queries.due import why_person_is_here
from retention.queries.figures import open_figures
from retention.running import run_destruction
from retention.suggestions import SUGGESTIONS
from tests.cases.world import member_of, signed_in
from tests.conftest import entries_since
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.base import change
from tests.factories.cases import CaseFactory, CaseNoteFactory, PersonFactory
from tests.factories.retention import HoldFactory, RunFactory, ScheduleRowFactory, a_proposal
from tests.factories.safeguarding import ConcernFactory
from tests.retention.world import FAMILY, NAME, a_family, close

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]

PAGES = {
    "schedule": {Role.DPO, Role.SERVICE_MANAGER, Role.SAFEGUARDING_LEAD},
    "due": {Role.DPO, Role.SAFEGUARDING_LEAD},
    "propose-early": {Role.DPO, Role.SAFEGUARDING_LEAD},
    "places": {Role.DPO},
    "erasures": {Role.DPO},
    "holds": {Role.DPO, Role.SERVICE_MANAGER, Role.SAFEGUARDING_LEAD},
    "proposals": {Role.DPO, Role.SERVICE_MANAGER, Role.SAFEGUARDING_LEAD},
    "runs": {Role.DPO, Role.SERVICE_MANAGER, Role.SAFEGUARDING_LEAD},
    "figures": {Role.DPO},
    "papers": {Role.DPO},
    "my-training": set(Role),
    "processing": {Role.DPO},
    "processing-pdf": {Role.DPO},
    "processing-file": {Role.DPO},
    "processing-map": {Role.DPO},
    "data-map": {Role.DPO},
    "data-map-pdf": {Role.DPO},
    "anonymous-file": {Role.DPO},
    "schedule-file": {Role.DPO, Role.SERVICE_MANAGER, Role.SAFEGUARDING_LEAD},
    "schedule-pdf": {Role.DPO, Role.SERVICE_MANAGER, Role.SAFEGUARDING_LEAD},
}


@pytest.mark.parametrize("name", PAGES)
def test_who_opens_what(name):
    for role in Role:
        reader = signed_in(UserFactory(roles=[role]))
        answer = reader.get(reverse(f"retention:{name}"))
        assert answer.status_code == (200 if role in PAGES[name] else 403), role


def test_the_schedule_shows_what_nobody_adopted_and_the_officer_adopts_it():
    officer = UserFactory(roles=[Role.DPO])
    reader = signed_in(officer)
    page = reader.get(reverse("retention:schedule")).content.decode()
    assert "No row is adopted" in page
    assert all(one.title in page for one in SUGGESTIONS)
    where = reverse("retention:adopt", args=["counselling-child"])
    form = reader.get(where).content.decode()
    assert 'value="84"' in form
    sent = {
        "title": "Counselling of children",
        "category": Category.CASE_FILE,
        "about_whom": "children",
        "months_after_end": "84",
        "birthday": "25",
        "outcome": "destroy",
        "reason": "A claim begins at 18.",
    }
    with entries_since() as entries:
        answer = reader.post(where, sent)
    assert answer.status_code == 302
    assert [entry.verb for entry in entries][-1] == Verb.SCHEDULE_ADOPTED
    row = ScheduleRow.objects.get()
    assert (row.version, row.recorded_by) == (1, officer)
    # Another row for the same records would end this one without a word.
    other = reader.post(reverse("retention:adopt", args=["new"]), {**sent, "title": "Young carers"})
    assert other.status_code == 422
    told = other.content.decode()
    assert "“Counselling of children (version 1)” decides this already." in told
    assert "Young carers" in told
    change = reverse("retention:schedule-change", args=[row.pk])
    assert change in reader.get(reverse("retention:schedule")).content.decode()
    assert "A claim begins at 18." in reader.get(change).content.decode()
    assert reader.post(change, {**sent, "months_after_end": "96"}).status_code == 302
    assert ScheduleRow.objects.filter(ended_at=None).get().version == 2
    assert reader.get(change).status_code == 404
    page = reader.get(reverse("retention:schedule")).content.decode()
    assert "the later of the 25th birthday of the youngest and 8 years after the end" in page
    assert "Rows that held before" in page


def test_a_row_that_counts_from_nothing_keeps_what_was_typed():
    reader = signed_in(UserFactory(roles=[Role.DPO]))
    answer = reader.post(
        reverse("retention:adopt", args=["new"]),
        {
            "title": "Young carers",
            "category": Category.CASE_FILE,
            "about_whom": "anybody",
            "outcome": "destroy",
            "reason": "They ask for years.",
        },
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Write at least one of" in page
    assert "They ask for years." in page
    assert not ScheduleRow.objects.exists()


def test_from_what_is_due_to_the_certificate(family):
    name_place(name="The cellar", by=family.officer)
    CaseNoteFactory(case=CaseFactory(), people=[], body=f"{NAME} was mentioned.")
    one, two = signed_in(family.officer), signed_in(family.second)
    due = one.get(reverse("retention:due")).content.decode()
    assert str(family.case.reference) in due
    where = f"{reverse('retention:propose')}?record=cases.Case:{family.case.pk}"
    page = one.get(where).content.decode()
    assert NAME in page
    answer = one.post(where, {"reason": ""})
    proposal = Proposal.objects.get()
    assert answer["Location"] == proposal.get_absolute_url()

    def step(reader, name, **sent):
        return reader.post(reverse("retention:step", args=[proposal.reference, name]), sent)

    assert step(one, "rehearse").status_code == 302
    found = Remainder.objects.get()
    shown = one.get(proposal.get_absolute_url()).content.decode()
    assert "Words of theirs that would stand elsewhere" in shown
    assert "Not signed off yet" in shown
    decide = reverse("retention:remainder", args=[proposal.reference, found.pk])
    assert one.post(decide, {"decision": "take_out"}).status_code == 302
    place = proposal.signed.model.place.field.related_model.objects.get()
    sign = reverse("retention:step", args=[proposal.reference, "sign"])
    other = name_place(name="The van", by=family.officer)
    assert step(one, "sign", place=place.pk).status_code == 302
    offered = one.get(sign).content.decode()
    assert "The van" in offered
    assert "The cellar" not in offered
    again = step(one, "sign", place=place.pk)
    assert again.status_code == 422
    assert "This place is signed off already" in again.content.decode()
    assert step(one, "sign", place=other.pk).status_code == 302
    assert "Sign off a place" not in one.get(proposal.get_absolute_url()).content.decode()
    asked = two.get(reverse("retention:step", args=[proposal.reference, "approve"]))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    for reader in (one, two):
        freshly_signed_in(reader)
    assert step(one, "approve", typed=proposal.reference).status_code == 403
    wrong = step(two, "approve", typed="X-1")
    assert wrong.status_code == 422
    assert f"Type the reference of the proposal, {proposal.reference}" in wrong.content.decode()
    assert step(two, "approve", typed=proposal.reference).status_code == 302
    run = run_destruction(by=family.officer)
    page = one.get(run.get_absolute_url()).content.decode()
    assert proposal.reference in page
    assert FAMILY not in page
    answer = one.get(reverse("retention:certificate", args=[run.reference]))
    words = " ".join(text_of(answer.content))
    assert "The cellar" in words
    assert "Family support (version 1)" in words
    assert FAMILY not in words
    assert tagging_report(answer.content) == []


def test_several_families_are_ticked_and_go_as_one_proposal(family):
    other = a_family("Tarleton-Wray")
    one = signed_in(family.officer)
    addresses = [f"cases.Case:{each.case.pk}" for each in (family, other)]
    due = one.get(reverse("retention:due")).content.decode()
    for address in addresses:
        assert f'type="checkbox" value="{address}"' in " ".join(due.split())
    where = reverse("retention:propose")
    nothing = one.get(where)
    assert nothing.status_code == 422
    assert "Tick the records that are to be proposed together." in nothing.content.decode()
    both = f"{where}?record={addresses[0]}&record={addresses[1]}"
    hold = HoldFactory(case=other.case)
    held = one.get(both).content.decode()
    assert f"{other.case}: Held" in held
    assert f"{family.case}: Held" not in held
    assert "Propose that they are destroyed" not in held
    refused = one.post(both, {"reason": "Looked at."})
    assert refused.status_code == 422
    assert not Proposal.objects.exists()
    release_hold(hold=hold, because="Settled.", by=family.officer)
    page = one.get(both).content.decode()
    assert "What stops one of them later sends all of them back." in page
    assert NAME in page
    assert "Tarleton-Wray" in page
    with entries_since() as entries:
        assert one.post(both, {"reason": ""}).status_code == 302
    assert [entry.verb for entry in entries].count(Verb.DESTRUCTION_PROPOSED) == 1
    proposal = Proposal.objects.get()
    items = set(proposal.items.values_list("table", "record"))
    assert items == {*family.all, *other.all}
    again = one.post(both, {"reason": ""})
    assert again.status_code == 422
    assert "in a proposal already" in again.content.decode()


def test_whoever_cannot_approve_it_now_reads_why(family):
    proposal = propose(records=family.all, by=family.officer)
    where = reverse("retention:step", args=[proposal.reference, "approve"])

    def told(user):
        answer = signed_in(user).get(where)
        assert answer.status_code == 403
        return answer.content.decode()

    assert "It is not rehearsed yet." in told(family.second)
    own = told(family.officer)
    assert "You proposed it yourself, so somebody else decides." in own
    assert "A manager of" in own
    rehearse(proposal=proposal, by=family.officer)
    approve(proposal=proposal, typed=proposal.reference, by=family.second)
    assert "it is approved already, or it is over" in told(family.second)


def freshly_signed_in(reader):
    answer = reader.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert answer.status_code == 302


def test_a_manager_sees_the_proposals_of_their_services_alone(family):
    manager = member_of(family.case.service, Role.SERVICE_MANAGER, name="Priya Nair")
    elsewhere = signed_in(UserFactory(roles=[Role.SERVICE_MANAGER]))
    proposal = a_proposal(family.case, by=family.officer)
    ours = signed_in(manager)
    assert ours.get(proposal.get_absolute_url()).status_code == 200
    told = signed_in(family.officer).get(proposal.get_absolute_url()).content.decode()
    assert f"A manager of {family.case.service} approves it" in told
    proposal.service = None
    assert "name a deputy" in who_approves(proposal)
    assert proposal.reference in ours.get(reverse("retention:proposals")).content.decode()
    with entries_since() as entries:
        assert elsewhere.get(proposal.get_absolute_url()).status_code == 404
    assert [entry.verb for entry in entries] == [Verb.LOOK_REFUSED]
    assert proposal.reference not in elsewhere.get(reverse("retention:proposals")).content.decode()


def test_why_a_record_is_here_tells_nothing_that_the_reader_may_not_know(family):
    worker = member_of(family.case.service, Role.CASEWORKER, name="Dean Okafor")
    other = CaseFactory(people=[family.mother])
    ConcernFactory(people=[family.mother])
    hold = HoldFactory(person=family.mother)
    page = signed_in(worker).get(reverse("retention:person", args=[family.mother.reference]))
    text = page.content.decode()
    assert family.case.reference in text
    assert "Kept until" in text
    assert other.reference not in text
    assert "concern" not in text.replace("raise a concern", "").replace("Raise a concern", "")
    # That there is a hold is said beside what it stops; who placed it, for what and why is not the worker's to know.
    assert "A hold is placed: nothing of it is destroyed until the hold is released." in text
    assert "A hold stops its destruction." in text
    assert "claim" not in text
    assert hold.reason not in text
    case = signed_in(worker).get(reverse("retention:case", args=[family.case.reference]))
    assert "Kept until" in case.content.decode()
    stranger = signed_in(UserFactory(roles=[Role.CASEWORKER]))
    with entries_since() as entries:
        refused = stranger.get(reverse("retention:person", args=[family.mother.reference]))
    assert refused.status_code == 404
    assert [entry.verb for entry in entries] == [Verb.LOOK_REFUSED]


def test_a_hold_on_a_case_shows_on_the_pages_of_its_people_and_on_nobody_elses(family):
    ended = CaseFactory(people=[family.mother], service=family.case.service)
    close(ended)
    hold = HoldFactory(case=ended)
    manager = member_of(family.case.service, Role.SERVICE_MANAGER, name="Priya Nair")
    reader = signed_in(manager)

    def page(name, record):
        return reader.get(reverse(f"retention:{name}", args=[record.reference])).content.decode()

    for told in (page("person", family.mother), page("case", ended)):
        assert "Held: claim or litigation" in told
        assert hold.reason in told
        assert "A hold stops its destruction." in told
    # Of the mother's records it stops her own and the held case, and not the other one.
    rows = why_person_is_here(family.mother.reference, look=Look(by=manager)).rows
    assert {row.record for row in rows if row.is_held} == {family.mother, ended}
    assert family.case in {row.record for row in rows}
    for told in (page("person", family.child), page("case", family.case)):
        assert "Kept until" in told
        assert "Held:" not in told
        assert "A hold stops" not in told


def test_of_a_hold_on_a_case_of_another_service_a_manager_learns_that_there_is_one(family):
    manager = member_of(family.case.service, Role.SERVICE_MANAGER, name="Priya Nair")
    elsewhere = CaseFactory(people=[family.mother])
    close(elsewhere)
    hold = HoldFactory(case=elsewhere)
    where = reverse("retention:person", args=[family.mother.reference])
    told = signed_in(manager).get(where).content.decode()
    assert "A hold is placed" in told
    assert "claim" not in told
    assert hold.reason not in told
    assert elsewhere.reference not in told


def test_who_the_second_person_is_stands_on_the_page_before_anybody_proposes(family):
    two = family.second
    reader = signed_in(family.officer)
    alone = PersonFactory()
    where = f"{reverse('retention:propose')}?record={PERSON}:{alone.pk}"
    early = reverse("retention:propose-early")
    assert "Today there is nobody" not in reader.get(where).content.decode()
    assert "Today there is nobody" not in reader.get(early).content.decode()
    change(two, is_active=False)
    for page in (where, early):
        told = reader.get(page).content.decode()
        assert "Today there is nobody" in told
        assert "name a deputy under Your account, Deputies: until then it waits" in told
    # Of a case, a manager of its service is the second person.
    address = f"{reverse('retention:propose')}?record=cases.Case:{family.case.pk}"
    told = reader.get(address).content.decode()
    assert f"A manager of {family.case.service} approves it" in told
    assert "Today there is nobody" in told
    member_of(family.case.service, Role.SERVICE_MANAGER, name="Priya Nair")
    assert "Today there is nobody" not in reader.get(address).content.decode()


def test_a_hold_is_placed_by_reference_and_released_with_a_reason(family):
    reader = signed_in(family.officer)
    later = timezone.localdate() + timedelta(days=60)
    sent = {
        "reference": family.case.reference,
        "kind": "claim",
        "reason": "A letter before action came.",
        "review_by_0": later.day,
        "review_by_1": later.month,
        "review_by_2": later.year,
    }
    wrong = reader.post(reverse("retention:hold-add"), {**sent, "reference": "C-999999"})
    assert wrong.status_code == 422
    assert "A letter before action came." in wrong.content.decode()
    assert reader.post(reverse("retention:hold-add"), sent).status_code == 302
    hold = Hold.objects.get()
    assert hold.case == family.case
    assert "A letter before action came." in reader.get(reverse("retention:holds")).content.decode()
    release = reverse("retention:hold-release", args=[hold.pk])
    assert reader.post(release, {"because": ""}).status_code == 422
    assert reader.post(release, {"because": "It was settled."}).status_code == 302
    hold.refresh_from_db()
    assert not hold.stands


def test_everything_is_stopped_and_another_allows_it_again(family):
    one, two = signed_in(family.officer), signed_in(family.second)
    assert one.post(reverse("retention:stop"), {"because": "A solicitor rang."}).status_code == 302
    assert "A solicitor rang." in two.get(reverse("retention:holds")).content.decode()
    assert one.post(reverse("retention:start")).status_code == 422
    assert two.post(reverse("retention:start")).status_code == 302


def test_records_before_their_time_are_named_by_reference(family):
    reader = signed_in(family.officer)
    where = reverse("retention:propose-early")
    for words in ("Amelia", f"G-{ConcernFactory().pk}"):
        wrong = reader.post(where, {"references": words, "reason": "She asked."})
        assert wrong.status_code == 422
        assert "Write references like P-000123 or C-000123" in wrong.content.decode()
    answer = reader.post(
        where,
        {"references": f"{family.mother.reference} C-{family.case.pk}", "reason": "She asked."},
    )
    assert answer.status_code == 302
    assert Proposal.objects.get().items.count() == 2


def test_the_record_of_processing_names_every_kind_of_record_and_its_period():
    ScheduleRowFactory()
    reader = signed_in(UserFactory(roles=[Role.DPO]))
    page = reader.get(reverse("retention:processing")).content.decode()
    assert 'data-label="How it goes"' in page
    assert "Case notes" in page
    assert "Family support (version 1)" in page
    assert "no row is adopted yet" in page
    told = reader.get(reverse("retention:processing-file")).content.decode()
    assert "Sensitive details" in told
    columns = reader.get(reverse("retention:processing-map")).content.decode()
    assert "cases.CaseNote,body," in columns
    rows = reader.get(reverse("retention:schedule-file")).content.decode()
    assert "Family support (version 1),Case files,Every other,6 years after the end,Destroy" in rows


@pytest.mark.parametrize("name", ["due", "holds", "proposals", "runs"])
def test_as_many_questions_for_many_as_for_one(name, django_assert_max_num_queries):
    ScheduleRowFactory(category=Category.ENQUIRY, months_after_end=0)
    officer = UserFactory(roles=[Role.DPO])

    def more():
        HoldFactory(person=PersonFactory())
        a_proposal(CaseFactory(people=[PersonFactory()]), by=officer)
        RunFactory()

    more()
    reader = signed_in(officer)
    where = reverse(f"retention:{name}")
    reader.get(where)
    with django_assert_max_num_queries(60) as one:
        reader.get(where)
    for _ in range(8):
        more()
    with django_assert_max_num_queries(len(one) if name != "due" else 60):
        reader.get(where)


def test_figures_count_what_is_due_held_and_destroyed(family):
    HoldFactory(person=PersonFactory(given_names=NAME))
    proposal = a_proposal(CaseFactory(), by=family.second)
    change(
        proposal,
        status="returned",
        ended_at=timezone.now(),
        ended_by=family.second,
        ended_because="Held.",
    )
    found = open_figures(look=Look(by=family.officer), on=timezone.localdate())
    assert found.due["Due now"] == 1
    assert sum(found.without_a_day.values()) == 1
    assert found.held == {"Claim or litigation": 1, "Open case": 1}
    assert list(found.not_destroyed.values()) == [0] * 7 + [1]
    page = signed_in(family.officer).get(reverse("retention:figures")).content.decode()
    assert "The figures as a table: Records whose time is over, by year" in page
    assert NAME not in page


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("processing-pdf", ("Case notes", "Art 30")),
        ("schedule-pdf", ("Family support (version 1)", "0 months after the end")),
    ],
)
def test_what_an_inspector_asks_for_is_a_tagged_pdf(family, name, told):
    file = signed_in(family.officer).get(reverse(f"retention:{name}")).content
    assert tagging_report(file) == []
    words = " ".join(text_of(file))
    assert all(one in words for one in told)


def test_a_hold_is_looked_at_again_on_its_day():
    gone = UserFactory(is_active=False)
    officer = UserFactory(roles=[Role.DPO])
    HoldFactory(person=PersonFactory(), review_by=timezone.localdate() + timedelta(days=1))
    hold = HoldFactory(person=PersonFactory(), review_by=timezone.localdate(), recorded_by=gone)
    assert ask_for_hold_reviews(on=timezone.localdate()) == 1
    assert ask_for_hold_reviews(on=timezone.localdate()) == 0
    task = Task.objects.get()
    assert (task.for_user, task.person) == (officer, hold.person)
    assert signed_in(officer).get(task.link).status_code == 200
    release_hold(hold=hold, because="It is settled.", by=officer)
    task.refresh_from_db()
    assert task.ended_at is not None
