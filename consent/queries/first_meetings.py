"""The door to a first meeting: who is there, what their service asks of them, and what is written down."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Agency, Case, Person, Service
from cases.permissions import people_of
from cases.queries.cases import gather_case, shown_case
from consent.models import Consent, FirstAsked, NoticeGiven, PrivacyNotice, Wording
from consent.permissions import can_meet
from consent.purposes import ASKED_FOR, LAWFUL, Purpose, Recipient
from consent.queries.asking import Asking, asking_of
from consent.queries.notices import current_notices, given_to
from consent.queries.record import current_wordings, in_force_on, stands


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked: in which words, and about which agency.

    `names_agency` where the agency is chosen on the page: `agency` is then None.
    """

    key: str
    wording: Wording
    agency: Agency | None = None
    names_agency: bool = False
    needs_agency: bool = False

    @property
    def label(self) -> str:
        if self.agency is not None:
            return f"With {self.agency}"
        if self.names_agency:
            return "With another agency" if self.needs_agency else "With us, or with another agency"
        return "With us alone"


@dataclass(frozen=True, slots=True)
class Topic:
    """A purpose that the service asks for: its words, what holds already, and what is still to be asked."""

    wording: Wording
    holds: list[Consent]
    questions: list[Question]


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody of the case, and how much of a first meeting is written down of them."""

    person: Person
    role: str
    has_notice: bool
    answered: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """A first meeting: everybody of the case, or the one with whom it is."""

    case: Case
    people: list[Present]
    asked: int
    asking: Asking | None = None
    notices: tuple[PrivacyNotice, ...] = ()
    given: tuple[NoticeGiven, ...] = ()
    topics: tuple[Topic, ...] = ()


def open_meeting(reference: str, *, look: Look, with_whom: str = "") -> Meeting:
    """Open a first meeting of a case: with the one of `with_whom`, or everybody to choose from.

    NotYours (404, logged) if case or person do not exist for `look.by`; NotNow (403, logged) where they do
    not record consents in it.
    """
    case, look = gather_case(reference, look=look, may=can_meet)
    people = _people(case, look.by)
    purposes = _purposes(case.service)
    if not with_whom and len(people) == 1:
        with_whom = people[0].reference
    person = next((one for one in people if one.reference == with_whom), None)
    if with_whom and person is None:
        raise NotYours(
            "Nobody of this reference is in the case.",
            look=look,
            record=case,
            values={"reference": with_whom},
        )
    if person is None:
        show(look, [shown_case(case, Verb.CONSENTS_READ)])
        return Meeting(case=case, people=_presence(case, people, purposes), asked=len(purposes))
    asking = asking_of(person, reader=look.by)
    show(look, [shown_case(case), Shown(Verb.CONSENTS_READ, person, asking.named)])
    return Meeting(
        case=case,
        people=_presence(case, people, purposes),
        asked=len(purposes),
        asking=asking,
        notices=tuple(current_notices()),
        given=tuple(given_to(person)),
        topics=tuple(_topics(case, person, purposes)),
    )


def sets_first_asked(look: Look) -> Look:
    """`look`, by somebody who says what is asked at first; NotNow (403, logged) for everybody else."""
    if not look.by.has_perm("consent.set_first_asked"):
        raise NotNow(
            "The Data Protection Officer says what is asked at a first meeting.",
            look=look,
            record=FirstAsked,
        )
    return look


def first_asked() -> dict[Service, list[str]]:
    """Every service, and for which consents it asks at a first meeting."""
    asked: dict[int, list[str]] = {}
    for one in FirstAsked.objects.all():
        asked.setdefault(one.service_id, []).append(one.purpose)
    return {service: asked.get(service.pk, []) for service in Service.objects.order_by("name")}


def _people(case: Case, user: User) -> list[Person]:
    """Those who belong to the case now and exist for `user`, in the order of its page."""
    theirs = {
        one.pk for one in people_of(user, among=Person.objects.filter(case_people__case=case))
    }
    return [one for one in case.people_now if one.pk in theirs]


def _purposes(service: Service) -> list[str]:
    asked = set(FirstAsked.objects.filter(service=service).values_list("purpose", flat=True))
    return [purpose.value for purpose in ASKED_FOR if purpose in asked]


def _presence(case: Case, people: list[Person], purposes: list[str]) -> list[Present]:
    numbers = [one.pk for one in people]
    had = set(
        NoticeGiven.objects.filter(
            person__in=numbers, notice__in=[notice.pk for notice in current_notices()]
        ).values_list("person", flat=True)
    )
    answers: dict[int, set[str]] = {}
    for number, purpose in Consent.objects.filter(
        person__in=numbers, purpose__in=purposes
    ).values_list("person", "purpose"):
        answers.setdefault(number, set()).add(purpose)
    roles = {one.person_id: one.get_role_display() for one in case.case_people.all()}
    return [
        Present(
            person=one,
            role=roles[one.pk],
            has_notice=one.pk in had,
            answered=len(answers.get(one.pk, ())),
        )
        for one in people
    ]


def _topics(case: Case, person: Person, purposes: list[str]) -> list[Topic]:
    """What is asked of `person`: about each agency that works with the family and about one more."""
    words = {wording.purpose: wording for wording in current_wordings()}
    holding: dict[str, list[Consent]] = {}
    for one in _in_force(person):
        holding.setdefault(one.purpose, []).append(one)
    agencies = {
        link.professional.agency.number_now: link.professional.agency.now
        for link in case.case_professionals.all()
    }
    topics = []
    for purpose in purposes:
        if (wording := words.get(purpose)) is None:
            continue
        holds = holding.get(purpose, [])
        settled = {one.agency and one.agency.number_now for one in holds}
        topics.append(
            Topic(
                wording=wording,
                holds=holds,
                questions=[
                    one
                    for one in _questions(wording, list(agencies.values()))
                    if one.names_agency or (one.agency and one.agency.pk) not in settled
                ],
            )
        )
    return topics


def _questions(wording: Wording, agencies: list[Agency]) -> list[Question]:
    purpose = wording.purpose
    recipient = LAWFUL[Purpose(purpose)].recipient
    if recipient is Recipient.OURSELVES:
        return [Question(key=purpose, wording=wording)]
    known = [
        Question(key=f"{purpose}_{agency.pk}", wording=wording, agency=agency)
        for agency in agencies
    ]
    other = Question(
        key=purpose,
        wording=wording,
        names_agency=True,
        needs_agency=recipient is Recipient.AGENCY,
    )
    return [*known, other]


def _in_force(person: Person) -> QuerySet[Consent]:
    today = timezone.localdate()
    return Consent.objects.filter(
        in_force_on(today), stands(today), person__in=person.numbers
    ).select_related("agency__merged_into")
