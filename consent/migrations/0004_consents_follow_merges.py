"""A consent follows a merge of two people, and is otherwise only withdrawn, as before."""

from typing import ClassVar

from django.db import migrations

BODY = """
CREATE OR REPLACE FUNCTION public.consent_only_withdrawn() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    expected record;
BEGIN
    {follows}
    -- Whatever column is added later is guarded too: all but these five must be as they were.
    expected := OLD;
    expected.withdrawn_on := NEW.withdrawn_on;
    expected.withdrawn_at := NEW.withdrawn_at;
    expected.withdrawn_by_id := NEW.withdrawn_by_id;
    expected.withdrawn_how := NEW.withdrawn_how;
    -- Made by the database, after this trigger.
    expected.reference := NEW.reference;
    IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL OR expected IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'A consent is never changed: it can only be withdrawn, once.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
FOLLOWS = """
    IF public.cases_follows_merge(to_jsonb(OLD), to_jsonb(NEW), TG_RELID) THEN
        RETURN NEW;
    END IF;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("consent", "0003_name_the_sharing_log"),
        ("cases", "0012_merge_functions"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=BODY.replace("{follows}", FOLLOWS), reverse_sql=BODY.replace("{follows}", "")
        )
    ]
