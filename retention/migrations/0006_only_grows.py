"""Figures of anonymous records: written only while records are destroyed, and only ever more of them.

That they are of five families or more is a constraint of their table (docs/adr/0050).
"""

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE FUNCTION public.retention_only_grows() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NOT public.retention_is_destroying() OR (TG_OP = 'UPDATE' AND (
        NEW.id, NEW.kind, NEW.facts) IS DISTINCT FROM (OLD.id, OLD.kind, OLD.facts)) OR (
        TG_OP = 'UPDATE' AND NEW.number <= OLD.number) THEN
        RAISE EXCEPTION
            'Figures of anonymous records only grow, while records are destroyed: % refused.', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("retention", "0005_triggers_by_death_and_consent")]

    operations: ClassVar = [
        migrations.RunSQL(sql=FUNCTION, reverse_sql="DROP FUNCTION public.retention_only_grows();"),
    ]
