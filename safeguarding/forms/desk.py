"""What is typed on the desk of the safeguarding lead and of the named people.

The questions are the verbs' own names; `who` offers colleagues, `people` the ones asked about.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst

from accounts.models import User
from cases.forms.entries import when
from cases.forms.fields import LongWordsField, PeopleField, TimeOfDayField, TokenField, WordsField
from cases.forms.layout import Revealing
from cases.forms.people import day, short
from cases.models import Agency, Person
from consent.forms.layout import AskedWho
from consent.gateways import CHECKS, Gateway, SentHow
from consent.queries import agencies, authorisers
from core.dates import plain
from core.forms import DayField
from safeguarding.clock import answer_by
from safeguarding.models import WITH_REVIEW, Allegation, AllegationReport, Choice, Concern, Report
from safeguarding.permissions import other_leads

Find = Callable[[str], Person | None]


class DeskForm(forms.Form):
    """A form of the desk: it knows who types, what it is about, and how to find a person."""

    fields: dict[str, Any]

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: User,
        find: Find,
        opened: Concern | Allegation,
    ) -> None:
        super().__init__(data)
        self.by, self.find, self.opened = by, find, opened
        self.helper = FormHelper(self)
        self.prepare()

    def prepare(self) -> None:
        """Fill in what can be known before anything is typed."""


class NothingToSay(DeskForm):
    """A button that needs no words."""


def _long(label: str, help_text: str = "", rows: int = 4, *, required: bool = True) -> Any:
    return LongWordsField(label=label, help_text=help_text, rows=rows, required=required)


def ahead(given: date | None) -> date | None:
    """A day that is still to come."""
    if given is not None and given <= timezone.localdate():
        raise forms.ValidationError(f"{plain(given)} is not ahead. Choose a later day.")
    return given


class DecideForm(DeskForm):
    """What follows, and why."""

    choice = forms.ChoiceField(
        label="What you decide", choices=Choice.choices, widget=forms.RadioSelect
    )
    watch_until = DayField(label="Look again on", required=False, help_text="")
    help_until = DayField(label="Look again on", required=False, help_text="")
    reason = _long("Why", "What you know, what you weighed, whom you asked.", 6)

    def prepare(self) -> None:
        self.helper.layout = Layout(
            Revealing("choice", {Choice.WATCH: "watch_until", Choice.EARLY_HELP: "help_until"}),
            Field.text("reason", label_size=Size.SMALL),
        )

    def clean_watch_until(self) -> date | None:
        return self._ahead_if(Choice.WATCH, "watch_until")

    def clean_help_until(self) -> date | None:
        return self._ahead_if(Choice.EARLY_HELP, "help_until")

    def _ahead_if(self, choice: Choice, name: str) -> date | None:
        given: date | None = self.cleaned_data[name]
        if self.cleaned_data.get("choice") != choice:
            return None
        if given is None:
            raise forms.ValidationError("Say when you look at it again.")
        return ahead(given)

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        days = [given.pop("watch_until", None), given.pop("help_until", None)]
        chosen = given.get("choice")
        given["review_on"] = next(filter(None, days), None) if chosen in WITH_REVIEW else None
        if chosen:
            given["choice"] = Choice(chosen)
        return given


class OutcomeForm(DeskForm):
    """How a concern ended."""

    outcome = _long("How it ended", "Whoever raised it learns only that it was dealt with.")


class ReasonForm(DeskForm):
    """Why."""

    reason = _long("Why")


class TextForm(DeskForm):
    """Words that stand beside what is there."""

    text = _long("What you write")


class AskOpinionForm(DeskForm):
    """What another lead is asked."""

    of = forms.ModelChoiceField(
        label="Whom you ask", queryset=User.objects.none(), empty_label="Choose a colleague"
    )
    question = _long("What you ask")

    def prepare(self) -> None:
        self.fields["of"].queryset = other_leads(self.by)


class OpinionForm(DeskForm):
    """What one thinks of somebody else's decision."""

    agrees = forms.ChoiceField(
        label="Do you agree with the decision?",
        choices=(("yes", "Yes"), ("no", "No")),
        widget=forms.RadioSelect,
    )
    text = _long("What you think, and why")

    def clean_agrees(self) -> bool:
        return bool(self.cleaned_data["agrees"] == "yes")


class NamePersonForm(DeskForm):
    """Which person of the record it is about."""

    person = WordsField(
        label="Reference of the person",
        help_text="As their record shows it, like P-000123. Find or add the person first.",
        max_length=20,
    )

    def clean_person(self) -> Person:
        person = self.find(self.cleaned_data["person"])
        if person is None:
            raise forms.ValidationError("No person with this reference is known. Check it.")
        return person


class TellWorkersForm(DeskForm):
    """What the workers of their cases may know: an alert, in words that the lead chooses."""

    people = PeopleField(label="On whose record")
    words = _long(
        "What everybody who opens the record must know",
        "Not what was seen or said: for example, “Speak to the safeguarding lead before a visit”.",
        3,
    )
    review_on = DayField(label="Look again on", help_text="")
    was_told = forms.ChoiceField(
        label="Was the person told of the alert?",
        choices=(("yes", "Yes"), ("no", "No")),
        widget=forms.RadioSelect,
    )
    not_told_because = _long("Why they were not told", rows=2, required=False)

    def prepare(self) -> None:
        self.fields["people"].offer(link.person for link in self.opened.links)
        self.helper.layout = Layout(
            Field.checkboxes("people", legend_size=Size.SMALL),
            Field.text("words", label_size=Size.SMALL),
            day("review_on"),
            Revealing("was_told", {"no": "not_told_because"}),
        )

    def clean_review_on(self) -> date | None:
        return ahead(self.cleaned_data["review_on"])

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        told = given.get("was_told") == "yes"
        if given.get("was_told") == "no" and not given.get("not_told_because"):
            self.add_error("not_told_because", "Say why they were not told.")
        given |= {"was_told": told}
        if told:
            given["not_told_because"] = ""
        return given


class NextChase(DeskForm):
    """When they are asked again."""

    next_chase_on = DayField(label="Ask for the answer on", help_text="")

    def prepare(self) -> None:
        self.fields["next_chase_on"].initial = answer_by(timezone.localdate())

    def clean_next_chase_on(self) -> date | None:
        return ahead(self.cleaned_data["next_chase_on"])


class ReportForm(AskedWho, NextChase):
    """That the council or the police was told, with all that the sharing log asks (law.md 4)."""

    token = TokenField()
    to = forms.ChoiceField(
        label="Who was told", choices=Report.To.choices, widget=forms.RadioSelect
    )
    agency = forms.ModelChoiceField(
        label="Which agency",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="Choose an agency, or write its name below",
    )
    new_agency = WordsField(label="An agency we do not know yet", max_length=200, required=False)
    recipient_name = WordsField(label="Whom you spoke or wrote to", max_length=200, required=False)
    recipient_role = WordsField(label="What they are there", max_length=200, required=False)
    happened_on = DayField(label="Day they were told")
    happened_time = TimeOfDayField(label="Time")
    sent_how = forms.ChoiceField(
        label="How they were told", choices=SentHow.choices, widget=forms.RadioSelect
    )
    what = _long("What they were told", rows=6)
    gateway = forms.ChoiceField(
        label="Why it could be shared",
        choices=[(way.value, way.label) for way in (Gateway.PUBLIC_GOOD, Gateway.LAW)],
        widget=forms.RadioSelect,
    )
    detail_public_good = _long(
        f"Write {CHECKS[Gateway.PUBLIC_GOOD].detail}", rows=3, required=False
    )
    authorised_by = forms.ModelChoiceField(
        label="Who authorised it",
        help_text="Somebody else than you: the other safeguarding lead or the Data Protection Officer.",
        queryset=User.objects.none(),
        required=False,
        empty_label="Choose a colleague",
    )
    detail_law = _long(f"Write {CHECKS[Gateway.LAW].detail}", rows=3, required=False)
    why_without_consent = _long("Why without their consent", rows=3)
    told = forms.ChoiceField(
        label="Was the family told that you refer it?",
        choices=(("yes", "Yes"), ("no", "No")),
        widget=forms.RadioSelect,
    )
    why_not_told = _long("Why they were not told", rows=3, required=False)
    their_views = _long("What they think of it", rows=3, required=False)
    consulted = _long("Whom you asked for advice", rows=2, required=False)
    their_reference = WordsField(
        label="Their reference", help_text="If they gave one.", max_length=100, required=False
    )

    def prepare(self) -> None:
        super().prepare()
        now = timezone.localtime()
        self.fields["token"].initial = uuid4()
        self.fields["happened_on"].initial = now.date()
        self.fields["happened_time"].initial = now.strftime("%H:%M")
        self.fields["agency"].queryset = agencies()
        self.fields["new_agency"].initial = self._council()
        self.fields["authorised_by"].queryset = self.deciders = authorisers(self.by)
        self.helper.layout = Layout(
            "token",
            Field.radios("to", legend_size=Size.SMALL),
            Field("agency", context={"label_size": "govuk-label--s"}),
            short("new_agency"),
            short("recipient_name"),
            short("recipient_role"),
            *when(),
            Field.radios("sent_how", legend_size=Size.SMALL, inline=True),
            Field.text("what", label_size=Size.SMALL),
            Revealing(
                "gateway",
                {
                    Gateway.PUBLIC_GOOD: ("detail_public_good", "authorised_by"),
                    Gateway.LAW: "detail_law",
                },
            ),
            Field.text("why_without_consent", label_size=Size.SMALL),
            Revealing("told", {"no": "why_not_told"}),
            Field.text("their_views", label_size=Size.SMALL),
            Field.text("consulted", label_size=Size.SMALL),
            short("their_reference", Fluid.ONE_THIRD),
            day("next_chase_on"),
        )
        self.ask_again()

    @staticmethod
    def _council() -> str:
        """The council of the settings, until it is one of the agencies."""
        name = capfirst(settings.SAFEGUARDING["council"])
        return "" if agencies().filter(name__iexact=name).exists() else name

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        on, at = given.pop("happened_on", None), given.pop("happened_time", None)
        if on is not None and at is not None:
            given["happened_at"] = timezone.make_aware(datetime.combine(on, at))
            if given["happened_at"] > timezone.now():
                self.add_error(
                    "happened_on", "This has not come yet. Write down what was told already."
                )
        if given.get("to"):
            given["to"] = Report.To(given["to"])
        given["agency"] = given.get("agency") or given.get("new_agency") or None
        given.pop("new_agency", None)
        if given["agency"] is None and not given.get("recipient_name"):
            self.add_error("agency", "Say who was told: an agency, or somebody by name.")
        self._settle_gateway(given)
        self.settle_despite(given)
        told = given.get("told") == "yes"
        if given.get("told") == "no" and not given.get("why_not_told"):
            self.add_error("why_not_told", "Say why they were not told.")
        given |= {"told": told, "why_not_told": "" if told else given.get("why_not_told", "")}
        return given

    def _settle_gateway(self, given: dict[str, Any]) -> None:
        details = {way: given.pop(f"detail_{way}", "") for way in ("public_good", "law")}
        way = given.get("gateway") or ""
        given["gateway_detail"] = details.get(way, "")
        if way and not given["gateway_detail"]:
            self.add_error(f"detail_{way}", "Write what this rests on.")
        if way != Gateway.PUBLIC_GOOD:
            given["authorised_by"] = None
        elif not given.get("authorised_by"):
            self.add_error("authorised_by", "Choose who authorised it: ask them before you share.")


class ChaseForm(NextChase):
    """That they were asked again."""

    field_order = ("words", "next_chase_on")

    words = _long("Whom you asked, and what they said")


class AnswerForm(DeskForm):
    """What they answered."""

    words = _long("What they answered", "With their reference, if they gave one now.")


class WordsForm(DeskForm):
    """What the second person looked at."""

    words = _long("What you looked at before you confirm it")


class AllegationReportForm(DeskForm):
    """Whom outside was told of an allegation."""

    to = forms.ChoiceField(
        label="Who was told", choices=AllegationReport.To.choices, widget=forms.RadioSelect
    )
    to_whom = WordsField(label="Whom you spoke or wrote to", max_length=300)
    told_on = DayField(label="Day they were told")
    sent_how = forms.ChoiceField(
        label="How they were told", choices=SentHow.choices, widget=forms.RadioSelect
    )
    what = _long("What they were told", rows=6)
    basis = _long(
        "Why it could be shared",
        "For example: to protect children, UK GDPR Art 6(1)(ea) with DPA 2018 Sch 1 para 18.",
        3,
    )
    their_reference = WordsField(label="Their reference", max_length=100, required=False)
    next_chase_on = DayField(
        label="Ask for the answer on", required=False, help_text="Empty if no answer is awaited."
    )

    def prepare(self) -> None:
        today = timezone.localdate()
        self.fields["told_on"].initial = today
        self.fields["next_chase_on"].initial = answer_by(today)

    def clean_to(self) -> AllegationReport.To:
        return AllegationReport.To(self.cleaned_data["to"])

    def clean_next_chase_on(self) -> date | None:
        return ahead(self.cleaned_data["next_chase_on"])


class ProposeForm(DeskForm):
    """How an allegation ends."""

    outcome = forms.ChoiceField(
        label="The outcome", choices=Allegation.Outcome.choices, widget=forms.RadioSelect
    )
    reason = _long("Why", "What was found, and by whom.", 6)

    def clean_outcome(self) -> Allegation.Outcome:
        return Allegation.Outcome(self.cleaned_data["outcome"])
