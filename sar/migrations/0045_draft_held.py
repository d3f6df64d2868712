"""A draft is kept as it stood on the day a request for a copy came, before it is typed over."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0046_begun"),
        ("sar", "0044_not_held"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftHeld",
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
                ("token", models.UUIDField(editable=False)),
                (
                    "noun",
                    models.TextField(
                        choices=[
                            ("note", "Note"),
                            ("contact", "Contact"),
                            ("decision", "Decision"),
                            ("assessment", "Assessment"),
                            ("plan", "Plan"),
                        ],
                        verbose_name="what was being written",
                    ),
                ),
                (
                    "corrects",
                    models.CharField(blank=True, max_length=20, verbose_name="correction of"),
                ),
                ("typed", models.JSONField(default=dict, verbose_name="what was typed")),
                ("saved", models.DateTimeField(verbose_name="last saved")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts_held",
                        to="cases.case",
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
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts_held",
                        to="sar.rightsrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "draft as it stood on the day the request came",
                "verbose_name_plural": "drafts as they stood on the day the request came",
                "ordering": ("pk",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("noun__in", ["note", "contact", "decision", "assessment", "plan"])
                        ),
                        name="draft_held_noun_is_known",
                    ),
                    models.UniqueConstraint(fields=("request", "token"), name="draft_held_once"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="draftheld",
            trigger=pgtrigger.compiler.Trigger(
                name="noted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="public.audit_require_entry()",
                    func="RAISE EXCEPTION 'not used';",
                    hash="3b83f46c67c24450209a171e6c04b2cd0a106536",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_noted_89c5e",
                    table="sar_draftheld",
                    when="BEFORE",
                ),
            ),
        ),
    ]
