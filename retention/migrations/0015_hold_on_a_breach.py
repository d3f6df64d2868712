"""A hold can be on a breach; backwards only while none is, or ever was."""

import django.db.models.deletion
from django.conf import settings
from django.core.management.base import CommandError
from django.db import migrations, models


def none_was_placed(apps, schema_editor):
    """Backwards: refused, before anything is changed, while there is a hold on a breach."""
    if apps.get_model("retention", "Hold").objects.filter(breach__isnull=False).exists():
        raise CommandError(
            "There are holds on breaches, which the version before does not know. Nothing was changed. Stay with this "
            "version, or restore the backup that was made before the update."
        )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0046_begun"),
        ("retention", "0014_goes_along"),
        ("sar", "0044_not_held"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="hold",
            name="hold_is_on_a_person_or_a_case",
        ),
        migrations.AddField(
            model_name="hold",
            name="breach",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holds",
                to="sar.breach",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("breach", None), ("case", None), ("person__isnull", False)),
                    models.Q(("breach", None), ("case__isnull", False), ("person", None)),
                    models.Q(("breach__isnull", False), ("case", None), ("person", None)),
                    _connector="OR",
                ),
                name="hold_is_on_one_record",
                violation_error_message="Name the person, the case or the breach, and only one.",
            ),
        ),
        # Last, so that it is asked first on the way back.
        migrations.RunPython(migrations.RunPython.noop, none_was_placed),
    ]
