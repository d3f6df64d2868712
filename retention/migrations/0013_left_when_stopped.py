"""The certificate of a run that was stopped names those whose turn did not come."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0012_a_period_for_breaches"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="left",
            field=models.JSONField(default=list, editable=False),
        ),
    ]
