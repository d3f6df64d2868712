"""A marker keeps somebody from whoever is told by every gateway, until another person has decided otherwise."""

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION public.consent_kept_from() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    entry record;
    marker record;
    share_day date;
    nearest integer;
BEGIN
    SELECT s.outcome, s.gateway, s.happened_at, s.agency_id, s.why_another, s.why_despite, ARRAY[
               nullif(s.recipient_name, ''), a.name, p.name, p.name || ', ' || p.role || ', ' || w.name
           ] AS names
    INTO entry
    FROM public.consent_share s
    LEFT JOIN public.cases_agency a ON a.id = s.agency_id
    LEFT JOIN public.cases_professional p ON p.id = s.professional_id
    LEFT JOIN public.cases_agency w ON w.id = p.agency_id
    WHERE s.id = NEW.share_id;
    -- Only by the law or for the public good, and decided by another person: constraints of the entry.
    IF entry.outcome = 'not_shared' OR entry.why_despite <> '' THEN
        RETURN NEW;
    END IF;
    share_day := (entry.happened_at AT TIME ZONE 'Europe/London')::date;
    FOR marker IN
        SELECT d.to_agency_id,
               coalesce(a.name, nullif(d.to_words, ''), btrim(p.given_names || ' ' || p.family_name)) AS name
        FROM public.cases_donotdisclose d
        LEFT JOIN public.cases_agency a ON a.id = d.to_agency_id
        LEFT JOIN public.cases_person p ON p.id = d.to_person_id
        WHERE d.person_id = NEW.person_id AND d.ended_at IS NULL
          AND d.since <= share_day AND (d.until IS NULL OR d.until >= share_day)
    LOOP
        SELECT coalesce(max(public.called_alike(marker.name, other)), 0) INTO nearest
        FROM unnest(entry.names) AS other;
        IF public.cases_agency_now(marker.to_agency_id) = public.cases_agency_now(entry.agency_id)
            OR nearest >= (CASE WHEN marker.to_agency_id IS NULL THEN 2 ELSE 3 END)
        THEN
            RAISE EXCEPTION 'A marker keeps this person from whoever is told.'
                USING ERRCODE = 'integrity_constraint_violation';
        ELSIF nearest > 0 AND entry.why_another = '' THEN
            RAISE EXCEPTION 'Whoever is told may be whom a marker keeps this person from.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION public.consent_kept_from() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    entry record;
    marker record;
    share_day date;
    nearest integer;
BEGIN
    SELECT s.outcome, s.gateway, s.happened_at, s.agency_id, s.why_another, ARRAY[
               nullif(s.recipient_name, ''), a.name, p.name, p.name || ', ' || p.role || ', ' || w.name
           ] AS names
    INTO entry
    FROM public.consent_share s
    LEFT JOIN public.cases_agency a ON a.id = s.agency_id
    LEFT JOIN public.cases_professional p ON p.id = s.professional_id
    LEFT JOIN public.cases_agency w ON w.id = p.agency_id
    WHERE s.id = NEW.share_id;
    IF entry.outcome = 'not_shared' OR entry.gateway IN ('law', 'public_good') THEN
        RETURN NEW;
    END IF;
    share_day := (entry.happened_at AT TIME ZONE 'Europe/London')::date;
    FOR marker IN
        SELECT d.to_agency_id,
               coalesce(a.name, nullif(d.to_words, ''), btrim(p.given_names || ' ' || p.family_name)) AS name
        FROM public.cases_donotdisclose d
        LEFT JOIN public.cases_agency a ON a.id = d.to_agency_id
        LEFT JOIN public.cases_person p ON p.id = d.to_person_id
        WHERE d.person_id = NEW.person_id AND d.ended_at IS NULL
          AND d.since <= share_day AND (d.until IS NULL OR d.until >= share_day)
    LOOP
        SELECT coalesce(max(public.called_alike(marker.name, other)), 0) INTO nearest
        FROM unnest(entry.names) AS other;
        IF public.cases_agency_now(marker.to_agency_id) = public.cases_agency_now(entry.agency_id)
            OR nearest >= (CASE WHEN marker.to_agency_id IS NULL THEN 2 ELSE 3 END)
        THEN
            RAISE EXCEPTION 'A marker keeps this person from whoever is told.'
                USING ERRCODE = 'integrity_constraint_violation';
        ELSIF nearest > 0 AND entry.why_another = '' THEN
            RAISE EXCEPTION 'Whoever is told may be whom a marker keeps this person from.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consent", "0030_share_despite_a_marker")]

    operations: ClassVar = [migrations.RunSQL(sql=FUNCTION, reverse_sql=BEFORE)]
