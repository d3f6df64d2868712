"""Erasure that somebody asked for goes through the engine; words of rows that stay may be taken out."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


DESTROYING = """
CREATE OR REPLACE FUNCTION public.retention_is_destroying() RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
    SELECT EXISTS (
        SELECT FROM public.audit_entry
        WHERE xid = pg_current_xact_id() AND action = 'delete' AND verb IN ({verbs})
    )
$$;
"""
BEFORE = "'record.destroyed', 'record.destroyed-again'"


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("cases", "0032_access"),
        ("retention", "0002_letting_go"),
        ("sar", "0019_erased_passages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=DESTROYING.format(verbs=f"{BEFORE}, 'record.words-erased'"),
            reverse_sql=DESTROYING.format(verbs=BEFORE),
        ),
        migrations.RemoveConstraint(
            model_name="proposal",
            name="proposal_kind_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="remainder",
            name="remainder_decision_is_known",
        ),
        migrations.AddField(
            model_name="proposalitem",
            name="erasure",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sar.erasureitem",
            ),
        ),
        migrations.AlterField(
            model_name="journal",
            name="ledger",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="kind",
            field=models.TextField(
                choices=[
                    ("due", "The time of the schedule is over"),
                    ("early", "Earlier than the schedule says"),
                    ("erasure", "They asked for it to be erased (UK GDPR Art 17)"),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="remainder",
            name="decision",
            field=models.TextField(
                blank=True,
                choices=[
                    ("theirs", "It belongs to somebody who stays"),
                    ("take_out", "Take the words out"),
                    (
                        "papers",
                        "It stays with the papers of their request, until the time of those is over",
                    ),
                ],
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["due", "early", "erasure"])),
                name="proposal_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="remainder",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["", "theirs", "take_out", "papers"])),
                name="remainder_decision_is_known",
            ),
        ),
    ]
