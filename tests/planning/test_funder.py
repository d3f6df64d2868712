"""What a funder is told: from released figures, beside those of the service, and nobody can be told from it."""

import csv
import io
from collections import Counter
from datetime import date
from functools import partial

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from audit.verbs import Verb
from core.pdf.report import tagging_report
from core.pdf.text import text_of
from funding.models import CaseFunding
from planning.actions.figures import correct_figures, release_figures
from planning.counting_paid import count_paid
from planning.figures import read
from planning.funder import report
from planning.funder_files import report_as_ods, report_as_pdf, report_as_xlsx
from planning.measures import ATTENDANCE
from planning.models import Release
from planning.paid import NO_CONTRACT, Agreed, PaidCounts, by, correct_paid, publish_paid
from planning.protection import REST, protect, protect_again
from planning.tables import Table
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.core.test_spreadsheets import read_ods, read_xlsx
from tests.factories.base import noted
from tests.factories.cases import CaseFactory, RestrictionFactory, ServiceFactory
from tests.factories.funding import CaseFundingFactory, ContactFundingFactory, ContractFactory
from tests.planning.solver import Solver, tell
from tests.planning.test_releases import AFTER, SUMMER, children_of, met, told_by_pictures

READERS = {Role.SERVICE_MANAGER, Role.DPO}
FIVE = 5


@pytest.fixture
def world(db):
    return a_world()


@pytest.fixture
def contract(world):
    """Pays for six families of Southport and six of elsewhere, who came; nobody pays for seven others."""
    made = ContractFactory(
        service=world.service, name="Reaching", districts=["PR8"], target_people=20
    )
    made.refresh_from_db()
    for postcode, contracts in (("PR8 1AA", [made]), ("L37 2AB", [made]), ("PR8 1AA", [])):
        for _ in range(6 if contracts else 7):
            a_family(world, postcode, contracts)
    return made


def a_family(world, postcode, contracts, **details):
    case = CaseFactory(service=world.service, opened_on=date(2026, 2, 1))
    (child,) = children_of(case, 1, postcode=postcode)
    noted(case.case_people.create, person=child, role="child", recorded_by=world.worker)
    for contract in contracts:
        CaseFundingFactory(case=case, contract=contract)
    met(case, [child], **details)
    return case


def released(world, **details):
    return release_figures(quarter=SUMMER, on=AFTER, by=world.manager, **details)


def of(name, *args):
    return reverse(f"planning:{name}", args=args)


# --- What is counted -----------------------------------------------------------------------------------


def test_everybody_is_in_one_part_and_the_parts_are_the_service(world, contract):
    other = ContractFactory(service=world.service)
    other.refresh_from_db()
    a_family(world, "PR9 1AA", [contract, other])
    # Of a case that nobody pays for, one contact that this contract does; and one that did not take place.
    lone = a_family(world, "PR9 1AA", [])
    ContactFundingFactory(contact=lone.contacts.get(), contract=other)
    a_family(world, "PR8 1AA", [contract], outcome="did_not_attend")
    restricted = a_family(world, "PR8 1AA", [contract])
    assert _counts("people")[contract.reference] == 13
    RestrictionFactory(person=restricted.people.get())
    assert _counts("people") == {
        contract.reference: 12,
        by([contract.reference, other.reference]): 1,
        other.reference: 1,
        NO_CONTRACT: 7,
    }
    # The family that did not come, and the world's own case.
    assert _counts("families")[NO_CONTRACT] == 7 + 2
    assert sum(_counts("contacts").values()) == 21
    (counted,) = count_paid(SUMMER)
    assert counted.areas[contract.reference] == {"In the area": 6, "Outside it": 6}


def _counts(what):
    (counted,) = count_paid(SUMMER)
    return dict(counted.counts[what])


def test_report_shows_what_was_counted_and_agreed_and_stays(world, contract):
    release = released(world)
    found = report(release, contract.reference)
    assert [(line.title, line.counted, line.agreed) for line in found.lines] == [
        ("People", "12", 20),
        ("Families (cases)", "12", None),
        ("Contacts", "12", None),
    ]
    assert found.area == (("In the area", 6), ("Outside it", 6))
    assert read(release.figures.kept()) == release.figures
    noted(CaseFunding.objects.all().delete)
    again = report(Release.objects.get(), contract.reference)
    assert again.lines == found.lines
    assert _counts("people") == {NO_CONTRACT: 19}


def test_what_few_others_are_is_not_told_by_taking_it_from_the_service(world, contract):
    """Two more in another contract: 12 of 21 alone would leave two by subtraction from 19."""
    other = ContractFactory(service=world.service, name="Small")
    other.refresh_from_db()
    for _ in range(2):
        a_family(world, "PR8 1AA", [other])
    release = released(world)
    people = release.figures.paid[0].tables[0].shown
    assert dict(zip(people.columns, people.column_totals, strict=True)) == {
        contract.reference: 12,
        REST: 9,
    }
    assert report(release, other.reference).lines[0].counted == "Not shown"
    assert report(release, contract.reference).lines[0].counted == "12 or more"


def test_correction_shows_no_small_difference_of_a_contract(world, contract):
    released(world)
    for _ in range(6):
        a_family(world, "PR8 1AA", [contract])
    a_family(world, "PR8 1AA", [])
    second = correct_figures(quarter=SUMMER, reason="A register came late.", by=world.manager)
    # Seven more in the service; six of them here and one more that nobody pays for, which would be somebody.
    assert second.figures.measures[0].total == 26
    assert report(second, contract.reference).lines[0].counted == "12"
    for _ in range(5):
        a_family(world, "PR8 1AA", [])
    third = correct_figures(quarter=SUMMER, reason="Another.", by=world.manager)
    assert third.figures.measures[0].total == 31
    assert report(third, contract.reference).lines[0].counted == "18"


# --- Nobody can be worked out --------------------------------------------------------------------------

CONTRACTS = ("U-000001", "U-000002")
PARTS = (CONTRACTS[0], by(CONTRACTS), NO_CONTRACT)
AGES = ("0 to 4", "5 to 10")
LINES = ("Counselling", "Family support")
few = st.integers(0, 6)
people = st.lists(few, min_size=12, max_size=12)
KEYS = [(line, age, part) for line in LINES for age in AGES for part in PARTS]


def _tables(true, earlier=None):
    """The service's table by age and the part of each contract, as they would be released of `true`."""
    ages, parts = Counter(), Counter()
    for (line, age, part), number in true.items():
        ages[line, age] += number
        if line == LINES[1]:
            parts[part] += number
    counted = PaidCounts(
        LINES[1],
        (Agreed(CONTRACTS[0], "A", "F", "2026-01-01", "2026-12-31", (), None, None, None),),
        {"people": parts, "families": {}, "contacts": {}},
        {},
    )
    if earlier is None:
        shown = protect(ages, lines=LINES, columns=AGES, threshold=FIVE)
        tables = {"people": [Table("age", "By age", shown)]}
        return shown, publish_paid(counted, shown=tables, threshold=FIVE)
    before = [one for one, _ in earlier]
    shown = protect_again(ages, earlier=before, threshold=FIVE)
    tables = {"people": [Table("age", "By age", shown)]} if shown else {}
    paid = correct_paid(counted, earlier=[one for _, one in earlier], shown=tables, threshold=FIVE)
    return shown or before[-1], paid


def _unknown(side, line, column, *, shown):
    """Who could be in a place: every unknown of the lines and columns that are put together there."""

    def names(all_of, kept, at):
        own = [one for one in all_of if one == kept[at]]
        return own or [one for one in all_of if one not in kept]

    found = names(AGES if side == 1 else PARTS, shown.columns, column)
    return [key for key in KEYS if key[0] in names(LINES, shown.lines, line) and key[side] in found]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(people)
def test_solver_learns_nothing_small_from_the_report_beside_the_figures(values):
    """By age and by contract together: no figure that is hidden, and no part of a contract that is small."""
    true = dict(zip(KEYS, values, strict=True))
    shown, paid = _tables(true)
    table = paid.tables[0].shown
    solver = Solver()
    tell(solver, shown, partial(_unknown, 1, shown=shown))
    if not table.is_withheld:
        # The line of the service itself, by who counts it.
        assert table.total == shown.line_totals[shown.lines.index(LINES[1])]
        assert min(table.column_totals) >= FIVE
        tell(solver, table, partial(_unknown, 2, shown=table))
    for line, column in shown.hidden:
        parts = _unknown(1, line, column, shown=shown)
        assert len(solver.possible(parts, around=sum(map(true.get, parts)), enough=2)) == 2
    # A contract that is counted with others cannot be told from them.
    together = [one for one in PARTS if REST in table.columns and one not in table.columns]
    for part in together:
        parts = [key for key in KEYS if key[0] == LINES[1] and key[2] == part]
        assert len(solver.possible(parts, around=sum(map(true.get, parts)), enough=2)) == 2


@settings(max_examples=150, deadline=None)
@given(people, st.lists(people, min_size=1, max_size=3))
def test_no_sequence_of_versions_and_no_difference_between_tables_is_small(values, later):
    """Any two figures of the service and its contracts that should be the same differ by nobody or by enough."""
    versions = [_tables(dict(zip(KEYS, values, strict=True)))]
    for more in later:
        versions.append(_tables(dict(zip(KEYS, more, strict=True)), versions))
    wholes, parts = [], {}
    for shown, paid in versions:
        table = paid.tables[0].shown
        if LINES[1] in shown.lines:
            wholes.append(shown.line_totals[shown.lines.index(LINES[1])])
        if not table.is_withheld:
            wholes.append(table.total)
            for name, number in zip(table.columns, table.column_totals, strict=True):
                parts.setdefault(name, []).append(number)
    for several in (wholes, *parts.values()):
        assert all(one == other or abs(one - other) >= FIVE for one in several for other in several)


# --- Pages and files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_managers_of_the_service_and_the_dpo_read_reports(world, contract, role):
    released(world)
    user = member_of(world.service, role, name="Some One")
    with entries_since() as left:
        answer = signed_in(user).get(of("funder", contract.reference))
    assert answer.status_code == (200 if role in READERS else 403)
    assert [one.verb for one in left] == [
        Verb.FIGURES_READ if role in READERS else Verb.LOOK_REFUSED
    ]


def test_page_has_picture_figures_and_files_and_others_contracts_are_not_there(world, contract):
    release = released(world)
    browser = signed_in(world.manager)
    page = " ".join(browser.get(of("funder", contract.reference)).content.decode().split())
    assert "What was counted in each quarter" in page
    assert "Families of this contract alone: outside it" in page
    where = of("funder", contract.reference)
    assert where in browser.get(release.get_absolute_url()).content.decode()
    assert where in browser.get(contract.get_absolute_url()).content.decode()
    other = ContractFactory(service=ServiceFactory(name="Counselling"))
    other.refresh_from_db()
    assert browser.get(of("funder", other.reference)).status_code == 404
    page = signed_in(the(Role.DPO)).get(of("funder", other.reference)).content.decode()
    assert "Nothing released yet" in page


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods", "pdf"])
def test_report_is_taken_out_and_that_is_written_down(world, contract, form):
    released(world)
    with entries_since() as left:
        answer = signed_in(world.manager).get(
            of("funder-file", contract.reference, "2026-3", 1, form)
        )
    assert answer.status_code == 200
    assert f"{contract.reference}-2026-3-version-1.{form}" in answer["Content-Disposition"]
    assert [one.verb for one in left] == [Verb.FIGURES_TAKEN]
    for missing in (("2026-2", 1, form), ("2026-3", 2, form), ("2026-3", 1, "exe")):
        where = of("funder-file", contract.reference, *missing)
        assert signed_in(world.manager).get(where).status_code == 404


def test_every_file_of_a_report_says_the_same(world, contract):
    found = report(released(world), contract.reference)
    for sheet in (
        *read_xlsx(report_as_xlsx(found)).values(),
        *read_ods(report_as_ods(found)).values(),
    ):
        rows = [row[:3] for row in sheet if len(row) > 2]
        assert ["People", 12, 20] in rows
    browser = signed_in(world.manager)
    text = browser.get(of("funder-file", contract.reference, "2026-3", 1, "csv")).content.decode()
    assert ["People", "12", "20"] in list(csv.reader(io.StringIO(text)))
    pdf = report_as_pdf(found)
    assert tagging_report(pdf) == []
    words = " ".join(" ".join(text_of(pdf)).split())
    assert "Reaching, July to September 2026" in words
    assert "People 12 20" in words
    assert any("People: 12, People, agreed: 20" in told for told in told_by_pictures(pdf))
    assert ATTENDANCE[0] not in found.title
