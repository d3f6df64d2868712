from django.db import migrations


class Migration(migrations.Migration):
    """The system releases too: the moment is always there, and who it was is not."""

    dependencies = [("planning", "0001_releases")]

    operations = [migrations.RenameField(model_name="release", old_name="made_at", new_name="made")]
