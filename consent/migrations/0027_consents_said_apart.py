"""References of consents begin with CON and those of agreements with DSA, no longer both with A (docs/adr/0007)."""

from typing import ClassVar

from django.db import migrations

from core.fields import reference_field


class Migration(migrations.Migration):
    dependencies: ClassVar = [("consent", "0026_publish_wording")]

    operations: ClassVar = [
        migrations.RemoveField(model_name="consent", name="reference"),
        migrations.AddField(model_name="consent", name="reference", field=reference_field("CON")),
        migrations.RemoveField(model_name="agreement", name="reference"),
        migrations.AddField(model_name="agreement", name="reference", field=reference_field("DSA")),
    ]
