"""What is typed to write a plan, agree it, give copies and look at it again."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fieldset, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from accounts.models import User
from assessments.actions.plans import Step
from assessments.forms.drafts import PAGE, DraftForm
from assessments.forms.goals import SMALL_DAY
from assessments.models import Goal, Plan
from assessments.models.plan import CopyHow, HowAgreed
from cases.forms.entries import Begun, people_of_case
from cases.forms.fields import LongWordsField, PeopleField, PersonField, WordsField
from cases.models import Case
from core.forms import DayField

SPARE_STEPS = 3  # empty lines below the steps that are there
MOST_STEPS = 30
PARTS = ("what", "who", "when", "goal")


class PlanForm(DraftForm):
    """A plan: what they decided, what we decided, and who does what by when.

    Below the steps that are there stand empty ones; saving the draft brings more.
    """

    fields: dict[str, Any]

    they_decided = LongWordsField(
        label="What the family decided", help_text="In words they would use.", required=False
    )
    we_decided = LongWordsField(label="What we decided", required=False)
    review_on = DayField(label="We look at the plan again on", required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        plan: Plan,
        workers: Iterable[User],
        goals: Iterable[Goal],
        by: User,
        begun: Begun | None = None,
    ) -> None:
        self.people = {f"p{one.pk}": one for one in people_of_case(plan.case)}
        self.workers = {f"w{one.pk}": one for one in workers}
        self.goals = {str(one.pk): one for one in goals}
        kept = list(plan.steps.all())
        typed = begun.typed if begun else data
        self.count = min(max(len(kept) + SPARE_STEPS, _lines_of(typed)), MOST_STEPS)
        super().__init__(data, initial=_initial(plan, kept))
        for number in range(1, self.count + 1):
            self._add_step(number, kept[number - 1] if number <= len(kept) else None)
        self.begin(draft=plan, by=by, begun=begun)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            "seen",
            *PAGE,
            Field.text("they_decided", label_size=Size.SMALL),
            Field.text("we_decided", label_size=Size.SMALL),
            *(self._step(number) for number in range(1, self.count + 1)),
            Field("review_on", context=SMALL_DAY),
        )

    def _add_step(self, number: int, kept: Any) -> None:
        # Whoever had a step and has left since stays in its list.
        ours = dict(self.workers)
        if kept is not None and kept.worker is not None:
            ours.setdefault(f"w{kept.worker_id}", kept.worker)
        self.workers |= ours
        who = [
            ("", "Choose"),
            ("The family", [(key, str(one)) for key, one in self.people.items()]),
            ("Us", [(key, str(one)) for key, one in ours.items()]),
        ]
        goals = [("", "None"), *((key, one.words[:80]) for key, one in self.goals.items())]
        self.fields[f"what_{number}"] = WordsField(label="What", max_length=300, required=False)
        self.fields[f"who_{number}"] = forms.ChoiceField(label="Who", choices=who, required=False)
        self.fields[f"when_{number}"] = DayField(label="By when", required=False, help_text="")
        if self.goals:
            self.fields[f"goal_{number}"] = forms.ChoiceField(
                label="For which goal", choices=goals, required=False
            )

    def _step(self, number: int) -> Fieldset:
        boxes = [
            Field.text(f"what_{number}", field_width=Fluid.TWO_THIRDS),
            Field.select(f"who_{number}"),
            Field(f"when_{number}", context=SMALL_DAY),
        ]
        if self.goals:
            boxes.append(Field.select(f"goal_{number}"))
        return Fieldset(*boxes, legend=f"Step {number}", legend_size=Size.MEDIUM)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        steps = [step for n in range(1, self.count + 1) if (step := self._given(n)) is not None]
        names = ("they_decided", "we_decided", "review_on", "seen")
        return {name: given.get(name) for name in names} | {"steps": steps, **self.page}

    def _given(self, number: int) -> Step | None:
        """The step that stands in line `number`; None where the line is empty."""
        what, who, when, goal = (self.cleaned_data.get(f"{part}_{number}") for part in PARTS)
        if not (what or who or when or goal):
            return None
        if not what and f"what_{number}" not in self.errors:
            self.add_error(
                f"what_{number}", f"Write what is done in step {number}, or empty its line."
            )
        if not who and f"who_{number}" not in self.errors:
            self.add_error(f"who_{number}", f"Choose who does step {number}.")
        return Step(
            words=what or "",
            person=self.people.get(who or ""),
            worker=self.workers.get(who or ""),
            by_when=when,
            goal=self.goals.get(goal or ""),
        )


def _lines_of(data: Mapping[str, Any] | None) -> int:
    """How many steps the page had that was sent."""
    if data is None:
        return 0
    numbers = (name.removeprefix("what_") for name in data if name.startswith("what_"))
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def _initial(plan: Plan, kept: list[Any]) -> dict[str, Any]:
    initial: dict[str, Any] = {
        "they_decided": plan.they_decided,
        "we_decided": plan.we_decided,
        "review_on": plan.review_on,
    }
    for number, step in enumerate(kept, 1):
        who = f"p{step.person_id}" if step.person_id else f"w{step.worker_id}"
        initial |= {
            f"what_{number}": step.words,
            f"who_{number}": who,
            f"when_{number}": step.by_when,
            f"goal_{number}": str(step.goal_id or ""),
        }
    return initial


class AgreeForm(forms.Form):
    """That the family agrees, how, and who saw or heard it."""

    fields: dict[str, Any]

    agreed_how = forms.ChoiceField(
        label="How they agreed", choices=HowAgreed.choices, widget=forms.RadioSelect
    )
    agreed_on = DayField(label="On which day")
    people = PeopleField(label="Who agreed")
    witness = WordsField(
        label="Who saw them sign, or heard them agree", max_length=200, help_text="A name."
    )

    def __init__(
        self, data: QueryDict | None = None, *, case: Case, on: date, witness: str
    ) -> None:
        super().__init__(data, initial={"agreed_on": on, "witness": witness})
        self.fields["people"].offer(people_of_case(case))
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("agreed_how", legend_size=Size.SMALL, inline=True),
            Field("agreed_on", context=SMALL_DAY),
            Field.checkboxes("people", legend_size=Size.SMALL),
            Field.text("witness", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
        )


class CopyForm(forms.Form):
    """Who was given a copy, and how."""

    fields: dict[str, Any]

    person = PersonField(label="Who", widget=forms.RadioSelect)
    how = forms.ChoiceField(label="How", choices=CopyHow.choices, widget=forms.RadioSelect)
    given_on = DayField(label="On which day")

    def __init__(self, data: QueryDict | None = None, *, case: Case, on: date) -> None:
        super().__init__(data, initial={"given_on": on})
        self.fields["person"].offer(people_of_case(case))
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("person", legend_size=Size.SMALL),
            Field.radios("how", legend_size=Size.SMALL),
            Field("given_on", context=SMALL_DAY),
        )


class PlanReviewForm(forms.Form):
    """How the plan went."""

    reviewed_on = DayField(label="Day you looked at it together")
    words = LongWordsField(label="What was done, and what was not", max_length=5000)
    clients_view = LongWordsField(label="What the family thinks", max_length=5000, required=False)
    next_on = DayField(label="Look at it again on", required=False)

    def __init__(self, data: QueryDict | None = None, *, on: date) -> None:
        super().__init__(data, initial={"reviewed_on": on})
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field("reviewed_on", context=SMALL_DAY),
            Field.text("words", label_size=Size.SMALL),
            Field.text("clients_view", label_size=Size.SMALL),
            Field("next_on", context=SMALL_DAY),
        )
