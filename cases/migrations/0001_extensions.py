"""Extensions for search, and the functions that searching and final entries need."""

from typing import ClassVar

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    CreateExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

# With the schema written out: without it a restored backup would lose the index silently.
PLAIN = """
CREATE FUNCTION public.plain_text(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT lower(public.unaccent('public.unaccent', $1)) $$;

CREATE FUNCTION public.cases_final() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'A final entry is never changed: write a correction. (% on %)',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

NONE = """
DROP FUNCTION public.cases_final();
DROP FUNCTION public.plain_text(text);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [("audit", "0001_functions")]

    operations: ClassVar = [
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGistExtension(),
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(sql=PLAIN, reverse_sql=NONE),
    ]
