"""References of letters about rights begin with LTR, of rectifications with REC, of breaches with BRE and of
complaints with CMP, no longer three of them with Y and the last with a J that others share (docs/adr/0007).
"""

from typing import ClassVar

from django.db import migrations

from core.fields import reference_field


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0038_health_of_somebody_else")]

    operations: ClassVar = [
        migrations.RemoveField(model_name="requestletter", name="reference"),
        migrations.AddField(
            model_name="requestletter", name="reference", field=reference_field("LTR")
        ),
        migrations.RemoveField(model_name="rectification", name="reference"),
        migrations.AddField(
            model_name="rectification", name="reference", field=reference_field("REC")
        ),
        migrations.RemoveField(model_name="breach", name="reference"),
        migrations.AddField(model_name="breach", name="reference", field=reference_field("BRE")),
        migrations.RemoveField(model_name="complaint", name="reference"),
        migrations.AddField(model_name="complaint", name="reference", field=reference_field("CMP")),
    ]
