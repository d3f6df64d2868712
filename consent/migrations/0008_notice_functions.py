"""What the database keeps of privacy notices: they stay as adopted, and are given from then on."""

from typing import ClassVar

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.consent_notice_for_ever() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'An adopted notice is never changed: adopt a new version. (% on %)',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION public.consent_notice_given() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.given_on < (
        SELECT (n.adopted_at AT TIME ZONE 'Europe/London')::date
        FROM public.consent_privacynotice n WHERE n.id = NEW.notice_id
    ) THEN
        RAISE EXCEPTION 'This version of the notice was adopted only later.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
NONE = """
DROP FUNCTION public.consent_notice_given();
DROP FUNCTION public.consent_notice_for_ever();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consent", "0007_referrals_out")]

    operations: ClassVar = [migrations.RunSQL(sql=FUNCTIONS, reverse_sql=NONE)]
