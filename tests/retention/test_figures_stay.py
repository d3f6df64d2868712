"""Erasing a family changes no figure of the past (features.md N27), and nothing of a use that was allowed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.actors import SYSTEM
from cases.models import Person
from funding.quarters import quarter_of
from planning.actions.figures import release_figures
from planning.counting import count
from planning.files import as_csv
from planning.models import IdentifiedUse, Release, UsedPerson
from retention.running import run_destruction
from tests.factories.cases import CaseFactory, ContactFactory, PersonFactory
from tests.factories.planning import IdentifiedUseFactory
from tests.retention.world import FAMILY, LONG_AGO, approved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("switched_on")]


def test_figures_of_the_quarter_stay_when_the_family_goes(family):
    met = LONG_AGO - timedelta(days=1)
    quarter = quarter_of(timezone.localdate(met))
    neighbours = CaseFactory(service=family.case.service)
    ContactFactory(case=neighbours, people=[PersonFactory() for _ in range(10)], happened_at=met)
    ContactFactory(case=family.case, people=[family.mother, family.child], happened_at=met)
    use = IdentifiedUseFactory(people=[family.mother])
    release = release_figures(quarter=quarter, on=timezone.localdate(), by=SYSTEM)
    before = as_csv(release)
    assert release.figures.measures[0].total == 12

    proposal = approved(family.all, family)
    run_destruction(by=family.officer)

    proposal.refresh_from_db()
    assert proposal.ended_because == ""
    assert not Person.objects.filter(family_name=FAMILY).exists()
    assert as_csv(Release.objects.get()) == before
    # Counted today it would be two fewer, so there was something that could have changed.
    assert sum(count(quarter)[0].breakdowns[0].counts.values()) == 10
    assert not UsedPerson.objects.exists()
    assert IdentifiedUse.objects.get() == use
