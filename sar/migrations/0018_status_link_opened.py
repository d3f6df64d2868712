"""That a link was opened is nobody's act, and is named as the rules of tables ask."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0017_public_draft_expires")]

    operations: ClassVar = [
        migrations.RenameField(model_name="statuslink", old_name="opened_at", new_name="opened"),
    ]
