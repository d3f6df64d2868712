"""Column types of PostgreSQL that Django does not bring."""

from typing import Any

from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Cast, Concat, Greatest, Length, LPad


class TransactionNumberField(models.Field):
    """A transaction's number for ever (PostgreSQL's xid8): an int in Python, never reused."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return str(value) if isinstance(value, int) else value


def reference_field(prefix: str) -> models.GeneratedField:
    """A public reference such as P-000123, made by the database from the row's number.

    At least six digits, more when the numbers grow; `prefix` says what kind of record it is.
    """
    number = Cast("id", output_field=models.TextField())
    return models.GeneratedField(
        expression=Concat(
            Value(f"{prefix}-"), LPad(number, Greatest(Value(6), Length(number)), Value("0"))
        ),
        output_field=models.TextField(),
        db_persist=True,
        unique=True,
    )


class PlainText(Func):
    """Small letters without accents, by the database's own function: what searching compares."""

    function = "public.plain_text"
    output_field = models.TextField()
