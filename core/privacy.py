"""What a model says about the people it holds: one declaration, from which everything else follows.

Beside its fields each model of ours has a nested `Privacy`. Gathering for a subject access request,
the record of processing, restriction, destruction and statistics read it; the build stops when it is
missing or forgets a field (features.md N26, UK GDPR Art 5(2) and Art 30). The check itself is in
`core.checks`; tables that other people's code brings are declared in `parenting2000.tables`.

    class Privacy:
        identifying = {"given_names", "family_name"}
        personal = {"language"}
        not_personal = {"id", "reference"}
        staff = {"created_by"}
        about = ("self",)
        retention = Retention.CASE_FILE
        pack = Pack(section=Section.DETAILS, when="created_at", shows=("given_names", ...))
        destruction = Delete()
        counted = True
        files = ("picture_file",)  # only where a column names a stored file
        stays = "it protects others"  # only where it is used although the person is restricted
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models


class Label(StrEnum):
    """What kind of information a field holds. Every field has exactly one."""

    IDENTIFYING = "identifying"  # names the person by itself: name, reference, address, telephone
    PERSONAL = "personal"  # says something about the person
    SPECIAL_CATEGORY = "special_category"  # UK GDPR Art 9: health, ethnicity, religion, sexuality
    OFFENCE = "offence"  # UK GDPR Art 10: offences and allegations of them
    THIRD_PARTY = "third_party"  # may say something about somebody else in the person's record
    STAFF = "staff"  # about staff at their work
    NOT_PERSONAL = "not_personal"


ABOUT_SOMEBODY = (
    Label.IDENTIFYING,
    Label.PERSONAL,
    Label.SPECIAL_CATEGORY,
    Label.OFFENCE,
    Label.THIRD_PARTY,
)


class Retention(StrEnum):
    """Which row of the retention schedule a record falls under (law.md section 5)."""

    CASE_FILE = "case file"  # the period of the service, counted for the whole family
    ENQUIRY = "enquiries that became no case"  # counselling: 12 months
    SHARING = "sharing log and consents"  # goes with the case file they concern
    SAFEGUARDING = "safeguarding concerns"
    ALLEGATION = "allegations against staff and volunteers"
    RIGHTS_REQUEST = "rights-request papers"
    COMPLAINT = "complaints and compliments"
    BREACH = "breach log"
    STAFF = "staff accounts"
    LOG = "audit log"
    GROUP_ACTIVITY = "group and drop-in activity"
    SETTING = "not about anybody"
    SHORT_LIVED = "technical, days"


class Section(StrEnum):
    """The sections of a subject access pack, in the order a reader meets them."""

    DETAILS = "Who you are"
    FAMILY = "Your family and the people around you"
    REFERRALS = "How you came to us"
    CASES = "The services we gave you"
    NOTES = "Case notes"
    CONTACTS = "Meetings, visits and calls"
    DECISIONS = "Decisions"
    SERVICE_QUESTIONS = "What our services asked you"
    ASSESSMENTS = "Assessments and measures"
    GOALS = "Your goals"
    PLANS = "Plans made with you"
    DOCUMENTS = "Documents we keep"
    LETTERS = "Letters we wrote"
    TASKS = "What we planned to do"
    SAFEGUARDING = "Concerns about somebody’s safety"
    CONSENTS = "What you agreed to"
    SHARING = "Whom we told, and whom we did not"
    REQUESTS = "Requests you made about your information"


class Unprinted(StrEnum):
    """Why rows about somebody are not printed one by one in a pack, as every pack tells it."""

    WITH_ENTRY = "What belongs to an entry, such as who it is about and who worked on it: it is printed with the entry."
    NOTHING_BESIDES = (
        "What says nothing besides: pictures of documents, reminders, lists on their way into our system, and that "
        "two of our numbers mean one person, or two."
    )
    LOOKS = (
        "Who may see your record, and how we check our staff: who looked, and why, is under “Who has looked at your "
        "record”."
    )
    STAFF = "What keeps our staff safe on visits, and who had a paper file on which day."
    FUNDERS = "Which funder paid for which work. Funders are told numbers and no names."
    KEPT = "That a record is kept for now: “How long we keep it” says when that is."
    ANSWERS = (
        "How we worked on your requests: what we checked and decided for this copy, and earlier copies. What came of "
        "it is in this copy, under “What is withheld and why” and in our letters to you."
    )
    OTHERS = (
        "What protects other people or was told us in confidence: allegations against somebody who works here, "
        "mistakes with the information of several people, the papers of an investigation, what a health professional "
        "said about this answer, and warnings about who could be harmed by it. What we have to tell you of these we "
        "tell you by itself; allegations are answered by the few named people who read them."
    )


@dataclass(frozen=True, slots=True)
class Pack:
    """The model's rows about a person are shown in their pack (UK GDPR Art 15).

    `shows` names fields or properties in reading order; `when` is the field that dates an item;
    `passages` are the free texts in which staff may withhold a part; `left_out` gives, field by
    field, why a field that holds something about somebody is not printed. `told` says of properties
    that tell of other rows what kind of information those hold. `health` names what tells of somebody's
    health: it goes out only on a ground of its own (Data Protection Act 2018, Sch 3 para 6). `written` says
    when a row was written down here, or which row it was written down with. `called` is one of `shows` by which
    people know the item: what a document is headed, or a letter is about.
    """

    section: Section
    when: str
    shows: tuple[str, ...]
    passages: tuple[str, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)
    told: dict[str, Label] = field(default_factory=dict)
    health: tuple[str, ...] = ()
    written: str = "recorded_at"
    called: str = ""


@dataclass(frozen=True, slots=True)
class Internal:
    """The model's rows are not shown in a pack, for the reason given.

    Where they are about people, `told` is under which reason the pack names them.
    """

    because: str
    told: Unprinted | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Destruction removes the rows."""


@dataclass(frozen=True, slots=True)
class Blank:
    """Destruction empties these fields and keeps the rest of the row, for the reason given."""

    fields: frozenset[str]
    because: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Destruction leaves the rows, for the reason given."""

    because: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is not a model of ours: columns by label, why we have it, how its rows go."""

    because: str
    not_personal: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()
    emptied: str = "not about anybody"

    @property
    def columns(self) -> frozenset[str]:
        return self.not_personal | self.personal | self.staff


# In the order of the layers, lowest first (docs/adr/0009); those not built yet are left out by themselves.
OUR_APPS = (
    "audit",
    "accounts",
    "cases",
    "assessments",
    "diary",
    "funding",
    "imports",
    "letters",
    "consent",
    "safeguarding",
    "sar",
    "retention",
    "planning",
    "website",
    "api",
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """The `Privacy` of one model, read and ready to use."""

    model: type[models.Model]
    labels: dict[str, Label]
    about: tuple[str, ...]
    retention: Retention
    pack: Pack | Internal
    destruction: Delete | Blank | Keep
    counted: bool
    # The columns that name a stored file, which goes when the row goes.
    files: tuple[str, ...] = ()
    # Why its rows are written also while the person is restricted (UK GDPR Art 18); "" if they are not.
    stays: str = ""

    @property
    def is_about_people(self) -> bool:
        return bool(self.about)

    def people_lookup(self, person: Any) -> models.Q:
        """The rows about `person`, as a condition; the model's own key where it is the person.

        Somebody who was written down twice has several numbers; all of them are theirs.
        """
        numbers = getattr(person, "numbers", [person.pk])
        found = models.Q()
        for path in self.about:
            found |= models.Q(**{f"{'pk' if path == 'self' else path}__in": numbers})
        return found


class DeclarationMissing(Exception):
    """A model says nothing, or not everything, about what it holds; the sentence names it."""


def our_models() -> Iterator[type[models.Model]]:
    """Every model of ours, in the order of the layers."""
    for label in OUR_APPS:
        if apps.is_installed(label):
            yield from apps.get_app_config(label).get_models()


def field_names(model: type[models.Model]) -> list[str]:
    """The names of all columns and many-to-many fields that `model` itself declares."""
    concrete = [f.name for f in model._meta.concrete_fields]
    return concrete + [f.name for f in model._meta.local_many_to_many]


def problems_of(model: type[models.Model]) -> list[str]:
    """What is missing or wrong in the declaration of `model`, a sentence each; empty if complete."""
    privacy = model.__dict__.get("Privacy")
    name = model._meta.label
    if privacy is None:
        return [f"{name} has no Privacy: say beside its fields what it holds about whom."]
    problems: list[str] = []
    given: dict[str, list[str]] = {}
    for label in Label:
        for field_name in getattr(privacy, label.value, ()):
            given.setdefault(field_name, []).append(label.value)
    existing = field_names(model)
    problems += [
        f"{name}.{f} is not declared: put it under one label of Privacy."
        for f in existing
        if f not in given
    ]
    problems += [f"{name}.{f} is declared but does not exist." for f in given if f not in existing]
    problems += [
        f"{name}.{f} is declared {len(labels)} times: {', '.join(labels)}."
        for f, labels in given.items()
        if len(labels) > 1
    ]
    for part in ("about", "retention", "pack", "destruction", "counted"):
        if not hasattr(privacy, part):
            problems.append(f"{name}.Privacy does not say `{part}`.")
    if problems:
        return problems
    problems += _file_problems(model, privacy)
    problems += _path_problems(model, privacy)
    if isinstance(privacy.pack, Pack):
        problems += _pack_problems(model, privacy)
    elif any(getattr(privacy, label.value, ()) for label in ABOUT_SOMEBODY) and not isinstance(
        privacy.pack, Internal
    ):
        problems.append(f"{name}.Privacy.pack is neither Pack nor Internal.")
    if isinstance(privacy.pack, Internal) and privacy.about and privacy.pack.told is None:
        problems.append(f"{name} is about people: Internal does not say what packs tell of it.")
    return problems


def _file_problems(model: type[models.Model], privacy: Any) -> list[str]:
    """A column that names a file says so, or the file would outlive its row."""
    given = set(getattr(privacy, "files", ()))
    named = {
        f.name
        for f in model._meta.concrete_fields
        if isinstance(f, models.FileField)
        or (isinstance(f, models.CharField) and (f.name == "file" or f.name.endswith("_file")))
    }
    return [
        f"{model._meta.label}.Privacy.files and the columns that name a file differ: {name}."
        for name in sorted(given ^ named)
    ]


def _path_problems(model: type[models.Model], privacy: Any) -> list[str]:
    person = apps.get_model(settings.PRIVACY_PERSON_MODEL)
    problems = []
    for path in privacy.about:
        reached: Any = model
        if path != "self":
            for step in path.split("__"):
                try:
                    reached = reached._meta.get_field(step).related_model
                except (FieldDoesNotExist, AttributeError):
                    reached = None
                    break
        if reached is not person:
            problems.append(f"{model._meta.label}.Privacy.about: {path} does not lead to a person.")
    holds = [label for label in ABOUT_SOMEBODY if getattr(privacy, label.value, ())]
    if holds and not privacy.about and isinstance(privacy.pack, Pack):
        problems.append(f"{model._meta.label} is shown in packs but does not say about whom it is.")
    return problems


def _pack_problems(model: type[models.Model], privacy: Any) -> list[str]:
    pack: Pack = privacy.pack
    name = model._meta.label
    held = [
        f
        for label in ABOUT_SOMEBODY
        for f in getattr(privacy, label.value, ())
        if f not in pack.shows and f not in pack.left_out
    ]
    problems = [
        f"{name}.{f} holds something about somebody but is neither shown in the pack nor left out "
        "with a reason."
        for f in held
    ]
    if pack.called and pack.called not in pack.shows:
        problems.append(f"{name}.Privacy.pack.called is not among what is shown: {pack.called}.")
    problems += [
        f"{name}.Privacy.pack names {f}, which does not exist."
        for f in (*pack.shows, *pack.passages, pack.when, *pack.left_out, *pack.told, *pack.health)
        if not hasattr(model, f) and f not in field_names(model)
    ]
    return problems


def declaration_of(model: type[models.Model]) -> Declaration:
    """The declaration of `model`; DeclarationMissing, naming what is wrong, if it is incomplete."""
    problems = problems_of(model)
    if problems:
        raise DeclarationMissing(" ".join(problems))
    privacy = model.__dict__["Privacy"]
    labels = {f: label for label in Label for f in getattr(privacy, label.value, ())}
    return Declaration(
        model=model,
        labels=labels,
        about=tuple(privacy.about),
        retention=privacy.retention,
        pack=privacy.pack,
        destruction=privacy.destruction,
        counted=privacy.counted,
        files=tuple(getattr(privacy, "files", ())),
        stays=getattr(privacy, "stays", ""),
    )


def declarations() -> list[Declaration]:
    """The declarations of all models of ours; fails for the first one that is incomplete."""
    return [declaration_of(model) for model in our_models()]
