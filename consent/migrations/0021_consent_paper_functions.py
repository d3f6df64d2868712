"""A paper stands beside an answer that was signed on paper, and is about whoever it is the answer of."""

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE FUNCTION public.consent_shows_their_signature() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM public.consent_consent c
        JOIN public.cases_documentperson d ON d.document_id = NEW.document_id
        JOIN public.cases_person p ON p.id = d.person_id
        WHERE c.id = NEW.consent_id AND c.how = 'signed'
          AND c.person_id IN (p.id, p.merged_into_id)
    ) THEN
        RAISE EXCEPTION 'A paper stands beside an answer of whoever it is about, signed on paper.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consent", "0020_share_urgent")]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=FUNCTION, reverse_sql="DROP FUNCTION public.consent_shows_their_signature();"
        )
    ]
