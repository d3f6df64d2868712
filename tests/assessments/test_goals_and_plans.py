"""Goals and plans: what a family wants to change, what was agreed, and that an agreed plan stays."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from assessments.actions import goals, plans
from assessments.drafts import SavedMeanwhile
from assessments.models import Goal, GoalReview, Plan, PlanCopy, PlanStep
from assessments.workflow import GoalMove
from audit.verbs import Verb
from cases.models import Address, Case, Task
from core.dates import plain
from core.errors import LogUnavailable, Refused
from core.pdf.report import tagging_report
from core.pdf.text import text_of
from sar.pack.gather import gather
from tests.cases.world import a_world, member_of, says_why, signed_in, the
from tests.conftest import entries_since
from tests.factories.assessments import GoalFactory, GoalReviewFactory, PlanFactory
from tests.factories.base import noted
from tests.factories.cases import AddressFactory, PersonFactory, ServiceFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def goal(world):
    return GoalFactory(case=world.case, person=world.joe, recorded_by=world.worker)


def close(case):
    noted(
        Case.objects.filter(pk=case.pk).update,
        status="closed",
        closed_at=timezone.now(),
        closed_by=case.recorded_by,
    )
    case.refresh_from_db()


def address(name: str, record) -> str:
    return reverse(f"assessments:{name}", args=[record.reference])


def day(name: str, on: date) -> dict:
    return {f"{name}_0": on.day, f"{name}_1": on.month, f"{name}_2": on.year}


# --- Goals --------------------------------------------------------------------------------------------


def set_goal(world, **given):
    return goals.set_goal(
        case=world.case,
        by=world.worker,
        **{"person": world.joe, "words": "To sleep.", "set_on": TODAY, "rating": 1, **given},
    )


def test_a_goal_is_set_with_how_far_they_are(world):
    with entries_since() as left:
        goal = set_goal(world, words=" To sleep. ")

    assert (goal.words, goal.status) == ("To sleep.", "open")
    assert [(one.rating, one.reviewed_on) for one in goal.reviews.all()] == [(1, TODAY)]
    assert [(e.verb, e.people) for e in left] == [(Verb.GOAL_SET, [world.joe.pk])]


def test_a_goal_sent_twice_is_set_once(world):
    token = uuid4()

    assert set_goal(world, token=token) == set_goal(world, token=token)
    assert Goal.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"words": " "}, "Write what they want"),
        ({"set_on": TODAY + timedelta(days=1)}, "has not come yet"),
        ({"rating": 11}, "from 0 to 10"),
        ({"review_by": TODAY}, "after it is set"),
    ],
)
def test_a_goal_that_cannot_stand_is_refused(world, given, sentence):
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        set_goal(world, **given)
    assert left == []
    assert not Goal.objects.exists()


def test_a_goal_of_somebody_else_or_in_a_closed_case_is_refused(world):
    with pytest.raises(Refused, match="is not part of"):
        set_goal(world, person=PersonFactory())
    close(world.case)
    with pytest.raises(Refused, match="is closed"):
        set_goal(world)


def test_a_goal_is_not_set_without_the_log(world, log_broken):
    with pytest.raises(LogUnavailable), transaction.atomic():
        set_goal(world)
    assert not Goal.objects.exists()


def test_a_goal_is_looked_at_again(world, goal):
    later = TODAY + timedelta(days=30)
    given = {"reviewed_on": TODAY, "rating": 6, "words": "Better.", "review_by": later}
    with entries_since() as left:
        goals.review_goal(goal=goal, by=world.worker, **given)
        goals.review_goal(goal=goal, by=world.worker, **given)  # the form sent twice

    goal.refresh_from_db()
    assert (goal.review_by, goal.reviews.count()) == (later, 2)
    assert [e.verb for e in left] == [Verb.GOAL_REVIEWED]
    with pytest.raises(Refused, match="already"):
        goals.review_goal(goal=goal, by=world.worker, reviewed_on=TODAY, rating=7)
    with pytest.raises(Refused, match="was not looked at before"):
        goals.review_goal(goal=goal, by=world.worker, reviewed_on=date(2026, 1, 1), rating=7)


def test_a_review_once_written_stays(goal):
    with pytest.raises(ProgrammingError, match="permission denied"):
        noted(GoalReview.objects.filter(goal=goal).update, rating=9)


@pytest.mark.parametrize(
    ("move", "status"), [("achieve", "achieved"), ("miss", "not_achieved"), ("give_up", "given_up")]
)
def test_a_goal_ends(world, goal, move, status):
    with entries_since() as left:
        goals.end_goal(
            goal=goal, move=GoalMove(move), ended_on=TODAY, because="So.", by=world.worker
        )

    assert (goal.status, goal.ended_by) == (status, world.worker)
    assert [e.verb for e in left] == [Verb.GOAL_ENDED]
    with pytest.raises(Refused):
        goals.end_goal(goal=goal, move=GoalMove.ACHIEVE, ended_on=TODAY, by=world.worker)
    with pytest.raises(Refused, match="has ended"):
        goals.review_goal(goal=goal, by=world.worker, reviewed_on=TODAY, rating=7)


def test_a_goal_given_up_says_why(world, goal):
    with entries_since() as left, pytest.raises(Refused, match="Say why"):
        goals.end_goal(goal=goal, move=GoalMove.GIVE_UP, ended_on=TODAY, by=world.worker)
    assert left == []


def test_goals_on_the_pages(world):
    browser = signed_in(world.worker)
    wrong = browser.post(
        address("goal-add", world.case),
        {"person": world.joe.reference, "words": "To sleep.", **day("set_on", TODAY)},
    )
    assert wrong.status_code == 422
    assert "To sleep." in wrong.content.decode()
    browser.post(
        address("goal-add", world.case),
        {
            "token": str(uuid4()),
            "person": world.joe.reference,
            "words": "To sleep.",
            "rating": "1",
            **day("set_on", TODAY - timedelta(days=9)),
        },
    )
    goal = Goal.objects.get()
    browser.post(
        address("goal-review", goal),
        {"rating": "4", "words": "Better.", **day("reviewed_on", TODAY)},
    )
    with entries_since() as left:
        tab = browser.get(address("outcomes", world.case)).content.decode()

    assert "Joe Hart: To sleep." in tab
    assert "then 4 (" in tab
    assert "Better." in tab
    assert [e.verb for e in left] == [Verb.OUTCOMES_READ]
    kept = browser.post(address("goal-end", goal), {"move": "give_up", **day("ended_on", TODAY)})
    assert kept.status_code == 422
    ended = browser.post(
        address("goal-end", goal), {"move": "achieve", **day("ended_on", TODAY)}, follow=True
    ).content.decode()
    assert "Achieved" in ended
    assert "has ended" not in ended


def test_goals_of_another_service_do_not_exist(world, goal):
    other = member_of(ServiceFactory(name="Counselling"), Role.CASEWORKER, name="Colm")
    reviewer = member_of(world.service, Role.QUALITY_REVIEWER, name="Ann")

    for name in ("goal-review", "goal-end"):
        with entries_since() as left:
            assert signed_in(other).get(address(name, goal)).status_code == 404
            assert signed_in(reviewer).get(address(name, goal)).status_code == 403
        assert [(e.verb, e.people) for e in left] == [(Verb.LOOK_REFUSED, [world.joe.pk])] * 2


# --- Plans --------------------------------------------------------------------------------------------


@pytest.fixture
def draft(world):
    return plans.begin_plan(case=world.case, by=world.worker)


def saved(plan, world, *steps, seen=None, **given):
    words = {"they_decided": "We eat together.", "we_decided": "", "review_on": None, **given}
    return plans.save_plan(
        plan=plan, steps=steps, seen=plan.saves if seen is None else seen, by=world.worker, **words
    )


def agreed(plan, world, **given):
    return plans.agree_plan(
        plan=plan,
        by=world.worker,
        **{
            "agreed_on": TODAY,
            "agreed_how": "signed",
            "witness": "Dean Okafor",
            "people": [world.amelia],
            **given,
        },
    )


def two_steps(world):
    return (
        plans.Step("Go to the surgery", person=world.amelia, by_when=TODAY),
        plans.Step("Call the school", worker=world.worker, by_when=TODAY + timedelta(days=7)),
    )


def test_a_plan_is_begun_once(world):
    token = uuid4()
    with entries_since() as left:
        one = plans.begin_plan(case=world.case, token=token, by=world.worker)
        assert plans.begin_plan(case=world.case, token=token, by=world.worker) == one

    assert [(e.verb, e.people) for e in left] == [
        (Verb.PLAN_BEGUN, sorted([world.amelia.pk, world.joe.pk]))
    ]
    with pytest.raises(Refused, match="being written already"):
        plans.begin_plan(case=world.case, by=world.worker)


def test_a_draft_is_saved_with_its_steps(world, draft):
    with entries_since() as left:
        saved(draft, world, *two_steps(world))
        saved(draft, world, *two_steps(world), seen=0)  # the form sent twice

    first, second = draft.steps.all()
    assert first.in_words == f"Amelia Hart: Go to the surgery, by {plain(TODAY)}"
    assert (second.who, second.words) == ("Dean Okafor", "Call the school")
    assert draft.saves == 1
    assert [e.verb for e in left] == [Verb.PLAN_SAVED]


def test_a_draft_saved_in_the_meantime_is_not_written_over_unseen(world, draft):
    saved(draft, world, seen=0)

    with entries_since() as left, pytest.raises(SavedMeanwhile):
        saved(draft, world, seen=0, they_decided="Other words.")
    assert left == []


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (lambda w: plans.Step(" ", person=w.joe), "has no words"),
        (lambda _: plans.Step("Rest"), "Say who does"),
        (lambda w: plans.Step("Rest", person=w.joe, worker=w.worker), "Say who does"),
        (lambda _: plans.Step("Rest", person=PersonFactory()), "is not part of"),
        (lambda w: plans.Step("Rest", person=w.joe, goal=GoalFactory()), "another case"),
    ],
)
def test_a_step_that_cannot_stand_is_refused(world, draft, step, sentence):
    wrong = step(world)
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        saved(draft, world, wrong)
    assert left == []


def test_agreeing_makes_our_steps_tasks_and_replaces_the_plan_before(world, draft):
    saved(draft, world, *two_steps(world), review_on=TODAY + timedelta(days=60))
    with entries_since() as left:
        agreed(draft, world)

    assert [(task.for_user, task.what, task.due_on) for task in Task.objects.order_by("pk")] == [
        (world.worker, "Call the school", TODAY + timedelta(days=7)),
        (
            world.worker,
            f"Look at the plan {draft.reference} again with the family",
            TODAY + timedelta(days=60),
        ),
    ]
    assert [e.verb for e in left] == [Verb.PLAN_AGREED, Verb.TASK_ADDED, Verb.TASK_ADDED]

    later = plans.begin_plan(case=world.case, by=world.worker)
    assert (later.number, later.they_decided, later.steps.count()) == (2, "We eat together.", 2)
    saved(later, world, they_decided="We rest.")
    agreed(later, world, agreed_how="spoken")
    draft.refresh_from_db()
    assert (draft.status, later.status) == ("replaced", "agreed")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"witness": " "}, "Write who saw"),
        ({"people": []}, "Say who agreed"),
        ({"agreed_on": TODAY + timedelta(days=1)}, "has not come yet"),
    ],
)
def test_agreeing_that_cannot_stand_is_refused(world, draft, given, sentence):
    saved(draft, world)
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        agreed(draft, world, **given)
    assert left == []


def test_an_empty_plan_is_not_agreed(world, draft):
    with pytest.raises(Refused, match="is empty"):
        agreed(draft, world)


def test_what_is_agreed_stays(world, draft):
    saved(draft, world, *two_steps(world))
    agreed(draft, world)

    with pytest.raises(Refused, match="agreed and stays"):
        saved(draft, world, they_decided="Other words.")
    with pytest.raises(Refused, match="agreed and stays"):
        plans.discard_plan(plan=draft, by=world.worker)
    with pytest.raises(Refused):
        agreed(draft, world)
    for change in (
        lambda: Plan.objects.filter(pk=draft.pk).update(they_decided="Other words."),
        lambda: Plan.objects.filter(pk=draft.pk).update(status="replaced", witness="Nobody"),
        lambda: PlanStep.objects.filter(plan=draft).update(words="Nothing."),
        lambda: PlanStep.objects.create(plan=draft, place=9, words="More.", person=world.joe),
    ):
        with pytest.raises(IntegrityError, match="agreed plan"):
            noted(change)


def test_agreeing_without_the_log_leaves_a_draft(world, draft, request):
    saved(draft, world)
    request.getfixturevalue("log_broken")

    with pytest.raises(LogUnavailable), transaction.atomic():
        agreed(draft, world)
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert not Task.objects.exists()


def test_a_draft_is_thrown_away(world, draft):
    saved(draft, world, *two_steps(world))
    with entries_since() as left:
        plans.discard_plan(plan=draft, by=world.worker)
    assert not Plan.objects.exists()
    assert [e.verb for e in left] == [Verb.PLAN_DISCARDED]


def test_nothing_is_planned_in_a_closed_case(world, draft):
    close(world.case)
    for verb in (
        lambda: saved(draft, world),
        lambda: agreed(draft, world),
        lambda: plans.begin_plan(case=world.case, by=world.worker),
    ):
        with pytest.raises(Refused, match="is closed"):
            verb()


# --- Copies and reviews -------------------------------------------------------------------------------


@pytest.fixture
def plan(world):
    return PlanFactory(
        case=world.case,
        number=50,
        recorded_by=world.worker,
        agreed_by=[world.amelia],
        steps=[{"words": "Call the school", "worker": world.worker}],
    )


def copy(plan, world, how, **given):
    return plans.give_copy(
        plan=plan, by=world.worker, how=how, **{"person": world.amelia, "given_on": TODAY, **given}
    )


def test_a_copy_by_hand_is_written_once(world, plan):
    with entries_since() as left:
        copy(plan, world, "hand")
        copy(plan, world, "hand")
    assert PlanCopy.objects.count() == 1
    assert [(e.verb, e.people) for e in left] == [(Verb.PLAN_COPY_GIVEN, [world.amelia.pk])]


def test_a_copy_goes_by_post_to_the_safe_address_alone(world, plan):
    with entries_since() as left, pytest.raises(Refused, match="Give the copy by hand"):
        copy(plan, world, "post")
    assert left == []
    AddressFactory(person=world.amelia, lines="1 Home Road")
    AddressFactory(person=world.amelia, lines="9 Safe Street", kind=Address.Kind.SAFE)

    assert copy(plan, world, "post").where_to.startswith("9 Safe Street")
    with pytest.raises(Refused, match="Give the copy by hand"):
        copy(plan, world, "email")


def test_a_copy_of_a_draft_or_to_a_stranger_is_refused(world, plan, draft):
    with pytest.raises(Refused, match="not agreed yet"):
        copy(draft, world, "hand")
    with pytest.raises(Refused, match="is not part of"):
        copy(plan, world, "hand", person=PersonFactory())


def test_a_plan_is_looked_at_again_and_asked_for(world, plan):
    given = {"reviewed_on": TODAY, "words": "Half is done.", "next_on": TODAY + timedelta(days=30)}
    with entries_since() as left:
        plans.review_plan(plan=plan, by=world.worker, **given)
        plans.review_plan(plan=plan, by=world.worker, **given)

    assert [e.verb for e in left] == [Verb.PLAN_REVIEWED, Verb.TASK_ADDED]
    assert Task.objects.get().due_on == TODAY + timedelta(days=30)
    with pytest.raises(Refused, match="already"):
        plans.review_plan(plan=plan, by=world.worker, reviewed_on=TODAY, words="Other words.")
    with pytest.raises(Refused, match="Write what was done"):
        plans.review_plan(plan=plan, by=world.worker, reviewed_on=TODAY, words=" ")


# --- Pages --------------------------------------------------------------------------------------------


def test_a_plan_on_the_pages(world):
    browser = signed_in(world.worker)
    begun = browser.post(address("plan-add", world.case), {"token": str(uuid4())})
    plan = Plan.objects.get()
    assert begun["Location"] == address("plan-write", plan)

    typed = {
        "seen": 0,
        "they_decided": "We eat together.",
        "what_1": "Go to the surgery",
        "who_1": f"p{world.amelia.pk}",
        **day("when_1", TODAY + timedelta(days=3)),
        "what_2": "Call the school",
    }
    wrong = browser.post(address("plan-write", plan), typed)
    assert wrong.status_code == 422
    assert "Choose who does step 2." in wrong.content.decode()
    assert 'value="Call the school"' in wrong.content.decode()
    browser.post(
        address("plan-write", plan), {**typed, "who_2": f"w{world.worker.pk}", "more": "yes"}
    )
    assert [step.who for step in plan.steps.all()] == ["Amelia Hart", "Dean Okafor"]

    browser.post(
        address("plan-agree", plan),
        {
            "agreed_how": "spoken",
            "people": [world.amelia.reference],
            "witness": "Dean Okafor",
            **day("agreed_on", TODAY),
        },
    )
    browser.post(
        address("plan-review", plan), {"words": "Half is done.", **day("reviewed_on", TODAY)}
    )
    copied = browser.post(
        address("plan-copy", plan),
        {"person": world.amelia.reference, "how": "not_wanted", **day("given_on", TODAY)},
        follow=True,
    ).content.decode()
    tab = browser.get(address("plans", world.case)).content.decode()
    for text in (copied, tab):
        assert "Agreed in words, seen or heard by Dean Okafor" in text
        assert "they did not want a copy" in text
        assert "Half is done." in text
    assert browser.get(address("plan-write", plan)).status_code == 409


def test_a_plan_may_have_more_steps_than_the_page_began_with(world, draft):
    typed = {"seen": 0, "they_decided": "", "we_decided": ""}
    for number in range(1, 6):
        typed |= {f"what_{number}": f"Step {number}", f"who_{number}": f"p{world.joe.pk}"}

    signed_in(world.worker).post(address("plan-write", draft), typed)

    assert draft.steps.count() == 5


def test_the_paper_is_tagged_and_says_the_plan_and_no_address(world, plan):
    AddressFactory(person=world.amelia, lines="1 Home Road")
    with entries_since() as left:
        paper = signed_in(world.worker).get(address("plan-paper", plan))

    text = " ".join(" ".join(text_of(paper.content)).split())
    assert tagging_report(paper.content) == []
    assert "We eat together on Sundays." in text
    assert "Call the school" in text
    assert "Amelia Hart" in text
    assert "Home Road" not in text
    assert paper["Content-Type"] == "application/pdf"
    assert [(e.verb, e.people) for e in left] == [
        (Verb.PLAN_PRINTED, sorted([world.amelia.pk, world.joe.pk]))
    ]


def test_who_reads_and_who_writes_plans(world, plan):
    reads = dict.fromkeys(("plan", "plan-paper"), 200)
    writes = dict.fromkeys(("plan-copy", "plan-review"), 200)
    only_reads = {**reads, **dict.fromkeys(writes, 403)}
    staff = {
        world.worker: {**reads, **writes},
        says_why(the(Role.DPO), world.joe): only_reads,
        member_of(world.service, Role.FRONT_DESK, name="Sue"): dict.fromkeys(only_reads, 404),
        member_of(ServiceFactory(name="Counselling"), Role.CASEWORKER, name="Colm"): dict.fromkeys(
            only_reads, 404
        ),
    }
    for user, expected in staff.items():
        browser = signed_in(user)
        found = {name: browser.get(address(name, plan)).status_code for name in expected}
        assert found == expected, user


def test_the_tabs_ask_the_database_as_often_for_many(world, plan, goal, django_assert_num_queries):
    browser = signed_in(world.worker)
    counts = {}
    for name in ("plans", "outcomes"):
        browser.get(address(name, world.case))
        with CaptureQueriesContext(connection) as few:
            browser.get(address(name, world.case))
        counts[name] = len(few)
    for number in range(30):
        other = GoalFactory(case=world.case, person=world.joe)
        GoalReviewFactory(goal=other)
        noted(
            Plan.objects.create,
            case=world.case,
            number=100 + number,
            status="replaced",
            agreed_on=TODAY,
            agreed_how="spoken",
            witness="Dean",
            closed_by=world.worker,
            recorded_by=world.worker,
        )

    for name, count in counts.items():
        with django_assert_num_queries(count):
            assert browser.get(address(name, world.case)).status_code == 200


def test_the_pack_holds_goals_plans_and_reviews(world, goal, plan):
    plans.review_plan(plan=plan, by=world.worker, reviewed_on=TODAY, words="Half is done.")

    items = {item.source: item for item in gather(world.joe).items}

    assert items["assessments.Goal"].value("words").text == "To get up in time for school."
    assert items["assessments.GoalReview"].value("rating").text == "2"
    steps = items["assessments.Plan"].value("steps_in_words")
    assert "Call the school" in steps.text
    assert steps.category == "special_category"
    assert items["assessments.PlanReview"].value("words").text == "Half is done."
