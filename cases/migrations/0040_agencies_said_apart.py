"""References of agencies begin with AGY and those of professionals with PRO: on the telephone the A that they
shared with three other kinds of record was taken for one of those (docs/adr/0007).
"""

from typing import ClassVar

from django.db import migrations

from core.fields import reference_field


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0039_alert_for_front_desk")]

    operations: ClassVar = [
        migrations.RemoveField(model_name="agency", name="reference"),
        migrations.AddField(model_name="agency", name="reference", field=reference_field("AGY")),
        migrations.RemoveField(model_name="professional", name="reference"),
        migrations.AddField(
            model_name="professional", name="reference", field=reference_field("PRO")
        ),
    ]
