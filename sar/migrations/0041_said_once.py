"""A complaint or a mistake whose form is sent twice is written down once."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0040_letters_once_more")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="complaint",
            name="token",
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="breach",
            name="token",
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
    ]
