"""The log of breaches has a kind of its own in the schedule; backwards only while no row of it was adopted."""

from django.core.management.base import CommandError
from django.db import migrations, models


def nothing_was_adopted(apps, schema_editor):
    """Backwards: refused, before anything is changed, while the schedule has a row of this kind."""
    rows = apps.get_model("retention", "ScheduleRow").objects.filter(category="breach log")
    if rows.exists():
        raise CommandError(
            "The retention schedule has adopted rows of the kind “Breach log”, which the version before does "
            "not know. Nothing was changed. Stay with this version, or restore the backup that was made before the update: "
            "adopted rows say why something was kept or destroyed, and are not deleted."
        )


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0011_a_period_for_complaints"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="schedulerow",
            name="schedule_category_is_known",
        ),
        migrations.AlterField(
            model_name="schedulerow",
            name="category",
            field=models.TextField(
                choices=[
                    ("case file", "Case files"),
                    ("enquiries that became no case", "Enquiries that became no case"),
                    ("safeguarding concerns", "Safeguarding concerns"),
                    (
                        "allegations against staff and volunteers",
                        "Allegations against staff and volunteers",
                    ),
                    ("rights-request papers", "Rights-request papers"),
                    ("complaints and compliments", "Complaints and compliments"),
                    ("breach log", "Breach log"),
                    ("group and drop-in activity", "Group and drop-in activity"),
                    ("staff accounts", "Staff and volunteers"),
                    ("audit log", "What was typed in the log, by months"),
                ],
                verbose_name="kind of record",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedulerow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "category__in",
                        [
                            "case file",
                            "enquiries that became no case",
                            "safeguarding concerns",
                            "allegations against staff and volunteers",
                            "rights-request papers",
                            "complaints and compliments",
                            "breach log",
                            "group and drop-in activity",
                            "staff accounts",
                            "audit log",
                        ],
                    )
                ),
                name="schedule_category_is_known",
            ),
        ),
        # Last, so that it is asked first on the way back.
        migrations.RunPython(migrations.RunPython.noop, nothing_was_adopted),
    ]
