"""Withdrawing, merging and sharing at once: what is no longer permitted is not shared."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cases.actions.agencies import merge_agencies, part_agencies
from cases.actions.merging import merge
from consent.actions.consents import record_consent, withdraw_consent
from consent.actions.sharing import record_share
from consent.gateways import Gateway, Outcome, SentHow
from consent.models import Consent, HowGiven, Share, SharePerson, State
from core.errors import Refused
from tests.factories.accounts import UserFactory
from tests.factories.base import note
from tests.factories.cases import AgencyFactory, CaseFactory, PersonFactory
from tests.factories.consent import ConsentFactory, ShareFactory, WordingFactory

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 40  # seconds


class Other(threading.Thread):
    """Somebody else, on a connection of their own; keeps what they got or were refused."""

    def __init__(self, act, ready=None):
        super().__init__(daemon=True)
        self.act, self.ready = act, ready
        self.made = self.error = None
        self.start()

    def run(self):
        try:
            if self.ready:
                self.ready.wait(PATIENCE)
            self.made = self.act()
        except (Refused, IntegrityError) as error:
            self.error = error
        finally:
            connection.close()

    def is_waiting(self):
        """Whether it waits, after a while, for somebody else's lock."""
        self.join(0.5)
        return self.is_alive()

    def end(self):
        self.join(PATIENCE)
        assert not self.is_alive()
        return self


@pytest.fixture
def consent():
    return ConsentFactory()


@pytest.fixture
def case(consent):
    return CaseFactory(people=[consent.person])


def share(case, consent, by, agency=None):
    return record_share(
        case=case,
        people=[consent.person],
        outcome=Outcome.SHARED,
        purpose=consent.purpose,
        what="The dates of the sessions.",
        happened_at=timezone.now(),
        told=True,
        agency=agency or consent.agency,
        sent_how=SentHow.PHONE,
        gateway=Gateway.PERMISSION,
        by=by,
    )


def withdraw(consent, by):
    return withdraw_consent(consent=consent, withdrawn_on=timezone.localdate(), how="phone", by=by)


def test_sharing_waits_for_a_withdrawal_under_way_and_is_refused(case, consent):
    one, two = UserFactory(), UserFactory()
    with transaction.atomic():
        withdraw(consent, one)
        other = Other(lambda: share(case, consent, two))
        assert other.is_waiting()
    assert "was withdrawn on" in str(other.end().error)
    assert not Share.objects.exists()


def test_withdrawing_waits_for_a_sharing_under_way_and_comes_after_it(case, consent):
    one, two = UserFactory(), UserFactory()
    with transaction.atomic():
        made = share(case, consent, one)
        other = Other(lambda: withdraw(consent, two))
        assert other.is_waiting()
    assert other.end().made.withdrawn_at > made.happened_at


def test_a_withdrawal_that_is_undone_stops_nothing(case, consent):
    one, two = UserFactory(), UserFactory()
    with transaction.atomic():
        withdraw(consent, one)
        other = Other(lambda: share(case, consent, two))
        assert other.is_waiting()
        transaction.set_rollback(True)
    assert other.end().made is not None


def test_raw_rows_wait_for_a_withdrawal_too(consent):
    """The trigger alone, without the verb: what a shell or next year's code would meet."""
    one = UserFactory()
    values = _as_written(consent)
    with transaction.atomic():
        withdraw(consent, one)
        other = Other(lambda: _insert(values, consent))
        assert other.is_waiting()
    assert "No consent in force" in str(other.end().error)
    assert Share.objects.count() == 1


def _as_written(consent):
    """The values of an entry of the log that rests on `consent`, to be written once more, just now."""
    written = ShareFactory(
        people=[consent.person],
        consents=[consent],
        agency=consent.agency,
        purpose=consent.purpose,
        gateway=Gateway.PERMISSION,
    )
    values = Share.objects.values().get(pk=written.pk)
    values |= {"happened_at": timezone.now(), "recorded_at": timezone.now()}
    return {name: v for name, v in values.items() if name not in {"id", "reference"}}


def _insert(values, consent):
    with transaction.atomic():
        note()
        again = Share.objects.create(**values)
        SharePerson.objects.create(share=again, person=consent.person, consent=consent)


@pytest.mark.parametrize("attempt", range(8))
def test_at_once_nothing_is_shared_on_what_is_withdrawn(case, consent, attempt):
    one, two = UserFactory(), UserFactory()
    ready = threading.Barrier(2)
    sharing = Other(lambda: share(case, consent, one), ready)
    withdrawing = Other(lambda: withdraw(consent, two), ready)
    assert withdrawing.end().made is not None
    sharing.end()
    consent.refresh_from_db()
    if sharing.made is None:
        assert "was withdrawn on" in str(sharing.error)
        assert not Share.objects.exists()
    else:
        assert sharing.made.happened_at < consent.withdrawn_at
        assert sharing.made.recorded_at <= consent.withdrawn_at + timedelta(seconds=1)


def test_two_withdrawals_at_once_are_one(consent):
    ready = threading.Barrier(2)
    staff = [UserFactory(), UserFactory()]
    both = [Other(lambda by=by: withdraw(consent, by), ready) for by in staff]
    ends = [one.end() for one in both]
    assert sorted(one.made is None for one in ends) == [False, True]
    assert "already" in str(next(one.error for one in ends if one.made is None))


def test_two_consents_at_once_are_one():
    person, agency, wording = PersonFactory(), AgencyFactory(), WordingFactory()
    ready = threading.Barrier(2)

    def give(by):
        return record_consent(
            person=person,
            wording=wording,
            agency=agency,
            given_on=timezone.localdate(),
            how=HowGiven.SIGNED,
            by=by,
        )

    staff = [UserFactory(), UserFactory()]
    ends = [one.end() for one in [Other(lambda by=by: give(by), ready) for by in staff]]
    assert sorted(one.made is None for one in ends) == [False, True]
    assert isinstance(next(one.error for one in ends if one.made is None), Refused)
    assert Consent.objects.count() == 1


# Merging at once: of two answers that meet the stricter one counts, from the moment they meet.


@pytest.fixture
def double(consent):
    """The agency of the consent written down a second time; there they said no, and later."""
    other = AgencyFactory()
    ConsentFactory(person=consent.person, agency=other, state=State.REFUSED)
    return other


def merge_double(consent, double, by, *, away=False):
    """The doubles become one; `away`: it is the agency of the consent that is merged into the other."""
    survivor, other = (double, consent.agency) if away else (consent.agency, double)
    return merge_agencies(survivor=survivor, other=other, reason="One address.", by=by)


@pytest.mark.parametrize("away", [False, True], ids=["the other", "away"])
def test_sharing_waits_for_a_merge_under_way_and_is_refused(case, consent, double, away):
    one, two = UserFactory(), UserFactory()
    with transaction.atomic():
        merge_double(consent, double, one, away=away)
        other = Other(lambda: share(case, consent, two))
        assert other.is_waiting()
    assert "was refused on" in str(other.end().error)
    assert not Share.objects.exists()


@pytest.mark.parametrize("away", [False, True], ids=["the other", "away"])
def test_a_merge_waits_for_a_sharing_under_way_and_comes_after_it(case, consent, double, away):
    one, two = UserFactory(), UserFactory()
    with transaction.atomic():
        made = share(case, consent, one)
        other = Other(lambda: merge_double(consent, double, two, away=away))
        assert other.is_waiting()
    assert other.end().made.merged_at > made.recorded_at


def test_raw_rows_wait_for_a_merge_too(consent, double):
    """The trigger alone, without the verb."""
    values = _as_written(consent)
    with transaction.atomic():
        merge_double(consent, double, UserFactory())
        other = Other(lambda: _insert(values, consent))
        assert other.is_waiting()
    assert "No consent in force" in str(other.end().error)
    assert Share.objects.count() == 1


def test_sharing_waits_for_a_parting_under_way_and_is_refused(case, consent):
    """What rested on the two being one rests on nothing once they are two."""
    other, one, two = AgencyFactory(), UserFactory(), UserFactory()
    merge_agencies(survivor=other, other=consent.agency, reason="One address.", by=one)
    consent.agency.refresh_from_db()
    with transaction.atomic():
        part_agencies(other=consent.agency, reason="Two after all.", by=one)
        sharing = Other(lambda: share(case, consent, two, agency=other))
        assert sharing.is_waiting()
    assert "not with" in str(sharing.end().error)
    assert not Share.objects.exists()


def test_sharing_waits_while_two_records_of_the_person_become_one(case, consent):
    """On the second record they said no."""
    double, one, two = PersonFactory(), UserFactory(), UserFactory()
    ConsentFactory(person=double, agency=consent.agency, state=State.REFUSED)
    with transaction.atomic():
        merge(survivor=consent.person, other=double, chosen={}, reason="One birthday.", by=one)
        other = Other(lambda: share(case, consent, two))
        assert other.is_waiting()
    assert "was refused on" in str(other.end().error)
    assert not Share.objects.exists()


@pytest.mark.parametrize("attempt", range(4))
def test_at_once_nothing_is_shared_after_the_two_answers_met(case, consent, double, attempt):
    one, two = UserFactory(), UserFactory()
    ready = threading.Barrier(2)
    sharing = Other(lambda: share(case, consent, one), ready)
    merging = Other(lambda: merge_double(consent, double, two, away=attempt % 2), ready)
    merged = merging.end().made
    assert merged is not None
    if sharing.end().made is None:
        assert "was refused on" in str(sharing.error)
        assert not Share.objects.exists()
    else:
        assert sharing.made.recorded_at < merged.merged_at
