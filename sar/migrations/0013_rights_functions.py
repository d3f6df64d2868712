"""The rules of erasures and rectifications that the database keeps."""

from typing import ClassVar

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.sar_erasure_steps() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.approved_at IS NOT NULL OR NEW.acted IS NOT NULL THEN
            RAISE EXCEPTION 'A decision to erase begins neither approved nor acted on. (% on %)',
                TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(OLD) - ARRAY['approved_at', 'approved_by_id', 'acted']
        IS DISTINCT FROM to_jsonb(NEW) - ARRAY['approved_at', 'approved_by_id', 'acted']
        OR (OLD.approved_at IS NOT NULL AND (OLD.approved_at, OLD.approved_by_id)
            IS DISTINCT FROM (NEW.approved_at, NEW.approved_by_id))
        OR (OLD.acted IS NOT NULL AND OLD.acted IS DISTINCT FROM NEW.acted)
        OR (NEW.acted IS NOT NULL AND OLD.approved_at IS NULL) THEN
        RAISE EXCEPTION 'A decision to erase is approved once, then acted on once. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.sar_decided_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.decided_at IS NOT NULL OR (OLD.request_id, OLD.noun, OLD.entry, OLD.says)
        IS DISTINCT FROM (NEW.request_id, NEW.noun, NEW.entry, NEW.says) THEN
        RAISE EXCEPTION 'What is disputed is never rewritten, and it is decided once. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

NONE = """
DROP FUNCTION public.sar_decided_once();
DROP FUNCTION public.sar_erasure_steps();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0012_figures_and_status")]

    operations: ClassVar = [migrations.RunSQL(sql=FUNCTIONS, reverse_sql=NONE)]
