"""Eras of the log: the first at installation, another after a backup was restored. Run by the owner."""

from django.db import connection, transaction

from audit import anchor
from audit.actors import SYSTEM
from audit.log import record
from audit.models import Era, Seal
from audit.purposes import Purpose
from audit.verbs import Action, Verb

FIRST = "The software was installed."


def server_number() -> str:
    """PostgreSQL's own number of this server; another after a restore into another one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
        return str(cursor.fetchone()[0])


def open_first_era() -> None:
    """The era of a new installation, if there is none yet."""
    if not Era.objects.exists():
        Era.objects.create(number=1, server=server_number(), because=FIRST)


def open_new_era(*, because: str) -> Era:
    """Begin a new era after a restore, and declare in the anchor which seals the restored log lacks."""
    ended = Seal.objects.order_by("-number").values_list("number", flat=True).first() or 0
    newest = anchor.last()
    with transaction.atomic():
        last = Era.objects.order_by("-number").first()
        era = Era.objects.create(
            number=last.number + 1 if last else 1,
            server=server_number(),
            first_seal=max(ended, newest.seal if newest else 0) + 1,
            because=because,
        )
        era.refresh_from_db()
        record(
            Verb.ERA_OPENED,
            by=SYSTEM,
            action=Action.CREATE,
            record=era,
            purpose=Purpose.ACCESS_CONTROL,
            values={"because": because},
        )
    anchor.declare(era, after_seal=ended)
    return era
