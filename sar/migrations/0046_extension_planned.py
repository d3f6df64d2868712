"""A longer time can be planned before the person is told; backwards only while none waits to be told."""

from django.core.management.base import CommandError
from django.db import migrations, models


def none_is_planned(apps, schema_editor):
    """Backwards: refused, before anything is changed, while there is a plan of which nobody was told."""
    if apps.get_model("sar", "Extension").objects.filter(notice_sent_on=None).exists():
        raise CommandError(
            "There are extensions of which the person has not been told, which the version before does not know. "
            "Nothing was changed. Tell them first, or stay with this version."
        )


class Migration(migrations.Migration):
    dependencies = [
        ("sar", "0045_draft_held"),
    ]

    operations = [
        migrations.AlterField(
            model_name="extension",
            name="notice_sent_on",
            field=models.DateField(blank=True, null=True, verbose_name="the person was told"),
        ),
        # Last, so that it is asked first on the way back.
        migrations.RunPython(migrations.RunPython.noop, none_is_planned),
    ]
