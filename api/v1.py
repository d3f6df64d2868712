"""The interface for programs, version 1: the same doors, verbs, permissions and log as the pages.

Each answer is made inside the transaction of `audit.middleware.OneTransaction`: what a look may not show is
raised on to it, so that a refusal leaves its entry and nothing is shown without one (features.md P13, N5).
"""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Concatenate
from uuid import UUID

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header, NinjaAPI, Path, Query, Status
from ninja.errors import HttpError, Throttled, ValidationError
from pydantic import AfterValidator

from accounts.queries import reader_of
from api import schemas
from api.actions import record_contact_once, take_in_once
from api.answers import case_out, entry_out, found_out, person_out, version_out, whole_case_out
from api.auth import Bearer, OfOneToken, throttled
from api.scopes import Scope
from audit.door import RefusedLook
from audit.looks import look_of
from cases.actions.referrals import NewPerson
from cases.kinds import CONTACT, NOTE, KindOfEntry
from cases.models import Case, CaseRole, Person
from cases.permissions import may_write
from cases.queries.cases import list_cases, open_case
from cases.queries.entries import open_entry
from cases.queries.opening import find_person
from cases.queries.people import open_details
from cases.queries.referrals import begin_referral, open_services
from cases.queries.search import search_people
from cases.queries.timeline import Filters, timeline_of
from cases.sought import LONGEST
from cases.workflow import CaseStatus
from core.errors import Refused
from core.pages import attempt

__all__ = ["api"]

api = NinjaAPI(
    title="Case management",
    version="1",
    description="Read people, cases, notes and contacts; record contacts; take in referrals.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-v1",
    throttle=[OfOneToken()],
)

ERRORS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 409, 422, 429, 503), schemas.Problem)
Number = Annotated[int, Query(ge=1, le=100_000)]
SoughtWords = Annotated[
    str, Query(min_length=1, max_length=LONGEST), AfterValidator(schemas.writable)
]
NOT_KNOWN = "There is no such parameter here. The description names those that there are."
Key = Annotated[UUID, Header(alias="Idempotency-Key")]
PersonPath = Annotated[str, Path(pattern=r"^P-[0-9]{6,12}$", examples=["P-000123"])]
CasePath = Annotated[str, Path(pattern=r"^C-[0-9]{6,12}$", examples=["C-000123"])]
NotePath = Annotated[str, Path(pattern=r"^N-[0-9]{6,12}$", examples=["N-000123"])]
ContactPath = Annotated[str, Path(pattern=r"^T-[0-9]{6,12}$", examples=["T-000123"])]


def _nothing_unknown[**P](
    answer: Callable[Concatenate[HttpRequest, P], Any],
) -> Callable[Concatenate[HttpRequest, P], Any]:
    """A question with a name that the operation does not know is refused: a filter misspelt filters nothing."""

    @wraps(answer)
    def answered(request: HttpRequest, *args: P.args, **known: P.kwargs) -> Any:
        if unknown := sorted(set(request.GET) - set(known)):
            raise ValidationError([{"loc": ("query", name), "msg": NOT_KNOWN} for name in unknown])
        return answer(request, *args, **known)

    return answered


api.add_decorator(_nothing_unknown)


# --- When the answer is no ------------------------------------------------------------------------


@api.exception_handler(Exception)
@api.exception_handler(RefusedLook)
def goes_on(request: HttpRequest, error: Exception) -> HttpResponse:
    """Not answered here: the middleware undoes what was done, writes the refusal, and answers."""
    raise error


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A rule says no; the verb has changed nothing."""
    return attempt(_problem(request, 409, str(refusal)))


@api.exception_handler(Http404)
def not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return _problem(request, 404, "There is no such record, or it is not yours to see.")


@api.exception_handler(HttpError)
def not_as_asked(request: HttpRequest, error: HttpError) -> HttpResponse:
    answer = _problem(request, error.status_code, str(error))
    if error.status_code == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Throttled)
def too_many(request: HttpRequest, error: Throttled) -> HttpResponse:
    answer = _problem(request, 429, throttled(error.wait))
    answer["Retry-After"] = str(int(error.wait or 60))
    return answer


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What is wrong with which field; what was sent is not said back."""
    fields = {
        ".".join(str(step) for step in one["loc"]): str(one["msg"]).removeprefix("Value error, ")
        for one in error.errors
    }
    return _problem(request, 422, "Correct the fields named and send it again.", fields)


def _problem(
    request: HttpRequest, status: int, sentence: str, fields: dict[str, str] | None = None
) -> HttpResponse:
    return api.create_response(request, {"error": sentence, "fields": fields or {}}, status=status)


# --- People ---------------------------------------------------------------------------------------


@api.get(
    "/people",
    response={200: schemas.FoundOut, **ERRORS},
    auth=Bearer(Scope.PEOPLE_READ),
    summary="Find people",
    tags=["People"],
)
def people(request: HttpRequest, words: SoughtWords) -> Any:
    """By name however misspelt, former name, date of birth, telephone, e-mail, postcode or reference."""
    found = search_people(words, look=look_of(request), on=timezone.localdate())
    return found_out(found)


@api.get(
    "/people/{str:reference}",
    response={200: schemas.PersonOut, **ERRORS},
    auth=Bearer(Scope.PEOPLE_READ),
    summary="Read a person",
    tags=["People"],
)
def person(request: HttpRequest, reference: PersonPath) -> Any:
    """Names, addresses and numbers, as far as the role of the token’s owner needs them."""
    return person_out(open_details(reference, look=look_of(request)))


# --- Cases ----------------------------------------------------------------------------------------


@api.get(
    "/cases",
    response={200: schemas.CasesOut, **ERRORS},
    auth=Bearer(Scope.CASES_READ),
    summary="List cases",
    tags=["Cases"],
)
def cases(
    request: HttpRequest,
    status: CaseStatus = CaseStatus.OPEN,
    mine: bool = False,  # noqa: FBT001, FBT002  # a query string has names
    page: Number = 1,
) -> Any:
    """Those that exist for the token’s owner, or (`mine`) those they work on; the newest first."""
    rows = list_cases(look=look_of(request), page=page, mine_only=mine, status=status)
    return _page(rows, [case_out(case, case.working) for case in rows])


@api.get(
    "/cases/{str:reference}",
    response={200: schemas.WholeCaseOut, **ERRORS},
    auth=Bearer(Scope.CASES_READ),
    summary="Read a case",
    tags=["Cases"],
)
def case(request: HttpRequest, reference: CasePath) -> Any:
    """Who belongs to it, who works on it, and what it is about."""
    return whole_case_out(open_case(reference, look=look_of(request)))


@api.get(
    "/cases/{str:reference}/notes",
    response={200: schemas.EntriesOut, **ERRORS},
    auth=Bearer(Scope.NOTES_READ),
    summary="List the notes of a case",
    tags=["Notes"],
)
def notes(
    request: HttpRequest,
    reference: CasePath,
    page: Number = 1,
) -> Any:
    """The latest first, each in its newest version."""
    return _entries(request, reference, NOTE, page)


@api.get(
    "/cases/{str:reference}/contacts",
    response={200: schemas.EntriesOut, **ERRORS},
    auth=Bearer(Scope.CONTACTS_READ),
    summary="List the contacts of a case",
    tags=["Contacts"],
)
def contacts(
    request: HttpRequest,
    reference: CasePath,
    page: Number = 1,
) -> Any:
    """The latest first, each in its newest version."""
    return _entries(request, reference, CONTACT, page)


@api.post(
    "/cases/{str:reference}/contacts",
    response={201: schemas.CreatedOut, **ERRORS},
    auth=Bearer(Scope.CONTACTS_WRITE),
    summary="Record a contact",
    tags=["Contacts"],
)
def contact_add(
    request: HttpRequest,
    body: schemas.ContactIn,
    reference: CasePath,
    key: Key,
) -> Any:
    """In an open case, about people of the case. Sent again with the same key it makes nothing more."""
    opened = open_case(reference, look=look_of(request), may=may_write)
    words = body.model_dump(exclude={"people"})
    made = record_contact_once(
        token=request.auth,  # type: ignore[attr-defined]  # ninja puts it there
        key=key,
        case=opened,
        people=_of_the_case(opened, body.people),
        by=request.user,  # type: ignore[arg-type]  # a token is always of a user
        **words,
    )
    return Status(201, {"reference": made})


@api.get(
    "/notes/{str:reference}",
    response={200: schemas.VersionsOut, **ERRORS},
    auth=Bearer(Scope.NOTES_READ),
    summary="Read a note",
    tags=["Notes"],
)
def note(request: HttpRequest, reference: NotePath) -> Any:
    """Every version, the newest first."""
    return _versions(request, reference, NOTE)


@api.get(
    "/contacts/{str:reference}",
    response={200: schemas.VersionsOut, **ERRORS},
    auth=Bearer(Scope.CONTACTS_READ),
    summary="Read a contact",
    tags=["Contacts"],
)
def contact(request: HttpRequest, reference: ContactPath) -> Any:
    """Every version, the newest first."""
    return _versions(request, reference, CONTACT)


# --- Referrals ------------------------------------------------------------------------------------


@api.get(
    "/services",
    response={200: schemas.ServicesOut, **ERRORS},
    auth=Bearer(Scope.REFERRALS_WRITE),
    summary="List the services that take new people",
    tags=["Referrals"],
)
def services(request: HttpRequest) -> Any:
    """About nobody; what a referral names."""
    begin_referral(look=look_of(request))
    return {"items": [{"slug": one.slug, "name": one.name} for one in open_services()]}


@api.post(
    "/referrals",
    response={201: schemas.CreatedOut, **ERRORS},
    auth=Bearer(Scope.REFERRALS_WRITE),
    summary="Take in a referral",
    tags=["Referrals"],
)
def referral_add(
    request: HttpRequest,
    body: schemas.ReferralIn,
    key: Key,
) -> Any:
    """Of people whom the charity knows, or does not know yet. Sent again with the same key it makes
    nothing more.
    """
    begin_referral(look=look_of(request))
    offered = {one.slug: one for one in open_services()}
    service, other = offered.get(body.service), offered.get(body.other_service)
    if service is None:
        raise Refused(
            "No service of this slug takes new people: GET /services names those that do."
        )
    made = take_in_once(
        token=request.auth,  # type: ignore[attr-defined]  # ninja puts it there
        key=key,
        sent=schemas.as_sent(body),
        service=service,
        came_from=body.came_from,
        agency=body.agency.strip() or None,
        other_service=other,
        received_on=body.received_on,
        how_received=body.how_received,
        reason=body.reason,
        people=[(_whom(request, one), CaseRole(one.role)) for one in body.people],
        on=timezone.localdate(),
        by=request.user,  # type: ignore[arg-type]  # a token is always of a user
    )
    return Status(201, {"reference": made})


# --- What several of them do ----------------------------------------------------------------------


def _page(rows: Page, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "page": rows.number,
        "pages": rows.paginator.num_pages,
        "total": rows.paginator.count,
        "items": items,
    }


def _entries(request: HttpRequest, reference: str, kind: KindOfEntry, page: int) -> dict[str, Any]:
    opened = open_case(reference, look=look_of(request))
    rows = timeline_of(
        cases=[opened], reader=reader_of(request), filters=Filters(entry=kind.noun), page=page
    )
    return _page(rows, [entry_out(item) for item in rows])


def _versions(request: HttpRequest, reference: str, kind: KindOfEntry) -> dict[str, Any]:
    record = open_entry(kind, reference, look=look_of(request))
    return {
        "case": record.case.reference,
        "versions": [version_out(version, reader_of(request)) for version in record.versions],
    }


def _of_the_case(opened: Case, references: list[str]) -> list[Person]:
    members = {one.person.reference: one.person for one in opened.case_people.all()}
    for reference in references:
        if reference not in members:
            raise Refused(f"{reference} is not part of {opened.reference}: add them there first.")
    return [members[reference] for reference in dict.fromkeys(references)]


def _whom(request: HttpRequest, named: schemas.NewPersonIn) -> Person | NewPerson:
    if named.reference is None:
        return NewPerson(
            given_names=named.given_names,
            family_name=named.family_name,
            date_of_birth=named.date_of_birth,
            birth_certainty=named.birth_certainty,
        )
    known = find_person(named.reference, look=look_of(request))
    if known is None:
        raise Refused(f"{named.reference} is nobody whom you know. Check it, or give the name.")
    return known
