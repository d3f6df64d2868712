"""The table of the cache that all processes share: how often somebody tried (core/shared_cache.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_deputies")]

    operations = [
        migrations.RunSQL(
            "CREATE TABLE shared_cache (key text PRIMARY KEY, value jsonb NOT NULL,"
            " until timestamptz NOT NULL);"
            "CREATE INDEX shared_cache_until ON shared_cache (until);",
            "DROP TABLE shared_cache;",
        )
    ]
