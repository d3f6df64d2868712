"""The pages of contacts and decisions, and their corrections: as those of notes."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import Contact, Decision
from tests.cases.typed import at, typed_contact, typed_decision, words_of
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import ContactFactory, DecisionFactory, ServiceMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def made(world, noun):
    common = {"case": world.case, "recorded_by": world.worker}
    if noun == "contact":
        return ContactFactory(**common, summary="The new room.", people=[world.amelia])
    return DecisionFactory(**common, decision="Six more weeks.")


def typed(world, entry, **changes):
    kinds = {Contact: typed_contact, Decision: typed_decision}
    given = kinds[type(entry)](world, **at(entry.happened_at), reason="A slip.")
    return given | changes


def address(entry, name):
    return reverse(f"cases:{name}", args=[entry.reference])


EACH = pytest.mark.parametrize(
    ("noun", "said", "read", "corrected"),
    [
        ("contact", "The new room.", Verb.CONTACT_READ, Verb.CONTACT_CORRECTED),
        ("decision", "Six more weeks.", Verb.DECISION_READ, Verb.DECISION_CORRECTED),
    ],
)


@EACH
def test_a_correction_begins_with_the_entry_and_stands_beside_it(
    world, noun, said, read, corrected
):
    entry = made(world, noun)
    browser = signed_in(world.worker)
    assert said in words_of(browser.get(address(entry, f"{noun}-correct")))
    with entries_since() as left:
        response = browser.post(address(entry, f"{noun}-correct"), typed(world, entry))
    newer = type(entry).objects.get(corrects=entry)
    assert response.headers["Location"] == address(newer, noun)
    assert [e.verb for e in left] == [read, corrected]
    with entries_since() as left:
        page = words_of(browser.get(address(entry, noun)))
    assert [(e.verb, e.record_id) for e in left] == [(read, entry.pk)]
    assert page.index("Joe built a tower.") < page.index(said)
    assert "A slip." in page
    timeline = words_of(browser.get(world.case.get_absolute_url()))
    assert "Joe built a tower." in timeline
    assert said not in timeline
    assert "Corrected on" in timeline
    assert address(newer, noun) in timeline


@EACH
def test_a_correction_that_is_refused_keeps_what_was_typed(world, noun, said, read, corrected):
    entry = made(world, noun)
    browser = signed_in(world.worker)
    response = browser.post(
        address(entry, f"{noun}-correct"), typed(world, entry, reason="", happened_on_2="2100")
    )
    assert response.status_code == 422
    assert "Why it is corrected" in words_of(response)
    assert "cannot be dated" in words_of(response)
    assert "Joe built a tower." in words_of(response)
    assert type(entry).objects.get() == entry


@EACH
def test_the_second_to_correct_is_told_and_loses_nothing(world, noun, said, read, corrected):
    entry = made(world, noun)
    browser = signed_in(world.worker)
    browser.post(address(entry, f"{noun}-correct"), typed(world, entry))
    again = typed(world, entry) | {"place": "Elsewhere", "basis": "Elsewhere"}
    response = browser.post(address(entry, f"{noun}-correct"), again)
    assert response.status_code == 422
    assert f"corrected this {noun} on" in words_of(response)
    assert "Elsewhere" in words_of(response)
    assert browser.get(address(entry, f"{noun}-correct")).status_code == 409
    assert type(entry).objects.count() == 2


@EACH
@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.CASEWORKER, 200, 200),
        (Role.QUALITY_REVIEWER, 200, 403),
        (Role.FRONT_DESK, 404, 404),
    ],
)
def test_who_reads_and_who_corrects(world, noun, said, read, corrected, role, reads, writes):
    entry = made(world, noun)
    browser = signed_in(member_of(world.service, role, name="Some One"))
    page = browser.get(address(entry, noun))
    assert page.status_code == reads
    assert (address(entry, f"{noun}-correct") in words_of(page)) is (writes == 200)
    assert browser.get(address(entry, f"{noun}-correct")).status_code == writes
    if writes != 200:
        posted = browser.post(address(entry, f"{noun}-correct"), typed(world, entry))
        assert posted.status_code == writes
        assert type(entry).objects.get() == entry


@EACH
def test_an_entry_of_another_service_does_not_exist(world, noun, said, read, corrected):
    entry = made(world, noun)
    stranger = the(Role.CASEWORKER)
    ServiceMemberFactory(user=stranger)
    about = [world.amelia.pk] if noun == "contact" else [world.amelia.pk, world.joe.pk]
    for name in (noun, f"{noun}-correct"):
        with entries_since() as left:
            response = signed_in(stranger).get(address(entry, name))
        assert response.status_code == 404
        assert said not in words_of(response)
        assert [(e.verb, e.people) for e in left] == [(Verb.LOOK_REFUSED, sorted(about))]
