"""The functions that the triggers of safeguarding run."""

from typing import ClassVar

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.safeguarding_statement() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    work text[] := ARRAY[
        'status', 'read_at', 'read_by_id', 'chased_when', 'escalated_when', 'next_chase_on',
        'review_on', 'outcome', 'proposed_at', 'proposed_by_id', 'ended_at', 'ended_by_id',
        -- Made by the database, after this trigger.
        'reference'
    ];
BEGIN
    -- Whatever column is added later is guarded too.
    IF to_jsonb(NEW) - work IS DISTINCT FROM to_jsonb(OLD) - work THEN
        RAISE EXCEPTION 'What was said is never rewritten: add to it. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.safeguarding_decided_by_another() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.kind <> 'decision' THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT 1 FROM public.safeguarding_concern c
        WHERE c.id = NEW.concern_id AND c.recorded_by_id = NEW.recorded_by_id
    ) AND EXISTS (
        SELECT 1 FROM public.accounts_user u
        JOIN public.accounts_user_groups g ON g.user_id = u.id
        JOIN public.auth_group_permissions r ON r.group_id = g.group_id
        JOIN public.auth_permission p ON p.id = r.permission_id
        WHERE p.codename = 'work_concerns' AND u.is_active AND u.id <> NEW.recorded_by_id
    ) THEN
        RAISE EXCEPTION 'Nobody decides alone on a concern that they raised.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.safeguarding_not_by_whom_it_is_about() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.safeguarding_allegation a
        WHERE a.id = NEW.allegation_id AND a.about_staff_id = NEW.recorded_by_id
    ) THEN
        RAISE EXCEPTION 'Nobody writes in an allegation about themselves.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.safeguarding_at_least_two() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.ended_at IS NOT NULL AND (
        SELECT count(*) FROM public.safeguarding_receiver WHERE ended_at IS NULL
    ) < 2 THEN
        RAISE EXCEPTION 'At least two people receive allegations: name another first.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.safeguarding_only_destroyed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.audit_entry
        WHERE xid = pg_current_xact_id() AND action = 'delete'
    ) THEN
        RAISE EXCEPTION
            'Concerns and allegations are never deleted, only destroyed with the record: % on %.',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""

NONE = """
DROP FUNCTION public.safeguarding_only_destroyed();
DROP FUNCTION public.safeguarding_at_least_two();
DROP FUNCTION public.safeguarding_not_by_whom_it_is_about();
DROP FUNCTION public.safeguarding_decided_by_another();
DROP FUNCTION public.safeguarding_statement();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [("audit", "0001_functions"), ("accounts", "0001_staff")]

    operations: ClassVar = [migrations.RunSQL(sql=FUNCTIONS, reverse_sql=NONE)]
