"""The function that keeps the words of letters about rights."""

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE FUNCTION public.sar_letter() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    -- What becomes of a letter; everything else is its words.
    became text[] := ARRAY['status', 'since', 'tries', 'failure', 'file', 'sha256', 'went_at',
                           'went_by_id'];
    -- Made by the database, after the trigger.
    made text := 'reference';
BEGIN
    IF public.cases_follows_merge(to_jsonb(OLD), to_jsonb(NEW), TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF to_jsonb(OLD) - became - made <> to_jsonb(NEW) - became - made THEN
        RAISE EXCEPTION 'The words of a letter are never changed: write another one. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.status IN ('sent', 'posted', 'dropped')
        AND to_jsonb(OLD) - made <> to_jsonb(NEW) - made THEN
        RAISE EXCEPTION 'What became of a letter is settled. (% on %)', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0002_rights_requests"), ("cases", "0012_merge_functions")]

    operations: ClassVar = [
        migrations.RunSQL(sql=FUNCTION, reverse_sql="DROP FUNCTION public.sar_letter();")
    ]
