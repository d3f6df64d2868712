"""What an item said when it was checked. A check made before says it of nothing: its item is looked at again."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0049_lines_before_entries")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="itemcheck",
            name="said",
            field=models.CharField(blank=True, default="", editable=False, max_length=16),
            preserve_default=False,
        ),
    ]
