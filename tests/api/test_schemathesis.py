"""Requests that nobody would think of, made from the description: each gets one of the answers described."""

import pytest
import schemathesis
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.v1 import api
from api.views import ROOT
from tests.cases.world import a_world
from tests.factories.api import a_token
from tests.factories.cases import CaseNoteFactory, ContactFactory

pytestmark = pytest.mark.django_db

DESCRIBED = api.get_openapi_schema(path_prefix=ROOT)
OPERATIONS = [(path, method) for path, methods in DESCRIBED["paths"].items() for method in methods]
EXAMPLES = 15  # of each operation: a test of every day; more were tried by hand


@pytest.fixture(autouse=True)
def _one_connection():
    """Requests share the connection of the test, as those of Django's own test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[" ".join(o) for o in OPERATIONS])
def test_every_answer_is_one_of_those_described(path, method):
    world = a_world()
    CaseNoteFactory(case=world.case, people=[world.joe])
    ContactFactory(case=world.case, people=[world.joe])
    key = a_token(world.worker)
    schema = schemathesis.openapi.from_dict(DESCRIBED)
    schema.app = WSGIHandler()
    operation = schema[path][method.upper()]
    right_and_wrong = st.one_of(
        operation.as_strategy(GenerationMode.POSITIVE),
        operation.as_strategy(GenerationMode.NEGATIVE),
    )

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=right_and_wrong)
    def ask(case):
        cache.clear()
        case.call_and_validate(
            base_url="https://localhost",
            headers={"Authorization": f"Bearer {key}"},
            # Some rules no description can say: a person by reference or by name, not by both.
            excluded_checks=[positive_data_acceptance],
        )

    ask()
