"""Transactions that write, commit and roll back in any order, with sealers and destruction between them."""

from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.actors import SYSTEM
from audit.log import record
from audit.models import Entry, EntryValue
from audit.sealing import seal
from audit.verbs import Action, Verb
from audit.verification import verify
from tests.audit.test_seals import anchor_file, seal_all

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["anchor_file"]

WRITERS = 3
LOOK = """
INSERT INTO audit_entry (action, verb, by, by_roles, record, people, purpose)
VALUES ('access', 'person.opened', %s, '', '', '{}', 'service')
"""
STEPS = st.lists(
    st.tuples(
        st.integers(0, WRITERS - 1),
        st.sampled_from(["write", "write", "commit", "roll back", "seal", "destroy"]),
    ),
    min_size=4,
    max_size=25,
)


@contextmanager
def writers():
    """Connections beside the test's own, each in a transaction that only a step ends."""
    to = connection.settings_dict
    own = [
        psycopg.connect(
            host=to["HOST"] or None,
            port=to["PORT"] or None,
            user=to["USER"],
            password=to["PASSWORD"] or None,
            dbname=to["NAME"],
        )
        for _ in range(WRITERS)
    ]
    try:
        yield own
    finally:
        for one in own:
            one.close()


@given(steps=STEPS)
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_any_order_of_commits_seals_and_destruction_loses_nothing_and_fools_nobody(steps):
    before = Entry.objects.count()
    open_now, kept = [0] * WRITERS, 0
    with writers() as own:
        for number, step in steps:
            one = own[number]
            if step == "write":
                with one.cursor() as cursor:
                    cursor.execute(LOOK, [f"writer {number}"])
                open_now[number] += 1
            elif step == "commit":
                one.commit()
                kept, open_now[number] = kept + open_now[number], 0
            elif step == "roll back":
                one.rollback()
                open_now[number] = 0
            elif step == "seal":
                # What the test itself wrote has values, which the next destruction takes.
                record(
                    Verb.PERSON_OPENED, by=SYSTEM, action=Action.ACCESS, values={"surname": "Hart"}
                )
                kept += 1
                seal()
                assert verify().faults == []
            else:
                EntryValue.objects.all().delete()
        for number, one in enumerate(own):
            one.commit()
            kept += open_now[number]
    seal_all()
    report = verify()
    assert report.faults == []
    assert Entry.objects.count() == before + kept == report.entries
