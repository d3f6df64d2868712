"""The family as a picture: who stands where, which lines join them, and that the page shows it."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.family_picture import BOX_HEIGHT, BOX_WIDTH, draw_family
from cases.models import Kinship, Person, Relationship
from tests.cases.test_people_pages import text_of, url
from tests.cases.world import a_world, signed_in
from tests.conftest import entries_since
from tests.factories.cases import CaseFactory, PersonFactory, RelationshipFactory

TODAY = date(2026, 11, 26)
PEOPLE = [Person(pk=n, given_names=f"Person {n}", family_name="Hart") for n in range(1, 9)]


def related(person, kind, other, **changes):
    return Relationship(person=PEOPLE[person], kind=kind, other=PEOPLE[other], **changes)


def draw(*relationships, youngest=None):
    return draw_family(PEOPLE[0], relationships, youngest=youngest, ages={}, on=TODAY)


def test_children_stand_below_their_parents_and_partners_side_by_side():
    picture = draw(
        related(0, "parent", 2, parental_responsibility=True),
        related(1, "parent", 2),
        related(3, "parent", 0),
        related(0, "partner", 1),
    )
    boxes = {box.person.pk: box for box in picture.boxes}
    assert boxes[4].y < boxes[1].y == boxes[2].y < boxes[3].y
    assert abs(boxes[1].x - boxes[2].x) < 2 * BOX_WIDTH
    assert sorted(line.means for line in picture.lines) == [
        "couple",
        "parent",
        "parent",
        "responsible",
    ]


def test_a_grandparent_is_joined_through_the_parent_where_there_is_one():
    lone = draw(related(0, "grandparent", 1))
    assert [line.means for line in lone.lines] == ["parent"]
    joined = draw(related(0, "grandparent", 2), related(0, "parent", 1), related(1, "parent", 2))
    assert len(joined.lines) == 2


def test_the_youngest_child_is_marked_and_said():
    picture = draw(related(0, "parent", 1), youngest=PEOPLE[1])
    assert [box.person for box in picture.boxes if box.is_youngest] == [PEOPLE[1]]
    assert "the youngest child is Person 2 Hart" in picture.told


def test_nobody_related_makes_no_picture():
    assert draw().boxes == ()
    assert draw(related(0, "friend", 1)).boxes == ()


# The machine may be busy; what is looked for is not speed.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 7), st.sampled_from(Kinship.values), st.integers(0, 7), st.booleans()
        ).filter(lambda one: one[0] != one[2]),
        max_size=14,
    )
)
def test_whatever_is_recorded_no_two_people_stand_in_one_place(told):
    picture = draw(
        *(related(a, kind, b, until=TODAY if ended else None) for a, kind, b, ended in told)
    )
    boxes = picture.boxes
    assert len({box.person.pk for box in boxes}) == len(boxes)
    for box in boxes:
        assert box.x + BOX_WIDTH < picture.width
        assert box.y + BOX_HEIGHT < picture.height
        assert not [
            other
            for other in boxes
            if other is not box and other.y == box.y and abs(other.x - box.x) < BOX_WIDTH
        ]


@pytest.mark.django_db
class TestPage:
    def test_the_picture_reaches_two_steps_and_names_nobody_of_another_service(self):
        world = a_world()
        nan = PersonFactory(given_names="Joan", family_name="Hart", recorded_by=world.worker)
        hugo = PersonFactory(given_names="Hugo", family_name="Quill")
        CaseFactory(people=[hugo])
        RelationshipFactory(person=world.amelia, other=world.joe)
        RelationshipFactory(person=nan, other=world.amelia)
        RelationshipFactory(person=hugo, other=world.joe)
        with entries_since() as entries:
            text = text_of(signed_in(world.worker).get(url(world.joe, "family/")))
        picture = text[text.index('<svg class="app-family') : text.index("The table of relation")]
        assert "3 people around Joe Hart in 3 generations" in picture
        assert "Joan Hart" in text
        assert "Hugo" not in text
        assert nan.pk in entries[0].people
        assert hugo.pk not in entries[0].people
