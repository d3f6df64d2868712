"""Putting a record right: what was written wrongly, taken out, ended, and what the record says of it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from cases.actions import cases, corrections, people, relationships
from cases.actions.voiding import void_person
from cases.models import (
    Address,
    CasePerson,
    ContactPoint,
    Kinship,
    Person,
    PersonName,
    Relationship,
    SensitiveDetail,
)
from cases.queries.responsibility import is_responsible, responsible_for
from core.errors import LogUnavailable, Refused
from tests.cases.test_people_pages import day, text_of, typed, url
from tests.cases.world import a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.consent.sql import delete
from tests.factories.cases import (
    AddressFactory,
    AlertFactory,
    CaseNoteFactory,
    ContactPointFactory,
    PersonFactory,
    PersonNameFactory,
    RelationshipFactory,
    SensitiveDetailFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 26)
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
ALL = (Person, PersonName, Address, ContactPoint, SensitiveDetail, Relationship, CasePerson)


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def worker(world):
    return signed_in(world.worker)


def everything():
    return {model: sorted(map(str, model.objects.values_list())) for model in ALL}


def acts(world):
    amelia, joe, by = world.amelia, world.joe, world.worker
    related = RelationshipFactory(person=amelia, other=joe)
    held = RelationshipFactory(
        person=amelia, other=joe, kind="step_parent", parental_responsibility=True
    )
    today = {"on": TODAY, "by": by}
    return {
        Verb.NAME_CORRECTED: lambda: corrections.correct_name(
            fact=PersonNameFactory(person=amelia), kind="birth", name="Amelia Sutton", **today
        ),
        Verb.ADDRESS_CORRECTED: lambda: corrections.correct_address(
            fact=AddressFactory(person=amelia), kind="home", lines="14 Sample Street", **today
        ),
        Verb.CONTACT_POINT_CORRECTED: lambda: corrections.correct_contact_point(
            fact=ContactPointFactory(person=amelia), kind="mobile", value="07700 900124", **today
        ),
        Verb.SENSITIVE_DETAIL_CORRECTED: lambda: corrections.correct_sensitive_detail(
            fact=SensitiveDetailFactory(person=amelia),
            kind="religion",
            detail="Catholic",
            reason="Food.",
            **today,
        ),
        Verb.RELATIONSHIP_CORRECTED: lambda: relationships.correct_relationship(
            relationship=related, person=amelia, kind="sibling", other=joe, **today
        ),
        Verb.RESPONSIBILITY_RECORDED: lambda: relationships.record_responsibility(
            relationship=related, responsibility_by="birth", evidence="Certificate", **today
        ),
        Verb.RESPONSIBILITY_WITHDRAWN: lambda: relationships.withdraw_responsibility(
            relationship=held, reason="Read wrongly.", by=by
        ),
        Verb.ADDRESS_TAKEN_OUT: lambda: corrections.take_out(
            fact=AddressFactory(person=amelia), reason="Her sister's.", by=by
        ),
        Verb.RELATIONSHIP_TAKEN_OUT: lambda: corrections.take_out(
            fact=related, reason="Another Joe.", by=by
        ),
        Verb.CASE_PERSON_LEFT: lambda: cases.take_out_of_case(
            part=CasePerson.objects.get(person=joe), reason="Moved.", until=TODAY, **today
        ),
        Verb.PERSON_VOIDED: lambda: void_person(
            person=PersonFactory(recorded_by=by), reason="Added twice.", by=by
        ),
    }


VERBS = (
    Verb.NAME_CORRECTED,
    Verb.ADDRESS_CORRECTED,
    Verb.CONTACT_POINT_CORRECTED,
    Verb.SENSITIVE_DETAIL_CORRECTED,
    Verb.RELATIONSHIP_CORRECTED,
    Verb.RESPONSIBILITY_RECORDED,
    Verb.RESPONSIBILITY_WITHDRAWN,
    Verb.ADDRESS_TAKEN_OUT,
    Verb.RELATIONSHIP_TAKEN_OUT,
    Verb.CASE_PERSON_LEFT,
    Verb.PERSON_VOIDED,
)


def test_each_act_leaves_one_entry_and_none_without_the_log(world, request):
    done = acts(world)
    assert set(done) == set(VERBS)
    for verb, act in done.items():
        with entries_since() as entries:
            act()
        assert [e.verb for e in entries] == [verb]


@pytest.mark.parametrize(
    "verb", [Verb.RELATIONSHIP_CORRECTED, Verb.RELATIONSHIP_TAKEN_OUT, Verb.CASE_PERSON_LEFT]
)
def test_without_an_entry_nothing_is_done(world, verb, request):
    act = acts(world)[verb]
    before = everything()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        act()
    assert everything() == before


def refused(act, sentence):
    before = everything()
    with entries_since() as entries, pytest.raises(Refused, match=sentence):
        act()
    assert (entries, everything()) == ([], before)


class TestNames:
    def test_a_new_name_keeps_the_former_one(self, world, worker):
        page = worker.get(url(world.amelia, "change/"))
        sent = typed(page, family_name="Stone")
        assert worker.post(url(world.amelia, "change/"), sent).status_code == 422
        answer = worker.post(url(world.amelia, "change/"), sent | {"name_change": "new"})
        assert answer.status_code == 302
        former = PersonName.objects.get()
        assert (former.kind, former.name, former.until) == (
            "former",
            "Amelia Hart",
            timezone.localdate(),
        )
        assert "Amelia Hart" in text_of(worker.get(url(world.amelia, "details/")))

    def test_a_name_written_wrongly_leaves_none(self, world):
        people.change_basics(person=world.amelia, family_name="Hearte", on=TODAY, by=world.worker)
        assert not PersonName.objects.exists()

    def test_a_change_of_something_else_asks_nothing_about_names(self, world, worker):
        page = worker.get(url(world.amelia, "change/"))
        assert worker.post(url(world.amelia, "change/"), typed(page, pronouns="she")).url


class TestCorrecting:
    def test_an_address_is_put_right_and_the_record_says_so(self, world, worker):
        wrong = AddressFactory(person=world.amelia, lines="12 Sample Street")
        address = url(world.amelia, f"addresses/correct/?which={wrong.pk}")
        sent = typed(worker.get(address), lines="21 Sample Street")
        assert worker.post(address, sent)["Location"] == url(world.amelia, "details/")
        assert Address.objects.get().lines == "21 Sample Street"
        text = text_of(worker.get(url(world.amelia, "changes/")))
        assert "Address: 12 Sample Street → 21 Sample Street" in text
        assert "Dean Okafor" in text

    def test_an_end_written_by_mistake_is_taken_back(self, world, worker):
        ended = ContactPointFactory(person=world.amelia, until=YESTERDAY)
        address = url(world.amelia, f"contact-points/correct/?which={ended.pk}")
        blank = dict.fromkeys(("until_0", "until_1", "until_2"), "")
        assert worker.post(address, typed(worker.get(address), **blank)).status_code == 302
        ended.refresh_from_db()
        assert ended.until is None

    def test_what_says_the_same_is_refused_and_nothing_typed_is_lost(self, world, worker):
        wrong = AddressFactory(person=world.amelia)
        address = url(world.amelia, f"addresses/correct/?which={wrong.pk}")
        answer = worker.post(address, typed(worker.get(address)))
        assert answer.status_code == 422
        assert "Nothing is different" in text_of(answer)
        answer = worker.post(address, typed(worker.get(address), postcode="PR", lines="9 Road"))
        assert answer.status_code == 422
        assert "9 Road" in text_of(answer)

    @pytest.mark.parametrize(
        ("factory", "facts"),
        [
            (AddressFactory, "addresses"),
            (PersonNameFactory, "names"),
            (ContactPointFactory, "contact-points"),
            (SensitiveDetailFactory, "sensitive-details"),
        ],
    )
    def test_what_belongs_to_somebody_else_is_taken_out(self, world, worker, factory, facts):
        stray = factory(person=world.amelia)
        address = url(world.amelia, f"{facts}/take-out/?which={stray.pk}")
        assert worker.post(address, typed(worker.get(address))).status_code == 422
        sent = typed(worker.get(address), reason="It is her sister's.")
        assert worker.post(address, sent).status_code == 302
        assert not type(stray).objects.exists()
        assert "It is her sister&#x27;s." in text_of(worker.get(url(world.amelia, "changes/")))

    def test_a_fact_of_somebody_else_is_not_found_there(self, world, worker):
        of_joe = AddressFactory(person=world.joe)
        answer = worker.get(url(world.amelia, f"addresses/correct/?which={of_joe.pk}"))
        assert answer.status_code == 409

    def test_the_front_desk_corrects_no_secret_and_reads_no_old_values(self, world):
        desk = signed_in(member_of(world.service, Role.FRONT_DESK, name="Front Desk"))
        secret = AddressFactory(person=world.joe, lines="The refuge", is_confidential=True)
        page = desk.get(url(world.joe, f"addresses/correct/?which={secret.pk}"))
        assert page.status_code == 409
        assert "The refuge" not in text_of(page)
        assert desk.get(url(world.joe, "changes/")).status_code == 403
        assert desk.get(url(world.joe, "sensitive-details/correct/")).status_code == 403


class TestRelationships:
    def test_a_relationship_is_turned_round(self, world, worker):
        wrong = RelationshipFactory(person=world.joe, other=world.amelia, kind="parent")
        address = url(world.joe, f"relationships/correct/?which={wrong.pk}")
        sent = typed(worker.get(address))
        assert sent["how"] == "parent"
        answer = worker.post(address, sent | {"how": "parent:other"})
        assert answer.status_code == 302
        wrong.refresh_from_db()
        assert (wrong.person, wrong.kind, wrong.other) == (world.amelia, "parent", world.joe)

    def test_not_while_responsibility_would_turn_round_as_well(self, world):
        held = RelationshipFactory(
            person=world.amelia, other=world.joe, parental_responsibility=True
        )
        refused(
            lambda: relationships.correct_relationship(
                relationship=held,
                person=world.joe,
                kind="parent",
                other=world.amelia,
                on=TODAY,
                by=world.worker,
            ),
            "Take away the parental responsibility first",
        )

    def test_responsibility_with_its_own_days(self, world, worker):
        held = RelationshipFactory(person=world.amelia, other=world.joe)
        address = url(world.joe, f"responsibility/?which={held.pk}")
        sent = typed(
            worker.get(address),
            responsibility_by="order",
            evidence="Sealed order",
            seen_by=world.worker.pk,
            **day("since", "3 2 2026"),
            **day("seen_on", "5 2 2026"),
        )
        assert worker.post(address, sent)["Location"] == url(world.joe, "family/")
        text = text_of(worker.get(url(world.joe, "family/")))
        assert (
            "has parental responsibility for Joe Hart (parental responsibility order) since" in text
        )
        assert not is_responsible(world.amelia, world.joe, on=date(2026, 2, 2))
        assert is_responsible(world.amelia, world.joe, on=date(2026, 2, 3))
        ended = typed(worker.get(address), **day("until", "1 6 2026"))
        assert worker.post(address, ended).status_code == 302
        assert not is_responsible(world.amelia, world.joe, on=TODAY)
        assert "had parental responsibility" in text_of(worker.get(url(world.joe, "family/")))

    def test_nobody_is_responsible_for_whoever_is_grown_up(self, world):
        RelationshipFactory(person=world.joe, other=world.amelia, parental_responsibility=True)
        assert not responsible_for(world.amelia, on=TODAY).exists()
        assert responsible_for(world.amelia, on=date(2008, 3, 13)).exists()
        assert not responsible_for(world.amelia, on=date(2008, 3, 14)).exists()

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"responsibility_by": ""}, "how they came to have"),
            ({"evidence": " "}, "how we know"),
            ({"since": TOMORROW}, "not come yet"),
            ({"since": TODAY, "until": YESTERDAY}, "before it began"),
            ({"seen_on": TODAY}, "both, or neither"),
        ],
    )
    def test_what_cannot_be_so_leaves_no_trace(self, world, changes, sentence):
        held = RelationshipFactory(person=world.amelia, other=world.joe)
        arguments = {
            "relationship": held,
            "responsibility_by": "birth",
            "evidence": "Certificate",
            "on": TODAY,
            "by": world.worker,
            **changes,
        }
        refused(lambda: relationships.record_responsibility(**arguments), sentence)

    def test_partners_have_none(self, world):
        partners = RelationshipFactory(
            person=world.amelia, other=PersonFactory(), kind=Kinship.PARTNER
        )
        refused(
            lambda: relationships.record_responsibility(
                relationship=partners,
                responsibility_by="order",
                evidence="Seen",
                on=TODAY,
                by=world.worker,
            ),
            "not written between partners",
        )


class TestLeavingACase:
    def leave(self, world, worker, person, **changes):
        address = f"{world.case.get_absolute_url()}people/leave/"
        sent = typed(worker.get(address), part=person.reference, reason="Moved away.") | changes
        return worker.post(address, sent)

    def test_the_entries_stay_and_the_case_says_since_when(self, world, worker):
        CaseNoteFactory(case=world.case, people=[world.joe], body="Joe built a tower.")
        AlertFactory(person=world.amelia, household=world.case, words="The dog bites.")
        assert self.leave(world, worker, world.joe).status_code == 302
        text = text_of(worker.get(world.case.get_absolute_url()))
        assert "Moved away." in text
        assert "Joe built a tower." in text
        assert "Joe Hart" not in text[text.index("<h1") : text.index("</h1>")]
        of_joe = text_of(worker.get(url(world.joe)))
        assert "Joe built a tower." in of_joe
        assert "The dog bites." not in of_joe

    def test_they_come_back_with_what_was_before_in_the_log(self, world, worker):
        self.leave(world, worker, world.joe)
        cases.add_person_to_case(case=world.case, person=world.joe, role="client", by=world.worker)
        part = CasePerson.objects.get(person=world.joe)
        assert (part.role, part.left_on, part.left_because) == ("client", None, "")

    def test_the_last_one_stays(self, world, worker):
        self.leave(world, worker, world.joe)
        answer = self.leave(world, worker, world.amelia)
        assert answer.status_code == 422
        assert "close it instead" in text_of(answer)
        assert "Moved away." in text_of(answer)

    def test_nobody_leaves_tomorrow_or_twice(self, world):
        part = CasePerson.objects.get(person=world.joe)
        leave = {"part": part, "reason": "Moved.", "on": TODAY, "by": world.worker}
        refused(lambda: cases.take_out_of_case(until=TOMORROW, **leave), "not come yet")
        refused(lambda: cases.take_out_of_case(until=TODAY, **(leave | {"reason": ""})), "Say why")
        cases.take_out_of_case(until=TODAY, **leave)
        refused(lambda: cases.take_out_of_case(until=TODAY, **leave), "taken out already")


class TestVoiding:
    def test_a_mistake_of_a_moment_ago_goes_and_the_log_stays(self, world, worker):
        mistake = PersonFactory(given_names="Nobody", recorded_by=world.worker)
        assert "void this record" in text_of(worker.get(url(mistake, "details/")))
        sent = typed(worker.get(url(mistake, "void/")), reason="I typed the worker's own name.")
        assert worker.post(url(mistake, "void/"), sent).status_code == 302
        assert not Person.objects.filter(pk=mistake.pk).exists()
        entry = Entry.objects.get(verb=Verb.PERSON_VOIDED)
        assert entry.people == [mistake.pk]
        assert entry.personal.body["before"]["given_names"] == "Nobody"
        assert worker.get(url(mistake)).status_code == 404

    def test_not_by_somebody_else_nor_later_nor_with_something_on_it(self, world, worker):
        by = {"reason": "A mistake.", "by": world.worker}
        refused(lambda: void_person(person=world.amelia, **by), "Something rests on this record")
        theirs = PersonFactory(recorded_by=world.manager)
        refused(lambda: void_person(person=theirs, **by), "Only whoever added")
        old = PersonFactory(
            recorded_by=world.worker, recorded_at=timezone.now() - timedelta(hours=25)
        )
        refused(lambda: void_person(person=old, **by), "more than 24 hours")
        refused(lambda: void_person(person=old, reason=" ", by=world.worker), "Say why")
        assert "void this record" not in text_of(worker.get(url(world.amelia, "family/")))
        assert worker.get(url(old, "void/")).status_code == 409
        address = AddressFactory(person=PersonFactory(recorded_by=world.worker))
        refused(lambda: void_person(person=address.person, **by), "addresses|address")

    def test_the_database_lets_nobody_go_without_that_entry(self, world):
        mistake = PersonFactory(recorded_by=world.worker)
        with pytest.raises(IntegrityError, match="voided by whoever added them"):
            delete(mistake)
        with transaction.atomic():
            assert Person.objects.filter(pk=mistake.pk).exists()
