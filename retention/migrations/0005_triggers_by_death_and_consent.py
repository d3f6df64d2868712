"""Rows of the schedule that count from a death and from the end of consents (docs/adr/0048)."""

from typing import ClassVar

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("cases", "0038_draft_into"),
        ("retention", "0004_officer_paper"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.RemoveConstraint(
            model_name="schedulerow",
            name="schedule_counts_from_something",
        ),
        migrations.AddField(
            model_name="schedulerow",
            name="months_after_consent",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="months after the last of their consents ended"
            ),
        ),
        migrations.AddField(
            model_name="schedulerow",
            name="months_after_death",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="months after the death of the last of them"
            ),
        ),
        migrations.AddConstraint(
            model_name="schedulerow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("months_after_end__isnull", False),
                    ("months_after_activity__isnull", False),
                    ("birthday__isnull", False),
                    ("months_after_death__isnull", False),
                    ("months_after_consent__isnull", False),
                    _connector="OR",
                ),
                name="schedule_counts_from_something",
                violation_error_message="Write at least one of: months after the end, after the last entry, after a death, after the end of the consents; or a birthday.",
            ),
        ),
    ]
