"""A parent's consent rests on responsibility that held on that day, by its own days as well."""

from typing import ClassVar

from django.db import migrations

BODY = """
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
          {own_days}
    ) THEN
        RAISE EXCEPTION 'No parental responsibility is recorded for whoever gave the consent.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
OWN_DAYS = """
          AND (r.responsibility_since IS NULL OR r.responsibility_since <= NEW.given_on)
          AND (r.responsibility_until IS NULL OR r.responsibility_until >= NEW.given_on)
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("consent", "0005_share_without_case"),
        ("cases", "0020_responsibility_and_parts_in_full"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=BODY.replace("{own_days}", OWN_DAYS), reverse_sql=BODY.replace("{own_days}", "")
        )
    ]
