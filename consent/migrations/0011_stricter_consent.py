"""A late consent says why, one on a screen is signed, and of two answers the stricter one counts."""

from typing import ClassVar

from django.db import migrations

LATE_AND_SIGNED = """
    IF NEW.given_on < (NEW.recorded_at AT TIME ZONE 'Europe/London')::date AND NEW.why_late = '' THEN
        RAISE EXCEPTION 'A consent that is written down later says why.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.how = 'electronic' AND NEW.signed_name = '' THEN
        RAISE EXCEPTION 'A consent on a screen is signed with a name.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
"""
GIVEN = """
CREATE OR REPLACE FUNCTION public.consent_given_rightly() RETURNS trigger LANGUAGE plpgsql
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
          AND (r.responsibility_since IS NULL OR r.responsibility_since <= NEW.given_on)
          AND (r.responsibility_until IS NULL OR r.responsibility_until >= NEW.given_on)
    ) THEN
        RAISE EXCEPTION 'No parental responsibility is recorded for whoever gave the consent.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    {more}
    RETURN NEW;
END $$;
"""
CONTRADICTED = """
-- Whether somebody said no by the day, on either number of theirs, after this consent was given: of two answers that
-- meet by a merge the stricter one counts, and undoing the merge undoes that too.
CREATE FUNCTION public.consent_contradicted(number bigint, on_day date) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
    SELECT EXISTS (
        SELECT 1
        FROM public.consent_consent c
        JOIN public.consent_consent o
          ON o.purpose = c.purpose AND o.agency_id IS NOT DISTINCT FROM c.agency_id AND o.id <> c.id
        JOIN public.cases_person p ON p.id = o.person_id
        WHERE c.id = number
          AND (o.person_id = c.person_id OR p.merged_into_id = c.person_id)
          AND (
            (o.state = 'refused' AND o.given_on <= on_day
                AND (o.given_on, o.id) > (c.given_on, c.id))
            OR (o.withdrawn_on <= on_day AND (o.withdrawn_on > c.given_on
                OR (o.withdrawn_on = c.given_on AND o.withdrawn_at > c.recorded_at)))
          )
    )
$$;
"""
PERMITTED = """
CREATE OR REPLACE FUNCTION public.consent_share_permitted() RETURNS trigger LANGUAGE plpgsql
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
    {lock}
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
        {more}
    THEN
        RAISE EXCEPTION 'No consent in force for this person, purpose and agency at that moment.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
STRICTER = "OR public.consent_contradicted(agreed.id, share_day)"
LOCK = """
    PERFORM 1 FROM public.consent_consent o
    WHERE o.purpose = entry.purpose AND o.agency_id IS NOT DISTINCT FROM entry.agency_id
      AND o.person_id IN (
        SELECT p.id FROM public.cases_person p
        WHERE p.id = NEW.person_id OR p.merged_into_id = NEW.person_id
      )
    FOR SHARE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consent", "0010_consent_answers")]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=CONTRADICTED,
            reverse_sql="DROP FUNCTION public.consent_contradicted(bigint, date);",
        ),
        migrations.RunSQL(
            sql=PERMITTED.replace("{more}", STRICTER).replace("{lock}", LOCK),
            reverse_sql=PERMITTED.replace("{more}", "").replace("{lock}", ""),
        ),
        migrations.RunSQL(
            sql=GIVEN.replace("{more}", LATE_AND_SIGNED), reverse_sql=GIVEN.replace("{more}", "")
        ),
    ]
