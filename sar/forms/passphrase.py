"""The passphrase of an encrypted copy, typed twice."""

from typing import Any

from django import forms

from core.pdf.lock import BYTES

SHORTEST = 12


class PassphraseForm(forms.Form):
    """A passphrase that somebody tells another way; typed twice, since nobody can look it up again."""

    passphrase = forms.CharField(
        label="Passphrase",
        help_text=f"At least {SHORTEST} characters: four words that have nothing to do with the person.",
        min_length=SHORTEST,
        max_length=BYTES,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"min_length": f"Make it at least {SHORTEST} characters long."},
    )
    again = forms.CharField(
        label="The same again",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        first = given.get("passphrase", "")
        if first and given.get("again") and given["again"] != first:
            self.add_error("again", "The two are not the same. Type both again.")
        if len(first.encode()) > BYTES:
            self.add_error("passphrase", f"Make it shorter: at most {BYTES} bytes.")
        return given
