"""Names that may mean the same agency or person, however they are spelt (features.md N1)."""

import pytest

from cases.actions.services import add_agency
from cases.models import Agency
from cases.queries.called_alike import Alike, agency_called, compared
from core.errors import Refused
from tests.cases.world import a_world
from tests.factories.cases import AgencyFactory

pytestmark = pytest.mark.django_db

SAME, PART, SPELT, NOT = Alike.SAME, Alike.PART, Alike.SPELT, Alike.NOT
PAIRS = [
    ("Ainsdale School", "ainsdale SCHOOL", SAME),
    ("Ainsdale School", "The Ainsdale School Ltd.", SAME),
    ("Crosby & Formby Advice", "Crosby and Formby Advice Limited", SAME),
    ("St. Mary’s", "St Mary's", SAME),
    ("Café Zoë", "Cafe Zoe", SAME),
    ("P.C.T. Sefton", "PCT Sefton", SAME),
    ("School, Ainsdale", "Ainsdale School", SAME),
    ("Marcus Webb", "Mr Marcus James Webb", PART),
    ("Ainsdale School", "Ainsdale High School", PART),
    ("Ainsdale School", "Ansdale Schol", SPELT),
    ("Marcus Webb", "Markus Web", SPELT),
    ("Kevin Hart", "Kev Hart", SPELT),
    ("Catherine Smith", "Kathryn Smyth", SPELT),
    ("Ainsdale School", "Birkdale School", NOT),
    ("Ainsdale School", "Ainsdale Surgery", NOT),
    ("Marcus Webb", "Rose Adeyemi", NOT),
    ("The", "Ainsdale School", NOT),
    ("?!", "?!", NOT),
    ("", "Ainsdale School", NOT),
]


def test_names_are_compared_as_people_read_them():
    near = compared((one, other) for one, other, _ in PAIRS)
    assert {pair: near[pair] for pair in near} == {(one, other): n for one, other, n in PAIRS}
    turned = compared((other, one) for one, other, _ in PAIRS)
    assert all(turned[other, one] == expected for one, other, expected in PAIRS)


def test_an_agency_is_found_by_its_name_however_written_and_not_misspelt():
    school, other = AgencyFactory(name="Ainsdale School"), AgencyFactory(name="Birkdale School")
    assert agency_called("the AINSDALE school ltd") == school
    assert agency_called("Birkdale School") == other
    assert agency_called("Ansdale School") is None
    with pytest.raises(Refused, match="“Ainsdale School” already"):
        add_agency(name="The Ainsdale School", by=a_world().worker)
    assert Agency.objects.filter(name__contains="Ainsdale").count() == 1
