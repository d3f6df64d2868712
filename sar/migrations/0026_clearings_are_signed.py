"""A false alarm cleared after the signature undoes it, as any other decision does."""

from typing import ClassVar

from django.db import migrations

CLEARED = """
                UNION ALL
                SELECT recorded_at FROM public.sar_leakcleared WHERE request_id = NEW.id"""

SIGNED = """
    IF NOT EXISTS (
        SELECT 1 FROM public.sar_signoff s JOIN public.sar_builtpack p ON p.id = s.pack_id
        WHERE p.id = NEW.released_pack_id AND s.sha256 = p.final_sha256
    ) THEN
        RAISE EXCEPTION 'Nothing is released that a second person has not signed off. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM public.sar_signoff s,
            LATERAL (
                SELECT greatest(recorded_at, undone_at) AS at FROM public.sar_withholding
                WHERE request_id = NEW.id
                UNION ALL
                SELECT greatest(recorded_at, undone_at) FROM public.sar_healthruling
                WHERE request_id = NEW.id
                UNION ALL
                SELECT greatest(recorded_at, undone_at) FROM public.sar_staysin
                WHERE request_id = NEW.id{cleared}
            ) decided
        WHERE s.pack_id = NEW.released_pack_id AND decided.at > s.recorded_at
    ) THEN
        RAISE EXCEPTION 'Something was decided after the pack was signed off. (% on %)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
"""

RELEASE = """
CREATE OR REPLACE FUNCTION public.sar_release() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status = 'released' AND
        (NEW.status <> 'released' OR NEW.requester <> OLD.requester
            OR NEW.released_pack_id IS DISTINCT FROM OLD.released_pack_id) THEN
        RAISE EXCEPTION 'A released request is never taken back. (%% on %%)', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.status <> 'released' OR (TG_OP = 'UPDATE' AND OLD.status = 'released') THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM public.sar_evidenceseen WHERE request_id = NEW.id AND gate = 'identity'
    ) THEN
        RAISE EXCEPTION 'Nothing is released before it is established who asks. (%% on %%)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.requester <> 'person' AND NOT EXISTS (
        SELECT 1 FROM public.sar_evidenceseen WHERE request_id = NEW.id AND gate = 'authority'
    ) THEN
        RAISE EXCEPTION
            'Nothing is released before it is established that they may ask for the person. (%% on %%)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM public.sar_builtpack
        WHERE id = NEW.released_pack_id AND request_id = NEW.id AND status = 'built'
    ) THEN
        RAISE EXCEPTION 'Only a pack built for this very request is released. (%% on %%)',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
%s
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0025_item_note")]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=RELEASE % SIGNED.format(cleared=CLEARED),
            reverse_sql=RELEASE % SIGNED.format(cleared=""),
        ),
    ]
