from django.db import migrations, models


class Migration(migrations.Migration):
    """Pages that are pictures, where no program could look through them: said, and signed."""

    dependencies = [("sar", "0032_erasure_stop_cleared")]

    operations = [
        migrations.AddField(
            model_name="builtpack",
            name="unread_pages",
            field=models.JSONField(
                default=list,
                editable=False,
                verbose_name="pages that are pictures, which no program looked through",
            ),
        ),
        migrations.AddField(
            model_name="signoff",
            name="unread_pages",
            field=models.JSONField(
                default=list,
                editable=False,
                verbose_name="pages that are pictures, which they looked at by eye alone",
            ),
        ),
    ]
