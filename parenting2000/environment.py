"""Where the settings come from: the environment, `.env`, or a newcomer's private demo.

Settings are read from the environment only. This fills it before they are read.
"""

import os
import secrets
from pathlib import Path

import environ

from core import local_postgres

CLONE = Path(__file__).resolve().parent.parent
# The demo's key, files, letters and server logs. A test gives itself another folder.
DEMO_FOLDER = Path(os.environ.get("DEMO_FOLDER") or CLONE / "var" / "demo")


def read_env_file() -> None:
    """Add what `.env` says, if there is one; what the environment says already wins."""
    path = CLONE / ".env"
    if path.exists():
        environ.Env.read_env(path)


def is_newcomers() -> bool:
    """Whether nobody has configured anything: neither a database nor a secret is given.

    One without the other is a mistake in a real installation, and the settings say so.
    """
    return not os.environ.get("DATABASE_URL") and not os.environ.get("SECRET_KEY")


def use_private_demo() -> None:
    """Point the environment at this clone's private demo: its database, its key, its own files.

    Nothing is started. Raises OSError if the key cannot be written or read.
    """
    DEMO_FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.update(local_postgres.environment("demo"))
    os.environ["DEMO"] = "1"
    os.environ["SECRET_KEY"] = _lasting_key(DEMO_FOLDER / "secret_key")
    os.environ.setdefault("MEDIA_ROOT", str(DEMO_FOLDER / "media"))
    os.environ.setdefault("AUDIT_ANCHOR", str(DEMO_FOLDER / "anchor" / "seals.jsonl"))
    # Written with the demo's key: a demo begun anew finds nobody else's.
    os.environ.setdefault("ERASURE_LEDGER", str(DEMO_FOLDER / "anchor" / "erased.txt"))
    os.environ.setdefault("BACKUP_FOLDER", str(DEMO_FOLDER / "backups"))
    # Letters are put into a folder where they can be read, one file each, and go nowhere.
    os.environ.setdefault("EMAIL_URL", f"filemail:///{DEMO_FOLDER / 'mail'}")


def _lasting_key(path: Path) -> str:
    """A key that stays the same from one start to the next, readable by this user only."""
    if not path.exists():
        written = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            # Linked into place whole: of two commands at once, one wins and both read the same key.
            os.link(written, path)
        except FileExistsError:
            pass
        finally:
            written.unlink()
    return path.read_text(encoding="ascii")
