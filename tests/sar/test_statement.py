"""Who has seen my record: by role, folded, and without what must not be told (features.md N9)."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.actors import SYSTEM
from audit.log import record
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.merging import merge
from cases.models import Person
from sar.pack.copy import copy_for
from sar.pack.pages import body, front_of
from sar.statement import IN_A_LIST, looks_of
from tests.cases.world import says_why
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import PersonFactory

pytestmark = pytest.mark.django_db


def look(person, by, verb=Verb.PERSON_OPENED, purpose=Purpose.SERVICE, action=Action.ACCESS):
    record(verb, by=by, action=action, people=[person], look=Look(by=by, purpose=purpose))


def told(person):
    return [(one.who, one.what, one.purpose, one.times) for one in looks_of(person)]


def test_looks_are_told_by_role_and_folded_by_day(amelia, worker):
    for _ in range(3):
        look(amelia, worker)
    look(amelia, worker, Verb.PERSON_FOUND)
    look(amelia, worker, Verb.CASE_LISTED)
    look(PersonFactory(), worker)
    assert told(amelia) == [
        ("caseworker", "opened your record", "providing the service", 3),
        ("caseworker", IN_A_LIST, "providing the service", 2),
    ]


def test_looks_to_protect_somebody_refused_ones_and_the_software_are_not_told(amelia, worker):
    lead = UserFactory(roles=[Role.SAFEGUARDING_LEAD])
    look(amelia, lead, purpose=Purpose.SAFEGUARDING)
    look(amelia, worker, Verb.LOOK_REFUSED)
    look(amelia, SYSTEM)
    look(amelia, worker, Verb.PERSON_CHANGED, action=Action.UPDATE)
    look(amelia, worker)
    assert [who for who, *_ in told(amelia)] == ["caseworker"]


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (Verb.ODD_LOOK_LISTED, "checked why a colleague had looked at your record"),
        (Verb.SEAL_LISTED, IN_A_LIST),
        (Verb.DOCUMENT_FILE_TAKEN, "took out the file of a document about you"),
        (Verb.ALERT_READ, "read an alert about you"),
        (Verb.ASSESSMENT_PRINTED, "printed an assessment about you"),
        (Verb.OUTCOMES_READ, "read outcomes about you"),
    ],
)
def test_what_was_done_is_told_in_words_for_somebody_who_never_saw_the_log(
    amelia, worker, verb, words
):
    look(amelia, worker, verb)
    assert [what for _, what, *_ in told(amelia)] == [words]


def test_the_page_names_no_member_of_staff_and_is_written_in_the_log(
    dpo, dpo_client, amelia, worker
):
    look(amelia, worker)
    says_why(dpo, amelia)
    with entries_since() as left:
        page = dpo_client.get(reverse("sar:statement", args=[amelia.reference]), secure=True)
    text = page.content.decode()
    assert "opened your record" in text
    assert str(worker) not in text
    assert [entry.verb for entry in left] == ["statement.made"]


def test_the_page_is_not_for_a_caseworker(worker_client, amelia):
    with entries_since() as left:
        page = worker_client.get(reverse("sar:statement", args=[amelia.reference]), secure=True)
    assert page.status_code in (403, 404)
    assert [entry.verb for entry in left] == ["look.refused"]


def test_the_pack_has_the_statement(access, worker, dpo):
    look(access.person, worker)
    copy = copy_for(access)
    front = front_of(access, made_on=access.received_on, searched_by=dpo)
    pages = {chunk.key: chunk.html for chunk in body(copy.disclosed, front, copy.looks)}
    assert "opened your record" in pages["looks"]
    assert str(worker) not in pages["looks"]


def test_the_page_asks_as_much_for_thirty_looks_as_for_one(
    dpo_client, amelia, worker, django_assert_max_num_queries
):
    where = reverse("sar:statement", args=[amelia.reference])
    look(amelia, worker)
    dpo_client.get(where, secure=True)
    counts = []
    for more in (1, 29):
        for _ in range(more):
            look(amelia, worker)
        with django_assert_max_num_queries(60) as asked:
            dpo_client.get(where, secure=True)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_it_is_printed_for_the_person_and_the_log_says_so(dpo, dpo_client, amelia, worker):
    look(amelia, worker)
    says_why(dpo, amelia)
    page = dpo_client.get(reverse("sar:statement", args=[amelia.reference]), secure=True)
    sheet = reverse("sar:statement-print", args=[amelia.reference])
    assert sheet in page.content.decode()
    with entries_since() as left:
        text = dpo_client.get(sheet, secure=True).content.decode()
    assert [(entry.verb, entry.people) for entry in left] == [("statement.printed", [amelia.pk])]
    assert "opened your record" in text
    assert str(worker) not in text
    assert "Who else has been told" in text


def test_looks_at_the_number_before_a_merge_are_told_as_well(amelia, worker):
    double = PersonFactory(recorded_by=worker)
    look(double, worker)
    before = sum(one.times for one in looks_of(amelia))
    merge(survivor=amelia, other=double, chosen={}, reason="She is one person.", by=worker)
    amelia = Person.objects.get(pk=amelia.pk)
    assert sum(one.times for one in looks_of(amelia)) == before + 1
