"""What is typed to open a record in an emergency, and what was found afterwards."""

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fluid, Layout, Size
from django import forms

from cases.forms.fields import LongWordsField, WordsField
from cases.models import EmergencyLook
from cases.sought import LONGEST


class EmergencyForm(forms.Form):
    """Whose record, and what happened."""

    words = WordsField(
        label="Whose record do you need?",
        help_text="A name with the date of birth, a telephone number, a postcode or a reference. It must fit one "
        "person alone.",
        max_length=LONGEST,
    )
    reason = LongWordsField(
        label="What happened?",
        help_text="Who is in danger, and what you need to know. For example: her mother collapsed in our hall, and "
        "the ambulance asks about allergies.",
        max_length=2000,
        rows=3,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Field.text("words", label_size=Size.SMALL, field_width=Fluid.TWO_THIRDS),
            Field.text("reason", label_size=Size.SMALL),
        )


class EmergencyReviewForm(forms.Form):
    """Whether it was needed."""

    outcome = forms.ChoiceField(
        label="Was it needed?",
        choices=EmergencyLook.Outcome.choices,
        widget=forms.RadioSelect,
    )
    explanation = LongWordsField(
        label="What you found",
        help_text="Whom you asked, what they said, and what follows from it.",
        max_length=2000,
        rows=4,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Field.radios("outcome", legend_size=Size.SMALL),
            Field.text("explanation", label_size=Size.SMALL),
        )

    def clean_outcome(self) -> EmergencyLook.Outcome:
        return EmergencyLook.Outcome(self.cleaned_data["outcome"])
