"""Choosing what to write, writing it, and the templates behind it."""

from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from cases.forms.fields import LongWordsField, PersonField, TokenField, WordsField
from cases.models import Person
from core.errors import Refused
from core.forms import LinesChoiceField
from letters.languages import Language
from letters.models import Audience, LetterTemplate, TemplateVersion, Way
from letters.rules import Destination
from letters.variables import FOR_CLIENT, FOR_PROFESSIONAL, check


class ChooseForm(forms.Form):
    """To whom, from which template, and how it goes."""

    fields: dict[str, Any]

    person = PersonField(label="To", widget=forms.RadioSelect)
    template = forms.ChoiceField(label="Template", widget=forms.RadioSelect)
    way = forms.ChoiceField(label="How it goes", choices=Way.choices, widget=forms.RadioSelect)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        people: Iterable[Person],
        templates: Iterable[TemplateVersion],
    ) -> None:
        super().__init__(data)
        people = list(people)
        self.versions = {one.template.slug: one for one in templates}
        self.fields["template"].choices = [
            (slug, self._called(one)) for slug, one in self.versions.items()
        ]
        if people:
            self.fields["person"].offer(people)
        else:
            del self.fields["person"]
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.layout = Layout(
            *(Field.radios(name, legend_size=Size.SMALL) for name in self.fields)
        )

    def clean_template(self) -> TemplateVersion:
        return self.versions[self.cleaned_data["template"]]

    @staticmethod
    def _called(version: TemplateVersion) -> str:
        if version.language == Language.ENGLISH:
            return str(version.template)
        return f"{version.template} ({version.get_language_display()})"


# Said of a letter on paper, whose subject nobody sees before it is opened.
HEADING_ON_PAPER = "It stands in bold above the letter. Nobody sees it on the envelope."


class LetterForm(forms.Form):
    """The letter itself. `clean` gives the arguments of `write_letter` that the page does not know."""

    fields: dict[str, Any]

    token = TokenField()
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
        self, data: QueryDict | None, *, where: Destination, is_post: bool, initial: dict[str, Any]
    ) -> None:
        addresses = [(one, ", ".join(one.split("\n"))) for one in where.addresses]
        if len(addresses) == 1:
            initial = {"sent_to": addresses[0][0], **initial}
        super().__init__(data, initial={"token": uuid4(), **initial})
        self.fields["sent_to"].choices = addresses
        if is_post:
            self.fields["subject"].help_text = HEADING_ON_PAPER
        self.helper = FormHelper(self)
        asked = [
            Field.radios("sent_to", legend_size=Size.SMALL),
            Field.text("subject", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            Field.text("body", label_size=Size.SMALL),
        ]
        for name, wanted in (("large_print", is_post), ("checked", bool(where.warnings))):
            if wanted:
                asked.append(Field(name))
            else:
                del self.fields[name]
        self.helper.layout = Layout("token", *asked)

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given.pop("checked", None)
        return given

    def renew_token(self) -> None:
        """Make this another form, so that what stands in it can be another letter."""
        typed = cast("QueryDict", self.data).copy()
        typed["token"] = str(uuid4())
        self.data = typed


class DropForm(forms.Form):
    """Why a letter does not go after all."""

    because = LongWordsField(label="Why it does not go", rows=2, max_length=1000)


class VersionForm(forms.Form):
    """The words of a template; to see them filled in first, or to use them from now on."""

    SHOW, PUBLISH = "show", "publish"
    fields: dict[str, Any]

    language = forms.ChoiceField(
        label="Language", choices=Language.choices, initial=Language.ENGLISH
    )
    subject = WordsField(label="Subject", max_length=200)
    body = LongWordsField(label="Letter", rows=18)
    do = forms.ChoiceField(
        label="What to do with it",
        choices=((SHOW, "Show it to me first"), (PUBLISH, "Use these words from now on")),
        widget=forms.RadioSelect,
        initial=SHOW,
    )
    record = WordsField(
        label="Show it with the record of",
        help_text="The reference of somebody with a case, such as P-000123",
        max_length=20,
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        template: LetterTemplate | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.template = template
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            *(self._asked(name, question) for name, question in self.fields.items())
        )

    @staticmethod
    def _asked(name: str, question: forms.Field) -> Any:
        if isinstance(question.widget, forms.RadioSelect):
            return Field.radios(name, legend_size=Size.SMALL)
        if isinstance(question.widget, forms.Select):
            return Field.select(name, label_size=Size.SMALL)
        return Field.text(name, label_size=Size.SMALL)

    @property
    def variables(self) -> Mapping[str, str]:
        if self.template is not None:
            return self.template.variables
        audience = self.data.get("audience") if self.is_bound else Audience.CLIENT
        return FOR_PROFESSIONAL if audience == Audience.PROFESSIONAL else FOR_CLIENT

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_body(self) -> str:
        return self._checked("body")

    def _checked(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        try:
            check(text, self.variables)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None
        return text

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        self.do_show = given.pop("do", "") == self.SHOW
        self.words = given.pop("record", "")
        if self.do_show and not self.words:
            self.add_error("record", "Write the reference of somebody with a case.")
        return given


class NewTemplateForm(VersionForm):
    """A new template."""

    field_order = ("name", "audience")

    name = WordsField(label="Name", max_length=100)
    audience = forms.ChoiceField(
        label="To", choices=Audience.choices, widget=forms.RadioSelect, initial=Audience.CLIENT
    )
