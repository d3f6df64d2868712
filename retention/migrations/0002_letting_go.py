"""Rows that stay let go of a row that is destroyed, though they are final; nothing else of them changes.

Final entries refuse every change but one that follows a merge (docs/adr/0013). Where the log says, in the
same transaction, that a record is destroyed, a key to it may become empty, and words that are of whoever
was destroyed alone may be taken out, each marked where it stood (docs/adr/0024).
"""

from typing import ClassVar

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.retention_is_destroying() RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
    SELECT EXISTS (
        SELECT FROM public.audit_entry
        WHERE xid = pg_current_xact_id() AND action = 'delete'
          AND verb IN ('record.destroyed', 'record.destroyed-again')
    )
$$;

CREATE FUNCTION public.retention_lets_go(old_row jsonb, new_row jsonb, of_table oid)
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
    changed record;
    differs boolean := false;
BEGIN
    IF NOT public.retention_is_destroying() THEN
        RETURN false;
    END IF;
    FOR changed IN
        SELECT a.attnum, old_row -> a.attname AS before, new_row -> a.attname AS after
        FROM pg_attribute a
        WHERE a.attrelid = of_table AND a.attnum > 0 AND NOT a.attisdropped
          -- Made by the database, after the trigger.
          AND a.attgenerated = ''
          AND old_row -> a.attname IS DISTINCT FROM new_row -> a.attname
    LOOP
        differs := true;
        IF changed.after = 'null'::jsonb AND EXISTS (
            SELECT FROM pg_constraint c
            WHERE c.conrelid = of_table AND c.contype = 'f' AND c.conkey = ARRAY[changed.attnum]
        ) THEN
            CONTINUE;
        END IF;
        IF strpos(changed.after::text, '[taken out]') = 0
            OR length(changed.after::text) - length(changed.before::text) > 100 THEN
            RETURN false;
        END IF;
    END LOOP;
    RETURN differs;
END $$;

-- Run as the owner of the tables: the application may not write into final entries at all.
CREATE FUNCTION public.retention_let_go(tab text, pk text, col text, keys text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NOT public.retention_is_destroying() THEN
        RAISE EXCEPTION 'Nothing is destroyed in this transaction. (% on %)', col, tab
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    EXECUTE format('UPDATE public.%I SET %I = NULL WHERE %I::text = ANY ($1)', tab, col, pk)
        USING keys;
END $$;

CREATE FUNCTION public.retention_take_out(tab text, pk text, col text, key text, pattern text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    kind text;
BEGIN
    IF NOT public.retention_is_destroying() THEN
        RAISE EXCEPTION 'Nothing is destroyed in this transaction. (% on %)', col, tab
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT format_type(a.atttypid, a.atttypmod) INTO STRICT kind FROM pg_attribute a
    WHERE a.attrelid = format('public.%I', tab)::regclass AND a.attname = col;
    EXECUTE format(
        'UPDATE public.%I SET %I = regexp_replace(%I::text, $1, ''[taken out]'', ''gi'')::%s'
        ' WHERE %I::text = $2', tab, col, col, kind, pk
    ) USING pattern, key;
END $$;
"""

# The functions of the layers below that let changes of final rows through, asked as well.
FOLLOWS = """
ALTER FUNCTION public.cases_follows_merge(jsonb, jsonb, oid) RENAME TO cases_follows_merge_only;

CREATE FUNCTION public.cases_follows_merge(old_row jsonb, new_row jsonb, of_table oid)
RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT public.cases_follows_merge_only(old_row, new_row, of_table)
        OR public.retention_lets_go(old_row, new_row, of_table)
$$;

CREATE OR REPLACE FUNCTION public.safeguarding_statement() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    work text[] := ARRAY[
        'status', 'read_at', 'read_by_id', 'chased_when', 'escalated_when', 'next_chase_on',
        'review_on', 'outcome', 'proposed_at', 'proposed_by_id', 'ended_at', 'ended_by_id',
        -- Made by the database, after this trigger.
        'reference'
    ];
BEGIN
    IF to_jsonb(NEW) - work IS DISTINCT FROM to_jsonb(OLD) - work
        AND NOT public.retention_lets_go(to_jsonb(OLD), to_jsonb(NEW), TG_RELID) THEN
        RAISE EXCEPTION 'What was said is never rewritten: add to it. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

BACK = """
CREATE OR REPLACE FUNCTION public.safeguarding_statement() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    work text[] := ARRAY[
        'status', 'read_at', 'read_by_id', 'chased_when', 'escalated_when', 'next_chase_on',
        'review_on', 'outcome', 'proposed_at', 'proposed_by_id', 'ended_at', 'ended_by_id',
        'reference'
    ];
BEGIN
    IF to_jsonb(NEW) - work IS DISTINCT FROM to_jsonb(OLD) - work THEN
        RAISE EXCEPTION 'What was said is never rewritten: add to it. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP FUNCTION public.cases_follows_merge(jsonb, jsonb, oid);
ALTER FUNCTION public.cases_follows_merge_only(jsonb, jsonb, oid) RENAME TO cases_follows_merge;
DROP FUNCTION public.retention_take_out(text, text, text, text, text);
DROP FUNCTION public.retention_let_go(text, text, text, text[]);
DROP FUNCTION public.retention_lets_go(jsonb, jsonb, oid);
DROP FUNCTION public.retention_is_destroying();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("retention", "0001_schedule_holds_proposals"),
        ("cases", "0013_merge"),
        ("safeguarding", "0002_concerns_and_allegations"),
        ("assessments", "0004_assessments_goals_plans"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(sql=FUNCTIONS + FOLLOWS, reverse_sql=BACK),
    ]
