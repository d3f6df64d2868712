"""A file for a case, what it is, whom it is about and where it came from."""

from collections.abc import Sequence
from typing import Any

from crispy_forms_gds.layout import Field, Fluid, Size
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.datastructures import MultiValueDict

from cases.forms.entries import FIRST, when
from cases.forms.fields import LongWordsField, WordsField
from cases.forms.layout import Revealing
from cases.forms.notes import NoteForm, initial_source
from cases.models import Document, SourceKind
from core.files.formats import TAKEN, Format, examine, too_large
from core.files.refusal import FileRefused
from core.forms import DayField

ENDINGS = ",".join(f".{ending}" for kind in Format for ending in kind.endings)


def taken_in_words() -> str:
    """Which kinds of file are taken, and up to which size, for whoever chooses one."""
    return f"{TAKEN[0].upper()}{TAKEN[1:]}, up to {filesizeformat(settings.UPLOAD_MAX_BYTES)}."


class UploadField(forms.FileField):
    """A file, looked at from all sides. Gives an `Examined`."""

    def __init__(self, **options: Any) -> None:
        # Empty files are refused with our own sentence.
        super().__init__(allow_empty_file=True, **options)
        self.widget.attrs |= {
            "accept": ENDINGS,
            "data-largest": settings.UPLOAD_MAX_BYTES,
            "data-too-large": too_large(settings.UPLOAD_MAX_BYTES),
            "class": "govuk-file-upload",
        }

    def clean(self, data: Any, initial: Any = None) -> Any:
        given: UploadedFile | None = super().clean(data, initial)
        if given is None:
            return None
        try:
            return examine(given, given.name or "")
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None


class DocumentForm(NoteForm):
    """A document (features.md P10, S5): asked of its source as a note is."""

    noun = "document"
    field_order: Sequence[str] = (
        *FIRST,
        "file",
        "kind",
        "title",
        "dated_on",
        "people",
        "happened_on",
        "happened_time",
    )
    body = None  # type: ignore[assignment]  # Django's way to leave a field out
    circumstances = None  # type: ignore[assignment]  # as above
    # A file holds no words to be marked, and is no draft: what was chosen cannot be kept for later.
    marks = None  # type: ignore[assignment]

    file = UploadField(label="File")
    kind = forms.ChoiceField(
        label="What it is", choices=Document.Kind.choices, widget=forms.RadioSelect
    )
    title = WordsField(
        label="Title",
        help_text="So that a colleague finds it. For example: School report, autumn term",
        max_length=200,
    )
    dated_on = DayField(label="Date on the document", required=False)

    reason = LongWordsField(
        label="Why there is another version",
        help_text="For example: the signed copy; a page was missing.",
        max_length=2000,
        rows=2,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.files = files if files is not None else MultiValueDict()
        self.fields["file"].help_text = taken_in_words()
        self.fields["happened_on"].label = "Day it came to us"
        self.fields["source_kind"].choices = [
            (SourceKind.OWN, "We made it ourselves"),
            *SourceKind.choices[1:],
        ]

    def questions(self) -> list[Any]:
        return [
            Field("file", context={"label_size": "govuk-label--s"}),
            Field.radios("kind", legend_size=Size.SMALL, inline=True),
            Field.text("title", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            Field.checkboxes("people", legend_size=Size.SMALL),
            Field("dated_on", context={"legend_size": "govuk-fieldset__legend--s"}),
            *when(),
            Revealing(
                "source_kind",
                {
                    SourceKind.PERSON: "told_by_person",
                    SourceKind.RELATIVE: "told_by_relative",
                    SourceKind.PROFESSIONAL: "source_professional",
                },
            ),
            Field.radios("how_received", legend_size=Size.SMALL, inline=True),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        given.pop("sheet")
        dated_on = given.get("dated_on")
        if dated_on and dated_on > self.now.date():
            self.add_error("dated_on", "This day lies in the future. Check the year.")
        return given

    @staticmethod
    def initial_of(entry: Any) -> dict[str, Any]:
        """Another version begins with what is said of this one; when it came is asked anew."""
        return {
            "kind": entry.kind,
            "title": entry.title,
            "people": [one.reference for one in entry.people.all()],
            **initial_source(entry),
        }
