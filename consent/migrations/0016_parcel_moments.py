"""Moments of a parcel that are nobody's act are named as the rules of tables ask."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consent", "0015_victim_requests")]

    operations: ClassVar = [
        migrations.RenameField(model_name="parcel", old_name="expires_at", new_name="expires"),
        migrations.RenameField(model_name="parcel", old_name="fetched_at", new_name="fetched"),
    ]
