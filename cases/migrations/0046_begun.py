"""An entry says when its draft was begun: from then on its words were held here."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0045_conflict_said_to_be_over")]

    operations: ClassVar = [
        migrations.AddField(
            model_name=name,
            name="begun",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="begun to be written"
            ),
        )
        for name in ("casenote", "contact", "decision", "document")
    ]
