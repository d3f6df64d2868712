"""The functions that the triggers of rights requests run."""

from typing import ClassVar

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.sar_release() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status = 'released' AND
        (NEW.status <> 'released' OR NEW.requester <> OLD.requester
            OR NEW.released_pack_id IS DISTINCT FROM OLD.released_pack_id) THEN
        RAISE EXCEPTION 'A released request is never taken back. (% on %)', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.status <> 'released' OR (TG_OP = 'UPDATE' AND OLD.status = 'released') THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM public.sar_evidenceseen WHERE request_id = NEW.id AND gate = 'identity'
    ) THEN
        RAISE EXCEPTION 'Nothing is released before it is established who asks. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.requester <> 'person' AND NOT EXISTS (
        SELECT 1 FROM public.sar_evidenceseen WHERE request_id = NEW.id AND gate = 'authority'
    ) THEN
        RAISE EXCEPTION
            'Nothing is released before it is established that they may ask for the person. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM public.sar_builtpack
        WHERE id = NEW.released_pack_id AND request_id = NEW.id AND status = 'built'
    ) THEN
        RAISE EXCEPTION 'Only a pack built for this very request is released. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.sar_evidence() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'What was seen is never rewritten. (% on %)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

NONE = """
DROP FUNCTION public.sar_evidence();
DROP FUNCTION public.sar_release();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [("audit", "0001_functions")]

    operations: ClassVar = [migrations.RunSQL(sql=FUNCTIONS, reverse_sql=NONE)]
