"""Before an entry of a copy a line says that it may be hard to read, where somebody said so."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sar", "0046_extension_planned"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Announced",
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
                ("source", models.TextField(editable=False)),
                ("record_id", models.BigIntegerField(editable=False)),
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
                        related_name="announced",
                        to="sar.rightsrequest",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "source", "record_id"), name="item_announced_once"
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="announced",
            trigger=pgtrigger.compiler.Trigger(
                name="noted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="public.audit_require_entry()",
                    func="RAISE EXCEPTION 'not used';",
                    hash="1f26b5e6bc68b6c3ed754e3d66b1672ac3c9f1d5",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_noted_959c1",
                    table="sar_announced",
                    when="BEFORE",
                ),
            ),
        ),
    ]
