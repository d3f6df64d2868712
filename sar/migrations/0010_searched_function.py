"""The function that lets no answer go out as the whole one while a place is unsearched."""

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE FUNCTION public.sar_searched() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.status NOT IN ('released', 'nothing_held')
        OR (TG_OP = 'UPDATE' AND OLD.status = NEW.status) THEN
        RETURN NEW;
    END IF;
    IF (NEW.status = 'nothing_held' OR NEW.gap = '') AND EXISTS (
        SELECT FROM public.sar_search WHERE request_id = NEW.id AND outcome = ''
    ) THEN
        RAISE EXCEPTION 'An answer with an unsearched place is a part, and states the gap. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0009_public_drafts")]

    operations: ClassVar = [
        migrations.RunSQL(sql=FUNCTION, reverse_sql="DROP FUNCTION public.sar_searched();")
    ]
