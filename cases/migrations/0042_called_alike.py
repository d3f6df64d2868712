"""Whether two names may be one agency's or one person's, however they are spelt (features.md N1)."""

from typing import ClassVar

from django.db import migrations

# With the schema written out: without it a restored backup would lose what rests on them.
FUNCTIONS = """
CREATE FUNCTION public.called_words(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
    SELECT coalesce(
        array_agg(word ORDER BY place) FILTER (WHERE word NOT IN (
            'the', 'and', 'of', 'for', 'at', 'ltd', 'limited', 'plc', 'llp', 'cic', 'cio',
            'mr', 'mrs', 'ms', 'miss', 'mx', 'dr')),
        array_agg(word ORDER BY place), '{}')
    FROM regexp_split_to_table(
        regexp_replace(public.name_text(name), '[][(){}"“”„«»:;!?*+&#@|<>=^~…·]', ' ', 'g'), '\\s+'
    ) WITH ORDINALITY AS parts (word, place)
    WHERE word <> ''
$$;

CREATE FUNCTION public.called_alike(one text, other text) RETURNS integer
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
SET search_path = pg_catalog AS $$
DECLARE
    fewer text[] := public.called_words(one);
    more text[] := public.called_words(other);
    kept text[];
BEGIN
    IF cardinality(fewer) > cardinality(more) THEN
        kept := fewer;
        fewer := more;
        more := kept;
    END IF;
    IF cardinality(fewer) = 0 THEN
        RETURN 0;
    END IF;
    IF (fewer <@ more AND more <@ fewer)
        OR array_to_string(fewer, '') = array_to_string(more, '')
    THEN
        RETURN 3;
    END IF;
    IF fewer <@ more THEN
        RETURN 2;
    END IF;
    RETURN (SELECT CASE WHEN bool_and(
        w = ANY (more)
        OR public.name_alike(array_to_string(more, ' '), w)
        OR public.name_sounds(w) && public.name_sounds(array_to_string(more, ' '))
        OR EXISTS (
            SELECT FROM unnest(more) AS m WHERE length(m) > 2 AND public.name_alike(w, m))
    ) THEN 1 ELSE 0 END FROM unnest(fewer) AS w);
END $$;
"""

NONE = """
DROP FUNCTION public.called_alike(text, text);
DROP FUNCTION public.called_words(text);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0041_referral_correction")]

    operations: ClassVar = [migrations.RunSQL(sql=FUNCTIONS, reverse_sql=NONE)]
