"""Nobody looks at their own entry in the sharing log."""

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE FUNCTION public.consent_looked_at_by_another() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.consent_share s
        WHERE s.id = NEW.share_id
          AND NEW.recorded_by_id IN (s.recorded_by_id, s.decided_by_id)
    ) THEN
        RAISE EXCEPTION 'Nobody looks at their own entry in the sharing log.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consent", "0011_stricter_consent")]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=FUNCTION, reverse_sql="DROP FUNCTION public.consent_looked_at_by_another();"
        )
    ]
