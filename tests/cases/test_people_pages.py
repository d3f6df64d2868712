"""The pages of a person's record: what they show to whom, and what is typed into them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from audit.models import EntryValue
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import Address, ContactPoint, Person, PersonName, Relationship, SensitiveDetail
from tests.cases.world import a_world, member_of, says_why, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import (
    AddressFactory,
    CaseFactory,
    CaseNoteFactory,
    CasePersonFactory,
    ContactPointFactory,
    PersonFactory,
    PersonNameFactory,
    RelationshipFactory,
    SensitiveDetailFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

TABS = ("", "details/", "family/", "cases/")
SCRIPT = "<script>alert('x')</script>"


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def worker(world):
    return signed_in(world.worker)


def url(person, page=""):
    return f"/casework/people/{person.reference}/{page}"


def text_of(response):
    return " ".join(response.content.decode().split())


def typed(page, **changes):
    """What a browser would send back from the form of `page`, with `changes` typed in."""
    form = page.context["form"]
    sent = {}
    for box in form:
        value = box.value()
        widget = box.field.widget
        if hasattr(widget, "widgets"):
            parts = value if isinstance(value, list) else widget.decompress(value)
            for number, part in enumerate(parts):
                sent[f"{box.html_name}_{number}"] = "" if part is None else part
        elif value is True:
            sent[box.html_name] = "on"
        elif value not in (None, False):
            sent[box.html_name] = value
        elif getattr(widget, "input_type", "") == "select":
            # A browser sends the first answer of a list that nobody has touched.
            sent[box.html_name] = widget.choices[0][0]
    return sent | changes


def day(name, written):
    return dict(zip((f"{name}_0", f"{name}_1", f"{name}_2"), written.split(), strict=True))


class TestRecord:
    def test_the_head_says_who_it_is(self, world, worker):
        Person.objects.filter(pk=world.amelia.pk).update(
            preferred_name="Millie",
            pronouns="she/her",
            needs_interpreter=True,
            communication_needs="Large print",
        )
        AddressFactory(person=world.amelia, is_confidential=True)
        text = text_of(worker.get(url(world.amelia)))
        for words in (
            "Amelia Hart",
            "Millie",
            "she/her",
            world.amelia.reference,
            "14 March 1990 (age",
            "Needs an interpreter",
            "Communication needs",
            "Confidential address",
        ):
            assert words in text

    def test_it_shows_what_happened_in_every_case_of_theirs(self, world, worker):
        CaseNoteFactory(case=world.case, people=[world.joe], body="Joe built a tower.")
        CaseNoteFactory(case=world.case, people=[world.amelia], body="Amelia slept well.")
        elsewhere = CaseFactory(people=[world.joe])
        CaseNoteFactory(case=elsewhere, people=[world.joe], body="Said in counselling.")
        text = text_of(worker.get(url(world.joe)))
        assert "Joe built a tower." in text
        assert "Amelia slept well." not in text
        assert "Said in counselling." not in text

    @pytest.mark.parametrize("tab", TABS)
    def test_every_tab_is_written_down_once(self, world, worker, tab):
        with entries_since() as entries:
            assert worker.get(url(world.joe, tab)).status_code == 200
        assert [(e.verb, e.record_id, e.purpose) for e in entries] == [
            (Verb.PERSON_OPENED, world.joe.pk, Purpose.SERVICE)
        ]
        assert world.joe.pk in entries[0].people

    def test_the_lead_looks_to_protect(self, world):
        lead = says_why(the(Role.SAFEGUARDING_LEAD), world.joe, purpose="safeguarding")
        with entries_since() as entries:
            signed_in(lead).get(url(world.joe))
        assert [e.purpose for e in entries] == [Purpose.SAFEGUARDING]

    def test_somebody_without_a_case(self, world, worker):
        rose = PersonFactory(
            recorded_by=world.worker, date_of_birth=None, birth_certainty="not_known"
        )
        for tab in TABS:
            assert worker.get(url(rose, tab)).status_code == 200
        assert "No case yet" in text_of(worker.get(url(rose)))

    @pytest.mark.parametrize("tab", TABS)
    def test_it_asks_the_database_as_often_for_one_row_as_for_thirty(self, world, worker, tab):
        def asked():
            with CaptureQueriesContext(connection) as queries:
                worker.get(url(world.amelia, tab))
            return len(queries)

        def one_of_each(number):
            other = PersonFactory(recorded_by=world.worker)
            CasePersonFactory(case=world.case, person=other)
            RelationshipFactory(person=world.amelia, other=other)
            AddressFactory(person=world.amelia)
            ContactPointFactory(person=world.amelia)
            PersonNameFactory(person=world.amelia)
            SensitiveDetailFactory(person=world.amelia)
            CaseNoteFactory(case=world.case, people=[world.amelia], recorded_by=world.worker)
            CaseFactory(service=world.service, people=[world.amelia], recorded_by=world.worker)

        one_of_each(0)
        worker.get(url(world.amelia, tab))
        one = asked()
        for number in range(1, 30):
            one_of_each(number)
        assert asked() == one


class TestFrontDesk:
    """Basic details, and a word where something is hidden."""

    @pytest.fixture
    def desk(self, world):
        return signed_in(member_of(world.service, Role.FRONT_DESK, name="Front Desk"))

    def test_notes_and_cases_are_hidden(self, world, desk):
        CaseNoteFactory(case=world.case, people=[world.joe], body="Joe built a tower.")
        with entries_since() as entries:
            text = text_of(desk.get(url(world.joe)))
        assert "Joe built a tower." not in text
        assert "Notes, contacts and decisions. Hidden: not needed for your role." in text
        assert [e.verb for e in entries] == [Verb.PERSON_BASICS_OPENED]
        cases = text_of(desk.get(url(world.joe, "cases/")))
        assert "Cases. Hidden: not needed for your role." in cases
        assert world.case.reference not in cases

    def test_confidential_addresses_and_sensitive_details_are_hidden(self, world, desk):
        AddressFactory(person=world.joe, lines="12 Sample Street")
        AddressFactory(
            person=world.joe, lines="The refuge", postcode="PR7 7XX", is_confidential=True
        )
        SensitiveDetailFactory(person=world.joe, detail="Quaker", reason="A quiet room")
        text = text_of(desk.get(url(world.joe, "details/")))
        assert "12 Sample Street" in text
        assert "Confidential address" in text
        for secret in ("The refuge", "PR7 7XX", "Quaker", "A quiet room"):
            assert secret not in text
        assert "Confidential addresses. Hidden: not needed for your role." in text
        assert "Ethnicity, religion, health and the like. Hidden: not needed for your role." in text

    def test_how_we_know_of_parental_responsibility_is_hidden(self, world, desk):
        RelationshipFactory(
            person=world.amelia,
            other=world.joe,
            parental_responsibility=True,
            responsibility_evidence="order after the assault",
        )
        text = text_of(desk.get(url(world.joe, "family/")))
        assert "Amelia Hart has parental responsibility for Joe Hart" in text
        assert "order after the assault" not in text
        assert "How we know. Hidden: not needed for your role." in text

    @pytest.mark.parametrize("page", ["sensitive-details/add/", "sensitive-details/end/", "looks/"])
    def test_what_is_hidden_is_not_written_either(self, world, desk, page):
        SensitiveDetailFactory(person=world.joe)
        with entries_since() as entries:
            assert desk.get(url(world.joe, page)).status_code == 403
            assert desk.post(url(world.joe, page), {}).status_code in {403, 405}
        assert {e.verb for e in entries} == {Verb.LOOK_REFUSED}

    def test_a_confidential_address_is_not_theirs_to_end(self, world, desk):
        secret = AddressFactory(person=world.joe, lines="The refuge", is_confidential=True)
        AddressFactory(person=world.joe)
        page = desk.get(url(world.joe, "addresses/end/"))
        assert "The refuge" not in text_of(page)
        answer = desk.post(url(world.joe, "addresses/end/"), typed(page, which=str(secret.pk)))
        assert answer.status_code == 422
        secret.refresh_from_db()
        assert secret.until is None

    def test_they_change_basic_details(self, world, desk):
        page = desk.get(url(world.joe, "change/"))
        answer = desk.post(url(world.joe, "change/"), typed(page, preferred_name="JoJo"))
        assert answer.status_code == 302
        world.joe.refresh_from_db()
        assert world.joe.preferred_name == "JoJo"


class TestFamily:
    def test_relationships_are_read_from_both_ends(self, world, worker):
        RelationshipFactory(
            person=world.amelia,
            other=world.joe,
            parental_responsibility=True,
            responsibility_evidence="Birth certificate seen",
        )
        of_joe = text_of(worker.get(url(world.joe, "family/")))
        assert "child of" in of_joe
        assert "Amelia Hart has parental responsibility for Joe Hart" in of_joe
        assert "Birth certificate seen" in of_joe
        assert "parent of" in text_of(worker.get(url(world.amelia, "family/")))

    def test_the_youngest_child_is_named(self, world, worker):
        baby = PersonFactory(
            given_names="Nell", date_of_birth=timezone.localdate() - timedelta(days=9)
        )
        CasePersonFactory(case=world.case, person=baby, role="child")
        text = text_of(worker.get(url(world.amelia, "family/")))
        assert f'Youngest child: <a class="govuk-link" href="{url(baby)}">Nell' in text
        assert "9 days" in text

    def test_a_relative_of_another_service_is_not_named(self, world, worker):
        hugo = PersonFactory(given_names="Hugo", family_name="Quill")
        CaseFactory(people=[hugo])
        RelationshipFactory(
            person=hugo,
            other=world.joe,
            parental_responsibility=True,
            responsibility_evidence="seen",
        )
        with entries_since() as entries:
            text = text_of(worker.get(url(world.joe, "family/")))
        assert "somebody known to another service" in text
        assert "Hugo" not in text
        assert hugo.reference not in text
        assert hugo.pk not in entries[0].people
        lead = says_why(the(Role.SAFEGUARDING_LEAD), world.joe)
        named = text_of(signed_in(lead).get(url(world.joe, "family/")))
        assert "Hugo Quill has parental responsibility for Joe Hart" in named


class TestLooks:
    def test_a_manager_sees_who_looked_and_that_is_written_down(self, world, worker):
        worker.get(url(world.joe))
        worker.get(url(world.amelia, "family/"))
        outsider = signed_in(member_of(ServiceFactory(), Role.CASEWORKER, name="An Outsider"))
        assert outsider.get(url(world.joe)).status_code == 404
        with entries_since() as entries:
            page = signed_in(world.manager).get(url(world.joe, "looks/"))
        assert [(e.verb, e.record_id, e.people) for e in entries] == [
            (Verb.LOOKS_READ, world.joe.pk, [world.joe.pk])
        ]
        text = text_of(page)
        for words in (
            "Dean Okafor",
            "caseworker",
            "person, opened",
            "The record of a relative",
            "An Outsider",
            "Refused",
            "providing the service",
        ):
            assert words in text

    def test_a_caseworker_is_refused(self, world, worker):
        with entries_since() as entries:
            assert worker.get(url(world.joe, "looks/")).status_code == 403
        assert [(e.verb, e.people) for e in entries] == [(Verb.LOOK_REFUSED, [world.joe.pk])]

    def test_thirty_to_a_page_and_as_few_questions(self, world, worker):
        manager = signed_in(world.manager)
        address = url(world.joe, "looks/")
        manager.get(address)
        with CaptureQueriesContext(connection) as few:
            manager.get(address)
        for _ in range(40):
            worker.get(url(world.joe, "details/"))
        with CaptureQueriesContext(connection) as many:
            page = manager.get(address)
        assert len(many) == len(few)
        assert "Showing 1 to 30 of" in text_of(page)
        assert manager.get(address, {"page": 2}).status_code == 200


class TestAdding:
    def add(self, worker, **changes):
        sent = typed(worker.get("/casework/people/add/"), given_names="Rose", family_name="Adeyemi")
        return worker.post(
            "/casework/people/add/", sent | day("date_of_birth", "14 3 1991") | changes
        )

    def test_somebody_new(self, world, worker):
        answer = self.add(worker, needs_interpreter="on", first_language="Yoruba")
        rose = Person.objects.get(given_names="Rose")
        assert answer.status_code == 302
        assert answer["Location"] == url(rose, "details/")
        assert (rose.date_of_birth, rose.needs_interpreter) == (date(1991, 3, 14), True)
        assert f"has the reference {rose.reference}" in text_of(worker.get(answer["Location"]))

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            (day("date_of_birth", "1 1 2099"), "Nobody is born in the future"),
            (day("date_of_birth", "1 1 1901"), "older than 120 years"),
            (day("date_of_birth", "31 2 2001"), "no such day"),
            ({"date_of_birth_1": ""}, "Write the month as well"),
            ({"birth_certainty": "not_known"}, "Keep one of the two"),
            ({"given_names": " ", "family_name": ""}, "Write a name"),
        ],
    )
    def test_what_cannot_be_is_refused_and_what_was_typed_stays(self, worker, changes, sentence):
        answer = self.add(worker, first_language="Yoruba", **changes)
        assert answer.status_code == 422
        text = text_of(answer)
        assert sentence in text
        assert 'value="Yoruba"' in text
        assert not Person.objects.filter(family_name="Adeyemi").exists()

    @pytest.mark.parametrize("role", [Role.QUALITY_REVIEWER, Role.SYSTEM_ADMINISTRATOR])
    def test_a_role_that_adds_nobody(self, world, role):
        reader = signed_in(member_of(world.service, role, name="A Reader"))
        with entries_since() as entries:
            assert reader.get("/casework/people/add/").status_code == 403
            assert reader.post("/casework/people/add/", {}).status_code == 403
        assert [e.verb for e in entries] == [Verb.LOOK_REFUSED] * 2


class TestChanging:
    def test_old_and_new_values_stand_beside_the_entry(self, world, worker):
        page = worker.get(url(world.amelia, "change/"))
        with entries_since() as entries:
            answer = worker.post(
                url(world.amelia, "change/"),
                typed(page, family_name="Stone", pronouns="she/her", name_change="wrong"),
            )
        assert answer.status_code == 302
        assert [e.verb for e in entries] == [Verb.PERSON_OPENED, Verb.PERSON_CHANGED]
        assert EntryValue.objects.get(entry=entries[1]).body == {
            "before": {"family_name": "Hart", "pronouns": ""},
            "after": {"family_name": "Stone", "pronouns": "she/her"},
        }

    def test_somebody_was_faster(self, world, worker):
        page = worker.get(url(world.amelia, "change/"))
        desk = signed_in(world.manager)
        desk.post(
            url(world.amelia, "change/"),
            typed(desk.get(url(world.amelia, "change/")), pronouns="they/them"),
        )
        sent = typed(page, family_name="Stone", name_change="new")
        answer = worker.post(url(world.amelia, "change/"), sent)
        assert answer.status_code == 422
        text = text_of(answer)
        assert "Somebody else has changed these details" in text
        assert 'value="Stone"' in text

    def test_nothing_different(self, world, worker):
        page = worker.get(url(world.amelia, "change/"))
        answer = worker.post(url(world.amelia, "change/"), typed(page))
        assert answer.status_code == 422
        assert "Nothing is different" in text_of(answer)


ADDED = {
    "names/add/": ({"kind": "former", "name": "Amelia Sutton"}, PersonName, Verb.NAME_ADDED),
    "addresses/add/": (
        {"kind": "home", "lines": "1 Road\nSouthport", "postcode": "pr90zz"},
        Address,
        Verb.ADDRESS_ADDED,
    ),
    "contact-points/add/": (
        {"kind": "mobile", "value": "07700 900 123", "safe_for_messages": "on"},
        ContactPoint,
        Verb.CONTACT_POINT_ADDED,
    ),
    "sensitive-details/add/": (
        {"kind": "religion", "detail": "Hindu", "reason": "Food at groups"},
        SensitiveDetail,
        Verb.SENSITIVE_DETAIL_ADDED,
    ),
}
NOT_ADDED = {
    "names/add/": ({"kind": "former", "name": ""}, "Fill in “Name”."),
    "addresses/add/": ({"lines": "1 Road", "postcode": "PR9"}, "not a whole British postcode"),
    "contact-points/add/": ({"kind": "mobile", "value": "12"}, "is not a telephone number"),
    "sensitive-details/add/": ({"kind": "religion", "detail": "Hindu"}, "Fill in “Why we asked”."),
}
ENDED = {
    "addresses/end/": (AddressFactory, Verb.ADDRESS_ENDED),
    "contact-points/end/": (ContactPointFactory, Verb.CONTACT_POINT_ENDED),
    "sensitive-details/end/": (SensitiveDetailFactory, Verb.SENSITIVE_DETAIL_ENDED),
}


class TestFacts:
    @pytest.mark.parametrize("page", ADDED)
    def test_one_is_added(self, world, worker, page):
        changes, model, verb = ADDED[page]
        address = url(world.amelia, page)
        with entries_since() as entries:
            answer = worker.post(address, typed(worker.get(address), **changes))
        assert answer.status_code == 302
        assert answer["Location"] == url(world.amelia, "details/")
        assert [e.verb for e in entries][-1] == verb
        assert model.objects.get().person == world.amelia
        assert worker.get(answer["Location"]).status_code == 200

    @pytest.mark.parametrize("page", NOT_ADDED)
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, world, worker, page):
        changes, sentence = NOT_ADDED[page]
        address = url(world.amelia, page)
        answer = worker.post(address, typed(worker.get(address), **changes))
        assert answer.status_code == 422
        text = text_of(answer)
        assert sentence in text
        for words in changes.values():
            assert words in text
        assert ADDED[page][1].objects.count() == 0

    @pytest.mark.parametrize("page", ENDED)
    def test_one_ends(self, world, worker, page):
        factory, verb = ENDED[page]
        fact, address = factory(person=world.amelia), url(world.amelia, page)
        with entries_since() as entries:
            answer = worker.post(address, typed(worker.get(address)) | day("until", "1 10 2026"))
        assert answer.status_code == 302
        assert [e.verb for e in entries][-1] == verb
        fact.refresh_from_db()
        assert fact.until == date(2026, 10, 1)

    @pytest.mark.parametrize("page", ENDED)
    def test_not_on_a_day_to_come(self, world, worker, page):
        factory, _ = ENDED[page]
        fact, address = factory(person=world.amelia), url(world.amelia, page)
        answer = worker.post(address, typed(worker.get(address)) | day("until", "1 10 2099"))
        assert answer.status_code == 422
        assert "1 October 2099 has not come yet" in text_of(answer)
        fact.refresh_from_db()
        assert fact.until is None

    @pytest.mark.parametrize("page", [*ENDED, "relationships/end/"])
    def test_nothing_to_end_is_said(self, world, worker, page):
        answer = worker.get(url(world.amelia, page))
        assert answer.status_code == 409
        assert "There is nothing here that could end." in text_of(answer)

    def test_a_fact_of_somebody_else_is_not_ended(self, world, worker):
        AddressFactory(person=world.amelia)
        of_joe = AddressFactory(person=world.joe)
        address = url(world.amelia, "addresses/end/")
        answer = worker.post(address, typed(worker.get(address), which=str(of_joe.pk)))
        assert answer.status_code == 422
        of_joe.refresh_from_db()
        assert of_joe.until is None


class TestRelating:
    def relate(self, worker, person, **changes):
        address = url(person, "relationships/add/")
        return worker.post(address, typed(worker.get(address), **changes))

    @pytest.mark.parametrize("reference", ["{}", " p-{n} ", "{n}"])
    def test_parent_and_child_in_either_direction(self, world, worker, reference):
        typed_in = reference.format(world.amelia.reference, n=world.amelia.pk)
        answer = self.relate(
            worker,
            world.joe,
            how="parent:other",
            other=typed_in,
            parental_responsibility="on",
            responsibility_evidence="Birth certificate seen",
        )
        assert answer.status_code == 302
        written = Relationship.objects.get()
        assert (written.person, written.kind, written.other) == (world.amelia, "parent", world.joe)
        assert written.parental_responsibility

    def test_responsibility_wants_evidence(self, world, worker):
        answer = self.relate(
            worker,
            world.amelia,
            how="parent",
            other=world.joe.reference,
            parental_responsibility="on",
        )
        assert answer.status_code == 422
        assert "Say how we know" in text_of(answer)

    def test_a_refusal_of_the_verb_stands_on_the_form(self, world, worker):
        answer = self.relate(worker, world.amelia, how="partner", other=world.amelia.reference)
        assert answer.status_code == 422
        assert "Nobody is related to themselves" in text_of(answer)

    def test_people_of_the_same_cases_are_offered(self, world, worker):
        page = worker.get(url(world.amelia, "relationships/add/"))
        assert f"Joe Hart {world.joe.reference}" in text_of(page)

    def test_somebody_of_another_service_cannot_be_named(self, world, worker):
        hugo = PersonFactory(given_names="Hugo", family_name="Quill")
        CaseFactory(people=[hugo])
        sentences = []
        for reference in (hugo.reference, "P-999999"):
            with entries_since() as entries:
                answer = self.relate(worker, world.amelia, how="partner", other=reference)
            assert answer.status_code == 422
            text = text_of(answer)
            assert "Hugo" not in text
            assert "No person with this reference is known to you" in text
            sentences.append(text.count("No person with this reference"))
            assert [e.verb for e in entries][-1] == Verb.LOOK_REFUSED
        assert sentences[0] == sentences[1]
        assert Relationship.objects.count() == 0

    def test_the_attempt_names_whom_it_was_about(self, world, worker):
        hugo = PersonFactory(given_names="Hugo", family_name="Quill")
        CaseFactory(people=[hugo])
        with entries_since() as entries:
            self.relate(worker, world.amelia, how="partner", other=hugo.reference)
        assert entries[-1].people == [hugo.pk]

    def test_it_ends(self, world, worker):
        written = RelationshipFactory(person=world.amelia, other=world.joe)
        address = url(world.joe, "relationships/end/")
        page = worker.get(address)
        assert "Amelia Hart is parent of Joe Hart" in text_of(page)
        answer = worker.post(address, typed(page))
        assert answer.status_code == 302
        written.refresh_from_db()
        assert written.until == timezone.localdate()

    def test_one_with_somebody_of_another_service_is_not_shown_to_be_ended(self, world, worker):
        hugo = PersonFactory(given_names="Hugo", family_name="Quill")
        CaseFactory(people=[hugo])
        RelationshipFactory(person=hugo, other=world.joe)
        RelationshipFactory(person=world.amelia, other=world.joe)
        assert "Hugo" not in text_of(worker.get(url(world.joe, "relationships/end/")))


def test_whatever_is_typed_is_shown_as_text(world, worker):
    rose = PersonFactory(
        given_names=SCRIPT,
        family_name="<b>Bold",
        preferred_name=SCRIPT,
        pronouns=SCRIPT,
        first_language=SCRIPT,
        communication_needs=SCRIPT,
    )
    CasePersonFactory(case=world.case, person=rose)
    PersonNameFactory(person=rose, name=SCRIPT)
    AddressFactory(person=rose, lines=f"{SCRIPT}\n{SCRIPT}", postcode="")
    ContactPointFactory(person=rose, value=SCRIPT, notes=SCRIPT)
    SensitiveDetailFactory(person=rose, detail=SCRIPT, reason=SCRIPT)
    RelationshipFactory(
        person=rose,
        other=world.joe,
        parental_responsibility=True,
        responsibility_evidence=SCRIPT,
    )
    for page in (
        *TABS,
        "change/",
        "addresses/end/",
        "contact-points/end/",
        "sensitive-details/end/",
        "relationships/add/",
        "relationships/end/",
    ):
        for person in (rose, world.joe):
            answer = worker.get(url(person, page))
            if answer.status_code == 409:
                continue
            text = answer.content.decode()
            assert "<script>alert" not in text, page
            assert "<b>Bold" not in text, page
    looks = signed_in(world.manager).get(url(rose, "looks/")).content.decode()
    assert "<script>alert" not in looks
