"""Functions that compare names: as text, by their sound, and by how many slips lie between."""

from typing import ClassVar

from django.db import migrations

# With the schema written out: without it a restored backup would lose the indexes silently.
FUNCTIONS = """
CREATE FUNCTION public.name_text(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT translate(public.plain_text($1), '-–—.,/_''`´ʼ′', '       ') $$;

CREATE FUNCTION public.name_sounds(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
    SELECT coalesce(array_agg(DISTINCT sound), '{}')
    FROM regexp_split_to_table($1, '[^a-z]+') AS word,
         LATERAL (VALUES (public.dmetaphone(word)), (public.dmetaphone_alt(word))) AS s (sound)
    WHERE length(word) > 2 AND sound <> ''
$$;

CREATE FUNCTION public.name_alike(name text, sought text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
    SELECT EXISTS (
        SELECT FROM (SELECT left(sought, 60) AS t) AS typed,
             LATERAL (SELECT CASE WHEN length(t) < 4 THEN 0
                                  WHEN length(t) < 6 THEN 1
                                  WHEN length(t) < 9 THEN 2
                                  ELSE 3 END AS slips) AS allowed,
             LATERAL (SELECT left(w, 60) AS word
                      FROM unnest(string_to_array(name, ' ')) AS w) AS words
        WHERE starts_with(word, t)
           OR public.levenshtein_less_equal(word, t, slips) <= slips
           OR (slips > 0 AND length(word) = length(t) AND left(word, 1) = left(t, 1)
               AND (SELECT string_agg(c, '' ORDER BY c) FROM unnest(string_to_array(word, NULL)) c)
                 = (SELECT string_agg(c, '' ORDER BY c) FROM unnest(string_to_array(t, NULL)) c))
    )
$$;

CREATE FUNCTION public.name_closeness(name text, sought text) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
    SELECT 0.9 * coalesce(avg(best), 0) + 0.1 * public.similarity(name, sought)
    FROM (
        SELECT max(1 - public.levenshtein(left(word, 60), left(typed, 60))::float
                       / greatest(length(left(word, 60)), length(left(typed, 60)), 1)) AS best
        FROM unnest(string_to_array(sought, ' ')) AS typed,
             unnest(string_to_array(name, ' ')) AS word
        WHERE typed <> ''
        GROUP BY typed
    ) AS words
$$;
"""

NONE = """
DROP FUNCTION public.name_closeness(text, text);
DROP FUNCTION public.name_alike(text, text);
DROP FUNCTION public.name_sounds(text);
DROP FUNCTION public.name_text(text);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0003_entry_token")]

    operations: ClassVar = [migrations.RunSQL(sql=FUNCTIONS, reverse_sql=NONE)]
