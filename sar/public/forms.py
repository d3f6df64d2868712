"""The steps of the public forms: a few questions each, in words for somebody who is frightened or in a hurry."""

from typing import Any

from django import forms
from django.utils import timezone

from cases.forms.fields import LongWordsField, WordsField
from cases.models import BirthCertainty, CaseRole, Referral, Service
from core.dates import age_on
from core.forms import DayField
from sar.kinds import AnswerFormat, Kind, Requester
from sar.models import Complaint

LONGEST = 5000  # characters
OLDEST = 120  # years

RIGHTS = (
    (Kind.ACCESS, "Have a copy of what you hold"),
    (Kind.RECTIFICATION, "Have something put right"),
    (Kind.ERASURE, "Have something removed"),
    (Kind.RESTRICTION, "Have it kept but not used"),
    (Kind.OBJECTION, "Object to something you do with it"),
    (Kind.PORTABILITY, "Take it to another service"),
)
WHO_ASKS = (
    (Requester.PERSON, "It is about me"),
    (Requester.PARENT, "It is about my child, or I have parental responsibility"),
    (Requester.AGENT, "I ask for somebody who chose me"),
    (Requester.SOLICITOR, "I am their solicitor"),
    (Requester.ATTORNEY, "I am their attorney"),
    (Requester.DEPUTY, "I am the deputy whom a court appointed for them"),
)
PARTS = (
    (CaseRole.CLIENT, "The help is for them"),
    (CaseRole.CHILD, "They are the child"),
    (CaseRole.PARENT, "They are the parent or carer"),
)


class _Born(forms.Form):
    """A day of birth that may be left out and cannot lie ahead."""

    born = DayField(label="Date of birth", required=False, help_text="For example, 27 3 1986")

    def clean_born(self) -> Any:
        born = self.cleaned_data["born"]
        today = timezone.localdate()
        if born and (born > today or age_on(born, today) > OLDEST):
            raise forms.ValidationError("Check the year of the date of birth.")
        return born


class WhatForm(forms.Form):
    """What somebody asks for."""

    kinds = forms.MultipleChoiceField(
        label="What would you like?",
        help_text="Tick all that you want. It is free.",
        choices=RIGHTS,
        widget=forms.CheckboxSelectMultiple,
    )
    asked = LongWordsField(
        label="Tell us in your own words",
        help_text="Which service you used and when, if you know. You need give no reason.",
        max_length=LONGEST,
        rows=5,
    )


class WhoForm(_Born):
    """Whom it is about, with enough to find them."""

    requester = forms.ChoiceField(
        label="Who asks?", choices=WHO_ASKS, initial=Requester.PERSON, widget=forms.RadioSelect
    )
    requester_name = WordsField(
        label="Your name, if it is about somebody else", max_length=200, required=False
    )
    name = WordsField(label="Full name of the person it is about", max_length=200)
    other_names = WordsField(
        label="Other names we may know them by", max_length=200, required=False
    )
    lives = LongWordsField(
        label="Address we may know",
        help_text="Where they live now or lived then. We send nothing there unless you ask us to.",
        max_length=500,
        rows=3,
        required=False,
    )

    field_order = ("requester", "requester_name", "name", "other_names", "born", "lives")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("requester") not in {None, Requester.PERSON} and not given["requester_name"]:
            self.add_error("requester_name", "Write your own name as well.")
        return given


class ReachForm(forms.Form):
    """How somebody can be reached without putting them in danger."""

    email = forms.EmailField(
        label="E-mail address that is safe",
        help_text="One that nobody else reads. We write nothing there that says what it is about.",
        required=False,
        max_length=254,
    )
    phone = WordsField(
        label="Telephone number that is safe",
        help_text="One that nobody else answers or looks at.",
        max_length=40,
        required=False,
    )
    post = LongWordsField(
        label="Address for letters that is safe",
        help_text="Where nobody else opens the post.",
        max_length=500,
        rows=3,
        required=False,
    )
    beware = LongWordsField(
        label="Is there anything we must not do?",
        help_text="For example: do not ring in the evening, leave no message, use no envelope with your name.",
        max_length=1000,
        rows=3,
        required=False,
    )
    confirm = forms.BooleanField(
        label="Send me an e-mail that says only that my message has come, with its number",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not self.errors and not any(given.get(way) for way in ("email", "phone", "post")):
            raise forms.ValidationError(
                "Give us one safe way to reach you: an e-mail address, a telephone number or an address."
            )
        if given.get("confirm") and not given.get("email") and "email" not in self.errors:
            self.add_error("email", "Write the e-mail address that the message should go to.")
        return given


class FormatForm(forms.Form):
    """How the answer should come."""

    answer_format = forms.ChoiceField(
        label="How would you like our answer?",
        choices=AnswerFormat.choices,
        initial=AnswerFormat.PDF,
        widget=forms.RadioSelect,
    )


class ServiceForm(forms.Form):
    """Which help is wanted, and who asks for it."""

    fields: dict[str, Any]

    service = forms.ModelChoiceField(
        label="Which help is it about?",
        queryset=Service.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    came_from = forms.ChoiceField(
        label="Who asks?",
        choices=(
            (Referral.From.SELF, "I ask for myself or my family"),
            (Referral.From.AGENCY, "I work with the family and ask for them"),
        ),
        initial=Referral.From.SELF,
        widget=forms.RadioSelect,
    )
    agency = WordsField(
        label="If you work with them: your organisation", max_length=200, required=False
    )
    worker = WordsField(label="Your name", max_length=200, required=False)
    worker_role = WordsField(
        label="What you are",
        help_text="Such as health visitor or teacher",
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["service"].queryset = Service.objects.filter(is_open=True)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("came_from") == Referral.From.AGENCY:
            for name, words in (
                ("agency", "Write the name of your organisation."),
                ("worker", "Write your own name."),
                ("worker_role", "Write what you are, such as health visitor."),
            ):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return given


class PersonForm(_Born):
    """For whom the help is."""

    given_names = WordsField(label="First names", max_length=150)
    family_name = WordsField(label="Family name", max_length=150)
    part = forms.ChoiceField(
        label="Who are they?", choices=PARTS, initial=CaseRole.CLIENT, widget=forms.RadioSelect
    )
    others = LongWordsField(
        label="Who else is in the family?",
        help_text="Names and ages of those the help is for as well.",
        max_length=1000,
        rows=3,
        required=False,
    )

    field_order = ("given_names", "family_name", "born", "part", "others")

    @property
    def certainty(self) -> str:
        return BirthCertainty.KNOWN if self.cleaned_data["born"] else BirthCertainty.NOT_KNOWN


class WhyForm(forms.Form):
    """What the help is wanted for."""

    reason = LongWordsField(
        label="What is happening, and what would help?",
        help_text="As much or as little as you like. Nobody loses anything by saying it later.",
        max_length=LONGEST,
        rows=6,
    )
    knows = forms.BooleanField(
        label="The family knows that I ask, and agrees (or I ask for myself)", required=False
    )


class ComplaintForm(forms.Form):
    """What went wrong, in somebody's own words."""

    fields: dict[str, Any]

    about = forms.ChoiceField(
        label="What is it about?",
        choices=(
            (Complaint.Kind.SERVICE, "The help you had from us, or how you were treated"),
            (Complaint.Kind.DATA, "How we used your information"),
        ),
        widget=forms.RadioSelect,
    )
    which = forms.ModelChoiceField(
        label="Which service, if it is about one?",
        queryset=Service.objects.none(),
        required=False,
        empty_label="None, or I do not know",
    )
    words = LongWordsField(
        label="What happened, and what would you like us to do?",
        help_text="In your own words. Say when it was and who was there, if you know.",
        max_length=LONGEST,
        rows=6,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Also one that is closed today: what went wrong in it did.
        self.fields["which"].queryset = Service.objects.exclude(public_text="")


class ComplainerForm(forms.Form):
    """Who complains, and for whom."""

    name = WordsField(label="Your name", max_length=200)
    for_whom = WordsField(
        label="If you complain for somebody else: their name", max_length=200, required=False
    )
