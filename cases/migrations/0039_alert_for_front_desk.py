"""Whether the front desk sees an alert (docs/adr/0041)."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0038_draft_into")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="alert",
            name="for_front_desk",
            field=models.BooleanField(default=False, verbose_name="the front desk sees it"),
        )
    ]
