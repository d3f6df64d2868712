"""What is shared on permission waits for a merge that is under way, and a merge waits for it."""

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE FUNCTION public.consent_held_while_shared() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    entry record;
BEGIN
    SELECT * INTO entry FROM public.consent_share WHERE id = NEW.share_id;
    IF entry.gateway <> 'permission' OR entry.outcome = 'not_shared' THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM public.cases_person WHERE id = NEW.person_id FOR SHARE;
    PERFORM 1 FROM public.cases_agency WHERE id = entry.agency_id FOR SHARE;
    -- Only now is it certain into which agency it was merged, if it was.
    PERFORM 1 FROM public.cases_agency
    WHERE id IN (
        SELECT public.cases_agency_now(entry.agency_id)
        UNION SELECT c.agency_id FROM public.consent_consent c WHERE c.id = NEW.consent_id
    )
    ORDER BY id FOR SHARE;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consent", "0022_consent_paper"), ("cases", "0037_agency_now")]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=FUNCTION, reverse_sql="DROP FUNCTION public.consent_held_while_shared();"
        )
    ]
