"""What is chosen for an agency's pack, and what is said in four fields when somebody was told something."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.entries import EntryForm, offer_professionals, people_of_case
from cases.forms.fields import LongWordsField, PeopleField, TokenField
from cases.forms.layout import Revealing
from cases.models import Agency, Case, Professional
from cases.queries.agencies import unchecked_sentence
from consent.contents import Choice, addresses_of, unchecked_of
from consent.forms.layout import LABEL, AskedWho, question
from consent.gateways import CHECKS, QUICK, Gateway, SentHow
from consent.purposes import Purpose
from consent.queries import agencies
from consent.queries.sendable import Sendable
from core.dates import plain
from core.forms import DayField

# Ways by which a pack may go; the public good is authorised, and told in the full form.
WAYS = (Gateway.PERMISSION, Gateway.SERVICE, Gateway.ASKED)
PRINTED = "print"
JUST_NOW, EARLIER = "now", "earlier"
# A word said a moment ago; what was written goes by the full form or as a pack.
TOLD_HOW = [(one.value, one.label) for one in (SentHow.PHONE, SentHow.IN_PERSON, SentHow.MEETING)]


class RecipientForm(forms.Form):
    """About whom, to whom, what for, and what lets it go: the first step."""

    people = PeopleField(label="About whom")
    professional = forms.ModelChoiceField(
        label="To which professional",
        queryset=Professional.objects.none(),
        required=False,
        empty_label="Nobody in particular",
    )
    agency = forms.ModelChoiceField(
        label="Or to which agency",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="The professional’s",
    )
    gateway = forms.ChoiceField(
        label="What lets you share it",
        choices=[(way.value, way.label) for way in WAYS],
        widget=forms.RadioSelect,
    )
    purpose = forms.ChoiceField(
        label="What for, if they gave permission",
        choices=[
            ("", "Choose what it is for"),
            *((one.value, one.label) for one in sorted(CHECKS[Gateway.PERMISSION].purposes)),
        ],
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        case: Case,
        professionals: Iterable[Professional],
    ) -> None:
        super().__init__(data)
        question(self, "people").offer(people_of_case(case))
        offer_professionals(self.fields["professional"], professionals, first=case)
        question(self, "agency").queryset = agencies()
        self.helper = FormHelper(self)
        self.helper.form_method = "get"
        self.helper.layout = Layout(
            Field.checkboxes("people", legend_size=Size.SMALL),
            Field("professional", context=LABEL),
            Field("agency", context=LABEL),
            Revealing("gateway", {Gateway.PERMISSION: "purpose"}),
        )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        professional, agency = given.get("professional"), given.get("agency")
        if professional is None and agency is None:
            self.add_error("professional", "Choose a professional or an agency.")
        elif professional and agency and professional.agency.number_now != agency.pk:
            self.add_error(
                "agency", f"{professional.name} does not work there. Choose one of the two."
            )
        given["agency"] = professional.agency.now if professional else agency
        gateway = given.get("gateway")
        if gateway == Gateway.PERMISSION:
            if not given.get("purpose"):
                self.add_error("purpose", "Choose what it is for.")
        elif gateway:
            (purpose,) = CHECKS[Gateway(gateway)].purposes
            given["purpose"] = purpose.value
        return given


class ParcelForm(forms.Form):
    """What goes, and how; the preview asks nothing more."""

    token = TokenField()
    items = forms.MultipleChoiceField(
        label="What goes to them", widget=forms.CheckboxSelectMultiple
    )
    whole = forms.MultipleChoiceField(
        label="Of which nothing is left out",
        help_text="Otherwise passages told in confidence or about others stay here.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    why_whole = LongWordsField(
        label="Why nothing is left out of these", rows=2, max_length=2000, required=False
    )
    gateway_detail = LongWordsField(
        label="Who asked, when and how, and how you knew that it was them",
        rows=2,
        max_length=2000,
        required=False,
    )
    why_another = LongWordsField(
        label="How you know that it is somebody else", rows=2, max_length=2000
    )
    told = forms.ChoiceField(
        label="Does the person know",
        choices=(("yes", "Yes"), ("no", "No")),
        widget=forms.RadioSelect,
    )
    why_not_told = LongWordsField(
        label="Why they do not know", rows=2, max_length=2000, required=False
    )
    way = forms.ChoiceField(label="How it goes", widget=forms.RadioSelect)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        offered: list[Sendable],
        agency: Agency,
        professional: Professional | None,
        asked: bool,
        maybe: Iterable[str],
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, initial=initial)
        question(self, "why_another").help_text = " ".join(maybe)
        if not question(self, "why_another").help_text:
            del self.fields["why_another"]
        question(self, "items").choices = [(one.key, _label(one)) for one in offered]
        held = [one for one in offered if one.left_out and one.whole != one.text]
        question(self, "whole").choices = [(one.key, _label(one)) for one in held]
        question(self, "way").choices = [
            *((one, f"A link by e-mail to {one}") for one in addresses_of(agency, professional)),
            (PRINTED, "Printed"),
        ]
        if unchecked := unchecked_of(agency, professional):
            question(self, "way").help_text = unchecked_sentence(unchecked)
        if not held:
            del self.fields["whole"], self.fields["why_whole"]
        if not asked:
            del self.fields["gateway_detail"]
        layout: list[Any] = ["token", Field.checkboxes("items", legend_size=Size.SMALL)]
        if "why_another" in self.fields:
            layout.insert(1, Field.textarea("why_another", label_size=Size.SMALL))
        if held:
            layout += [
                Field.checkboxes("whole", legend_size=Size.SMALL),
                Field.textarea("why_whole", label_size=Size.SMALL),
            ]
        if asked:
            layout.append(Field.textarea("gateway_detail", label_size=Size.SMALL))
        layout += [
            Revealing("told", {"no": "why_not_told"}),
            Field.radios("way", legend_size=Size.SMALL),
        ]
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*layout)

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        told = given.get("told") == "yes"
        return {
            "choice": Choice(
                keys=tuple(given.get("items", ())),
                whole=tuple(key for key in given.get("whole", ()) if key in given.get("items", ())),
                why_whole=given.get("why_whole", ""),
            ),
            "gateway_detail": given.get("gateway_detail", ""),
            "why_another": given.get("why_another", ""),
            "told": told,
            "why_not_told": "" if told else given.get("why_not_told", ""),
            "email": "" if given.get("way") == PRINTED else given.get("way", ""),
            "token": given.get("token"),
        }


def _label(one: Sendable) -> str:
    day = f", {plain(one.on)}" if one.on else ""
    left = " ".join(sentence.removeprefix(f"{one.key}: ") for sentence in one.left_out)
    return f"{one.title}{day} (left out: {left})" if left else f"{one.title}{day}"


class QuickForm(AskedWho, EntryForm):
    """“I told somebody”: whom, what, why, and what let you (features.md S15)."""

    noun = "sharing"

    people = PeopleField(label="About whom it was")
    professional = forms.ModelChoiceField(
        label="Whom you told", queryset=Professional.objects.none()
    )
    what = LongWordsField(label="What you told them", rows=3)
    why = forms.ChoiceField(label="Why, and what let you", widget=forms.RadioSelect)
    sent_how = forms.ChoiceField(
        label="How you told them",
        choices=TOLD_HOW,
        widget=forms.RadioSelect,
        initial=SentHow.PHONE,
    )
    when = forms.ChoiceField(
        label="When",
        choices=((JUST_NOW, "Just now"), (EARLIER, "Earlier")),
        widget=forms.RadioSelect,
        initial=JUST_NOW,
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        case: Case,
        professionals: Iterable[Professional],
        now: datetime,
    ) -> None:
        super().__init__(data, now=now)
        question(self, "people").offer(people_of_case(case))
        offer_professionals(self.fields["professional"], professionals, first=case)
        question(self, "why").choices = [
            (f"{way.value}:{purpose.value}", f"{way.label}: {purpose.label.lower()}")
            for way in QUICK
            for purpose in Purpose
            if purpose in CHECKS[way].purposes and way != Gateway.QUALITY
        ] + [("quality:quality", "To somebody who checks the quality of the service")]
        self.helper.layout = Layout(
            "token",
            Field.checkboxes("people", legend_size=Size.SMALL),
            Field("professional", context=LABEL),
            Field.textarea("what", label_size=Size.SMALL),
            Field.radios("why", legend_size=Size.SMALL),
            Field.radios("sent_how", legend_size=Size.SMALL, inline=True),
            Revealing("when", {EARLIER: ("happened_on", "happened_time")}),
        )
        self.ask_again()

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.pop("when", "") == EARLIER:
            given = super().clean()
        else:
            # Just now: whatever stands under the other answer does not count.
            given = {**self.cleaned_data, "happened_at": None}
            for name in ("happened_on", "happened_time"):
                given.pop(name, None)
                self.errors.pop(name, None)
        gateway, _, purpose = given.pop("why", "").partition(":")
        return given | {"gateway": gateway, "purpose": purpose}


class ReplyForm(forms.Form):
    """What they answered."""

    came_on = DayField(label="Day it came")
    words = LongWordsField(label="What they answered", rows=3, max_length=5000)


class LookForm(forms.Form):
    """What a manager thinks of a quick entry."""

    is_right = forms.TypedChoiceField(
        label="Was it right to share this",
        choices=(("yes", "Yes"), ("no", "No")),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    words = LongWordsField(
        label="What was wrong, and what is to be done about it",
        rows=3,
        max_length=2000,
        required=False,
    )
