"""What stays of records that are made anonymous: counts of five families or more (docs/adr/0050)."""

from typing import ClassVar

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("retention", "0006_only_grows"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="AnonymousGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.TextField(verbose_name="kind of record")),
                ("facts", models.JSONField(verbose_name="what is told of them")),
                ("number", models.PositiveIntegerField(verbose_name="how many")),
            ],
            options={
                "verbose_name": "group of anonymous records",
                "verbose_name_plural": "groups of anonymous records",
                "ordering": ("kind", "pk"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="schedulerow",
            name="schedule_outcome_is_known",
        ),
        migrations.AlterField(
            model_name="schedulerow",
            name="outcome",
            field=models.TextField(
                choices=[
                    ("review", "Look at it, then decide"),
                    ("destroy", "Destroy"),
                    ("anonymise", "Destroy, and keep figures from which nobody can be told"),
                    ("keep", "Keep"),
                ],
                verbose_name="what happens then",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedulerow",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["review", "destroy", "anonymise", "keep"])),
                name="schedule_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedulerow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "anonymise"), _negated=True),
                    (
                        "category__in",
                        (
                            "case file",
                            "enquiries that became no case",
                            "group and drop-in activity",
                        ),
                    ),
                    _connector="OR",
                ),
                name="schedule_anonymises_what_is_declared",
                violation_error_message="Of this kind of record nothing is declared that could stay without telling of anybody. Choose another end for it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="anonymousgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 5)), name="anonymous_group_is_of_five_or_more"
            ),
        ),
        migrations.AddConstraint(
            model_name="anonymousgroup",
            constraint=models.UniqueConstraint(
                fields=("kind", "facts"), name="anonymous_group_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="anonymousgroup",
            trigger=pgtrigger.compiler.Trigger(
                name="noted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="public.audit_require_entry()",
                    func="RAISE EXCEPTION 'not used';",
                    hash="c262a804e36a6455c20c41b1a31aa0fc22e647dd",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_noted_0a56e",
                    table="retention_anonymousgroup",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="anonymousgroup",
            trigger=pgtrigger.compiler.Trigger(
                name="only_grows",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="public.retention_only_grows()",
                    func="RAISE EXCEPTION 'not used';",
                    hash="3a7f45fe185a9f7640ec094ccea31e04de3b8aa4",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_only_grows_d4712",
                    table="retention_anonymousgroup",
                    when="BEFORE",
                ),
            ),
        ),
    ]
