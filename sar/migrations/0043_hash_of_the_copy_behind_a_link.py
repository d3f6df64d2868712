"""The copy behind a link is compared with its hash before it is given out.

Of a link from before it is not known, and so it gives nothing out; whoever has one is sent a new one.
"""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0042_trustee_mailed")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="delivery",
            name="sha256",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sha256", ""),
                    models.Q(("sha256__regex", "^[0-9a-f]{64}$"), ("way", "link")),
                    _connector="OR",
                ),
                name="delivery_hash_is_of_the_copy_behind_a_link",
            ),
        ),
    ]
