"""Asking on a tablet: what is settled before it is handed over, and the answer that is signed on it.

What was settled holds words about whoever answers. It travels inside the form of the page, signed, so that
it stands in no address, no history of a browser and no log of a proxy, and nobody can change it there.
"""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.core import signing
from django.http import QueryDict

from accounts.models import User
from cases.forms.fields import LongWordsField, PersonField, WordsField
from cases.models import Agency
from consent.actions.consents import DECIDES_ALONE
from consent.forms.answered import NOT_RESPONSIBLE, ONLY_RESPONSIBLE
from consent.forms.layout import LABEL, question
from consent.models import State, Wording
from consent.queries import Asking, agencies
from core.dates import age_on
from core.errors import Refused

SALT = "consent.tablet"
# An answer counts as given on the day it is sent: no page of yesterday is answered.
OLDEST = 12 * 60 * 60  # seconds


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
    parent = PersonField(
        label="Who will answer",
        help_text=f"The person, or a parent. {ONLY_RESPONSIBLE}",
        required=False,
        error_messages={"invalid_choice": NOT_RESPONSIBLE},
    )
    understanding = LongWordsField(
        label="Why you think that they understand what they are asked",
        help_text=f"Needed where somebody below {DECIDES_ALONE} answers for themself.",
        rows=3,
        max_length=2000,
        required=False,
    )
    authority = LongWordsField(
        label="Or who else answers, and what gives them the authority",
        help_text="For example, an attorney under a lasting power of attorney, with its date.",
        rows=2,
        max_length=2000,
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, asking: Asking, on: date) -> None:
        super().__init__(data)
        born = asking.person.date_of_birth
        self.is_young = born is not None and age_on(born, on) < DECIDES_ALONE
        current = [wording.pk for wording in asking.wordings]
        question(self, "wording").queryset = Wording.objects.filter(pk__in=current)
        question(self, "agency").queryset = agencies()
        question(self, "parent").offer(asking.parents, ("", str(asking.person)))
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            *(Field(name, context=LABEL) for name in ("wording", "agency", "parent")),
            Field.textarea("understanding", label_size=Size.SMALL),
            Field.textarea("authority", label_size=Size.SMALL),
        )

    def clean(self) -> dict[str, Any]:
        """Settled before the tablet is handed over: whoever answers reads no word about themself."""
        given = dict(self.cleaned_data)
        parent, authority = given.get("parent"), given.get("authority")
        if parent and authority:
            self.add_error("authority", "Choose a parent or write who else answers, not both.")
        alone = not (parent or authority)
        if alone and self.is_young and not given.get("understanding"):
            self.add_error(
                "understanding",
                "Write why you think that they understand what they are asked, or let a parent answer.",
            )
        return given


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
    settled = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, settled: str = "") -> None:
        super().__init__(data, initial={"settled": settled})
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("state", legend_size=Size.LARGE),
            Field.text("signed_name", label_size=Size.LARGE),
            "signed_drawing",
            "settled",
        )

    def clean(self) -> dict[str, Any]:
        """The answer; what was settled before it is read by `taken_back`."""
        return {name: said for name, said in self.cleaned_data.items() if name != "settled"}


def handed_over(choose: TabletForm, *, asking: Asking, by: User) -> str:
    """What was settled, signed for this person and for whoever hands the tablet over."""
    typed = {name: choose.data.get(name, "") for name in choose.fields}
    return signing.dumps([asking.person.pk, by.pk, typed], salt=SALT, compress=True)


def taken_back(settled: str, *, asking: Asking, by: User, on: date) -> TabletForm:
    """What was settled for the page that comes back; with a sentence on it where that no longer counts."""
    said = ""
    try:
        typed = _typed(settled, asking=asking, by=by, max_age=OLDEST)
    except signing.SignatureExpired:
        typed = _typed(settled, asking=asking, by=by)
        said = "This page was open for too long. Look at what you chose, and show the page again."
    except Refused as refusal:
        typed, said = {}, str(refusal)
    choose = TabletForm(_as_sent(typed), asking=asking, on=on)
    if said:
        choose.add_error(None, said)
    return choose


def _typed(settled: str, *, asking: Asking, by: User, max_age: int | None = None) -> dict[str, str]:
    try:
        person, user, typed = signing.loads(settled, salt=SALT, max_age=max_age)
    except signing.SignatureExpired:
        raise
    except signing.BadSignature:
        person = user = None
    if (person, user) != (asking.person.pk, by.pk):
        raise Refused(
            "This answer belongs to another page. Choose again what is asked, and of whom."
        )
    return dict(typed)


def _as_sent(typed: dict[str, str]) -> QueryDict:
    return QueryDict(urlencode(typed))
