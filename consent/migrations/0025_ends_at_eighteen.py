"""What a parent agreed to holds no longer once the child is 18, also where the birthday became known later."""

from typing import ClassVar

from django.db import migrations

HOLDS_NO_LONGER = """
-- Whether a consent holds no longer by the day: a parent gave it and the child is 18, or somebody said no after it, on
-- either number of theirs. Of two answers that meet by a merge the stricter one counts; undoing that undoes this too.
CREATE OR REPLACE FUNCTION public.consent_contradicted(number bigint, on_day date) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
    SELECT EXISTS (
        SELECT 1
        FROM public.consent_consent c
        JOIN public.cases_person s ON s.id = c.person_id
        WHERE c.id = number AND {is_over}
    )
$$;
"""
SAID_NO = """EXISTS (
            SELECT 1
            FROM public.consent_consent o
            JOIN public.cases_person p ON p.id = o.person_id
            WHERE o.purpose = c.purpose AND o.id <> c.id
              AND public.cases_agency_now(o.agency_id) IS NOT DISTINCT FROM public.cases_agency_now(c.agency_id)
              AND (o.person_id = c.person_id OR p.merged_into_id = c.person_id)
              AND (
                (o.state = 'refused' AND o.given_on <= on_day
                    AND (o.given_on, o.id) > (c.given_on, c.id))
                OR (o.withdrawn_on <= on_day AND (o.withdrawn_on > c.given_on
                    OR (o.withdrawn_on = c.given_on AND o.withdrawn_at > c.recorded_at)))
              )
        )"""
# Somebody born on 29 February is a year older on 1 March of the other years, as core.dates.birthday says.
OF_AGE = """(c.giver = 'parent' AND CASE
            WHEN to_char(s.date_of_birth, 'MMDD') = '0229'
            THEN make_date(extract(year FROM s.date_of_birth)::int + 18, 3, 1)
            ELSE (s.date_of_birth + interval '18 years')::date END <= on_day)"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consent", "0024_held_while_shared")]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=HOLDS_NO_LONGER.replace("{is_over}", f"({OF_AGE} OR {SAID_NO})"),
            reverse_sql=HOLDS_NO_LONGER.replace("{is_over}", SAID_NO),
        )
    ]
