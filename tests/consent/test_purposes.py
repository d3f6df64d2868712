"""What information may be used and shared for, and through which gateways it may leave."""

import pytest

from consent.gateways import CHECKS, Gateway
from consent.purposes import ASKED_FOR, CAN_LEAVE, LAWFUL, STAYS_WITH_US, Purpose, purpose_named
from consent.wordings import DRAFTS
from core.errors import Refused


def test_every_purpose_says_what_makes_it_lawful():
    assert set(LAWFUL) == set(Purpose)
    assert all(lawful.basis and lawful.condition for lawful in LAWFUL.values())


def test_consent_is_asked_only_where_it_is_the_basis():
    assert {purpose for purpose, lawful in LAWFUL.items() if lawful.by_consent} == set(ASKED_FOR)
    for purpose in ASKED_FOR:
        assert "consent" in f"{LAWFUL[purpose].basis} {LAWFUL[purpose].condition}".lower()


@pytest.mark.parametrize("name", ["marketing", "newsletter", "fundraising", ""])
def test_marketing_does_not_exist(name):
    with pytest.raises(Refused, match="never for marketing"):
        purpose_named(name)


def test_no_purpose_is_marketing_by_another_name():
    words = " ".join(f"{purpose.value} {purpose.label}" for purpose in Purpose).lower()
    for word in ("market", "advert", "newsletter", "fundrais", "promot", "mailing", "appeal"):
        assert word not in words


def test_the_gateways_are_the_six_of_the_notice():
    assert set(CHECKS) == set(Gateway)
    assert len(Gateway) == 6


def test_permission_opens_for_what_is_asked_and_can_leave():
    assert CHECKS[Gateway.PERMISSION].purposes == set(CAN_LEAVE)
    assert set(CAN_LEAVE) | set(STAYS_WITH_US) == set(ASKED_FOR)


def test_identifiable_research_needs_permission_or_a_law():
    ways = {gateway for gateway, check in CHECKS.items() if Purpose.RESEARCH in check.purposes}
    assert ways == {Gateway.PERMISSION, Gateway.LAW}


def test_what_stays_with_us_leaves_through_no_gateway():
    leaving = {purpose for check in CHECKS.values() for purpose in check.purposes}
    assert set(Purpose) - leaving == set(STAYS_WITH_US)


def test_there_is_a_draft_for_everything_people_are_asked():
    assert set(DRAFTS) == set(ASKED_FOR)
