import pytest

from tests.retention.world import Family, a_family, adopt_everything


@pytest.fixture
def switched_on(settings, tmp_path):
    """Destruction is on, nobody waits, and the ledger lies in a folder of the test's own."""
    settings.RETENTION = {
        **settings.RETENTION,
        "on": True,
        "cooling_days": 0,
        "ledger": tmp_path / "erased.txt",
    }
    return settings


@pytest.fixture
def family(db) -> Family:
    adopt_everything()
    return a_family()
