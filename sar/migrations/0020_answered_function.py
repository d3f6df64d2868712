"""Other rights are answered when they are done; a copy goes out in parts or whole, under one set of gates."""

from typing import ClassVar

from django.db import migrations

ANSWERED = """
CREATE FUNCTION public.sar_answered() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status = 'answered' AND
        (NEW.status, NEW.outcome, NEW.said, NEW.answered_at, NEW.answered_by_id, NEW.kind)
        IS DISTINCT FROM
        (OLD.status, OLD.outcome, OLD.said, OLD.answered_at, OLD.answered_by_id, OLD.kind) THEN
        RAISE EXCEPTION 'An answer is never taken back. (% on %)', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.status <> 'answered' OR (TG_OP = 'UPDATE' AND OLD.status = 'answered') THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.sar_evidenceseen WHERE request_id = NEW.id AND gate = 'identity'
    ) OR (NEW.requester <> 'person' AND NOT EXISTS (
        SELECT FROM public.sar_evidenceseen WHERE request_id = NEW.id AND gate = 'authority'
            AND (valid_until IS NULL OR valid_until >= current_date)
    )) THEN
        RAISE EXCEPTION
            'Nothing is answered before it is established who asks, and that they may. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM public.sar_conflictwarning
        WHERE request_id = NEW.id AND kind <> 'siblings' AND decision <> 'go_on'
    ) THEN
        RAISE EXCEPTION 'Nothing is answered while a warning is undecided or says no. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM public.sar_rectification WHERE request_id = NEW.id AND outcome = 'waiting'
    ) OR EXISTS (
        SELECT FROM public.sar_erasureitem WHERE request_id = NEW.id
            AND (approved_at IS NULL OR (decision = 'erase' AND acted IS NULL))
    ) THEN
        RAISE EXCEPTION 'A request is answered when all that was decided is done. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

PART = """
CREATE FUNCTION public.sar_part() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    asked record;
    assessed record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'A part that went out stays as it went. (% on %)', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT r.id, r.kind, r.requester, p.date_of_birth INTO asked
    FROM public.sar_rightsrequest r JOIN public.cases_person p ON p.id = r.person_id
    WHERE r.id = NEW.request_id;
    IF NOT FOUND OR asked.kind <> 'access' OR NOT EXISTS (
        SELECT FROM public.sar_builtpack b JOIN public.sar_signoff s ON s.pack_id = b.id
        WHERE b.id = NEW.pack_id AND b.request_id = NEW.request_id AND b.status = 'built'
            AND s.sha256 = b.final_sha256
    ) THEN
        RAISE EXCEPTION 'Only a signed pack of this very request goes out as a part. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.sar_evidenceseen WHERE request_id = asked.id AND gate = 'identity'
    ) OR (asked.requester <> 'person' AND NOT EXISTS (
        SELECT FROM public.sar_evidenceseen WHERE request_id = asked.id AND gate = 'authority'
            AND (valid_until IS NULL OR valid_until >= current_date)
    )) OR EXISTS (
        SELECT FROM public.sar_conflictwarning
        WHERE request_id = asked.id AND kind <> 'siblings' AND decision <> 'go_on'
    ) THEN
        RAISE EXCEPTION 'Something stands against releasing anything. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF asked.requester <> 'parent' THEN
        RETURN NEW;
    END IF;
    SELECT finding, wish INTO assessed FROM public.sar_competence
    WHERE request_id = asked.id ORDER BY id DESC LIMIT 1;
    IF extract(year FROM age(current_date, asked.date_of_birth)) >= 18
        OR assessed IS NULL OR (assessed.finding = 'competent' AND assessed.wish <> 'agrees') THEN
        RAISE EXCEPTION 'A parent may not have this of their child. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

SEARCHED = """
CREATE OR REPLACE FUNCTION public.sar_searched() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.status NOT IN ('released', 'nothing_held')
        OR (TG_OP = 'UPDATE' AND OLD.status = NEW.status) THEN
        RETURN NEW;
    END IF;
    IF {and_not_a_part} EXISTS (
        SELECT FROM public.sar_search WHERE request_id = NEW.id AND outcome = ''
    ) THEN
        RAISE EXCEPTION 'An answer with an unsearched place is a part, and states the gap. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0019_erased_passages")]

    operations: ClassVar = [
        migrations.RunSQL(sql=ANSWERED, reverse_sql="DROP FUNCTION public.sar_answered();"),
        migrations.RunSQL(sql=PART, reverse_sql="DROP FUNCTION public.sar_part();"),
        # What is a part has a row of its own now, and leaves the request open.
        migrations.RunSQL(
            sql=SEARCHED.replace("{and_not_a_part}", ""),
            reverse_sql=SEARCHED.replace(
                "{and_not_a_part}", "(NEW.status = 'nothing_held' OR NEW.gap = '') AND"
            ),
        ),
    ]
