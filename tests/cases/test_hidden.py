"""What a role does not need is hidden in the place where it would stand, and says so.

Each test sees the same thing shown to somebody who needs it, so that there was something to hide.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as some

from accounts.roles import Role
from cases import permissions
from cases.actions import entries
from cases.passages import HIDDEN, Mark, Span, without
from tests.cases.typed import words_of
from tests.cases.world import a_world, member_of, says_why, signed_in, the
from tests.factories.api import a_token
from tests.factories.cases import AddressFactory, CourtOrderFactory, SensitiveDetailFactory

BODY = "He is well at school. He has asthma and an inhaler. His father was fined for theft in May."
HEALTH, OFFENCE = "has asthma and an inhaler", "was fined for theft"


@pytest.fixture
def world(db):
    return a_world()


@pytest.fixture
def reviewer(world):
    return member_of(world.service, Role.QUALITY_REVIEWER, name="Quinn Review")


@pytest.fixture
def note(world):
    return entries.write_note(
        case=world.case,
        people=[world.amelia],
        kind="observation",
        body=BODY,
        happened_at=timezone.now() - timedelta(days=1),
        circumstances=["health", "school"],
        marks=[
            Mark("health", HEALTH),
            Mark("offence", OFFENCE),
            Mark("opinion", "well at school"),
        ],
        by=world.worker,
    )


def everywhere(world, note):
    """Each page on which the note is read."""
    return [
        f"/casework/notes/{note.reference}/",
        f"/casework/notes/{note.reference}/print/",
        f"/casework/cases/{world.case.reference}/",
        f"/casework/cases/{world.case.reference}/print/",
        f"/casework/people/{world.amelia.reference}/",
        f"/casework/people/{world.amelia.reference}/print/",
    ]


def test_passages_are_hidden_in_every_place_and_say_so(world, note, reviewer):
    needs = [world.worker, world.manager, the(Role.SAFEGUARDING_LEAD), the(Role.DPO)]
    for user in needs:
        says_why(user, world.amelia)
    for where in everywhere(world, note):
        for user in needs:
            page = words_of(signed_in(user).get(where))
            assert HEALTH in page, (where, user)
            assert OFFENCE in page, (where, user)
            assert HIDDEN not in page, (where, user)
        page = words_of(signed_in(reviewer).get(where))
        assert "well at school" in page, where
        assert HEALTH not in page, where
        assert OFFENCE not in page, where
        # Two passages, and that the note is about health.
        assert page.count(HIDDEN) == 3, where


def test_the_filter_of_the_timeline_does_not_tell_what_is_hidden(world, note, reviewer):
    case = f"/casework/cases/{world.case.reference}/"
    for asked in ({"words": "asthma"}, {"circumstance": "health"}):
        assert note.reference in words_of(signed_in(world.worker).get(case, asked))
        assert note.reference not in words_of(signed_in(reviewer).get(case, asked))


def test_programs_get_what_the_role_of_their_owner_needs(world, note, reviewer, client):
    addresses = [
        f"/api/v1/cases/{world.case.reference}/notes",
        f"/api/v1/notes/{note.reference}",
    ]
    for user, sees in ((world.worker, True), (reviewer, False)):
        key = a_token(user)
        for where in addresses:
            answer = client.get(where, headers={"Authorization": f"Bearer {key}"}, secure=True)
            assert answer.status_code == 200, where
            text = answer.content.decode()
            assert (HEALTH in text) is sees, where
            assert (HIDDEN in text) is not sees, where


def test_facts_that_a_role_does_not_need_are_hidden_and_say_so(world, reviewer):
    AddressFactory(person=world.amelia, lines="The hidden house", is_confidential=True)
    SensitiveDetailFactory(person=world.amelia, detail="Sees a heart doctor")
    CourtOrderFactory(about=[world.amelia], says="Nobody comes near.")
    person = f"/casework/people/{world.amelia.reference}"
    places = {
        f"{person}/details/": ("The hidden house", "Sees a heart doctor"),
        f"{person}/print/": ("The hidden house",),
        f"{person}/safety/": ("The hidden house", "Nobody comes near."),
        f"{person}/household/": ("The hidden house",),
    }
    for where, secrets in places.items():
        shown = words_of(signed_in(world.worker).get(where))
        hidden = words_of(signed_in(reviewer).get(where))
        for secret in secrets:
            assert secret in shown, where
            assert secret not in hidden, where
        assert "not needed for your role" in hidden, where


def test_what_an_address_was_before_is_hidden_too(world, reviewer):
    where = f"/casework/people/{world.amelia.reference}/changes/"
    assert signed_in(world.worker).get(where).status_code == 200
    assert signed_in(reviewer).get(where).status_code == 403


@pytest.mark.parametrize(
    ("role", "needs"),
    [
        (Role.CASEWORKER, True),
        (Role.SERVICE_MANAGER, True),
        (Role.SAFEGUARDING_LEAD, True),
        (Role.DPO, True),
        (Role.QUALITY_REVIEWER, False),
        (Role.FRONT_DESK, False),
        (Role.SYSTEM_ADMINISTRATOR, False),
    ],
)
@pytest.mark.django_db
def test_who_needs_what_is_confidential(role, needs):
    user = the(role)
    assert permissions.can_see_confidential(user) is needs
    assert (permissions.hidden_passages(user) == frozenset()) is needs


SPANS = some.lists(
    some.builds(
        lambda one, other, kind: Span(min(one, other), max(one, other) + 1, kind),
        some.integers(0, 40),
        some.integers(0, 40),
        some.sampled_from(["health", "offence", "opinion"]),
    ),
    max_size=6,
)
LETTERS = some.text(alphabet="abcdefgh \n", min_size=42, max_size=60)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=200)
@drawn(LETTERS, SPANS)
def test_nothing_of_a_hidden_passage_is_left_and_everything_else_is(text, spans):
    hidden = {
        place for one in spans if one.kind != "opinion" for place in range(one.start, one.end)
    }
    left, marks = without(text, spans, frozenset({"health", "offence"}))
    assert left.replace(HIDDEN, "") == "".join(
        letter for place, letter in enumerate(text) if place not in hidden
    )
    for one in marks:
        assert 0 <= one.start < one.end <= len(left)
        assert (left[one.start : one.end] == HIDDEN) or one.kind == "opinion"
    opinions = "".join(left[one.start : one.end] for one in sorted(marks) if one.kind == "opinion")
    assert HIDDEN not in opinions


@drawn(LETTERS, SPANS)
def test_whoever_needs_everything_reads_it_as_it_is(text, spans):
    assert without(text, spans, frozenset()) == (text, frozenset(spans))
