"""The papers of the Data Protection Officer's file (features.md P54)."""

from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("retention", "0003_erasures_asked_for"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="OfficerPaper",
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
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("policy", "Appropriate policy document"),
                            ("dpia", "Impact assessment"),
                            ("training", "Training"),
                            ("agreement", "Agreement"),
                            ("other", "Something else"),
                        ]
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("text", models.TextField(verbose_name="what it says")),
                ("in_force_on", models.DateField(verbose_name="in force from")),
                ("review_by", models.DateField(verbose_name="look at it again by")),
                ("version", models.PositiveSmallIntegerField(default=1, editable=False)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
            ],
            options={
                "verbose_name": "paper of the officer’s file",
                "verbose_name_plural": "papers of the officer’s file",
                "ordering": ("kind", "title", "-version"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["policy", "dpia", "training", "agreement", "other"])
                        ),
                        name="officer_paper_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("text", ""), _negated=True),
                        ),
                        name="officer_paper_says_something",
                        violation_error_message="Give it a title, and write what it says.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("review_by__gt", models.F("in_force_on"))),
                        name="officer_paper_is_looked_at_after_it_began",
                        violation_error_message="The day to look again is after the day from which it is in force.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="officer_paper_ended_at_and_by",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("kind", "title"),
                        name="officer_paper_once_in_force",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officerpaper",
            trigger=pgtrigger.compiler.Trigger(
                name="noted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="public.audit_require_entry()",
                    func="RAISE EXCEPTION 'not used';",
                    hash="61f6efd8c1cf5ba5bbd3f49aa092895b82cff81e",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_noted_56202",
                    table="retention_officerpaper",
                    when="BEFORE",
                ),
            ),
        ),
    ]
