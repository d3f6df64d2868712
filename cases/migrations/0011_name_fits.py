"""How one typed word fits somebody's names: the same, spelt alike, sounding alike, or not at all."""

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE FUNCTION public.name_fits(names text, word text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
    SELECT CASE
        WHEN word = ANY (string_to_array(names, ' ')) THEN 3
        WHEN public.name_alike(names, word) THEN 2
        WHEN public.name_sounds(names) && public.name_sounds(word) THEN 1
        ELSE 0
    END
$$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0010_referral_waiting_list")]

    operations: ClassVar = [
        migrations.RunSQL(sql=FUNCTION, reverse_sql="DROP FUNCTION public.name_fits(text, text);")
    ]
