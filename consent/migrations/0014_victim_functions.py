"""What police learn of a victim's counselling is of substantial value as evidence."""

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE FUNCTION public.consent_probative_before_shared() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.is_counselling AND NEW.probative = '' AND EXISTS (
        SELECT 1 FROM public.consent_share s
        WHERE s.id = NEW.share_id AND s.outcome <> 'not_shared'
    ) THEN
        RAISE EXCEPTION 'Counselling is shared only where it is of substantial value as evidence.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consent", "0013_parcels")]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=FUNCTION, reverse_sql="DROP FUNCTION public.consent_probative_before_shared();"
        )
    ]
