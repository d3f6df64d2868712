"""Anybody raises a concern; the right people are told, and nobody else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.written import SavedAlready
from core.errors import LogUnavailable, Refused
from safeguarding.actions.raising import add_to, raise_allegation, raise_concern
from safeguarding.models import Allegation, AllegationEntry, Concern, ConcernEntry, HowKnown
from tests.cases.world import the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import PersonFactory
from tests.factories.safeguarding import AllegationFactory, ConcernFactory, two_receivers

pytestmark = pytest.mark.django_db

SAID = {
    "in_danger": False,
    "what": "A bruise.",
    "how_known": HowKnown.SEEN,
    "suspected_on": timezone.localdate() - timedelta(days=1),
}


def told(user) -> list[str]:
    return list(Notice.objects.filter(to=user).values_list("sentence", flat=True))


@pytest.mark.parametrize("role", list(Role))
def test_whoever_works_here_raises_a_concern_about_anybody(role):
    lead, deputy = the(Role.SAFEGUARDING_LEAD), the(Role.SAFEGUARDING_LEAD)
    writer, person = UserFactory(roles=[role]), PersonFactory()
    with entries_since() as left:
        concern = raise_concern(people=[person], by=writer, **SAID)
    assert list(concern.people.all()) == [person]
    assert concern.suspected_by == writer.full_name
    raised, notice = left
    assert (raised.verb, raised.record_id, raised.people) == (
        Verb.CONCERN_RAISED,
        concern.pk,
        [person.pk],
    )
    assert raised.purpose == Purpose.SAFEGUARDING
    assert notice.verb == Verb.NOTICE_GIVEN
    for reader in (lead, deputy):
        assert told(reader) == ["A safeguarding concern was raised and waits to be read"]


def test_what_is_told_names_nobody_and_danger_is_said_first():
    lead = the(Role.SAFEGUARDING_LEAD)
    person = PersonFactory(given_names="Zebedee")
    raise_concern(people=[person], by=UserFactory(), **SAID | {"in_danger": True})
    (sentence,) = told(lead)
    assert sentence.startswith("Urgent")
    assert "Zebedee" not in sentence


def test_a_concern_about_somebody_only_described():
    concern = raise_concern(described="A boy of about six, red coat", by=UserFactory(), **SAID)
    assert concern.about_whom == "A boy of about six, red coat"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, "about whom"),
        ({"described": "A girl", "what": "  "}, "what was seen"),
        ({"described": "A girl", "told_when": timezone.now()}, "whom you told"),
        (
            {
                "described": "A girl",
                "told_whom": "Her mother",
                "told_when": timezone.now() + timedelta(days=1),
            },
            "has not come yet",
        ),
        (
            {"described": "A girl", "suspected_on": timezone.localdate() + timedelta(days=2)},
            "has not come yet",
        ),
        ({"described": "A girl", "how_known": "a dream"}, "became known"),
    ],
)
def test_raising_refused_leaves_no_trace(wrong, sentence):
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        raise_concern(by=UserFactory(), **SAID | wrong)
    assert left == []
    assert not Concern.objects.exists()


def test_raising_is_undone_when_the_log_cannot_be_written(request):
    writer = UserFactory()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        raise_concern(described="A girl", by=writer, **SAID)
    assert not Concern.objects.exists()


def test_a_form_sent_twice_makes_one_concern():
    writer, token = UserFactory(), uuid4()
    first = raise_concern(described="A girl", token=token, by=writer, **SAID)
    assert raise_concern(described="A girl", token=token, by=writer, **SAID) == first
    with pytest.raises(SavedAlready):
        raise_concern(described="Another girl", token=token, by=writer, **SAID)
    assert Concern.objects.count() == 1


# --- Allegations --------------------------------------------------------------------------------


def test_an_allegation_reaches_the_named_people_and_nobody_else():
    one, two = two_receivers()
    others = [UserFactory(roles=[role]) for role in Role]
    accused = UserFactory(roles=[Role.CASEWORKER])
    with entries_since() as left:
        raise_allegation(about_staff=accused, by=UserFactory(), **SAID)
    assert [entry.verb for entry in left] == [Verb.ALLEGATION_RAISED, Verb.NOTICE_GIVEN]
    for reader in (one, two):
        assert len(told(reader)) == 1
        # The words are those of a concern: a list of notices does not tell them apart.
        assert "allegation" not in told(reader)[0].lower()
    assert [told(user) for user in (*others, accused)] == [[] for _ in (*others, accused)]


def test_an_allegation_about_a_named_person_reaches_the_other_alone():
    one, two = two_receivers()
    raise_allegation(about_staff=one, by=UserFactory(), **SAID)
    assert (told(one), len(told(two))) == ([], 1)


def test_without_named_people_the_lead_receives_it_but_not_about_themselves():
    lead, deputy = the(Role.SAFEGUARDING_LEAD), the(Role.SAFEGUARDING_LEAD)
    raise_allegation(about_staff=lead, by=UserFactory(), **SAID)
    assert (told(lead), len(told(deputy))) == ([], 1)


@pytest.mark.parametrize("whom", [{}, {"about_name": "Somebody", "about_staff": True}])
def test_an_allegation_is_about_exactly_one(whom):
    whom = {name: UserFactory() if value is True else value for name, value in whom.items()}
    with entries_since() as left, pytest.raises(Refused, match="not both"):
        raise_allegation(by=UserFactory(), **SAID, **whom)
    assert left == []
    assert not Allegation.objects.exists()


def test_an_allegation_is_undone_when_the_log_cannot_be_written(request):
    writer = UserFactory()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        raise_allegation(about_name="A volunteer", by=writer, **SAID)
    assert not Allegation.objects.exists()


# --- Adding -------------------------------------------------------------------------------------


def test_what_is_added_stands_beside_and_the_readers_are_told():
    lead = the(Role.SAFEGUARDING_LEAD)
    concern, token = ConcernFactory(), uuid4()
    with entries_since() as left:
        added = add_to(raised=concern, text=" She was six. ", token=token, by=concern.recorded_by)
    assert [entry.verb for entry in left] == [Verb.CONCERN_ADDED_TO, Verb.NOTICE_GIVEN]
    assert added.text == "She was six."
    assert len(told(lead)) == 1
    assert add_to(raised=concern, text="She was six.", token=token, by=concern.recorded_by) == added
    assert ConcernEntry.objects.count() == 1


def test_nothing_is_added_without_words():
    concern = ConcernFactory()
    with entries_since() as left, pytest.raises(Refused):
        add_to(raised=concern, text=" ", by=concern.recorded_by)
    assert left == []


def test_adding_is_undone_when_the_log_cannot_be_written(request):
    concern = ConcernFactory()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        add_to(raised=concern, text="She was six.", by=concern.recorded_by)
    assert not ConcernEntry.objects.exists()


def test_nobody_adds_to_an_allegation_about_themselves():
    one, _ = two_receivers()
    allegation = AllegationFactory()
    with pytest.raises(Refused, match="about themselves"):
        add_to(raised=allegation, text="It was not so.", by=allegation.about_staff)
    add_to(raised=allegation, text="It was at four.", by=allegation.recorded_by)
    assert AllegationEntry.objects.count() == 1
    assert len(told(one)) == 1
