"""That a trustee was told of a late answer is written down once the mail server took the e-mail, and not before."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0041_said_once")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="deadlinenotice",
            name="trustee_mailed",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
