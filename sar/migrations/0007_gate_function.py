"""The function that lets nothing be released while something stands against it."""

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE FUNCTION public.sar_gates() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    born date;
    assessed record;
BEGIN
    IF NEW.status <> 'released' OR (TG_OP = 'UPDATE' AND OLD.status = 'released') THEN
        RETURN NEW;
    END IF;
    IF EXISTS (
        SELECT FROM public.sar_conflictwarning
        WHERE request_id = NEW.id AND kind <> 'siblings' AND decision <> 'go_on'
    ) THEN
        RAISE EXCEPTION 'Nothing is released while a warning is undecided or says no. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM public.sar_evidenceseen
        WHERE request_id = NEW.id AND gate = 'authority' AND valid_until < current_date
    ) THEN
        RAISE EXCEPTION 'Nothing is released when the authority has ended. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.requester <> 'parent' THEN
        RETURN NEW;
    END IF;
    SELECT date_of_birth INTO born FROM public.cases_person WHERE id = NEW.person_id;
    -- Somebody born on 29 February is 18 on 1 March.
    IF extract(year FROM age(current_date, born)) >= 18 THEN
        RAISE EXCEPTION 'Nothing about somebody who is 18 is released to a parent. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT finding, wish INTO assessed FROM public.sar_competence
    WHERE request_id = NEW.id ORDER BY id DESC LIMIT 1;
    IF NOT FOUND OR (assessed.finding = 'competent' AND assessed.wish <> 'agrees') THEN
        RAISE EXCEPTION
            'Nothing is released to a parent before the child''s competence and wish are known. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0006_decisions_on_passages")]

    operations: ClassVar = [
        migrations.RunSQL(sql=FUNCTION, reverse_sql="DROP FUNCTION public.sar_gates();")
    ]
