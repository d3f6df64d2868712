"""What is asked to bring in a file: which one and what it is; then what each column holds."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms
from django.db.models import QuerySet

from cases.forms.people import short
from cases.models import Service
from imports.kinds import Kind, columns_of, guess
from imports.models import Import
from imports.reading import MOST_BYTES, Unreadable, read_sheet


class UploadForm(forms.Form):
    """A file, the service it is for, and what its rows are. It is read at once: what cannot be is refused."""

    fields: dict[str, Any]

    service = forms.ModelChoiceField(
        label="Into which service",
        queryset=Service.objects.none(),
        empty_label="Choose a service",
    )
    kind = forms.ChoiceField(
        label="What its rows are", choices=Kind.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label="The file",
        help_text="An Excel workbook (.xlsx) or CSV, up to 10 megabytes and 20,000 rows. The first "
        "row that is not empty holds the headings.",
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, services: QuerySet[Service], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["service"].queryset = services
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            short("service", Fluid.ONE_HALF),
            Field.radios("kind", legend_size=Size.SMALL),
            "file",
        )

    def clean(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        file = given.pop("file", None)
        if file is None:
            return given
        # One byte more than may be is enough to see that it is too much.
        content = file.read(MOST_BYTES + 1)
        try:
            given |= {"content": content, "sheet": read_sheet(content), "file_name": file.name}
        except Unreadable as problem:
            self.add_error("file", str(problem))
        return given


class ColumnsForm(forms.Form):
    """For each column of the file, what it holds."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, batch: Import, **options: Any) -> None:
        super().__init__(*args, **options)
        guessed = {int(place): name for place, name in batch.columns.items()} or guess(
            batch.kind, batch.headings
        )
        choices = [("", "Leave this column out")]
        choices += [(column.name, column.label) for column in columns_of(batch.kind)]
        for place, heading in enumerate(batch.headings):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading or f"Column {place + 1}, without a heading",
                choices=choices,
                required=False,
                initial=guessed.get(place, ""),
            )
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*(short(name, Fluid.ONE_HALF) for name in self.fields))

    def clean(self) -> dict[str, Any]:
        chosen = {
            int(name.removeprefix("column_")): value
            for name, value in self.cleaned_data.items()
            if value
        }
        return {"columns": chosen}
