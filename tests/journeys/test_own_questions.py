"""A service asks in words of its own, changes them, and keeps what was answered to the old ones.

Then the same worker measures an outcome twice and looks at the picture of it, and agrees a plan.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Plan, Questionnaire
from tests.factories.assessments import InUseFactory
from tests.journeys.charity import Charity, a_family
from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_old_answers_keep_their_old_words(visitor: Callable[..., Visitor], charity: Charity):
    family = a_family(charity, asks=False)
    case = family.case.reference
    dpo, dean = visitor(), visitor()
    dpo.signs_in(charity.dpo)
    dean.signs_in(charity.caseworker)

    # The Data Protection Officer defines what the service asks, at the desk.
    dpo.opens(reverse("admin:assessments_questionnaire_add"))
    dpo.writes("Name:", "About family support")
    dpo.picks("What it is:", "Questions of a service, answered once and kept up to date")
    dpo.picks("Of which service:", "Family support")
    dpo.presses("Add a set of questions")
    dpo.follows("Add a question")
    dpo.writes("The question:", "Which school?")
    dpo.presses("Add a question")
    dpo.follows("Put the draft into use")
    dpo.presses("Put the draft into use")
    dpo.reads("The questions are in use.")

    # The caseworker answers.
    dean.opens(f"/casework/cases/{case}/")
    dean.follows("About this service")
    dean.follows("Answer the questions")
    dean.writes("Which school?", "Norwood Primary")
    dean.presses("Save the answers")
    dean.reads("1 answer saved.")
    dean.reads("Norwood Primary")

    # The words change; the answer to the old ones keeps them.
    dpo.follows("Change the questions")
    dpo.presses("Change the questions")
    dpo.follows("Which school?")
    dpo.follows("Change it")
    dpo.writes("The question:", "Which school or nursery?")
    dpo.presses("Change it")
    dpo.follows("Put the draft into use")
    dpo.presses("Put the draft into use")

    dean.opens(f"/casework/cases/{case}/service/")
    dean.reads("Which school or nursery?")
    dean.reads("To “Which school?”:")
    dean.reads("Norwood Primary")
    dean.follows("Answer the questions")
    assert dean.has_written("Which school or nursery?") == ""
    dean.writes("Which school or nursery?", "Norwood Primary and Little Steps")
    dean.presses("Save the answers")
    dean.reads("Norwood Primary and Little Steps")
    dean.reads("Answered before")


def test_measured_twice_and_a_plan_agreed(
    visitor: Callable[..., Visitor], charity: Charity, tmp_path
):
    family = a_family(charity)
    today = timezone.localdate()
    InUseFactory(
        questionnaire__name="Nights",
        questionnaire__kind=Questionnaire.Kind.OUTCOMES,
        questionnaire__service=charity.family_support,
        asks=[
            {
                "wording": "Sleep",
                "kind": "number",
                "lowest": 0,
                "highest": 10,
                "low_words": "hardly any",
                "high_words": "all night",
                "is_required": True,
            }
        ],
    )
    dean = visitor()
    dean.signs_in(charity.caseworker)
    for ago, moment, sleep in ((60, "At the start", "2"), (1, "At a review", "7")):
        dean.opens(f"/casework/cases/{family.case.reference}/outcomes/")
        dean.follows("Measure: Nights")
        dean.chooses("Whom it is about", "Joe Hart")
        dean.chooses("When in our work", moment)
        dean.writes_day("Day it was done", today - timedelta(days=ago))
        dean.presses("Go on to the questions")
        dean.chooses("Sleep", sleep)
        dean.presses("Finish: it is final then")
        dean.reads("is finished")

    dean.opens(f"/casework/cases/{family.case.reference}/outcomes/")
    picture = dean.page.get_by_role("img", name="Sleep")
    assert picture.locator("svg path").count() == 2
    box = picture.bounding_box()
    assert box["width"] > 200
    assert box["height"] > 200
    picture.screenshot(path=tmp_path / "sleep.png")
    dean.page.get_by_text("The figures as a table: Sleep").click()
    dean.reads("Every time it was taken")

    dean.follows("Plan")
    dean.presses("Write a plan")
    dean.writes("What the family decided", "Lights out at eight.")
    dean.writes("What", "Read a story", under="Step 1")
    dean.picks("Who", "Amelia Hart", under="Step 1")
    dean.presses("Save draft")
    dean.follows("The family agrees")
    dean.chooses("How they agreed", "Signed on paper")
    dean.chooses("Who agreed", "Amelia Hart")
    dean.presses("Save")
    dean.reads("Signed on paper, seen or heard by Dean Okafor")
    paper = dean.page.request.get(
        dean.address + reverse("assessments:plan-paper", args=[Plan.objects.get().reference])
    )
    assert paper.body().startswith(b"%PDF-")
