"""The log of breaches has a kind of its own in the schedule; backwards only while no row of it was adopted."""

from django.db import migrations, models


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
    ]
