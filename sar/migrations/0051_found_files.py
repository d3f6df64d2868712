"""What a search found, and what stands in no record, is put with the request, so that it goes into the copy."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sar", "0050_what_a_check_read"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FoundFile",
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
                ("title", models.CharField(max_length=200, verbose_name="what it is")),
                ("dated_on", models.DateField(blank=True, null=True, verbose_name="date on it")),
                (
                    "lay",
                    models.CharField(max_length=200, verbose_name="where it lay"),
                ),
                ("file", models.CharField(editable=False, max_length=200)),
                (
                    "file_name",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="name of the file"
                    ),
                ),
                (
                    "format",
                    models.TextField(
                        choices=[
                            ("pdf", "PDF"),
                            ("docx", "Word document"),
                            ("doc", "Word document (old kind)"),
                            ("odt", "OpenDocument text"),
                            ("ods", "OpenDocument spreadsheet"),
                            ("odp", "OpenDocument presentation"),
                            ("jpg", "JPEG picture"),
                            ("png", "PNG picture"),
                            ("tif", "TIFF picture"),
                            ("heic", "HEIC picture"),
                            ("eml", "e-mail"),
                            ("txt", "plain text"),
                        ],
                        editable=False,
                        verbose_name="kind of file",
                    ),
                ),
                ("size", models.PositiveIntegerField(editable=False, verbose_name="size in bytes")),
                ("sha256", models.CharField(editable=False, max_length=64)),
                (
                    "scanned",
                    models.BooleanField(editable=False, verbose_name="checked by a virus scanner"),
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
                    "search",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="sar.search",
                    ),
                ),
            ],
            options={
                "verbose_name": "paper or file that a search found",
                "verbose_name_plural": "papers and files that searches found",
                "ordering": ("pk",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("lay", ""), _negated=True),
                            models.Q(("file", ""), _negated=True),
                        ),
                        name="found_file_says_what_it_is",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$"), ("size__gt", 0)),
                        name="found_file_has_its_hash",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "format__in",
                                [
                                    "pdf",
                                    "docx",
                                    "doc",
                                    "odt",
                                    "ods",
                                    "odp",
                                    "jpg",
                                    "png",
                                    "tif",
                                    "heic",
                                    "eml",
                                    "txt",
                                ],
                            )
                        ),
                        name="found_file_format_is_known",
                    ),
                    models.UniqueConstraint(
                        fields=("search", "sha256"),
                        name="file_found_once_in_a_place",
                        violation_error_message="This very file is there already.",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="foundfile",
            trigger=pgtrigger.compiler.Trigger(
                name="noted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="public.audit_require_entry()",
                    func="RAISE EXCEPTION 'not used';",
                    hash="5c78a9bad42df2d4a107b527a2987c296b727676",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_noted_d1fa5",
                    table="sar_foundfile",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="foundfile",
            trigger=pgtrigger.compiler.Trigger(
                name="final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="public.cases_final()",
                    func="RAISE EXCEPTION 'not used';",
                    hash="b6051d20d4a674b4666f72236aa9f22d6d33f6b9",
                    operation="UPDATE",
                    pgid="pgtrigger_final_59970",
                    table="sar_foundfile",
                    when="BEFORE",
                ),
            ),
        ),
    ]
