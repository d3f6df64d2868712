"""What was shared with whom, or not, and why."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from crispy_forms_gds.layout import Field, Fieldset, Fluid, Layout, Size
from django import forms
from django.http import QueryDict

from accounts.models import User
from cases.forms.entries import EntryForm, offer_professionals, people_of_case, when
from cases.forms.fields import LongWordsField, PeopleField, WordsField
from cases.forms.layout import Revealing
from cases.models import Agency, Case, Professional
from consent.forms.layout import LABEL, AskedWho, choose_or_write, question, section
from consent.gateways import CHECKS, Gateway, Outcome, SentHow
from consent.purposes import CAN_LEAVE, NO_SUCH_PURPOSE, Purpose
from consent.queries import agencies, authorisers, deciders

NONE = "none"  # the answer of a radio that stands for "nothing of these"


class ShareForm(AskedWho, EntryForm):
    """What was shared with whom, or not, and why (features.md S15, P20)."""

    noun = "sharing"

    people = PeopleField(label="About whom it was")
    outcome = forms.ChoiceField(
        label="What came of it", choices=Outcome.choices, widget=forms.RadioSelect
    )
    kept_back = LongWordsField(
        label="What you kept back, and why", rows=3, max_length=5000, required=False
    )
    refused = LongWordsField(label="Why it was not shared", rows=3, max_length=5000, required=False)
    what = LongWordsField(
        label="What was shared, or asked for",
        help_text="Name the information, not every word of it. The person may read this.",
        rows=4,
    )
    to_whom = forms.ChoiceField(
        label="Who it is",
        choices=(
            ("professional", "A professional"),
            ("agency", "An agency, nobody in particular"),
            ("somebody", "Somebody else, by name"),
        ),
        widget=forms.RadioSelect,
    )
    professional = forms.ModelChoiceField(
        label="Which professional", queryset=Professional.objects.none(), required=False
    )
    agency = forms.ModelChoiceField(
        label="Which agency",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="Choose an agency, or write a new one below",
    )
    new_agency = WordsField(label="An agency we do not know yet", max_length=200, required=False)
    recipient_name = WordsField(label="Name", max_length=200, required=False)
    recipient_role = WordsField(
        label="What they are",
        help_text="For example: grandmother; duty officer.",
        max_length=200,
        required=False,
    )
    recipient_agency = forms.ModelChoiceField(
        label="Their agency, if they have one",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="No agency",
    )
    sent_how = forms.ChoiceField(
        label="How it went",
        choices=(*SentHow.choices, (NONE, "Not at all: it was not shared")),
        widget=forms.RadioSelect,
    )
    purpose = forms.ChoiceField(
        label="What it was for", error_messages={"invalid_choice": NO_SUCH_PURPOSE}
    )
    gateway = forms.ChoiceField(
        label="What lets you share it",
        help_text="These are the only ways that our privacy notice leaves open.",
        choices=(*Gateway.choices, (NONE, "None of these: it was not shared")),
        widget=forms.RadioSelect,
    )
    detail_quality = LongWordsField(
        label="Which review of the service it is", rows=2, max_length=2000, required=False
    )
    detail_asked = LongWordsField(
        label="Who asked, when and how, and how you knew that it was them",
        rows=3,
        max_length=2000,
        required=False,
    )
    detail_law = LongWordsField(
        label="Which section of which Act, or which order of which court",
        rows=2,
        max_length=2000,
        required=False,
    )
    why_law = LongWordsField(
        label="Why you shared without their consent", rows=3, max_length=5000, required=False
    )
    detail_public_good = LongWordsField(
        label="Why the public good is greater here than the person’s confidentiality",
        rows=3,
        max_length=5000,
        required=False,
    )
    why_public_good = LongWordsField(
        label="Why you shared without their consent", rows=3, max_length=5000, required=False
    )
    authorised_by = forms.ModelChoiceField(
        label="Who authorised it",
        help_text="The safeguarding lead or the Data Protection Officer, and never you.",
        queryset=User.objects.none(),
        required=False,
        empty_label="Choose who authorised it",
    )
    why_urgent = LongWordsField(
        label="Or, in an emergency, why nobody could be asked before",
        help_text="They are asked to look at it as soon as you have saved it.",
        rows=2,
        max_length=2000,
        required=False,
    )
    basis = WordsField(
        label="Lawful basis",
        help_text="Leave it empty to write down the usual one of what lets you share it.",
        max_length=1000,
        required=False,
    )
    condition = WordsField(
        label="Condition for sensitive information",
        help_text="Leave it empty for the usual one.",
        max_length=1000,
        required=False,
    )
    told = forms.ChoiceField(
        label="Was the person told",
        choices=(("yes", "Yes"), ("no", "No")),
        widget=forms.RadioSelect,
    )
    why_not_told = LongWordsField(
        label="Why they were not told", rows=3, max_length=5000, required=False
    )
    their_views = LongWordsField(
        label="What they think of it", rows=3, max_length=5000, required=False
    )
    consulted = LongWordsField(
        label="Whom you asked for advice", rows=2, max_length=2000, required=False
    )
    decided_by = forms.ModelChoiceField(
        label="Who decided", queryset=User.objects.none(), empty_label=None
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        case: Case,
        professionals: Iterable[Professional],
        by: User,
        now: datetime,
        about: str = "",
    ) -> None:
        super().__init__(data, now=now, initial={"decided_by": by.pk})
        family = people_of_case(case)
        question(self, "people").offer(family)
        if about in {person.reference for person in family}:
            self.initial["people"] = [about]
        offer_professionals(self.fields["professional"], professionals, first=case)
        for name in ("agency", "recipient_agency"):
            question(self, name).queryset = agencies()
        question(self, "purpose").choices = [
            ("", "Choose what it was for"),
            ("Where their permission decides", _named(CAN_LEAVE)),
            ("Where something else decides", _named(p for p in Purpose if _decided_otherwise(p))),
        ]
        question(self, "authorised_by").queryset = authorisers(by)
        question(self, "decided_by").queryset = deciders()
        self.helper.layout = Layout("token", *self._sections())
        self.deciders = authorisers(by)
        self.ask_again()

    @staticmethod
    def _sections() -> list[Fieldset]:
        outcomes: dict[str, Any] = {Outcome.PARTLY: "kept_back", Outcome.NOT_SHARED: "refused"}
        recipients: dict[str, Any] = {
            "professional": "professional",
            "agency": Layout("agency", Field.text("new_agency", field_width=Fluid.TWO_THIRDS)),
            "somebody": Layout(
                Field.text("recipient_name", field_width=Fluid.TWO_THIRDS),
                Field.text("recipient_role", field_width=Fluid.TWO_THIRDS),
                "recipient_agency",
            ),
        }
        gateways: dict[str, Any] = {
            Gateway.QUALITY: "detail_quality",
            Gateway.ASKED: "detail_asked",
            Gateway.LAW: Layout("detail_law", "why_law"),
            Gateway.PUBLIC_GOOD: Layout(
                "detail_public_good", "why_public_good", "authorised_by", "why_urgent"
            ),
        }
        return [
            section(
                "What it was",
                Field.checkboxes("people", legend_size=Size.SMALL),
                Revealing("outcome", outcomes),
                Field.text("what", label_size=Size.SMALL),
                *when(),
            ),
            section(
                "With whom",
                Revealing("to_whom", recipients),
                Field.radios("sent_how", legend_size=Size.SMALL, inline=True),
            ),
            section(
                "Why it could be shared",
                Field("purpose", context=LABEL),
                Revealing("gateway", gateways),
                Field.text("basis", label_size=Size.SMALL),
                Field.text("condition", label_size=Size.SMALL),
            ),
            section(
                "Being open with them",
                Revealing("told", {"no": "why_not_told"}),
                Field.text("their_views", label_size=Size.SMALL),
            ),
            section(
                "The decision",
                Field.text("consulted", label_size=Size.SMALL),
                Field("decided_by", context=LABEL),
            ),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        self._settle_outcome(given)
        self._settle_recipient(given)
        self._settle_gateway(given)
        self.settle_despite(given)
        told = given.get("told")
        given["told"] = told == "yes"
        if told == "yes":
            given["why_not_told"] = ""
        elif told == "no" and not given.get("why_not_told"):
            self._say("why_not_told", "Say why the person was not told.")
        return given

    def _settle_outcome(self, given: dict[str, Any]) -> None:
        refused, kept_back = given.pop("refused", ""), given.pop("kept_back", "")
        answers: dict[Any, tuple[str, str, str]] = {
            Outcome.PARTLY: ("kept_back", kept_back, "Say what you kept back, and why."),
            Outcome.NOT_SHARED: ("refused", refused, "Say why it was not shared."),
        }
        question, words, sentence = answers.get(given.get("outcome"), ("", "", ""))
        given["kept_back"] = words
        if question and not words:
            self._say(question, sentence)
        not_shared = given.get("outcome") == Outcome.NOT_SHARED
        for name in ("sent_how", "gateway"):
            nothing = given.get(name) == NONE
            given[name] = "" if nothing else given.get(name, "")
            if nothing and not not_shared and given.get("outcome"):
                self._say(
                    name,
                    "You say that it was shared. Choose how."
                    if name == "sent_how"
                    else "You say that it was shared. Choose why it could be.",
                )
        if not_shared:
            given["sent_how"] = ""

    def _settle_recipient(self, given: dict[str, Any]) -> None:
        to_whom = given.pop("to_whom", "")
        own_agency = given.pop("recipient_agency", None)
        missing = {
            "professional": ("professional", "Choose which professional."),
            "agency": ("agency", "Choose which agency."),
            "somebody": ("recipient_name", "Write their name."),
        }
        question, sentence = missing.get(to_whom, ("", ""))
        if to_whom == "agency":
            choose_or_write(self, given)
        given.pop("new_agency", None)
        if question and not given.get(question):
            self._say(question, sentence)
        if to_whom != "professional":
            given["professional"] = None
        if to_whom != "agency":
            given["agency"] = own_agency if to_whom == "somebody" else None
        if to_whom != "somebody":
            given["recipient_name"] = given["recipient_role"] = ""

    def _settle_gateway(self, given: dict[str, Any]) -> None:
        """What the chosen way asks for; what was typed under another one is not kept."""
        gateway = given.get("gateway")
        left_us = given.get("outcome") != Outcome.NOT_SHARED
        details = {way: given.pop(f"detail_{way.value}", "") for way in Gateway}
        whys = {way: given.pop(f"why_{way.value}", "") for way in Gateway}
        way = Gateway(gateway) if gateway in Gateway.values else None
        given["gateway_detail"] = details[way] if way else ""
        given["why_without_consent"] = whys[way] if way else ""
        if way is not Gateway.PUBLIC_GOOD:
            given["authorised_by"] = None
            given["why_urgent"] = ""
        if way is None or not left_us:
            return
        if CHECKS[way].detail and not given["gateway_detail"]:
            self._say(f"detail_{way.value}", f"Write {CHECKS[way].detail}.")
        if CHECKS[way].why_without_consent and not given["why_without_consent"]:
            self._say(f"why_{way.value}", "Say why you shared without their consent.")
        if way is Gateway.PUBLIC_GOOD and not (
            given.get("authorised_by") or given.get("why_urgent")
        ):
            self._say(
                "authorised_by",
                "Choose who authorised it: ask them before you share. In an emergency, say why you could "
                "not.",
            )

    def _say(self, question: str, sentence: str) -> None:
        if question not in self.errors:
            self.add_error(question, sentence)


def _named(purposes: Iterable[Purpose]) -> list[tuple[str, str]]:
    return [(purpose.value, str(purpose.label)) for purpose in purposes]


def _decided_otherwise(purpose: Purpose) -> bool:
    return any(purpose in check.purposes for check in CHECKS.values()) and purpose not in CAN_LEAVE
