"""A use with names stays as it was asked for, and nobody is added once it was decided."""

from typing import ClassVar

from django.db import migrations

AS_ASKED = """
CREATE FUNCTION public.planning_use_as_asked() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF (OLD.kind, OLD.what_for, OLD.who_sees, OLD.basis, OLD.law, OLD.parts, OLD.ends_on,
        OLD.recorded_at, OLD.recorded_by_id)
       IS DISTINCT FROM
       (NEW.kind, NEW.what_for, NEW.who_sees, NEW.basis, NEW.law, NEW.parts, NEW.ends_on,
        NEW.recorded_at, NEW.recorded_by_id)
       OR (OLD.decided_at IS NOT NULL AND
           (OLD.decided_at, OLD.decided_by_id, OLD.decision)
           IS DISTINCT FROM (NEW.decided_at, NEW.decided_by_id, NEW.decision))
       OR OLD.status IN ('refused', 'ended') THEN
        RAISE EXCEPTION 'A use with names stays as it was asked for and decided: ask anew.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
PEOPLE = """
CREATE FUNCTION public.planning_use_people() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    PERFORM 1 FROM public.planning_identifieduse u
        WHERE u.id = NEW.use_id AND u.status = 'asked' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Nobody is added to a use with names that was decided: ask anew.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("planning", "0002_release_made")]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=AS_ASKED, reverse_sql="DROP FUNCTION public.planning_use_as_asked();"
        ),
        migrations.RunSQL(sql=PEOPLE, reverse_sql="DROP FUNCTION public.planning_use_people();"),
    ]
