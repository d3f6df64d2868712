"""The functions that the triggers of consents and of the sharing log run."""

from typing import ClassVar

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.consent_wording_for_ever() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'A wording is never changed: publish a new version. (% on %)',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION public.consent_given_rightly() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.consent_wording w
        WHERE w.id = NEW.wording_id AND w.purpose = NEW.purpose
    ) THEN
        RAISE EXCEPTION 'The wording of a consent is for another purpose.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM public.cases_relationship r
        WHERE r.person_id = NEW.parent_id AND r.other_id = NEW.person_id
          AND r.parental_responsibility
          AND (r.since IS NULL OR r.since <= NEW.given_on)
          AND (r.until IS NULL OR r.until >= NEW.given_on)
    ) THEN
        RAISE EXCEPTION 'No parental responsibility is recorded for whoever gave the consent.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.consent_only_withdrawn() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    expected record;
BEGIN
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

CREATE FUNCTION public.consent_only_destroyed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.audit_entry
        WHERE xid = pg_current_xact_id() AND action = 'delete'
    ) THEN
        RAISE EXCEPTION
            'Consents and the sharing log are never deleted, only destroyed with the record: % on %.',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.consent_share_permitted() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    entry record;
    agreed record;
    share_day date;
BEGIN
    SELECT * INTO entry FROM public.consent_share WHERE id = NEW.share_id;
    IF entry.gateway <> 'permission' OR entry.outcome = 'not_shared' THEN
        IF NEW.consent_id IS NOT NULL THEN
            RAISE EXCEPTION 'Only what was shared on permission rests on a consent.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    -- Waits for a withdrawal that is under way and then sees it; a later one waits for this share.
    SELECT * INTO agreed FROM public.consent_consent WHERE id = NEW.consent_id FOR SHARE;
    share_day := (entry.happened_at AT TIME ZONE 'Europe/London')::date;
    IF agreed.id IS NULL
        OR agreed.state <> 'given'
        OR agreed.person_id <> NEW.person_id
        OR agreed.purpose <> entry.purpose
        OR agreed.agency_id IS DISTINCT FROM entry.agency_id
        OR agreed.given_on > share_day
        OR agreed.until < share_day
        OR agreed.withdrawn_on < share_day
        -- Withdrawn that day: only what was shared in a minute before it was written down stands.
        OR (agreed.withdrawn_on = share_day AND (
            (agreed.withdrawn_at AT TIME ZONE 'Europe/London')::date > share_day
            OR entry.happened_at >= date_trunc('minute', agreed.withdrawn_at)))
    THEN
        RAISE EXCEPTION 'No consent in force for this person, purpose and agency at that moment.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.consent_share_about_somebody() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.consent_share WHERE id = NEW.id)
        AND NOT EXISTS (SELECT 1 FROM public.consent_shareperson WHERE share_id = NEW.id)
    THEN
        RAISE EXCEPTION 'The sharing log says about whom each entry is.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""

NONE = """
DROP FUNCTION public.consent_share_about_somebody();
DROP FUNCTION public.consent_share_permitted();
DROP FUNCTION public.consent_only_destroyed();
DROP FUNCTION public.consent_only_withdrawn();
DROP FUNCTION public.consent_given_rightly();
DROP FUNCTION public.consent_wording_for_ever();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = [("audit", "0001_functions")]

    operations: ClassVar = [migrations.RunSQL(sql=FUNCTIONS, reverse_sql=NONE)]
