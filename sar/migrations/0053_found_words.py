"""The words on the first pages of what a search found are kept, so that names in them are proposed."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sar", "0052_what_a_ground_was_for"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="foundfile",
            options={
                "ordering": ("pk",),
                "verbose_name": "file that a search found",
                "verbose_name_plural": "files that searches found",
            },
        ),
        migrations.CreateModel(
            name="FoundWords",
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
                ("pages", models.PositiveIntegerField(verbose_name="pages of the file")),
                ("drawn", models.PositiveIntegerField(verbose_name="pages that were read")),
                (
                    "wordless",
                    models.PositiveIntegerField(verbose_name="pages read on which no words stand"),
                ),
                ("is_cut", models.BooleanField(verbose_name="read in part alone")),
                ("text", models.TextField(blank=True)),
                (
                    "found",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="words",
                        to="sar.foundfile",
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
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="foundwords",
            trigger=pgtrigger.compiler.Trigger(
                name="noted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="public.audit_require_entry()",
                    func="RAISE EXCEPTION 'not used';",
                    hash="3fd0c9fdbb6775528ef1c817ec5a560b236f7066",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_noted_3e66e",
                    table="sar_foundwords",
                    when="BEFORE",
                ),
            ),
        ),
    ]
