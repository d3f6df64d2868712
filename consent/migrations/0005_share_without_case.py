"""Something may be told to protect somebody without the workers of a case reading it."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("consent", "0004_consents_follow_merges"),
        ("cases", "0006_words_people_read"),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="share",
            name="case",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shares",
                to="cases.case",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=Q(case__isnull=False)
                | Q(purpose__in=["crime", "legal_duty", "safeguarding"]),
                name="share_without_a_case_only_to_protect",
                violation_error_message="Say in which case it was shared.",
            ),
        ),
    ]
