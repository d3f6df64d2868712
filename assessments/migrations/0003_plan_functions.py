"""The functions that the triggers of plans run."""

from typing import ClassVar

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.assessments_plan_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    -- Of an agreed plan nothing but its status changes: a later plan takes its place. The reference is
    -- made by the database after this, so it is not compared.
    IF OLD.status = 'draft' OR (
        OLD.status = 'agreed' AND NEW.status = 'replaced'
        AND to_jsonb(OLD) - ARRAY['status', 'reference'] = to_jsonb(NEW) - ARRAY['status', 'reference']
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An agreed plan is never changed. (% on %)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION public.assessments_step_of_draft() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    -- Whose number stands for the person follows a merge; what was agreed stays (docs/adr/0013).
    IF TG_OP = 'UPDATE' AND public.cases_follows_merge(to_jsonb(OLD), to_jsonb(NEW), TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT 1 FROM public.assessments_plan WHERE id = NEW.plan_id AND status <> 'draft'
    ) THEN
        RAISE EXCEPTION 'The steps of an agreed plan stay. (% on %)', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

NONE = """
DROP FUNCTION public.assessments_step_of_draft();
DROP FUNCTION public.assessments_plan_stays();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("assessments", "0002_questions"),
        ("cases", "0012_merge_functions"),
    ]

    operations: ClassVar = [migrations.RunSQL(sql=FUNCTIONS, reverse_sql=NONE)]
