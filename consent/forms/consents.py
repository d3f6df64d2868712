"""What somebody was asked and answered, and that they no longer agree."""

from datetime import date
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField, PersonField, WordsField
from cases.forms.layout import Revealing
from cases.models import Agency, HowReceived
from consent.actions.consents import DECIDES_ALONE, GROWN_UP
from consent.forms.layout import LABEL, LEGEND, choose_or_write, question
from consent.models import Giver, HowGiven, State, Wording
from consent.purposes import ASKED_FOR
from consent.queries import Asking, agencies, wordings
from core.dates import age_on
from core.forms import DayField


class ConsentForm(forms.Form):
    """What somebody was asked and answered (features.md P18)."""

    wording = forms.ModelChoiceField(
        label="What they were asked",
        help_text="Choose the version that they read or heard.",
        queryset=Wording.objects.none(),
    )
    agency = forms.ModelChoiceField(
        label="Which agency it names",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="No agency, or a new one below",
    )
    new_agency = WordsField(label="An agency we do not know yet", max_length=200, required=False)
    state = forms.ChoiceField(
        label="What they answered",
        choices=((State.GIVEN, "They agree"), (State.REFUSED, "They do not agree")),
        widget=forms.RadioSelect,
    )
    giver = forms.ChoiceField(label="Who answered", widget=forms.RadioSelect)
    understanding = LongWordsField(
        label="Why you think that they understood what they were asked",
        help_text=f"Needed below the age of {DECIDES_ALONE}.",
        rows=3,
        max_length=2000,
        required=False,
    )
    parent = PersonField(label="Which parent or carer", required=False)
    authority = LongWordsField(
        label="Who it was, and what gives them the authority",
        help_text="For example, an attorney under a lasting power of attorney, with its date.",
        rows=3,
        max_length=2000,
        required=False,
    )
    how = forms.ChoiceField(
        label="How they answered", choices=HowGiven.choices, widget=forms.RadioSelect
    )
    witness = WordsField(label="Who heard it", max_length=200, required=False)
    given_on = DayField(label="Day they answered")
    until = DayField(
        label="Last day it holds",
        help_text="Leave it empty if it holds until they withdraw it.",
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, asking: Asking, on: date) -> None:
        super().__init__(data, initial={"given_on": on, "giver": Giver.SELF})
        self.on = on
        born = asking.person.date_of_birth
        age = age_on(born, on) if born and born <= on else None
        self._offer_wordings()
        question(self, "agency").queryset = agencies()
        self._offer_givers(asking, grown_up=age is not None and age >= GROWN_UP)
        further: dict[str, Any] = {Giver.PARENT: "parent", Giver.AUTHORITY: "authority"}
        if age is None or age < DECIDES_ALONE:
            further[Giver.SELF] = "understanding"
        else:
            del self.fields["understanding"]
        if not asking.parents:
            del further[Giver.PARENT], self.fields["parent"]
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field("wording", context=LABEL),
            Field("agency", context=LABEL),
            Field.text("new_agency", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            Field.radios("state", legend_size=Size.SMALL, inline=True),
            Revealing("giver", further),
            Revealing("how", {HowGiven.SPOKEN: "witness"}),
            Field("given_on", context=LEGEND),
            Field("until", context=LEGEND),
        )

    def _offer_wordings(self) -> None:
        published = list(wordings())
        asked = question(self, "wording")
        asked.queryset = Wording.objects.filter(pk__in=[one.pk for one in published])
        order = {purpose.value: place for place, purpose in enumerate(ASKED_FOR)}
        published.sort(key=lambda one: (order[one.purpose], -one.version))
        asked.choices = [
            ("", "Choose what they were asked"),
            *(
                (label, [(one.pk, _version(one, newest=n == 0)) for n, one in enumerate(versions)])
                for label, versions in groupby(published, key=lambda w: w.get_purpose_display())
            ),
        ]

    def _offer_givers(self, asking: Asking, *, grown_up: bool) -> None:
        givers: list[tuple[str, str]] = [(Giver.SELF, f"{asking.person}")]
        if asking.parents:
            givers.append((Giver.PARENT, "A parent or carer for them"))
            question(
                self, "until"
            ).help_text += (
                f" What a parent agrees to ends by itself the day before they are {GROWN_UP}."
            )
            question(self, "parent").offer(asking.parents, ("", "Choose who answered"))
        elif not grown_up:
            question(self, "giver").help_text = (
                f"Nobody is recorded with parental responsibility for {asking.person}, so no parent can "
                "answer for them yet. Record it under Family, with how you know."
            )
        givers.append((Giver.AUTHORITY, "Somebody else who has the authority"))
        question(self, "giver").choices = givers

    def clean_given_on(self) -> date:
        given_on: date = self.cleaned_data["given_on"]
        if given_on > self.on:
            raise forms.ValidationError("This day has not come yet. Write today or an earlier day.")
        return given_on

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        understanding, parent = given.pop("understanding", ""), given.pop("parent", None)
        authority, witness = given.pop("authority", ""), given.pop("witness", "")
        giver = given.get("giver")
        choose_or_write(self, given)
        given["parent"] = parent if giver == Giver.PARENT else None
        given["authority"] = authority if giver == Giver.AUTHORITY else ""
        if giver == Giver.SELF:
            given["authority"] = understanding
        given["witness"] = witness if given.get("how") == HowGiven.SPOKEN else ""
        if giver == Giver.PARENT and parent is None:
            self._say("parent", "Choose which parent or carer answered.")
        if giver == Giver.AUTHORITY and not authority:
            self._say("authority", "Write who answered, and what gives them the authority.")
        if (
            given.get("how") == HowGiven.SPOKEN
            and given.get("state") == State.GIVEN
            and not witness
        ):
            self._say("witness", "Write who heard it: a spoken consent needs a witness.")
        return given

    def _say(self, question: str, sentence: str) -> None:
        if question not in self.errors:
            self.add_error(question, sentence)


class WithdrawForm(forms.Form):
    """That somebody no longer agrees: when and how they said so, and nothing more."""

    withdrawn_on = DayField(label="Day they withdrew it")
    how = forms.ChoiceField(
        label="How they told us", choices=HowReceived.choices, widget=forms.RadioSelect
    )

    def __init__(self, data: QueryDict | None = None, *, on: date) -> None:
        super().__init__(data, initial={"withdrawn_on": on})
        self.on = on
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field("withdrawn_on", context=LEGEND),
            Field.radios("how", legend_size=Size.SMALL, inline=True),
        )

    def clean_withdrawn_on(self) -> date:
        withdrawn_on: date = self.cleaned_data["withdrawn_on"]
        if withdrawn_on > self.on:
            raise forms.ValidationError("This day has not come yet. Write today or an earlier day.")
        return withdrawn_on


def _version(wording: Wording, *, newest: bool) -> str:
    label = f"{wording.get_purpose_display()}, version {wording.version}"
    return label if newest else f"{label}, no longer used"
