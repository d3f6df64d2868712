"""What goes in and out, field by field: the OpenAPI page is made from these."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, model_validator

from cases.models import BirthCertainty, CaseRole, Contact, HowReceived, Referral
from core.forms import FIRST_YEAR, LAST_YEAR

REFERENCE = r"^[A-Z]{1,3}-[0-9]{6,12}$"
MOST_PEOPLE = 50


def writable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("Leave out the character of number 0: it cannot be kept.")
    return text


def _in_calendar(moment: date) -> date:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"Give a year from {FIRST_YEAR} to {LAST_YEAR}.")
    return moment


Line = Annotated[str, Field(max_length=200), AfterValidator(writable)]
LongLine = Annotated[str, Field(max_length=300), AfterValidator(writable)]
Words = Annotated[str, Field(max_length=50_000), AfterValidator(writable)]
Day = Annotated[date, AfterValidator(_in_calendar)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_calendar)]
PersonReference = Annotated[str, Field(pattern=r"^P-[0-9]{6,12}$", examples=["P-000123"])]


class Problem(Schema):
    """Why the answer is no, in a sentence that says what to do."""

    error: str
    fields: dict[str, str] = Field(
        default_factory=dict, description="What is wrong with which field, where it is a field."
    )


class AddressOut(Schema):
    kind: str
    lines: str
    postcode: str
    is_confidential: bool = Field(description="Must not be given to anybody.")


class ContactPointOut(Schema):
    kind: str
    value: str
    safe_for_messages: bool
    notes: str


class PersonOut(Schema):
    reference: str
    name: str
    preferred_name: str
    pronouns: str
    date_of_birth: date | None
    birth_certainty: str
    first_language: str
    needs_interpreter: bool
    communication_needs: str
    other_names: list[str]
    addresses: list[AddressOut]
    secret_addresses: int = Field(description="How many addresses the owner’s role does not need.")
    contact_points: list[ContactPointOut]
    alerts: list[str] = Field(description="What everybody must know before anything else.")
    cases: list[str] = Field(description="References of the cases that exist for the owner.")


class HitOut(Schema):
    reference: str
    name: str
    date_of_birth: date | None
    area: str
    services: list[str]


class FoundOut(Schema):
    items: list[HitOut]
    more: bool = Field(description="More people match than are given; these fit best.")
    beyond: str = Field(
        description="A sentence about matches in services that are not the owner’s."
    )


class PageOut(Schema):
    page: int
    pages: int
    total: int


class MemberOut(Schema):
    reference: str
    name: str
    role: str


class CaseOut(Schema):
    reference: str
    service: str
    status: str
    opened_on: date
    people: list[MemberOut]
    workers: list[str]


class WholeCaseOut(CaseOut):
    summary: str
    closed_at: datetime | None
    closing_summary: str


class CasesOut(PageOut):
    items: list[CaseOut]


class FactOut(Schema):
    label: str
    text: str


class EntryOut(Schema):
    reference: str
    case: str
    title: str
    happened_at: datetime
    written_at: datetime
    author: str
    about: str
    text: str
    facts: list[FactOut]
    flags: list[str]
    correction_reason: str | None = Field(
        description="Why it is another version than the first; null for the first."
    )


class EntriesOut(PageOut):
    items: list[EntryOut]


class VersionOut(Schema):
    reference: str
    text: str
    happened_at: datetime
    written_at: datetime
    author: str
    correction_reason: str


class VersionsOut(Schema):
    case: str
    versions: list[VersionOut] = Field(description="The newest first.")


class ServiceOut(Schema):
    slug: str
    name: str


class ServicesOut(Schema):
    items: list[ServiceOut]


class CreatedOut(Schema):
    reference: str


class ContactIn(Schema):
    """A meeting, visit, call or message with people of the case."""

    kind: Contact.Kind
    outcome: Contact.Outcome = Contact.Outcome.ATTENDED
    happened_at: Moment = Field(description="With its time zone; not ahead.")
    people: list[PersonReference] = Field(min_length=1, max_length=MOST_PEOPLE)
    minutes: int | None = Field(default=None, ge=1, le=1440)
    place: Line = ""
    others_present: LongLine = ""
    summary: Words = ""
    next_step: Annotated[str, Field(max_length=2000), AfterValidator(writable)] = ""


class NewPersonIn(Schema):
    """Somebody whom the charity knows, by reference, or somebody new, by name."""

    reference: PersonReference | None = None
    given_names: Annotated[str, Field(max_length=150), AfterValidator(writable)] = ""
    family_name: Annotated[str, Field(max_length=150), AfterValidator(writable)] = ""
    date_of_birth: Day | None = None
    birth_certainty: BirthCertainty = BirthCertainty.NOT_KNOWN
    role: CaseRole = CaseRole.CLIENT

    @model_validator(mode="after")
    def one_or_the_other(self) -> Self:
        named = bool(self.given_names.strip() or self.family_name.strip())
        if named is (self.reference is not None):
            raise ValueError("Give a reference, or a name: one of the two.")
        if (self.date_of_birth is None) is not (self.birth_certainty == BirthCertainty.NOT_KNOWN):
            raise ValueError("Give a date of birth, or say that it is not known.")
        return self


class ReferralIn(Schema):
    """Somebody asks one of our services to work with people."""

    service: Annotated[str, Field(max_length=100), AfterValidator(writable)] = Field(
        description="The slug of a service that takes new people: GET /services names them."
    )
    came_from: Referral.From
    agency: Annotated[str, Field(max_length=200), AfterValidator(writable)] = ""
    other_service: Annotated[str, Field(max_length=100), AfterValidator(writable)] = ""
    received_on: Day
    how_received: HowReceived
    reason: Annotated[str, Field(min_length=1, max_length=50_000), AfterValidator(writable)]
    people: list[NewPersonIn] = Field(min_length=1, max_length=MOST_PEOPLE)


def as_sent(body: Schema) -> dict[str, Any]:
    """The request as it came, to be recognised when it comes again."""
    return body.model_dump(mode="json")
