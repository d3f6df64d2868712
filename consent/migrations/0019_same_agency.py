"""An agency that was written down twice is one: its consents count, and the stricter of two answers."""

from typing import ClassVar

from django.db import migrations

CONTRADICTED = """
CREATE OR REPLACE FUNCTION public.consent_contradicted(number bigint, on_day date) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
    SELECT EXISTS (
        SELECT 1
        FROM public.consent_consent c
        JOIN public.consent_consent o
          ON o.purpose = c.purpose AND {same_answers} AND o.id <> c.id
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
    PERFORM 1 FROM public.consent_consent o
    WHERE o.purpose = entry.purpose
      AND {same_lock}
      AND o.person_id IN (
        SELECT p.id FROM public.cases_person p
        WHERE p.id = NEW.person_id OR p.merged_into_id = NEW.person_id
      )
    FOR SHARE;
    share_day := (entry.happened_at AT TIME ZONE 'Europe/London')::date;
    IF agreed.id IS NULL
        OR agreed.state <> 'given'
        OR agreed.person_id <> NEW.person_id
        OR agreed.purpose <> entry.purpose
        OR {differs}
        OR agreed.given_on > share_day
        OR agreed.until < share_day
        OR agreed.withdrawn_on < share_day
        -- Withdrawn that day: only what was shared in a minute before it was written down stands.
        OR (agreed.withdrawn_on = share_day AND (
            (agreed.withdrawn_at AT TIME ZONE 'Europe/London')::date > share_day
            OR entry.happened_at >= date_trunc('minute', agreed.withdrawn_at)))
        OR public.consent_contradicted(agreed.id, share_day)
    THEN
        RAISE EXCEPTION 'No consent in force for this person, purpose and agency at that moment.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
NUMBERS = {
    "{same_answers}": "o.agency_id IS NOT DISTINCT FROM c.agency_id",
    "{same_lock}": "o.agency_id IS NOT DISTINCT FROM entry.agency_id",
    "{differs}": "agreed.agency_id IS DISTINCT FROM entry.agency_id",
}
AGENCIES = {
    "{same_answers}": "public.cases_agency_now(o.agency_id) IS NOT DISTINCT FROM "
    "public.cases_agency_now(c.agency_id)",
    "{same_lock}": "public.cases_agency_now(o.agency_id) IS NOT DISTINCT FROM "
    "public.cases_agency_now(entry.agency_id)",
    "{differs}": "public.cases_agency_now(agreed.agency_id) IS DISTINCT FROM "
    "public.cases_agency_now(entry.agency_id)",
}


def _with(words: dict[str, str]) -> str:
    text = CONTRADICTED + PERMITTED
    for place, condition in words.items():
        text = text.replace(place, condition)
    return text


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("consent", "0018_agreements"),
        ("cases", "0037_agency_now"),
    ]

    operations: ClassVar = [migrations.RunSQL(sql=_with(AGENCIES), reverse_sql=_with(NUMBERS))]
