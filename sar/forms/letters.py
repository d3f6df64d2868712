"""Choosing which letter to write, writing it, and the words that each kind begins with."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from cases.forms.fields import LongWordsField, TokenField, WordsField
from core.errors import Refused
from core.forms import LinesChoiceField
from letters.forms import HEADING_ON_PAPER
from letters.models import Way
from letters.rules import Destination
from sar.kinds import Outcome
from sar.letter_kinds import LetterKind
from sar.letter_rules import check_words


class ChooseLetterForm(forms.Form):
    """Which letter, and how it goes."""

    fields: dict[str, Any]

    kind = forms.TypedChoiceField(
        label="Which letter",
        widget=forms.RadioSelect,
        coerce=LetterKind,
        error_messages={
            "invalid_choice": "This letter was written already, or cannot be written now. Choose from the list."
        },
    )
    way = forms.ChoiceField(
        label="How it goes",
        choices=(
            (Way.EMAIL.value, "By e-mail, in plain text"),
            (Way.POST.value, "On paper: by post, or into their hand"),
        ),
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        kinds: Iterable[LetterKind],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.layout = Layout(
            *(Field.radios(name, legend_size=Size.SMALL) for name in self.fields)
        )


class RequestLetterForm(forms.Form):
    """The letter itself. `clean` gives the arguments of `send_letter` that the page does not know."""

    fields: dict[str, Any]

    token = TokenField()
    outcome = forms.ChoiceField(
        label="What was done",
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        help_text="This letter ends the request. If nothing of it was done, refuse the request.",
    )
    sent_to = LinesChoiceField(label="Address", widget=forms.RadioSelect)
    subject = WordsField(
        label="Subject",
        help_text="Others may see the subject of an e-mail: leave out what is private.",
        max_length=200,
    )
    body = LongWordsField(label="Letter", rows=18)
    large_print = forms.BooleanField(label="Large print (18 point)", required=False)
    checked = forms.BooleanField(label="I have looked at the warnings above, and the letter may go")

    def __init__(
        self,
        data: QueryDict | None,
        *,
        where: Destination,
        is_post: bool,
        ends: bool = False,
        initial: dict[str, Any],
    ) -> None:
        addresses = [(one, ", ".join(one.split("\n"))) for one in where.addresses]
        if len(addresses) == 1:
            initial = {"sent_to": addresses[0][0], **initial}
        super().__init__(data, initial={"token": uuid4(), **initial})
        self.fields["sent_to"].choices = addresses
        if is_post:
            self.fields["subject"].help_text = HEADING_ON_PAPER
        for name, wanted in (
            ("large_print", is_post),
            ("checked", bool(where.warnings)),
            ("outcome", ends),
        ):
            if not wanted:
                del self.fields[name]
        self.helper = FormHelper(self)
        asked = {
            "outcome": Field.radios("outcome", legend_size=Size.SMALL),
            "sent_to": Field.radios("sent_to", legend_size=Size.SMALL),
            "subject": Field.text("subject", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            "body": Field.text("body", label_size=Size.SMALL),
        }
        self.helper.layout = Layout(*(asked.get(name, Field(name)) for name in self.fields))

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given.pop("checked", None)
        return given

    def renew_token(self) -> None:
        """Make this another form, so that what stands in it can be another letter."""
        typed = cast("QueryDict", self.data).copy()
        typed["token"] = str(uuid4())
        self.data = typed


class OnceMoreForm(forms.Form):
    """Where a letter goes that did not reach them, and how that is known: arguments of `send_once_more`."""

    fields: dict[str, Any]

    token = TokenField()
    because = WordsField(
        label="How you know that it did not reach them",
        help_text="Such as: it came back by post, “gone away”. She rang and told us where she lives now.",
        max_length=500,
    )
    place = LinesChoiceField(label="Where it goes now", widget=forms.RadioSelect)
    checked = forms.BooleanField(label="I have looked at the warnings above, and the letter may go")

    def __init__(
        self, data: QueryDict | None, *, places: Iterable[tuple[Way, str]], is_warned: bool
    ) -> None:
        super().__init__(data, initial={"token": uuid4()})
        self.fields["place"].choices = [
            (f"{way.value}\n{address}", f"{way.label}: {', '.join(address.splitlines())}")
            for way, address in places
        ]
        if not is_warned:
            del self.fields["checked"]
        self.helper = FormHelper(self)
        asked = {
            "because": Field.text("because", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            "place": Field.radios("place", legend_size=Size.SMALL),
        }
        self.helper.layout = Layout(*(asked.get(name, Field(name)) for name in self.fields))

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given.pop("checked", None)
        if "place" in given:
            given["way"], _, given["sent_to"] = given.pop("place").partition("\n")
        return given


class LetterWordingForm(forms.Form):
    """The words of one kind of letter: to see them filled in first, or to use them from now on."""

    SHOW, PUBLISH = "show", "publish"

    subject = WordsField(label="Subject", max_length=200)
    body = LongWordsField(label="Letter", rows=18)
    do = forms.ChoiceField(
        label="What to do with it",
        choices=((SHOW, "Show it to me first"), (PUBLISH, "Use these words from now on")),
        widget=forms.RadioSelect,
        initial=SHOW,
    )

    def __init__(
        self, data: QueryDict | None, *, kind: LetterKind, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.kind = kind
        self.do_show = False
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.text("subject", label_size=Size.SMALL),
            Field.text("body", label_size=Size.SMALL),
            Field.radios("do", legend_size=Size.SMALL),
        )

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_body(self) -> str:
        return self._checked("body")

    def _checked(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        try:
            check_words(self.kind, text)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None
        return text

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        self.do_show = given.pop("do", "") == self.SHOW
        return given
