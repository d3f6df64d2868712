"""Words that were proposed as health may go out because they say nothing about the person's own."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0037_signed_by_who_opened_it")]

    operations: ClassVar = [
        migrations.RemoveConstraint(
            model_name="healthruling",
            name="health_ruling_rests_on_an_opinion_or_on_none",
        ),
        migrations.AlterField(
            model_name="healthruling",
            name="ground",
            field=models.TextField(
                choices=[
                    ("known", "The person has seen it already, or knows it"),
                    ("opinion", "A health professional says that it does no serious harm"),
                    ("not_theirs", "It says nothing about this person’s own health"),
                ],
                verbose_name="why it may go out",
            ),
        ),
        migrations.AddConstraint(
            model_name="healthruling",
            constraint=models.CheckConstraint(
                condition=Q(consultation=None, ground__in=["known", "not_theirs"])
                | Q(consultation__isnull=False, ground="opinion"),
                name="health_ruling_rests_on_an_opinion_or_on_none",
                violation_error_message="Say whose opinion it rests on.",
            ),
        ),
    ]
