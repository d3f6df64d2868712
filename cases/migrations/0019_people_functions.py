"""Who has parental responsibility on a day, and when a person may be deleted, as the database sees it."""

from typing import ClassVar

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.cases_person_goes() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.audit_entry e
        WHERE e.xid = pg_current_xact_id() AND e.action = 'delete'
          AND e.record = 'cases.Person' AND e.record_id = OLD.id
          AND (
              e.verb <> 'person.voided'
              OR (
                  e.by_id = OLD.recorded_by_id
                  AND OLD.recorded_at > clock_timestamp() - interval '24 hours'
              )
          )
    ) THEN
        RAISE EXCEPTION
            'A person is voided by whoever added them, within a day, or destroyed: % on % refused.',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
"""
NONE = "DROP FUNCTION public.cases_person_goes();"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0018_odd_looks")]

    operations: ClassVar = [migrations.RunSQL(sql=FUNCTIONS, reverse_sql=NONE)]
