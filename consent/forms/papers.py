"""Which paper shows what was signed: a scan that is added now, or a document that is there."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from cases.forms.documents import UploadField, taken_in_words
from cases.forms.layout import Revealing
from cases.models import Case, Document, HowReceived
from consent.forms.layout import question
from consent.models import Consent
from consent.queries.papers import Attaching

SCANNED, THERE = "scanned", "there"


class PaperForm(forms.Form):
    """The paper, and every answer that it shows."""

    where = forms.ChoiceField(
        label="Where the paper is",
        choices=((SCANNED, "A scan or photograph of it"), (THERE, "It is among the documents")),
        widget=forms.RadioSelect,
    )
    file = UploadField(label="The scan or photograph", required=False)
    case = forms.ModelChoiceField(
        label="To which case it is added",
        queryset=Case.objects.none(),
        empty_label=None,
        required=False,
    )
    how_received = forms.ChoiceField(
        label="How the paper came",
        choices=[one for one in HowReceived.choices if one[0] != HowReceived.PHONE],
        initial=HowReceived.IN_PERSON,
        required=False,
    )
    document = forms.ModelChoiceField(
        label="Which document",
        queryset=Document.objects.none(),
        required=False,
        empty_label="Choose the signed paper",
    )
    also = forms.ModelMultipleChoiceField(
        label="What else it shows",
        help_text="They signed this on the same day, and no paper stands beside it yet.",
        queryset=Consent.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        attaching: Attaching,
    ) -> None:
        super().__init__(data, files, initial={"where": SCANNED if attaching.cases else THERE})
        self.attaching = attaching
        question(self, "file").help_text = taken_in_words()
        question(self, "document").queryset = attaching.papers
        question(self, "document").label_from_instance = _document_label
        self._offer_cases(attaching.cases)
        question(self, "also").queryset = Consent.objects.filter(
            pk__in=[one.pk for one in attaching.others]
        ).select_related("agency", "person", "parent")
        question(self, "also").label_from_instance = _answer_label
        if not attaching.others:
            del self.fields["also"]
        scanned = tuple(name for name in ("file", "case", "how_received") if name in self.fields)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Revealing("where", {SCANNED: scanned, THERE: "document"}),
            *([Field.checkboxes("also", legend_size=Size.SMALL)] if attaching.others else []),
        )

    def _offer_cases(self, cases: list[Case]) -> None:
        """Where there is one case, nobody is asked which; where there is none, nothing is added."""
        question(self, "case").queryset = Case.objects.filter(pk__in=[one.pk for one in cases])
        if len(cases) < 2:
            del self.fields["case"]
        if not cases:
            question(self, "where").choices = [(THERE, "It is among the documents")]
            del self.fields["file"], self.fields["how_received"]

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        shows = [self.attaching.consent, *given.get("also", ())]
        if given.get("where") == THERE:
            if not given.get("document"):
                self.add_error("document", "Choose the document.")
            return {"consents": shows, "document": given.get("document")}
        if "file" not in self.errors and not given.get("file"):
            self.add_error("file", "Choose the scan or photograph.")
        return {
            "consents": shows,
            "case": given.get("case") or next(iter(self.attaching.cases), None),
            "file": given.get("file"),
            "how_received": given.get("how_received") or HowReceived.IN_PERSON,
        }


def _document_label(one: Document) -> str:
    return f"{one.reference}, {one.title}"


def _answer_label(one: Consent) -> str:
    return f"{one.reference}, {one.get_purpose_display()}: {one.recipient_in_words}"
