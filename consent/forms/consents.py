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
from cases.models import Agency, Document, HowReceived
from consent.actions.consents import DECIDES_ALONE, GROWN_UP
from consent.forms.layout import LABEL, LEGEND, choose_or_write, question
from consent.models import Giver, HowGiven, State, Wording
from consent.purposes import ASKED_FOR
from consent.queries import Asking, agencies, wordings
from core.dates import age_on
from core.forms import DayField

# An answer on a screen is given there, on a page of its own.
ON_THIS_PAGE = [way for way in HowGiven.choices if way[0] != HowGiven.ELECTRONIC]


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
        choices=(
            (State.GIVEN, "They agree"),
            (State.REFUSED, "They do not agree"),
            (State.NOT_ASKED, "They were not asked"),
        ),
        widget=forms.RadioSelect,
    )
    why_not_asked = LongWordsField(
        label="Why they were not asked", rows=2, max_length=2000, required=False
    )
    giver = forms.ChoiceField(label="Who answered", widget=forms.RadioSelect, required=False)
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
        label="How they answered", choices=ON_THIS_PAGE, widget=forms.RadioSelect, required=False
    )
    evidence = forms.ModelChoiceField(
        label="The signed paper, if it is among the documents",
        queryset=Document.objects.none(),
        required=False,
        empty_label="Not among the documents",
    )
    witness = WordsField(label="Who heard it", max_length=200, required=False)
    given_on = DayField(label="Day they answered")
    why_late = WordsField(
        label="Why it is written down only now",
        help_text="Only where they answered on an earlier day.",
        max_length=500,
        required=False,
    )
    until = DayField(
        label="Last day it holds",
        help_text="Leave it empty if it holds until they withdraw it.",
        required=False,
    )
    review_on = DayField(
        label="Day to ask again whether they still agree",
        help_text="You get a task then. It may be left empty. For example, 27 3 2027",
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, asking: Asking, on: date) -> None:
        super().__init__(data, initial={"given_on": on, "giver": Giver.SELF})
        self.on = on
        born = asking.person.date_of_birth
        age = age_on(born, on) if born and born <= on else None
        self._offer_wordings()
        question(self, "agency").queryset = agencies()
        question(self, "evidence").queryset = asking.papers
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
            Revealing("state", {State.NOT_ASKED: "why_not_asked"}),
            Revealing("giver", further),
            Revealing("how", {HowGiven.SIGNED: "evidence", HowGiven.SPOKEN: "witness"}),
            Field("given_on", context=LEGEND),
            Field.text("why_late", label_size=Size.SMALL),
            Field("until", context=LEGEND),
            Field("review_on", context=LEGEND),
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
        if given.get("state") == State.NOT_ASKED:
            return self._not_asked(given)
        given["why_not_asked"] = ""
        if not giver and "giver" not in self.errors:
            self._say("giver", "Choose who answered.")
        if not given.get("how") and "how" not in self.errors:
            self._say("how", "Choose how they answered.")
        given["evidence"] = given.get("evidence") if given.get("how") == HowGiven.SIGNED else None
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

    def _not_asked(self, given: dict[str, Any]) -> dict[str, Any]:
        if not given.get("why_not_asked"):
            self._say("why_not_asked", "Say why they were not asked.")
        return given | {
            "giver": "",
            "how": "",
            "parent": None,
            "authority": "",
            "witness": "",
            "evidence": None,
        }

    def _say(self, question: str, sentence: str) -> None:
        if question not in self.errors:
            self.add_error(question, sentence)


class TabletForm(forms.Form):
    """What is asked for and who will answer, before the tablet is handed over."""

    wording = forms.ModelChoiceField(
        label="What they are asked",
        queryset=Wording.objects.none(),
        empty_label="Choose what they are asked",
    )
    agency = forms.ModelChoiceField(
        label="Which agency it names",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="No agency",
    )
    parent = PersonField(label="Who will answer", required=False)
    understanding = LongWordsField(
        label="Why you think that they understand what they are asked",
        help_text=f"Needed where somebody below {DECIDES_ALONE} answers for themself.",
        rows=3,
        max_length=2000,
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, asking: Asking) -> None:
        super().__init__(data)
        current = [wording.pk for wording in asking.wordings]
        question(self, "wording").queryset = Wording.objects.filter(pk__in=current)
        question(self, "agency").queryset = agencies()
        question(self, "parent").offer(asking.parents, ("", str(asking.person)))
        self.helper = FormHelper(self)
        self.helper.form_method = "get"
        self.helper.layout = Layout(
            *(Field(name, context=LABEL) for name in ("wording", "agency", "parent")),
            Field.textarea("understanding", label_size=Size.SMALL),
        )


class SigningForm(forms.Form):
    """What is answered and signed on the tablet itself."""

    state = forms.ChoiceField(
        label="Do you agree?",
        choices=((State.GIVEN, "Yes, I agree"), (State.REFUSED, "No, I do not agree")),
        widget=forms.RadioSelect,
    )
    signed_name = WordsField(
        label="Your name", help_text="Typing your name is your signature.", max_length=200
    )
    signed_drawing = WordsField(required=False, max_length=50_000, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("state", legend_size=Size.LARGE),
            Field.text("signed_name", label_size=Size.LARGE),
            "signed_drawing",
        )


class ReviewForm(forms.Form):
    """That whoever gave it was asked again and still agrees."""

    words = LongWordsField(label="What they said when you asked again", rows=3, max_length=2000)
    review_on = DayField(label="Day to ask once more", required=False)


class BirthdaysForm(forms.Form):
    """On which birthdays consents given for young people are looked at again."""

    ages = forms.TypedMultipleChoiceField(
        label="Birthdays",
        help_text="At 18 what a parent agreed to ends by itself, whatever is ticked here.",
        choices=[(age, f"{age}") for age in range(8, 18)],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


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
