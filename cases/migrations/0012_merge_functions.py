"""Final rows follow a merge of two people, in the merge's own transaction, and change in nothing else."""

from typing import ClassVar

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.cases_merge_stamp() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.survivor_id, OLD.other_id) IS DISTINCT FROM
        (NEW.survivor_id, NEW.other_id) THEN
        RAISE EXCEPTION 'Who was merged is never rewritten. (% on %)', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.xid := pg_current_xact_id();
    RETURN NEW;
END $$;

-- Whether two versions of a row differ only in columns that name a person, each along a merge that was
-- made, or undone, in this very transaction. The tables are read when it runs: they are made later.
CREATE FUNCTION public.cases_follows_merge(old_row jsonb, new_row jsonb, of_table oid)
RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = pg_catalog AS $$
DECLARE
    changed record;
    differs boolean := false;
BEGIN
    FOR changed IN
        SELECT a.attname, old_row ->> a.attname AS before, new_row ->> a.attname AS after,
               a.attnum
        FROM pg_attribute a
        WHERE a.attrelid = of_table AND a.attnum > 0 AND NOT a.attisdropped
          -- Made by the database, after the trigger.
          AND a.attgenerated = ''
          AND old_row ->> a.attname IS DISTINCT FROM new_row ->> a.attname
    LOOP
        differs := true;
        IF NOT EXISTS (
            SELECT FROM pg_constraint c
            WHERE c.conrelid = of_table AND c.contype = 'f'
              AND c.confrelid = 'public.cases_person'::regclass
              AND c.conkey = ARRAY[changed.attnum]
        ) OR NOT EXISTS (
            SELECT FROM public.cases_merge m
            WHERE m.xid = pg_current_xact_id()
              AND ((m.undone_at IS NULL
                    AND changed.before = m.other_id::text AND changed.after = m.survivor_id::text)
                OR (m.undone_at IS NOT NULL
                    AND changed.before = m.survivor_id::text AND changed.after = m.other_id::text))
        ) THEN
            RETURN false;
        END IF;
    END LOOP;
    RETURN differs;
END $$;

CREATE OR REPLACE FUNCTION public.cases_final() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF public.cases_follows_merge(to_jsonb(OLD), to_jsonb(NEW), TG_RELID) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A final entry is never changed: write a correction. (% on %)',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION public.cases_final() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'A final entry is never changed: write a correction. (% on %)',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP FUNCTION public.cases_follows_merge(jsonb, jsonb, oid);
DROP FUNCTION public.cases_merge_stamp();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0011_name_fits")]

    operations: ClassVar = [migrations.RunSQL(sql=FUNCTIONS, reverse_sql=BEFORE)]
