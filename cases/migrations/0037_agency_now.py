"""Which agency an agency is: itself, or the one into which it was merged."""

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE FUNCTION public.cases_agency_now(number bigint) RETURNS bigint LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
    SELECT coalesce(a.merged_into_id, a.id) FROM public.cases_agency a WHERE a.id = number
$$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0036_agency_checks_and_doubles")]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=FUNCTION, reverse_sql="DROP FUNCTION public.cases_agency_now(bigint);"
        )
    ]
