"""What an item told of health when a ground was given. A ground given before says it of nothing: it is given again."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0051_found_files")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="healthruling",
            name="said",
            field=models.CharField(blank=True, default="", editable=False, max_length=16),
            preserve_default=False,
        ),
    ]
