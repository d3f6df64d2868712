"""Who was trained in data protection, and when it is due again (features.md P54)."""

from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("retention", "0007_anonymous_group"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Training",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="written"
                    ),
                ),
                ("what", models.CharField(max_length=120, verbose_name="which training")),
                ("done_on", models.DateField(verbose_name="done on")),
                ("due_by", models.DateField(verbose_name="due again by")),
                ("struck_out_at", models.DateTimeField(editable=False, null=True)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "struck_out_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trainings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "training done",
                "verbose_name_plural": "trainings done",
                "ordering": ("user__full_name", "what", "-done_on", "-pk"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("what", ""), _negated=True),
                        name="training_is_named",
                        violation_error_message="Say which training it was.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_by__gt", models.F("done_on"))),
                        name="training_is_due_after_it_was_done",
                        violation_error_message="It is due again after the day on which it was done.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("struck_out_at", None), ("struck_out_by", None)),
                            models.Q(
                                ("struck_out_at__isnull", False), ("struck_out_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="training_struck_out_at_and_by",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("struck_out_at", None)),
                        fields=("user", "what", "done_on"),
                        name="training_once_on_a_day",
                        violation_error_message="This training is in the register already.",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="training",
            trigger=pgtrigger.compiler.Trigger(
                name="noted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="public.audit_require_entry()",
                    func="RAISE EXCEPTION 'not used';",
                    hash="bbcd2d15c5661b1835c915f3a81f7a0c5926bcf0",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_noted_8a1d1",
                    table="retention_training",
                    when="BEFORE",
                ),
            ),
        ),
    ]
