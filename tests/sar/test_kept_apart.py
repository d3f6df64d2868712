"""The named people learn that somebody in an allegation asks for their record; nobody else does."""

import pytest

from accounts.models import Notice
from accounts.roles import Role
from core.errors import LogUnavailable
from sar.actions.kept_apart import tell_receivers_of_requests
from tests.cases.world import the
from tests.conftest import entries_since
from tests.factories.cases import PersonFactory
from tests.factories.safeguarding import AllegationFactory, two_receivers
from tests.factories.sar import RightsRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    person = PersonFactory()
    RightsRequestFactory(person=person)
    RightsRequestFactory(person=PersonFactory())
    return person


def test_the_named_people_are_told_once(asked):
    one, two = two_receivers()
    dpo = the(Role.DPO)
    AllegationFactory(people=[asked], about_staff=two)
    with entries_since() as left:
        assert tell_receivers_of_requests() == 1
        assert tell_receivers_of_requests() == 0
    assert {entry.by for entry in left} == {"system"}
    assert Notice.objects.filter(to=one).count() == 1
    assert not Notice.objects.filter(to__in=[two, dpo]).exists()


def test_where_nothing_is_kept_apart_nobody_is_told(asked):
    two_receivers()
    with entries_since() as left:
        assert tell_receivers_of_requests() == 0
    assert left == []


def test_telling_is_undone_when_the_log_cannot_be_written(asked, request):
    two_receivers()
    AllegationFactory(people=[asked])
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        tell_receivers_of_requests()
    assert not Notice.objects.exists()
