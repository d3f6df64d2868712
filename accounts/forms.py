"""Forms about staff accounts."""

from django import forms


class UndertakingForm(forms.Form):
    """Accepting the confidentiality undertaking."""

    accepted = forms.BooleanField(
        label="I have read this and I will keep to it",
        error_messages={"required": "Tick the box to say that you accept the undertaking."},
    )
