"""References of assessments begin with ASM, no longer with the A of consents and agencies (docs/adr/0007)."""

from typing import ClassVar

from django.db import migrations

from core.fields import reference_field


class Migration(migrations.Migration):
    dependencies: ClassVar = [("assessments", "0004_assessments_goals_plans")]

    operations: ClassVar = [
        migrations.RemoveField(model_name="assessment", name="reference"),
        migrations.AddField(
            model_name="assessment", name="reference", field=reference_field("ASM")
        ),
    ]
