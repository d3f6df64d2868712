"""What the database asks of a ground for words about health."""

from typing import ClassVar

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.sar_health() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.ground = 'opinion' AND NOT EXISTS (
        SELECT 1 FROM public.sar_harmconsultation
        WHERE id = NEW.consultation_id AND request_id = NEW.request_id AND answer = 'no_harm'
    ) THEN
        RAISE EXCEPTION
            'Words about health go out only on an opinion that it does no harm. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0004_letters")]

    operations: ClassVar = [
        migrations.RunSQL(sql=FUNCTIONS, reverse_sql="DROP FUNCTION public.sar_health();")
    ]
