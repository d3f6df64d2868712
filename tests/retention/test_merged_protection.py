"""What protects somebody adds up where two records of theirs become one, and undoing restores each."""

import pytest

from cases.actions.merging import merge, undo_merge
from cases.models import DoNotDisclose, Person, Seal
from cases.permissions import people_of
from consent.models import Consent, State
from retention.models import Hold
from tests.cases.world import a_world
from tests.factories.cases import (
    AgencyFactory,
    CasePersonFactory,
    DoNotDiscloseFactory,
    PersonFactory,
    SealFactory,
    SealReaderFactory,
)
from tests.factories.consent import ConsentFactory
from tests.factories.retention import HoldFactory

pytestmark = pytest.mark.django_db


def test_holds_seals_markers_and_consents_add_up_and_undoing_restores_each():
    world, agency = a_world(), AgencyFactory()
    double = PersonFactory(given_names="Mel", family_name="Hart", recorded_by=world.worker)
    CasePersonFactory(case=world.case, person=double, role="other")
    for person in (world.amelia, double):
        HoldFactory(person=person)
        DoNotDiscloseFactory(person=person, to_words=f"Brother of {person}")
    ConsentFactory(person=world.amelia, agency=agency)
    ConsentFactory(person=double, agency=agency, state=State.REFUSED)
    # Each record is sealed, for one of the two alone besides the manager.
    for person, reader in ((world.amelia, world.worker), (double, None)):
        seal = SealFactory(person=person)
        for named in filter(None, (reader, world.manager)):
            SealReaderFactory(seal=seal, user=named)

    def of(person):
        kinds = (Hold, DoNotDisclose, Seal, Consent)
        return [kind.objects.filter(person=person).count() for kind in kinds]

    def sees(user, person):
        return people_of(user, among=Person.objects.filter(pk=person.pk)).exists()

    made = merge(
        survivor=world.amelia, other=double, chosen={}, reason="She said so.", by=world.manager
    )
    assert of(world.amelia) == [2, 2, 2, 2]
    # Whoever is not named on both seals does not see the one record that they are now.
    assert not sees(world.worker, world.amelia)
    assert sees(world.manager, world.amelia)
    undo_merge(merge=made, reason="They are sisters.", by=world.manager)
    assert of(world.amelia) == of(double) == [1, 1, 1, 1]
