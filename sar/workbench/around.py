"""Who may be named in somebody's record: everybody in their cases and family, and the professionals there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Max, Prefetch, Q
from django.db.models.functions import Length

from cases.models import (
    Address,
    CaseNote,
    CasePerson,
    CaseProfessional,
    ContactPoint,
    Document,
    Person,
    Preview,
    PreviewPage,
    Professional,
)
from cases.normal import normal_contact
from cases.workflow import PreviewStatus
from core.dates import plural
from core.files.drawing import MOST_WORDS
from core.files.formats import Format
from core.files.words import MOST_CHARACTERS
from core.organisation import ORGANISATION
from sar.circle import circle_of
from sar.kinds import Requester
from sar.models import FoundFile, FoundWords, RightsRequest
from sar.pack.held import Listed
from sar.proposals.find import Finder
from sar.proposals.names import Somebody
from sar.proposals.patterns import shaped_in


def finder_for(person: Person) -> Finder:
    """What proposes, for the pack of `person`, words about anybody else."""
    own, others = around(person)
    return Finder(own=own, others=others)


def around(person: Person) -> tuple[Somebody, list[Somebody]]:
    """The person as the record knows them, and everybody else whom it may name. Few queries, however many."""
    known = {one.pk: one for one in _people(circle_of(person) | set(person.numbers))}
    own = [_somebody(one, role="") for number, one in known.items() if number in person.numbers]
    families = set(
        CasePerson.objects.filter(case__people=person).values_list("person_id", flat=True)
    )
    others = [
        _somebody(one, role="in the same case" if number in families else "in the family")
        for number, one in known.items()
        if number not in person.numbers
    ]
    return _as_one(own, (*_given_by(person), *_of_ours())), [*others, *_professionals(person)]


def _given_by(person: Person) -> tuple[str, ...]:
    """The e-mail addresses that they gave with requests of their own, wherever else these stand."""
    asked = RightsRequest.objects.filter(person__in=person.numbers, requester=Requester.PERSON)
    given = asked.exclude(reply_email="").order_by("pk").values_list("reply_email", flat=True)
    return tuple(normal_contact(value) or value.lower() for value in given)


def _of_ours() -> tuple[str, ...]:
    """How the charity and the regulator are reached, which stands in letters and identifies nobody."""
    one = ORGANISATION
    told = (one.address, one.phone, one.email, one.dpo_phone, one.dpo_email)
    regulator = (one.regulator_address, one.regulator_phone, one.regulator_url)
    return tuple(shaped.value for words in (*told, *regulator) for shaped in shaped_in(words))


def _people(numbers: Iterable[int]) -> list[Person]:
    return list(
        Person.objects.filter(pk__in=numbers)
        .order_by("pk")
        .prefetch_related(
            "other_names",
            Prefetch("addresses", Address.objects.order_by("pk")),
            Prefetch("contact_points", ContactPoint.objects.order_by("pk")),
        )
    )


def _somebody(person: Person, *, role: str) -> Somebody:
    addresses = list(person.addresses.all())
    return Somebody(
        key=f"person:{person.reference}",
        name=person.full_name,
        role=role,
        # Also while they are restricted: they are looked for, so that they can be withheld.
        full_names=(person.name_on_record,),
        called=(person.preferred_name,) if person.preferred_name else (),
        other_names=tuple(other.name for other in person.other_names.all()),
        addresses=tuple(one.lines.strip().split("\n", 1)[0] for one in addresses),
        postcodes=tuple(one.postcode for one in addresses if one.postcode),
        contacts=tuple(
            normal_contact(point.value) or point.value.lower()
            for point in person.contact_points.all()
        ),
    )


def _as_one(own: list[Somebody], given: tuple[str, ...]) -> Somebody:
    """Somebody who was written down twice, with all their names, and what they are reached by besides."""
    first = own[0]
    return Somebody(
        key=first.key,
        name=first.name,
        role="",
        full_names=tuple(name for one in own for name in one.full_names),
        called=tuple(name for one in own for name in one.called),
        other_names=tuple(name for one in own for name in one.other_names),
        addresses=tuple(line for one in own for line in one.addresses),
        postcodes=tuple(code for one in own for code in one.postcodes),
        contacts=(*(value for one in own for value in one.contacts), *given),
    )


def _professionals(person: Person) -> Iterator[Somebody]:
    """Those who work with the person's families, or told us something, and their agencies."""
    there = Q(
        pk__in=CaseProfessional.objects.filter(case__people=person).values("professional")
    ) | Q(pk__in=CaseNote.objects.filter(people=person).values("source_professional"))
    there |= Q(pk__in=Document.objects.filter(people=person).values("source_professional"))
    agencies = {}
    for one in Professional.objects.filter(there).select_related("agency").order_by("pk"):
        agencies[one.agency_id] = one.agency
        paid = "" if one.is_paid else ", not paid for it"
        yield Somebody(
            key=f"professional:{one.pk}",
            name=one.name,
            role=f"{one.role}, {one.agency}{paid}",
            full_names=(one.name,),
            contacts=tuple(
                normal_contact(value) or value.lower() for value in (one.phone, one.email) if value
            ),
            is_professional=one.is_paid,
        )
    for agency in agencies.values():
        yield Somebody(
            key=f"agency:{agency.pk}",
            name=agency.name,
            role=agency.kind,
            full_names=(agency.name,),
            contacts=tuple(
                normal_contact(value) or value.lower()
                for value in (agency.phone, agency.email)
                if value
            ),
            is_agency=True,
        )


def words_of_files(items: Iterable[Listed]) -> dict[tuple[str, int], str]:
    """What stands in the files of `items`, as far as their first pages tell it; one question for each kind."""
    items = list(items)
    documents, found_files = _numbers(items, Document), _numbers(items, FoundFile)
    found: dict[tuple[str, int], str] = {}
    if documents:
        pages = PreviewPage.objects.filter(preview__document__in=documents).order_by("pk")
        for number, text in pages.values_list("preview__document", "text"):
            key = Document._meta.label, number
            found[key] = f"{found[key]}\n{text}" if key in found else text
    if found_files:
        words = FoundWords.objects.filter(found__in=found_files).values_list("found", "text")
        found |= {(FoundFile._meta.label, number): text for number, text in words}
    return found


@dataclass(frozen=True, slots=True)
class _Read:
    """How much of a file was read: of how many pages how many, how many of them without words, how far."""

    pages: int
    drawn: int
    wordless: int
    is_cut: bool
    # As an e-mail was read before what is attached was.
    is_mail_alone: bool = False


NOT_YET = "The software has not read the file yet, so that nobody is proposed in it."
NOT_AT_ALL = "The software has not read the file, so that nobody is proposed in it. Read all of it."


def not_read(items: Iterable[Listed]) -> dict[tuple[str, int], str]:
    """Of which files among `items` not all words are read, and what is not: in it nobody is proposed.

    One question for each kind of file.
    """
    files = [item for item in items if item.file is not None]
    known = {**_read_of_documents(_numbers(files, Document)), **_read_of_found(files)}
    found = {}
    for item in files:
        read = known.get((item.source, item.record_id), NOT_AT_ALL)
        if said := read if isinstance(read, str) else _not_read_of(item, read):
            found[item.source, item.record_id] = said
    return found


def _numbers(items: Iterable[Listed], model: type[Document | FoundFile]) -> list[int]:
    return [item.record_id for item in items if item.source == model._meta.label]


def _read_of_documents(numbers: list[int]) -> dict[tuple[str, int], _Read | str]:
    previews = Preview.objects.filter(document__in=numbers).annotate(
        drawn=Count("shown"),
        wordless=Count("shown", filter=Q(shown__text="")),
        longest=Max(Length("shown__text")),
        longest_drawn=Max(Length("shown__text"), filter=~Q(shown__picture_file="")),
        attached=Count("shown", filter=Q(shown__text__contains="\nAttached: ")),
    )
    found: dict[tuple[str, int], _Read | str] = {}
    for preview in previews if numbers else ():
        read: _Read | str = _Read(
            pages=preview.pages,
            drawn=preview.drawn,
            wordless=preview.wordless,
            is_cut=(preview.longest or 0) >= MOST_CHARACTERS
            or (preview.longest_drawn or 0) >= MOST_WORDS,
            is_mail_alone=preview.pages == 1 and bool(preview.attached),
        )
        if preview.status == PreviewStatus.FAILED:
            read = NOT_AT_ALL
        elif preview.status == PreviewStatus.WAITING:
            read = NOT_YET
        found[Document._meta.label, preview.document_id] = read
    return found


def _read_of_found(files: list[Listed]) -> dict[tuple[str, int], _Read | str]:
    numbers = _numbers(files, FoundFile)
    words = FoundWords.objects.filter(found__in=numbers).defer("text") if numbers else ()
    return {
        (FoundFile._meta.label, one.found_id): _Read(one.pages, one.drawn, one.wordless, one.is_cut)
        for one in words
    }


def _not_read_of(item: Listed, read: _Read) -> str:
    said = []
    is_mail = item.file is not None and item.file.format == Format.EML
    if is_mail and read.pages > read.drawn:
        said.append(
            f"Names are looked for on {plural(read.drawn, 'page')} of the e-mail and of what is attached to it, "
            "and not in the rest. Read all of it."
        )
    elif read.pages > read.drawn:
        said.append(
            f"Names are looked for on the first {read.drawn} of its {read.pages} pages. Read the others."
        )
    if read.wordless:
        said.append(
            f"{plural(read.wordless, 'page')} of it {'has' if read.wordless == 1 else 'have'} no words that "
            "the software reads, such as a scan. Read what stands there."
        )
    if read.is_cut:
        said.append("Names are looked for in its beginning alone. Read the rest.")
    if is_mail and read.is_mail_alone:
        said.append("Names are looked for in the e-mail itself, not in what is attached to it.")
    return " ".join(said)
