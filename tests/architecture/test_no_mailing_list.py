"""Nothing that leaves as a table is a mailing list: no file holds the addresses, e-mail addresses or telephone
numbers of several people (the privacy notice: never for marketing; features.md S10).

Every address is asked for its file, so that a table of next year is looked at as well.
"""

import ast
import io
import itertools
import zipfile

import pytest
from django.db import IntegrityError
from django.utils import timezone
from openpyxl import load_workbook

from accounts.roles import Role
from cases.models import Person
from cases.queries.gaps import Gap
from consent.actions.sharing import record_share
from core.errors import Refused
from imports.kinds import Kind
from planning.models import IdentifiedUse
from planning.with_names import as_file
from tests.architecture.sources import modules
from tests.architecture.test_every_route import ROUTES, address, as_user, family
from tests.factories import cases as make
from tests.factories.accounts import UserFactory
from tests.factories.api import a_token
from tests.factories.planning import IdentifiedUseFactory
from tests.factories.sar import EvidenceSeenFactory, RightsRequestFactory

pytestmark = pytest.mark.django_db

# What makes tables, and why what it makes is no mailing list. Whoever adds one says so here.
MAKES_TABLES = {
    "core/csv.py": "how a table is written, whatever is in it",
    "core/spreadsheets/__init__.py": "as above",
    "core/spreadsheets/ods.py": "as above",
    "core/spreadsheets/sheets.py": "as above",
    "core/spreadsheets/xlsx.py": "as above",
    "cases/views/gaps.py": "who misses what, by reference and name, to be opened here",
    "planning/files.py": "figures about nobody",
    "planning/funder_files.py": "figures about nobody, for a funder",
    "planning/with_names.py": "an allowed use; none of its parts is a way to reach somebody",
    "parenting2000/management/commands/data_map.py": "what the code declares, about nobody",
    "retention/views/pages.py": "the schedule, the record of processing, anonymous figures, and who of the staff was trained",
    "audit/views.py": "the log, by reference",
    "imports/views.py": "a table to fill in, with an invented row",
    "imports/reading.py": "reads tables and makes none",
    "sar/views/rights.py": "what one person provided, for that person (portability)",
}
TABLES = ("text/csv", "spreadsheet", "application/json", "text/calendar", "text/plain")


class Ways:
    """People who can be reached in three ways each, by words that belong to one of them alone."""

    def __init__(self, people):
        self.of = {person.pk: self._reach(person, n) for n, person in enumerate(people)}

    @staticmethod
    def _reach(person, n):
        street, mail, phone = f"{n} Mailing Lane", f"reach-{n}@example.org", f"07700 9002{n:02}"
        make.AddressFactory(person=person, lines=street, postcode=f"PR8 9{n:02}")
        make.ContactPointFactory(
            person=person, kind="email", value=mail, value_sought=mail, safe_for_messages=True
        )
        make.ContactPointFactory(
            person=person, kind="mobile", value=phone, value_sought=f"+44{phone[1:]}"
        )
        return street, mail, phone

    def in_text(self, text):
        """How many people could be reached by whoever has `text`."""
        return sum(any(way in text for way in ways) for ways in self.of.values())


def text_of(response):
    """What a file says, whatever kind of table it is; "" for what is no table."""
    kind = response.headers.get("Content-Type", "")
    content = response.getvalue() if response.streaming else response.content
    if not kind.startswith(TABLES) and "spreadsheet" not in kind:
        return ""
    if "opendocument" in kind:
        return zipfile.ZipFile(io.BytesIO(content)).read("content.xml").decode()
    if "spreadsheet" in kind:
        sheets = load_workbook(io.BytesIO(content)).worksheets
        cells = itertools.chain.from_iterable(sheet.iter_rows(values_only=True) for sheet in sheets)
        return "\n".join(str(cell) for row in cells for cell in row)
    return content.decode()


def addresses_of(path, of):
    """Every address of `path` for a family, with each kind of file that it can be asked for."""
    where = address(path, of)
    if where is None:
        return set()
    kinds = {
        where,
        *(where.replace("/quiet/", f"/{gap.value}/") for gap in Gap),
        where.replace("/csv/", "/xlsx/"),
        where.replace("/csv/", "/ods/"),
        where.replace("/json/", "/csv/"),
    }
    if path.endswith("imports/template/"):
        kinds |= {f"{where}?kind={kind.value}" for kind in Kind}
    return kinds


def test_no_address_gives_a_file_by_which_several_people_can_be_reached():
    # Somebody who may do all that anybody may.
    everybody = UserFactory(roles=list(Role))
    services = [make.ServiceFactory(name="Family Support"), make.ServiceFactory(name="Drop-in")]
    for service in services:
        make.ServiceMemberFactory(service=service, user=everybody)
    families = [family(f"Needle{n}", service) for n, service in enumerate(services)]
    people = Person.objects.filter(merged_into=None, is_restricted=False, case_people__isnull=False)
    ways = Ways(people.distinct())
    for person in people:
        make.StatedPurposeFactory(person=person, recorded_by=everybody)
    # What one person provided goes to that person, with the ways to reach them.
    families[0].requests = RightsRequestFactory(person=families[0].people, kind="portability")
    families[0].requests.refresh_from_db()
    EvidenceSeenFactory(request=families[0].requests, gate="identity")
    client, files, told = as_user(everybody), set(), {}
    key = {"authorization": f"Bearer {a_token(everybody)}"}
    for name, path in ROUTES.items():
        if name == "account_logout":
            continue
        for where in sorted(set().union(*(addresses_of(path, of) for of in families))):
            response = client.get(where, headers=key if where.startswith("/api/") else {})
            if text := text_of(response):
                files.add(name)
                told[where] = ways.in_text(text)
    assert {where: many for where, many in told.items() if many > 1} == {}
    # It looked at tables, also at one that does hold the ways to reach a person.
    assert {"cases:gaps-file", "audit:log-csv", "imports:template", "sar:portable"} <= files
    assert 1 in told.values()


def test_every_maker_of_tables_says_why_it_is_no_mailing_list():
    makers = {
        str(path)
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom)) and _is_of_tables(node)
    }
    assert makers == set(MAKES_TABLES)


def _is_of_tables(node):
    """Whether it imports what writes tables."""
    names = [getattr(node, "module", None) or "", *(one.name for one in node.names)]
    return any(
        name in {"csv", "core.csv", "openpyxl"} or name.startswith("core.spreadsheets")
        for name in names
    )


def test_a_use_with_names_takes_out_no_way_to_reach_anybody():
    people = [make.PersonFactory(given_names=f"Sam {n}") for n in range(3)]
    ways = Ways(people)
    use = IdentifiedUseFactory(people=people, parts=IdentifiedUse.Part.values)
    text = as_file(use, people, on=timezone.localdate())
    assert "Sam 2" in text
    assert ways.in_text(text) == 0


@pytest.mark.parametrize("wanted", ["email", "phone", "address"])
def test_a_use_with_names_cannot_ask_for_a_way_to_reach_them(wanted):
    with pytest.raises(IntegrityError, match="use_parts_are_known"):
        IdentifiedUseFactory(parts=["name", wanted])


def test_nothing_is_shared_for_marketing():
    case = make.CaseFactory(people=[make.PersonFactory()])
    with pytest.raises(Refused, match="never for marketing"):
        record_share(
            case=case,
            people=list(case.people.all()),
            outcome="shared",
            purpose="marketing",
            what="Their addresses.",
            told=True,
            recipient_name="A printer",
            sent_how="email",
            gateway="permission",
            by=case.recorded_by,
        )
