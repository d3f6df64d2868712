"""The functions that the triggers of questions and answers run."""

from typing import ClassVar

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.assessments_question_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE editions bigint[];
BEGIN
    editions := CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.edition_id]
        WHEN 'DELETE' THEN ARRAY[OLD.edition_id]
        ELSE ARRAY[OLD.edition_id, NEW.edition_id]
    END;
    IF EXISTS (
        SELECT 1 FROM public.assessments_edition WHERE id = ANY(editions) AND status <> 'draft'
    ) THEN
        RAISE EXCEPTION 'Questions that were in use stay as they were asked. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION public.assessments_answer_fits() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE asked record;
BEGIN
    SELECT q.kind, q.lowest, q.highest, q.options, e.status INTO asked
        FROM public.assessments_question q
        JOIN public.assessments_edition e ON e.id = q.edition_id
        WHERE q.id = NEW.question_id;
    IF asked.status = 'draft' THEN
        RAISE EXCEPTION 'Nobody answers a question that is not in use yet. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.kind <> asked.kind
        OR (asked.lowest IS NOT NULL AND NEW.number < asked.lowest)
        OR (asked.highest IS NOT NULL AND NEW.number > asked.highest)
        OR NOT (NEW.choices <@ ARRAY(
            SELECT one->>'key' FROM jsonb_array_elements(asked.options) AS one))
    THEN
        RAISE EXCEPTION 'The answer does not fit its question. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.assessments_assessment_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.status <> 'draft' THEN
        RAISE EXCEPTION 'A final assessment is never changed. (% on %)', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.assessments_answer_of_draft() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.assessments_assessment
        WHERE id = NEW.assessment_id AND status <> 'draft'
    ) THEN
        RAISE EXCEPTION 'Nothing is answered in a final assessment. (% on %)', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

NONE = """
DROP FUNCTION public.assessments_answer_of_draft();
DROP FUNCTION public.assessments_assessment_stays();
DROP FUNCTION public.assessments_answer_fits();
DROP FUNCTION public.assessments_question_stays();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [("audit", "0001_functions")]

    operations: ClassVar = [migrations.RunSQL(sql=FUNCTIONS, reverse_sql=NONE)]
