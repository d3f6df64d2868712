"""A letter that came back can be sent once more, in the same words, as a sending of its own.

Goes back only while nothing was sent once more: two letters of a kind that goes once would be left.
"""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

ONCE = ["acknowledge", "extend", "nothing_held", "refuse", "done", "erased", "withdrawn"]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0039_rights_said_apart")]

    operations: ClassVar = [
        migrations.RemoveConstraint(model_name="requestletter", name="rights_letter_goes_once"),
        migrations.AddField(
            model_name="requestletter",
            name="again_because",
            field=models.TextField(
                blank=True,
                default="",
                editable=False,
                verbose_name="why it was sent again",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="requestletter",
            name="again_of",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sent_again",
                to="sar.requestletter",
                verbose_name="sent again after",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestletter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("again_of", None), ("kind__in", tuple(ONCE)))
                & ~models.Q(status="dropped"),
                fields=("request", "kind"),
                name="rights_letter_goes_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestletter",
            constraint=models.UniqueConstraint(
                condition=~models.Q(status="dropped"),
                fields=("again_of",),
                name="rights_letter_goes_again_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("again_because", ""), ("again_of", None))
                | (models.Q(again_of__isnull=False) & ~models.Q(again_because="")),
                name="rights_letter_says_why_it_goes_again",
            ),
        ),
    ]
