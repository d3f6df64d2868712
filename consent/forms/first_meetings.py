"""A first meeting on one screen: the notice that was given, and each answer."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField, WordsField
from cases.forms.layout import Revealing
from cases.models import Agency, Service
from consent.actions.first_meetings import Answered, NoticeSaid
from consent.forms.answered import AnsweredForm
from consent.forms.layout import LABEL, Reading, question, section
from consent.forms.notices import CHILD
from consent.models import NoticeFormat, NoticeMeans, PrivacyNotice, State
from consent.purposes import ASKED_FOR
from consent.queries import Asking, agencies
from consent.queries.first_meetings import Meeting, Question, Topic
from core.dates import age_on

LATER = "later"
ANSWERS = (
    (State.GIVEN.value, "They agree"),
    (State.REFUSED.value, "They do not agree"),
    (State.NOT_ASKED.value, "Not asked, for a reason"),
    (LATER, "Left for another day"),
)


class FirstMeetingForm(AnsweredForm):
    """What was given, asked and answered at a first meeting."""

    was_given = forms.ChoiceField(
        label="Were they given the privacy notice",
        choices=(("yes", "Yes, at this meeting"), ("no", "Not at this meeting")),
        widget=forms.RadioSelect,
    )
    notice = forms.ModelChoiceField(
        label="Which notice",
        queryset=PrivacyNotice.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        required=False,
    )
    means = forms.ChoiceField(
        label="How they were given it",
        choices=NoticeMeans.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    form = forms.ChoiceField(
        label="In which form",
        choices=NoticeFormat.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    language = WordsField(label="In which language", max_length=60, required=False)
    to_parent = forms.BooleanField(label="A parent or carer was given it for them", required=False)

    def __init__(
        self, data: QueryDict | None = None, *, meeting: Meeting, asking: Asking, on: date
    ) -> None:
        born = asking.person.date_of_birth
        is_child = born is not None and born <= on and age_on(born, on) < CHILD
        current = meeting.notices
        super().__init__(
            data,
            asking=asking,
            on=on,
            initial={
                "notice": current[-1 if is_child else 0].pk if current else None,
                "form": NoticeFormat.STANDARD,
                "language": asking.person.first_language or "English",
                "was_given": "no" if any(one.notice in current for one in meeting.given) else None,
            },
        )
        self.topics = meeting.topics
        question(self, "given_on").label = "Day of the meeting"
        question(self, "notice").queryset = PrivacyNotice.objects.filter(
            pk__in=[one.pk for one in current]
        ).order_by("readers", "-version")
        layout: list[Any] = [*self._of_the_notice(meeting)]
        layout += [self._of(topic) for topic in self.topics]
        if self._questions():
            layout.append(section("Who answered", *self._who_and_how()[:2]))
        layout.append(section("The meeting", *self._who_and_how()[2:]))
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*layout)

    def _of_the_notice(self, meeting: Meeting) -> list[Any]:
        if not meeting.notices:
            for name in ("was_given", "notice", "means", "form", "language", "to_parent"):
                del self.fields[name]
            return []
        given = ("notice", "means", "form", "language", "to_parent")
        return [
            section(
                "The privacy notice",
                Reading("consent/_first_notice.html", meeting=meeting),
                Revealing("was_given", {"yes": given}),
            )
        ]

    def _questions(self) -> list[Question]:
        return [one for topic in self.topics for one in topic.questions]

    def _of(self, topic: Topic) -> Any:
        asked: list[Any] = [Reading("consent/_first_words.html", topic=topic)]
        for one in topic.questions:
            self._ask(one)
            if one.names_agency:
                asked += [
                    Field(f"agency_{one.key}", context=LABEL),
                    Field.text(
                        f"new_agency_{one.key}",
                        label_size=Size.SMALL,
                        field_width=Fluid.TWO_THIRDS,
                    ),
                ]
            asked.append(Revealing(f"answer_{one.key}", {State.NOT_ASKED: f"why_{one.key}"}))
        return section(str(topic.wording.get_purpose_display()), *asked)

    def _ask(self, one: Question) -> None:
        if one.names_agency:
            self.fields[f"agency_{one.key}"] = forms.ModelChoiceField(
                label="Another agency that is named",
                queryset=agencies(),
                required=False,
                empty_label="No agency, or a new one below",
            )
            self.fields[f"new_agency_{one.key}"] = WordsField(
                label="An agency we do not know yet", max_length=200, required=False
            )
        self.fields[f"answer_{one.key}"] = forms.ChoiceField(
            label=one.label, choices=ANSWERS, widget=forms.RadioSelect, initial=LATER
        )
        self.fields[f"why_{one.key}"] = LongWordsField(
            label="Why they were not asked", rows=2, max_length=2000, required=False
        )

    def clean(self) -> dict[str, Any]:
        typed = dict(self.cleaned_data)
        answers = [
            said for one in self._questions() if (said := self._answer(one, typed)) is not None
        ]
        given: dict[str, Any] = {
            name: typed[name]
            for name in (
                "giver",
                "understanding",
                "parent",
                "authority",
                "how",
                "witness",
                "evidence",
                "given_on",
                "why_late",
            )
            if name in typed
        }
        states = {one.state for one in answers}
        self._settle_giver(
            given,
            answered=bool(states & {State.GIVEN, State.REFUSED}),
            agreed=State.GIVEN in states,
        )
        notice = self._notice(typed) if typed.get("was_given") == "yes" else None
        return given | {"notice": notice, "answers": answers}

    def _answer(self, one: Question, typed: Mapping[str, Any]) -> Answered | None:
        state = typed.get(f"answer_{one.key}", LATER)
        if state == LATER:
            return None
        agency: Agency | str | None = one.agency
        if one.names_agency:
            agency = self._agency(one, typed)
        why = typed.get(f"why_{one.key}", "") if state == State.NOT_ASKED else ""
        if state == State.NOT_ASKED and not why:
            self._say(f"why_{one.key}", "Say why they were not asked.")
        return Answered(wording=one.wording, state=state, agency=agency, why_not_asked=why)

    def _agency(self, one: Question, typed: Mapping[str, Any]) -> Agency | str | None:
        chosen = typed.get(f"agency_{one.key}")
        new: str = typed.get(f"new_agency_{one.key}", "")
        if chosen and new:
            self._say(f"new_agency_{one.key}", "Choose an agency or write a new one, not both.")
        if one.needs_agency and not (chosen or new):
            self._say(f"agency_{one.key}", "Choose which agency, or write its name below.")
        return chosen or new or None

    def _notice(self, typed: Mapping[str, Any]) -> NoticeSaid | None:
        missing = {
            "notice": "Choose which notice they were given.",
            "means": "Choose how they were given it.",
            "form": "Choose in which form it was.",
            "language": "Write in which language it was.",
        }
        for name, sentence in missing.items():
            if not typed.get(name):
                self._say(name, sentence)
        if not all(typed.get(name) for name in missing):
            return None
        return NoticeSaid(
            notice=typed["notice"],
            means=typed["means"],
            form=typed["form"],
            language=typed["language"],
            to_parent=typed.get("to_parent", False),
        )


class FirstAskedForm(forms.Form):
    """For which consents each service asks at a first meeting."""

    def __init__(
        self, data: QueryDict | None = None, *, asked: Mapping[Service, Sequence[str]]
    ) -> None:
        super().__init__(data)
        self.services = list(asked)
        for service, purposes in asked.items():
            self.fields[f"of_{service.slug}"] = forms.MultipleChoiceField(
                label=service.name,
                choices=[(purpose.value, purpose.label) for purpose in ASKED_FOR],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=list(purposes),
            )
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            *(Field.checkboxes(name, legend_size=Size.SMALL) for name in self.fields)
        )

    def clean(self) -> dict[str, Any]:
        return {
            "asked": {
                service: self.cleaned_data.get(f"of_{service.slug}", [])
                for service in self.services
            }
        }
