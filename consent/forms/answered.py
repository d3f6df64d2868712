"""Who answered, how, and on which day: what every page that writes down an answer asks."""

from datetime import date
from typing import Any

from crispy_forms_gds.layout import Field, Size
from django import forms
from django.http import QueryDict

from cases.forms.fields import LongWordsField, PersonField, WordsField
from cases.forms.layout import Revealing
from cases.models import Document
from consent.actions.consents import DECIDES_ALONE
from consent.forms.layout import LEGEND, question
from consent.models import Giver, HowGiven
from consent.models.answer import GROWN_UP
from consent.queries import Asking
from core.dates import age_on
from core.forms import DayField

# An answer on a screen is given there, on a page of its own.
ON_THIS_PAGE = [way for way in HowGiven.choices if way[0] != HowGiven.ELECTRONIC]

ONLY_RESPONSIBLE = (
    "Those whose parental responsibility is recorded. For anybody else, record it under Family first, with "
    "how you know."
)
NOT_RESPONSIBLE = (
    "No parental responsibility of theirs is recorded for today. Record it under Family, with how you know, "
    "or ask somebody who has it."
)


class AnsweredForm(forms.Form):
    """That somebody answered: themself or another for them, how, and on which day."""

    giver = forms.ChoiceField(label="Who answered", widget=forms.RadioSelect, required=False)
    understanding = LongWordsField(
        label="Why you think that they understood what they were asked",
        help_text=f"Needed below the age of {DECIDES_ALONE}.",
        rows=3,
        max_length=2000,
        required=False,
    )
    parent = PersonField(
        label="Which parent or carer",
        help_text=ONLY_RESPONSIBLE,
        required=False,
        error_messages={"invalid_choice": NOT_RESPONSIBLE},
    )
    authority = LongWordsField(
        label="Who it was, and what gives them the authority",
        help_text="For example, an attorney under a lasting power of attorney, with its date.",
        rows=3,
        max_length=2000,
        required=False,
    )
    how = forms.ChoiceField(
        label="How they answered", choices=ON_THIS_PAGE, widget=forms.RadioSelect, required=False
    )
    evidence = forms.ModelChoiceField(
        label="The signed paper, if it is among the documents",
        queryset=Document.objects.none(),
        required=False,
        empty_label="Not among the documents",
    )
    witness = WordsField(label="Who heard it", max_length=200, required=False)
    given_on = DayField(label="Day they answered")
    why_late = WordsField(
        label="Why it is written down only now",
        help_text="Only where they answered on an earlier day.",
        max_length=500,
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        asking: Asking,
        on: date,
        initial: dict[str, Any] | None = None,
    ) -> None:
        first = {"given_on": on, "giver": Giver.SELF}
        super().__init__(data, initial=first | (initial or {}))
        self.on = on
        born = asking.person.date_of_birth
        age = age_on(born, on) if born and born <= on else None
        question(self, "evidence").queryset = asking.papers
        self._offer_givers(asking, grown_up=age is not None and age >= GROWN_UP)
        self._further: dict[str, Any] = {Giver.PARENT: "parent", Giver.AUTHORITY: "authority"}
        if age is None or age < DECIDES_ALONE:
            self._further[Giver.SELF] = "understanding"
        else:
            del self.fields["understanding"]
        if not asking.parents:
            del self._further[Giver.PARENT], self.fields["parent"]

    def _offer_givers(self, asking: Asking, *, grown_up: bool) -> None:
        givers: list[tuple[str, str]] = [(Giver.SELF, f"{asking.person}")]
        if asking.parents:
            givers.append((Giver.PARENT, "A parent or carer for them"))
            question(
                self, "giver"
            ).help_text = (
                f"What a parent agrees to ends by itself the day before they are {GROWN_UP}."
            )
            question(self, "parent").offer(asking.parents, ("", "Choose who answered"))
        elif not grown_up:
            question(self, "giver").help_text = (
                f"Nobody is recorded with parental responsibility for {asking.person}, so no parent can "
                "answer for them yet. Record it under Family, with how you know."
            )
        givers.append((Giver.AUTHORITY, "Somebody else who has the authority"))
        question(self, "giver").choices = givers

    def _who_and_how(self) -> list[Any]:
        """The questions of this form, in the order in which they stand on a page."""
        return [
            Revealing("giver", self._further),
            Revealing("how", {HowGiven.SIGNED: "evidence", HowGiven.SPOKEN: "witness"}),
            Field("given_on", context=LEGEND),
            Field.text("why_late", label_size=Size.SMALL),
        ]

    def clean_given_on(self) -> date:
        given_on: date = self.cleaned_data["given_on"]
        if given_on > self.on:
            raise forms.ValidationError("This day has not come yet. Write today or an earlier day.")
        return given_on

    def _settle_giver(self, given: dict[str, Any], *, answered: bool, agreed: bool) -> None:
        """What goes with the chosen answers; what was typed under another one is not kept.

        Nobody `answered` where nobody was asked; a yes that was spoken has a witness.
        """
        understanding, parent = given.pop("understanding", ""), given.pop("parent", None)
        authority, witness = given.pop("authority", ""), given.pop("witness", "")
        evidence = given.pop("evidence", None)
        giver = given.get("giver") if answered else ""
        how = given.get("how") if answered else ""
        by_giver: dict[Any, str] = {Giver.SELF: understanding, Giver.AUTHORITY: authority}
        given |= {
            "giver": giver,
            "how": how,
            "parent": parent if giver == Giver.PARENT else None,
            "authority": by_giver.get(giver, ""),
            "witness": witness if how == HowGiven.SPOKEN else "",
            "evidence": evidence if how == HowGiven.SIGNED else None,
        }
        if not answered:
            return
        if not giver:
            self._say("giver", "Choose who answered.")
        if not how:
            self._say("how", "Choose how they answered.")
        if giver == Giver.PARENT and parent is None:
            self._say("parent", "Choose which parent or carer answered.")
        if giver == Giver.AUTHORITY and not authority:
            self._say("authority", "Write who answered, and what gives them the authority.")
        if how == HowGiven.SPOKEN and agreed and not witness:
            self._say("witness", "Write who heard it: a spoken consent needs a witness.")

    def _say(self, question: str, sentence: str) -> None:
        if question not in self.errors:
            self.add_error(question, sentence)
