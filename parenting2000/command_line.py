"""What manage.py runs: settle the environment, carry out one command, say what went wrong in a sentence."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import OperationalError

from core.local_postgres import CannotStart, cluster
from parenting2000 import environment


def main() -> None:
    """Carry out the command of sys.argv; a plain sentence and exit status 1 if it cannot begin.

    With `--traceback` the whole story is shown instead.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parenting2000.settings")
    newcomers = False
    try:
        environment.read_env_file()
        newcomers = environment.is_newcomers()
        if newcomers:
            environment.use_private_demo()
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, CannotStart) as error:
        _give_up(str(error), error)
    except OperationalError as error:
        _give_up(_about_database(error, newcomers=newcomers), error)
    except OSError as error:
        _give_up(f"{error.filename or 'This machine'}: {error.strerror or error}.", error)


def _give_up(sentence: str, error: Exception) -> None:
    if "--traceback" in sys.argv:
        raise error
    sys.exit(sentence)


def _about_database(error: OperationalError, *, newcomers: bool) -> str:
    said = " ".join(str(error).split())
    if "No space left on device" in said:
        return "The disk is full, so the database cannot write: free some space and try again."
    if newcomers and not cluster("demo").answers():
        return (
            "The private database is not running. Start it with `make demo` in another terminal, or give "
            "DATABASE_URL and SECRET_KEY (see .env.sample)."
        )
    return f"The database does not answer: {said}"
