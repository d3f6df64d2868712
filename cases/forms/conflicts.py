"""What is typed about conflicts of interest and seals."""

from collections.abc import Callable, Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms_gds.layout import Field, Fixed, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from accounts.models import User
from cases.forms.fields import LongWordsField, WordsField
from cases.forms.people import short
from cases.forms.tasks import offer
from cases.models import Barring, Person

REFERENCE = "As their record shows it, like P-000123."
UNKNOWN = "No person with this reference is known to you. Check it, or find them by name first."


class DeclareForm(forms.Form):
    """Whom somebody knows outside work, in their words: nothing is looked up."""

    relation = forms.ChoiceField(
        label="How you know them", choices=Barring.Relation.choices, widget=forms.RadioSelect
    )
    words = LongWordsField(
        label="Whom you mean",
        help_text="Their name, about how old they are, and where they live, as far as you know.",
        rows=3,
        max_length=1000,
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.radios("relation", legend_size=Size.SMALL),
            Field.text("words", label_size=Size.SMALL),
        )


class _FindsPeople(forms.Form):
    """A form in which people are named by reference; `find` looks them up."""

    fields: dict[str, Any]

    def __init__(
        self, data: QueryDict | None = None, *, find: Callable[[str], Person | None]
    ) -> None:
        super().__init__(data)
        self.find = find
        self.helper = FormHelper(self)

    def found(self, name: str) -> Person | None:
        words = self.cleaned_data[name]
        if not words:
            return None
        person = self.find(words)
        if person is None:
            raise forms.ValidationError(UNKNOWN)
        return person


class LinkForm(_FindsPeople):
    """On whose record a conflict stands, and whether it holds the other way round too."""

    person = WordsField(label="Reference of the person", help_text=REFERENCE, max_length=20)
    their_account = forms.ModelChoiceField(
        label="If they work here as well: their account",
        queryset=User.objects.none(),
        required=False,
        empty_label="They do not work here",
    )
    own_record = WordsField(
        label="And the colleague’s own record, if we have one",
        help_text="Then neither sees the record of the other.",
        max_length=20,
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        find: Callable[[str], Person | None],
        others: Iterable[User],
    ) -> None:
        super().__init__(data, find=find)
        offer(self.fields["their_account"], others)
        self.helper.layout = Layout(
            Field.text("person", label_size=Size.SMALL, field_width=Fixed.TEN),
            short("their_account", Fluid.ONE_HALF),
            Field.text("own_record", label_size=Size.SMALL, field_width=Fixed.TEN),
        )

    def clean_person(self) -> Person | None:
        return self.found("person")

    def clean_own_record(self) -> Person | None:
        return self.found("own_record")


class PlaceForm(_FindsPeople):
    """To whom a record is closed, and why."""

    user = forms.ModelChoiceField(
        label="To whom the record is closed",
        queryset=User.objects.none(),
        empty_label="Choose a colleague",
    )
    person = WordsField(label="Reference of the person", help_text=REFERENCE, max_length=20)
    relation = DeclareForm.base_fields["relation"]
    words = LongWordsField(label="How you know of it", rows=3, max_length=1000)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        find: Callable[[str], Person | None],
        others: Iterable[User],
    ) -> None:
        super().__init__(data, find=find)
        offer(self.fields["user"], others)
        self.fields["relation"].label = "How they know each other"
        self.helper.layout = Layout(
            short("user", Fluid.ONE_HALF),
            Field.text("person", label_size=Size.SMALL, field_width=Fixed.TEN),
            Field.radios("relation", legend_size=Size.SMALL),
            Field.text("words", label_size=Size.SMALL),
        )

    def clean_person(self) -> Person | None:
        return self.found("person")


class WhyForm(forms.Form):
    """Why something ends; `label` asks in the words of the page."""

    fields: dict[str, Any]

    reason = LongWordsField(rows=3, max_length=1000)

    def __init__(self, data: QueryDict | None = None, *, label: str) -> None:
        super().__init__(data)
        self.fields["reason"].label = label


class SealForm(forms.Form):
    """Why a record is sealed, and who may still see it."""

    fields: dict[str, Any]

    reason = LongWordsField(
        label="Why the record is sealed",
        help_text="For example: the partner of a colleague; the family is known in the village.",
        rows=3,
        max_length=1000,
    )
    readers = forms.ModelMultipleChoiceField(
        label="Who may still see it, beside you and the Data Protection Officer",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Whoever works with the family now is ticked. A seal opens nothing: they must need to "
        "know the record anyway.",
    )

    def __init__(
        self, data: QueryDict | None = None, *, staff: Iterable[User], working: Iterable[User]
    ) -> None:
        super().__init__(data, initial={"readers": [one.pk for one in working]})
        staff = list(staff)
        self.fields["readers"].queryset = User.objects.filter(pk__in=[one.pk for one in staff])
        self.fields["readers"].choices = [(one.pk, str(one)) for one in staff]
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Field.text("reason", label_size=Size.SMALL),
            Field.checkboxes("readers", legend_size=Size.SMALL, small=True),
        )


class ReaderForm(forms.Form):
    """Who else is named on a seal."""

    fields: dict[str, Any]

    user = forms.ModelChoiceField(
        label="Name a colleague on the seal",
        queryset=User.objects.none(),
        empty_label="Choose a colleague",
    )

    def __init__(self, data: QueryDict | None = None, *, staff: Iterable[User]) -> None:
        super().__init__(data)
        offer(self.fields["user"], staff)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(short("user", Fluid.ONE_HALF))
