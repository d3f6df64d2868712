"""Whoever let something go out, or cleared a false alarm of the leak check, does not sign the pack off themselves."""

from typing import ClassVar

from django.db import migrations

LET_OUT = """ OR EXISTS (
        SELECT 1 FROM public.sar_staysin s JOIN public.sar_builtpack p ON p.request_id = s.request_id
        WHERE p.id = NEW.pack_id AND s.recorded_by_id = NEW.recorded_by_id AND s.undone_at IS NULL
    ) OR EXISTS (
        SELECT 1 FROM public.sar_healthruling h JOIN public.sar_builtpack p ON p.request_id = h.request_id
        WHERE p.id = NEW.pack_id AND h.recorded_by_id = NEW.recorded_by_id AND h.undone_at IS NULL
    ) OR EXISTS (
        SELECT 1 FROM public.sar_leakcleared c JOIN public.sar_builtpack p ON p.request_id = c.request_id
        WHERE p.id = NEW.pack_id AND c.recorded_by_id = NEW.recorded_by_id
    )"""

OPENED = """
    IF NOT EXISTS (
        SELECT 1 FROM public.audit_entry e JOIN public.audit_entryvalue v ON v.entry_id = e.id
        WHERE e.record = 'sar.BuiltPack' AND e.record_id = NEW.pack_id AND e.verb = 'pack.read'
            AND e.by_id = NEW.recorded_by_id AND v.body ->> 'final_sha256' = NEW.sha256
    ) THEN
        RAISE EXCEPTION 'Nobody signs off a pack that they have not opened. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
"""

SIGN = """
CREATE OR REPLACE FUNCTION public.sar_sign_off() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'A signature is never rewritten. (%% on %%)', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM public.sar_builtpack
        WHERE id = NEW.pack_id AND status = 'built' AND final_sha256 = NEW.sha256
    ) THEN
        RAISE EXCEPTION 'Only the very file of a built pack is signed off. (%% on %%)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM public.sar_builtpack
        WHERE id = NEW.pack_id AND recorded_by_id = NEW.recorded_by_id
    ) OR EXISTS (
        SELECT 1 FROM public.sar_withholding w JOIN public.sar_builtpack p ON p.request_id = w.request_id
        WHERE p.id = NEW.pack_id AND w.recorded_by_id = NEW.recorded_by_id AND w.undone_at IS NULL
    )%s THEN
        RAISE EXCEPTION 'Whoever prepared a pack does not sign it off. (%% on %%)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
%s
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0047_announced")]

    operations: ClassVar = [
        migrations.RunSQL(sql=SIGN % (LET_OUT, OPENED), reverse_sql=SIGN % ("", OPENED)),
    ]
