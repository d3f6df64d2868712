"""The rules of restriction that the database keeps (UK GDPR Art 18, docs/adr/0021)."""

from typing import ClassVar

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.cases_restriction_steps() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.notice_on IS NOT NULL OR NEW.lifted_at IS NOT NULL THEN
            RAISE EXCEPTION 'A restriction begins neither told nor lifted. (% on %)',
                TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.lifted_at IS NULL THEN
            RAISE EXCEPTION 'A restriction that lasts is never deleted. (% on %)',
                TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF public.cases_follows_merge(to_jsonb(OLD), to_jsonb(NEW), TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF to_jsonb(OLD) - ARRAY['notice_on', 'notice_means', 'notice_by_id', 'lifted_at',
            'lifted_by_id', 'lifted_because', 'reference']
        IS DISTINCT FROM to_jsonb(NEW) - ARRAY['notice_on', 'notice_means', 'notice_by_id',
            'lifted_at', 'lifted_by_id', 'lifted_because', 'reference'] THEN
        RAISE EXCEPTION 'What is restricted and why is never rewritten. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.lifted_at IS NOT NULL THEN
        RAISE EXCEPTION 'A lifted restriction is never changed. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.lifted_at IS NOT NULL AND OLD.notice_on IS NULL THEN
        RAISE EXCEPTION 'The person is told before a restriction is lifted. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.cases_restricted_mark() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    UPDATE public.cases_person p
    SET is_restricted = EXISTS (
        SELECT FROM public.cases_restriction r WHERE r.person_id = p.id AND r.lifted_at IS NULL)
    WHERE p.id IN (NEW.person_id, OLD.person_id) AND p.is_restricted IS DISTINCT FROM EXISTS (
        SELECT FROM public.cases_restriction r WHERE r.person_id = p.id AND r.lifted_at IS NULL);
    RETURN NULL;
END $$;

CREATE FUNCTION public.cases_used_now() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'What was used, and why, is never rewritten. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.xid := pg_current_xact_id();
    RETURN NEW;
END $$;

-- On every table with something about somebody: put up by manage.py migrate (cases.guards). Its arguments
-- say which columns name whom or what, "person_id:person".
CREATE FUNCTION public.cases_guard_restricted() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    old_row jsonb;
    new_row jsonb;
    argument text;
    kind text;
    number bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM public.cases_restriction WHERE lifted_at IS NULL) THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    old_row := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    -- The mark of the restriction itself; what the database generates it does not know yet.
    IF TG_TABLE_NAME = 'cases_person' AND old_row - ARRAY['is_restricted', 'name_sought', 'reference']
        = new_row - ARRAY['is_restricted', 'name_sought', 'reference'] THEN
        RETURN NEW;
    END IF;
    FOREACH argument IN ARRAY TG_ARGV LOOP
        kind := split_part(argument, ':', 2);
        FOR number IN
            SELECT DISTINCT n FROM unnest(ARRAY[
                (old_row ->> split_part(argument, ':', 1))::bigint,
                (new_row ->> split_part(argument, ':', 1))::bigint]) n
            WHERE n IS NOT NULL
        LOOP
            IF public.cases_is_barred(kind, number) THEN
                RAISE EXCEPTION
                    'This record is restricted: it is kept and not used (UK GDPR Art 18). (% on %)',
                    TG_OP, TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'restricted';
            END IF;
        END LOOP;
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$;

-- Whether a person, case or entry is restricted and no lawful reason was written in this transaction.
CREATE FUNCTION public.cases_is_barred(kind text, number bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
    WITH barred AS (
        SELECT r.* FROM public.cases_restriction r
        WHERE r.lifted_at IS NULL AND NOT EXISTS (
            SELECT FROM public.cases_restricteduse u
            WHERE u.restriction_id = r.id AND u.xid = pg_current_xact_id())
    )
    SELECT CASE kind
        WHEN 'person' THEN EXISTS (SELECT FROM barred b WHERE b.person_id = number)
        WHEN 'note' THEN EXISTS (
            SELECT FROM barred b WHERE b.note_id = number)
        WHEN 'contact' THEN EXISTS (SELECT FROM barred b WHERE b.contact_id = number)
        WHEN 'decision' THEN EXISTS (SELECT FROM barred b WHERE b.decision_id = number)
        WHEN 'document' THEN EXISTS (SELECT FROM barred b WHERE b.document_id = number)
        ELSE EXISTS (SELECT FROM barred b WHERE b.case_id = number)
            -- A case of restricted people alone is restricted with them.
            OR (EXISTS (
                    SELECT FROM public.cases_caseperson cp JOIN barred b ON b.person_id = cp.person_id
                    WHERE cp.case_id = number)
                AND NOT EXISTS (
                    SELECT FROM public.cases_caseperson cp
                    WHERE cp.case_id = number AND NOT EXISTS (
                        SELECT FROM public.cases_restriction r
                        WHERE r.person_id = cp.person_id AND r.lifted_at IS NULL)))
    END
$$;
"""

NONE = """
DROP FUNCTION public.cases_guard_restricted() CASCADE;
DROP FUNCTION public.cases_is_barred(text, bigint);
DROP FUNCTION public.cases_used_now();
DROP FUNCTION public.cases_restricted_mark();
DROP FUNCTION public.cases_restriction_steps();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0027_death")]

    # Some of the tables are made by the migration after this one.
    operations: ClassVar = [
        migrations.RunSQL(sql="SET LOCAL check_function_bodies = off", reverse_sql=""),
        migrations.RunSQL(sql=FUNCTIONS, reverse_sql=NONE),
    ]
