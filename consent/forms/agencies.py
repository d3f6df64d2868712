"""What is known of agencies and professionals, how an address was checked, and agreements with them."""

from datetime import date

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField, WordsField
from cases.forms.layout import Revealing
from cases.models import Agency, ContactCheck, Professional
from cases.queries.agencies import agencies
from consent.forms.layout import LABEL, question
from core.forms import DayField

TAKES_NOTHING_YET = "If you change it, nothing is sent there before somebody has checked it."


class AgencyForm(forms.Form):
    """What is known of an agency."""

    name = WordsField(label="Name", max_length=200)
    kind = WordsField(
        label="What it is", help_text="For example: school.", max_length=100, required=False
    )
    phone = WordsField(label="Telephone", max_length=40, required=False)
    email = forms.EmailField(label="E-mail", help_text=TAKES_NOTHING_YET, required=False)

    def __init__(self, data: QueryDict | None = None, *, agency: Agency) -> None:
        known = {name: getattr(agency, name) for name in ("name", "kind", "phone", "email")}
        super().__init__(data, initial=known)


class ProfessionalForm(forms.Form):
    """What is known of somebody who works for an agency."""

    name = WordsField(label="Name", max_length=200)
    role = WordsField(label="What they are", max_length=100)
    phone = WordsField(label="Telephone", max_length=40, required=False)
    email = forms.EmailField(label="E-mail", help_text=TAKES_NOTHING_YET, required=False)
    is_paid = forms.BooleanField(label="They are paid for this work", required=False)

    def __init__(self, data: QueryDict | None = None, *, professional: Professional) -> None:
        names = ("name", "role", "phone", "email", "is_paid")
        super().__init__(data, initial={name: getattr(professional, name) for name in names})


class CheckForm(forms.Form):
    """How somebody made sure that an address reaches whom it stands beside."""

    email = forms.CharField(widget=forms.HiddenInput)
    how = forms.ChoiceField(
        label="How you checked it", choices=ContactCheck.How.choices, widget=forms.RadioSelect
    )
    with_whom = WordsField(
        label="Who said so, or where it stands",
        help_text="For example: the school secretary, Ms Khan.",
        max_length=200,
    )
    checked_on = DayField(label="On which day")

    def __init__(
        self, data: QueryDict | None = None, *, of: Agency | Professional, on: date
    ) -> None:
        super().__init__(data, initial={"email": of.email, "checked_on": on})


class MergeForm(forms.Form):
    """Which other agency is this one, and how we know."""

    other = forms.ModelChoiceField(
        label="Which agency is the same one",
        queryset=Agency.objects.none(),
        empty_label="Choose the double",
    )
    reason = LongWordsField(label="How you know that they are one", rows=3, max_length=2000)

    def __init__(self, data: QueryDict | None = None, *, survivor: Agency) -> None:
        super().__init__(data)
        question(self, "other").queryset = agencies().exclude(pk=survivor.pk)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field("other", context=LABEL), Field.textarea("reason", label_size=Size.SMALL)
        )


class PartForm(forms.Form):
    """Why two agencies that were said to be one are two."""

    reason = LongWordsField(label="Why they are two after all", rows=3, max_length=2000)


class AgreementForm(forms.Form):
    """A data-sharing agreement with an agency."""

    title = WordsField(label="What it is called", max_length=200)
    covers = LongWordsField(
        label="What it covers",
        help_text="Which information, about whom, for what.",
        rows=4,
        max_length=5000,
    )
    kept_where = WordsField(label="Where the signed paper is kept", max_length=200)
    starts_on = DayField(label="From")
    ends_on = DayField(label="Last day", help_text="Leave it empty if it has none.", required=False)
    review_on = DayField(label="Day to look at it again", help_text="It becomes a task of yours.")


class AgreementStepForm(forms.Form):
    """It was looked at again and holds, or it ends."""

    became = forms.ChoiceField(
        label="What came of it",
        choices=(("holds", "It still holds"), ("ends", "It ends")),
        widget=forms.RadioSelect,
    )
    review_on = DayField(label="Day to look at it again", required=False)
    ended_on = DayField(label="Day on which it ends", required=False)
    words = LongWordsField(label="What you found, or why it ends", rows=3, max_length=2000)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Revealing("became", {"holds": "review_on", "ends": "ended_on"}),
            Field.textarea("words", label_size=Size.SMALL),
        )

    def clean(self) -> dict[str, object]:
        given = dict(self.cleaned_data)
        ends = given.pop("became", "") == "ends"
        name, other = ("ended_on", "review_on") if ends else ("review_on", "ended_on")
        given.pop(other, None)
        if not given.get(name) and name not in self.errors:
            self.add_error(name, "Write the day.")
        return given
