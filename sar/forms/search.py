"""What came of a place, who is asked, and the list of places."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from cases.forms.documents import UploadField, taken_in_words
from cases.forms.fields import LongWordsField, WordsField
from core.forms import DayField
from sar.forms.fields import PastDayField, colleague
from sar.models import RightsRequest, Search
from sar.permissions import who_may_be_asked


class AnswerSearchForm(forms.Form):
    """What came of one place."""

    outcome = forms.ChoiceField(
        label="What came of it", choices=Search.Outcome.choices, widget=forms.RadioSelect
    )
    searched_by = WordsField(label="Who searched", max_length=200, required=False)
    searched_on = PastDayField(label="When", required=False)
    terms = LongWordsField(
        label="With what words",
        help_text="Names and former names, address, reference: what was typed or looked for.",
        required=False,
        rows=2,
    )
    because = LongWordsField(
        label="What was found, or why it was not searched", required=False, rows=3
    )

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("outcome", legend_size=Size.SMALL),
            Field.text("searched_by", label_size=Size.SMALL),
            Field("searched_on", context={"legend_size": "govuk-fieldset__legend--s"}),
            Field.text("terms", label_size=Size.SMALL),
            Field.text("because", label_size=Size.SMALL),
        )


class AskToSearchForm(forms.Form):
    """Who is asked, by when."""

    fields: dict[str, Any]

    asked_of = colleague("Who is asked", empty_label="Choose a member of staff")
    due_on = DayField(label="By when")

    def __init__(self, data: QueryDict | None = None, *, request: RightsRequest) -> None:
        super().__init__(data)
        self.fields["asked_of"].queryset = who_may_be_asked(request)


class FoundFileForm(forms.Form):
    """A paper or file that was found."""

    file = UploadField(label="File")
    title = WordsField(
        label="What it is",
        help_text="As the person would call it. For example: E-mail to the school, May 2025",
        max_length=200,
    )
    dated_on = PastDayField(label="Date on it", required=False)
    lay = WordsField(
        label="Where it lay",
        help_text="Or who had it. For example: mailbox of Family Support; blue folder in the archive",
        max_length=200,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
    ) -> None:
        super().__init__(data, files)
        self.fields["file"].help_text = (
            f"As it was found: nothing cut off or blacked out. {taken_in_words()} "
            "Scan a paper or take a photograph of it."
        )


class PlaceForm(forms.Form):
    """A place for the list."""

    name = WordsField(label="Place", max_length=100)
    help_text = WordsField(label="What to look at there", max_length=300, required=False)


class AcronymForm(forms.Form):
    """A short form, and what it means."""

    letters = WordsField(label="Short form", help_text="Such as EHA", max_length=20)
    meaning = WordsField(
        label="What it means",
        help_text="Leave it empty to take a short form off the list.",
        max_length=200,
        required=False,
    )
