"""Nothing is done while the log cannot be written."""

import pytest

from audit.log import SYSTEM, record
from audit.verbs import Action, Verb
from core.errors import LogUnavailable

pytestmark = pytest.mark.django_db


def test_a_broken_log_is_an_error_and_not_a_silence(log_broken):
    with pytest.raises(LogUnavailable):
        record(Verb.DEMO_LOADED, by=SYSTEM, action=Action.CREATE)
