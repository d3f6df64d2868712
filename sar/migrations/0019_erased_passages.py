"""When what was decided to be erased is gone, the decision forgets the words that went."""

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION public.sar_erasure_steps() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    steps text[] := ARRAY['approved_at', 'approved_by_id', 'acted'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.approved_at IS NOT NULL OR NEW.acted IS NOT NULL THEN
            RAISE EXCEPTION 'A decision to erase begins neither approved nor acted on. (% on %)',
                TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    {forgets}
    IF to_jsonb(OLD) - steps IS DISTINCT FROM to_jsonb(NEW) - steps
        OR (OLD.approved_at IS NOT NULL AND (OLD.approved_at, OLD.approved_by_id)
            IS DISTINCT FROM (NEW.approved_at, NEW.approved_by_id))
        OR (OLD.acted IS NOT NULL AND OLD.acted IS DISTINCT FROM NEW.acted)
        OR (NEW.acted IS NOT NULL AND OLD.approved_at IS NULL) THEN
        RAISE EXCEPTION 'A decision to erase is approved once, then acted on once. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

FORGETS = """IF OLD.acted IS NULL AND NEW.acted IS NOT NULL AND NEW.passages = '[]'::jsonb THEN
        steps := steps || ARRAY['passages'];
    END IF;"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0018_status_link_opened")]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=FUNCTION.format(forgets=FORGETS), reverse_sql=FUNCTION.format(forgets="")
        ),
    ]
