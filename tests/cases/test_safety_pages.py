"""The pages of alerts, markers and orders: what comes first, to whom, and what is typed into them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions.emergencies import end_emergency
from cases.models import Alert, CaseRole, CourtOrder, DoNotContact, DoNotDisclose, EmergencyLook
from cases.permissions import cases_of
from cases.queries.alerts import alerts_to_review, orders_between
from cases.queries.emergencies import ANYWAY
from tests.cases.test_people_pages import day, text_of, typed, url
from tests.cases.world import a_world, member_of, says_why, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import (
    AddressFactory,
    AgencyFactory,
    AlertFactory,
    CaseFactory,
    CasePersonFactory,
    ContactPointFactory,
    CourtOrderFactory,
    DoNotContactFactory,
    DoNotDiscloseFactory,
    PersonFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

TABS = ("", "details/", "family/", "cases/", "safety/")


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def worker(world):
    return signed_in(world.worker)


@pytest.fixture
def desk(world):
    return signed_in(member_of(world.service, Role.FRONT_DESK, name="Front Desk"))


@pytest.fixture
def marcus(world):
    return PersonFactory(given_names="Marcus", family_name="Webb")


def first(text, *words):
    """Whether all `words` stand in `text` before its heading."""
    head = text[: text.index("<h1")]
    return all(one in head for one in words)


class TestWhatComesFirst:
    @pytest.mark.parametrize("tab", TABS)
    def test_an_alert_stands_before_anything_else_on_every_tab(self, world, worker, tab):
        AlertFactory(
            person=world.joe,
            kind="medical",
            words="Nuts: carries a pen.",
            was_told=False,
            not_told_because="He is seven.",
            review_on=date(2026, 12, 31),
        )
        text = text_of(worker.get(url(world.joe, tab)))
        assert first(
            text,
            "Allergy or medical",
            "Nuts: carries a pen.",
            "They do not know of this alert.",
            "31 December 2026",
        )

    def test_on_a_case_it_says_about_whom(self, world, worker):
        AlertFactory(person=world.joe, words="Nuts.")
        DoNotDiscloseFactory(person=world.amelia)
        text = text_of(worker.get(world.case.get_absolute_url()))
        assert first(text, "about Joe Hart", "Nothing about Amelia Hart may go to Marcus Webb.")

    def test_an_alert_about_the_household_is_everybodys(self, world, worker):
        AlertFactory(person=world.amelia, household=world.case, words="The dog bites.")
        with entries_since() as entries:
            text = text_of(worker.get(url(world.joe)))
        assert first(text, "The dog bites.", "about Amelia Hart, for the whole household")
        assert world.amelia.pk in entries[0].people

    def test_an_order_and_markers_come_first_while_they_hold(self, world, worker, marcus):
        order = CourtOrderFactory(about=[world.amelia], against=[marcus])
        DoNotContactFactory(person=world.amelia, barred="call")
        with entries_since() as entries:
            text = text_of(worker.get(url(world.amelia)))
        assert first(
            text,
            "Non-molestation order",
            "Must not come within 100 metres.",
            "It binds Marcus Webb.",
            "Do not contact by telephone calls.",
        )
        assert marcus.pk in entries[0].people
        type(order).objects.filter(pk=order.pk)
        CourtOrder.objects.filter(pk=order.pk).update(until=date(2026, 1, 13))
        DoNotContact.objects.update(until=date(2026, 1, 13))
        assert not first(text_of(worker.get(url(world.amelia))), "Non-molestation")

    def test_what_has_ended_does_not(self, world, worker):
        AlertFactory(person=world.joe, words="Nuts.")
        AlertFactory(
            person=world.joe,
            words="Measles.",
            ended_at=timezone.now(),
            ended_by=world.worker,
            end_reason="Well again.",
        )
        text = text_of(worker.get(url(world.joe)))
        assert first(text, "Nuts.")
        assert not first(text, "Measles.")

    def test_an_overdue_review_is_said(self, world, worker):
        AlertFactory(person=world.joe, review_on=timezone.localdate() - timedelta(days=1))
        assert first(text_of(worker.get(url(world.joe))), "Review overdue", "Review was due")


class TestWhoSeesWhat:
    def test_the_front_desk_sees_danger_to_staff_and_what_it_must_not_do(self, world, desk, marcus):
        AlertFactory(person=world.joe, words="Two of us, always.")
        nuts = {"kind": "medical", "words": "No nuts in the room: 999.", "for_front_desk": True}
        marked = AlertFactory(
            person=world.joe, source="Her GP.", was_told=False, not_told_because="Worry.", **nuts
        )
        for_household = AlertFactory(
            person=world.amelia,
            household=world.case,
            kind="other",
            words="Ring before.",
            for_front_desk=True,
        )
        safeguarding = AlertFactory(person=world.joe, kind="safeguarding", words="A worry.")
        DoNotDiscloseFactory(person=world.joe, to_words="Marcus Webb")
        order = CourtOrderFactory(about=[world.joe], against=[marcus], says="Keep away.")
        text = text_of(desk.get(url(world.joe)))
        assert first(text, "Two of us, always.", "Nothing may go to Marcus Webb.")
        assert first(text, marked.words, for_household.words)
        assert first(text, "There are other alerts. Hidden: not needed for your role.")
        alert = text_of(desk.get(marked.get_absolute_url()))
        assert marked.words in alert
        assert "No. Do not speak of it." in alert
        assert "How we know of it. Hidden: not needed for your role." in alert
        assert "Her GP." not in alert
        assert "Worry." not in alert
        page = text_of(desk.get(url(world.joe, "safety/")))
        for secret in ("A worry.", "Keep away.", "Non-molestation"):
            assert secret not in text
            assert secret not in page
        for hidden in (safeguarding, order):
            with entries_since() as entries:
                assert desk.get(hidden.get_absolute_url()).status_code == 404
            assert [e.verb for e in entries] == [Verb.LOOK_REFUSED]

    def test_the_front_desk_reads_every_alert_in_an_emergency_and_it_is_reviewed(self, world):
        front = member_of(world.service, Role.FRONT_DESK, name="Sue Front")
        desk, allergy = (
            signed_in(front),
            AlertFactory(
                person=world.joe, kind="medical", words="Peanuts: adrenaline pen in his bag."
            ),
        )
        page = desk.get(url(world.joe))
        assert allergy.words not in text_of(page)
        where = f"{reverse('cases:emergency')}?words={world.joe.reference}"
        assert where in page.content.decode()
        # There is nothing of Amelia's to read: her record is open to them anyway.
        nothing = {"words": world.amelia.reference, "reason": "He cannot breathe."}
        assert ANYWAY in text_of(desk.post(reverse("cases:emergency"), nothing))

        sent = typed(desk.get(where), reason="He cannot breathe.")
        assert desk.post(reverse("cases:emergency"), sent).url == world.joe.get_absolute_url()
        assert first(text_of(desk.get(url(world.joe))), allergy.words)
        assert desk.get(allergy.get_absolute_url()).status_code == 200
        assert not cases_of(front).exists()
        look = EmergencyLook.objects.get()
        assert (look.person, look.recorded_by) == (world.joe, front)
        end_emergency(emergency=look, by=front)
        assert allergy.words not in text_of(desk.get(url(world.joe)))

    def test_a_household_reaches_another_service_only_with_danger_and_without_a_name(self, world):
        counselling = ServiceFactory(name="Counselling")
        colm = signed_in(member_of(counselling, Role.CASEWORKER, name="Colm Byrne"))
        CaseFactory(service=counselling, people=[world.joe])
        AlertFactory(person=world.amelia, household=world.case, words="The dog bites.")
        AlertFactory(person=world.amelia, household=world.case, kind="medical", words="Insulin.")
        text = text_of(colm.get(url(world.joe)))
        assert first(text, "The dog bites.", "about somebody of the same household")
        assert "Amelia" not in text
        assert "Insulin." not in text

    @pytest.mark.parametrize("role", [Role.QUALITY_REVIEWER, Role.DPO])
    def test_who_reads_and_does_not_raise(self, world, role):
        reader = signed_in(says_why(member_of(world.service, role, name="A Reader"), world.joe))
        alert = AlertFactory(person=world.joe)
        assert "Raise an alert" not in text_of(reader.get(url(world.joe, "safety/")))
        assert reader.get(alert.get_absolute_url()).status_code == 200
        for page in (url(world.joe, "alerts/add/"), f"{alert.get_absolute_url()}end/"):
            with entries_since() as entries:
                assert reader.get(page).status_code == 403
            assert [e.verb for e in entries] == [Verb.LOOK_REFUSED]

    def test_another_service_has_neither_alert_nor_order(self, world):
        colm = signed_in(member_of(ServiceFactory(), Role.CASEWORKER, name="Colm Byrne"))
        for row in (AlertFactory(person=world.joe), CourtOrderFactory(about=[world.joe])):
            with entries_since() as entries:
                assert colm.get(row.get_absolute_url()).status_code == 404
            assert [(e.verb, e.people) for e in entries] == [(Verb.LOOK_REFUSED, [world.joe.pk])]

    def test_alerts_to_review_are_those_of_ones_own_people(self, world):
        past = timezone.localdate() - timedelta(days=1)
        ours = AlertFactory(person=world.joe, review_on=past)
        AlertFactory(person=world.joe)
        theirs = AlertFactory(person=CasePersonFactory().person, review_on=past)
        assert list(alerts_to_review(world.worker, on=timezone.localdate())) == [ours]
        lead = the(Role.SAFEGUARDING_LEAD)
        assert set(alerts_to_review(lead, on=timezone.localdate())) == {ours, theirs}


class TestTyping:
    def test_an_alert_raised_reviewed_and_ended(self, world, worker):
        page = worker.get(url(world.joe, "alerts/add/"))
        sent = typed(
            page,
            kind="medical",
            words="Nuts: carries a pen.",
            for_front_desk="yes",
            source="His mother, today.",
            household=world.case.reference,
            was_told="no",
            not_told_because="He is seven.",
            **later("review_on"),
        )
        answer = worker.post(url(world.joe, "alerts/add/"), sent)
        assert answer["Location"] == url(world.joe, "safety/")
        made = Alert.objects.get()
        assert (made.household, made.was_told, made.for_front_desk) == (world.case, False, True)
        review = f"{made.get_absolute_url()}review/"
        page = worker.get(review)
        sent = typed(page, was_told="yes", for_front_desk="no", **later("review_on"))
        assert worker.post(review, sent).url == made.get_absolute_url()
        made.refresh_from_db()
        assert (made.was_told, made.not_told_because, made.for_front_desk) == (True, "", False)
        end = f"{made.get_absolute_url()}end/"
        assert worker.post(end, typed(worker.get(end), reason="He outgrew it.")).status_code == 302
        assert "He outgrew it." in text_of(worker.get(url(world.joe, "safety/")))
        assert worker.get(end).status_code == 409

    def test_nothing_typed_is_lost_when_the_answer_is_no(self, world, worker):
        page = worker.get(url(world.joe, "alerts/add/"))
        sent = typed(page, words="Nuts: carries a pen.", kind="medical", was_told="no")
        answer = worker.post(url(world.joe, "alerts/add/"), sent)
        assert answer.status_code == 422
        text = text_of(answer)
        assert "Nuts: carries a pen." in text
        assert "Say why the person was not told" in text
        assert "Choose an answer to “Must the front desk see it?”" in text
        assert not Alert.objects.exists()

    def test_do_not_contact(self, world, worker):
        address = url(world.amelia, "no-contact/add/")
        sent = typed(worker.get(address), barred="post", reason="He opens it.")
        assert worker.post(address, sent).status_code == 302
        AddressFactory(person=world.amelia)
        details = text_of(worker.get(url(world.amelia, "details/")))
        assert "Letters: Do not contact by letter: He opens it." in details
        end = url(world.amelia, "no-contact/end/")
        sent = typed(worker.get(end), reason="He moved out.")
        assert worker.post(end, sent).status_code == 302
        assert "Letters: Do not contact" not in text_of(worker.get(url(world.amelia, "details/")))
        assert worker.get(end).status_code == 409

    def test_do_not_disclose_to_a_person_an_agency_and_a_name(self, world, worker, marcus):
        CasePersonFactory(case=world.case, person=marcus, role=CaseRole.OTHER)
        address, school = url(world.joe, "no-disclosure/add/"), AgencyFactory(name="A school")
        for whom in (
            {"whom": "person", "to_person": marcus.reference},
            {"whom": "agency", "to_agency": school.pk, "to_words": "typed before"},
            {"whom": "words", "to_words": "her brother"},
        ):
            sent = typed(worker.get(address), reason="Threats.", **whom)
            assert worker.post(address, sent).status_code == 302
        made = DoNotDisclose.objects.order_by("pk")
        assert [one.recipient_in_words for one in made] == [
            "Marcus Webb",
            "A school",
            "her brother",
        ]

    @pytest.mark.parametrize(
        ("whom", "sentence"),
        [
            ({"whom": "person", "to_person": "P-999999"}, "No person with this reference"),
            ({"whom": "person"}, "No person with this reference"),
            ({"whom": "agency"}, "Choose the agency."),
            ({"whom": "words"}, "Write the name."),
            ({}, "Choose an answer"),
        ],
    )
    def test_somebody_must_be_named(self, world, worker, whom, sentence):
        address = url(world.joe, "no-disclosure/add/")
        answer = worker.post(address, typed(worker.get(address), reason="Threats.", **whom))
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert "Threats." in text_of(answer)

    def test_a_court_order_recorded_and_ended(self, world, worker):
        address = url(world.joe, "orders/add/")
        sent = typed(
            worker.get(address),
            kind="prohibited_steps",
            court="Family Court at Liverpool",
            about=[world.joe.reference],
            against=[world.amelia.reference],
            says="Must not take him abroad.",
            seen_what="Sealed order",
            **day("since", "3 2 2026"),
        )
        assert worker.post(address, sent).status_code == 302
        made = CourtOrder.objects.get()
        assert (made.about_in_words, made.against_in_words) == ("Joe Hart", "Amelia Hart")
        assert made.seen_by == world.worker
        assert orders_between(world.joe, world.amelia, on=timezone.localdate()) == [made]
        page = text_of(worker.get(made.get_absolute_url()))
        assert "Sealed order" in page
        assert "No copy is kept." in page
        end = f"{made.get_absolute_url()}end/"
        sent = typed(worker.get(end), reason="Discharged.", **day("until", "1 6 2026"))
        assert worker.post(end, sent).status_code == 302
        assert orders_between(world.joe, world.amelia, on=timezone.localdate()) == []

    def test_nobody_is_protected_from_themselves(self, world, worker):
        address = url(world.joe, "orders/add/")
        sent = typed(worker.get(address), against=[world.joe.reference], says="Keep away.")
        answer = worker.post(address, sent)
        assert answer.status_code == 422
        assert "Nobody is protected and bound" in text_of(answer)
        assert "Keep away." in text_of(answer)


def later(name):
    on = timezone.localdate() + timedelta(days=60)
    return day(name, f"{on.day} {on.month} {on.year}")


class TestReaching:
    def test_a_safe_address_is_the_only_one_for_letters(self, world, worker):
        AddressFactory(person=world.amelia, lines="12 Sample Street")
        AddressFactory(person=world.amelia, lines="c/o the library", kind="safe", postcode="")
        text = text_of(worker.get(url(world.amelia, "safety/")))
        letters = text[text.index("Letters") : text.index("Visits at home")]
        assert "c/o the library" in letters
        assert "12 Sample Street" not in letters

    def test_a_confidential_address_stays_hidden_from_the_front_desk(self, world, desk, worker):
        AddressFactory(person=world.amelia, lines="The refuge", is_confidential=True)
        assert "The refuge" in text_of(worker.get(url(world.amelia, "safety/")))
        text = text_of(desk.get(url(world.amelia, "safety/")))
        assert "The refuge" not in text
        assert "A confidential address. Hidden: not needed for your role." in text

    def test_as_many_questions_for_thirty_as_for_one(self, world, worker):
        def one_of_each():
            AddressFactory(person=world.amelia)
            ContactPointFactory(person=world.amelia)
            AlertFactory(person=world.amelia, household=world.case)
            AlertFactory(person=world.joe, household=world.case)
            DoNotContactFactory(person=world.amelia)
            DoNotDiscloseFactory(person=world.amelia, to_person=PersonFactory())
            CourtOrderFactory(about=[world.amelia, world.joe], against=[PersonFactory()])

        def asked(page):
            with CaptureQueriesContext(connection) as queries:
                worker.get(page)
            return len(queries)

        pages = [url(world.amelia, "safety/"), url(world.joe), world.case.get_absolute_url()]
        one_of_each()
        for page in pages:
            worker.get(page)
        few = [asked(page) for page in pages]
        for _ in range(29):
            one_of_each()
        assert [asked(page) for page in pages] == few
