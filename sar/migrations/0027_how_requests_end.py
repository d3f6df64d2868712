"""An erasure is answered when it is decided, with the day it is gone by; how a request came and ended stays."""

from typing import ClassVar

from django.db import migrations

ANSWERED = """
CREATE OR REPLACE FUNCTION public.sar_answered() RETURNS trigger LANGUAGE plpgsql
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
            AND (approved_at IS NULL OR ({left}))
    ) THEN
        RAISE EXCEPTION 'A request is answered when all of it is decided{or_done}. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
PROMISED = ANSWERED.replace(
    "{left}", "decision = 'erase' AND acted IS NULL AND NEW.gone_by IS NULL"
).replace("{or_done}", ", and what is still to be erased has its day")
ONLY_DONE = ANSWERED.replace("{left}", "decision = 'erase' AND acted IS NULL").replace(
    "{or_done}", " and done"
)

STAYS = """
CREATE FUNCTION public.sar_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.status IN ('received', 'in_progress', 'ready') THEN
        RETURN NEW;
    END IF;
    IF (NEW.received_on, NEW.kind, NEW.channel, NEW.requester, NEW.requester_name, NEW.gone_by)
        IS DISTINCT FROM
        (OLD.received_on, OLD.kind, OLD.channel, OLD.requester, OLD.requester_name, OLD.gone_by)
    THEN
        RAISE EXCEPTION 'How a request came is not corrected after it has ended. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.status = 'withdrawn' AND (NEW.status, NEW.withdrawn_on, NEW.withdrawn_how,
        NEW.withdrawal, NEW.withdrawn_at, NEW.withdrawn_by_id) IS DISTINCT FROM
        (OLD.status, OLD.withdrawn_on, OLD.withdrawn_how,
        OLD.withdrawal, OLD.withdrawn_at, OLD.withdrawn_by_id) THEN
        RAISE EXCEPTION 'A withdrawal stays: whoever asks again makes a new request. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0026_clearings_are_signed")]

    operations: ClassVar = [
        migrations.RunSQL(sql=PROMISED, reverse_sql=ONLY_DONE),
        migrations.RunSQL(sql=STAYS, reverse_sql="DROP FUNCTION public.sar_stays();"),
    ]
