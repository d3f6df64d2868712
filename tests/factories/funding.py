"""Funders, contracts, and what they pay for."""

from datetime import date

import factory

from funding import models
from tests.factories.accounts import UserFactory
from tests.factories.base import Recorded
from tests.factories.cases import ServiceFactory


class FunderFactory(Recorded):
    class Meta:
        model = models.Funder

    name = factory.Sequence(lambda n: f"Funder {n}")
    recorded_by = factory.SubFactory(UserFactory)


class ContractFactory(Recorded):
    """A contract that runs for years, wherever people live."""

    class Meta:
        model = models.Contract

    funder = factory.SubFactory(FunderFactory)
    service = factory.SubFactory(ServiceFactory)
    name = factory.Sequence(lambda n: f"Contract {n}")
    starts_on = date(2020, 1, 1)
    ends_on = date(2035, 12, 31)
    recorded_by = factory.SelfAttribute("funder.recorded_by")


class CaseFundingFactory(Recorded):
    class Meta:
        model = models.CaseFunding

    since = date(2026, 1, 12)
    recorded_by = factory.SelfAttribute("case.recorded_by")


class ContactFundingFactory(Recorded):
    class Meta:
        model = models.ContactFunding

    recorded_by = factory.SelfAttribute("contact.recorded_by")
