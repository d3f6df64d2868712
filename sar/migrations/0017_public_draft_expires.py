from django.db import migrations


class Migration(migrations.Migration):
    """An hour on which something ends by itself is nobody's act, so it is not called one."""

    dependencies = [("sar", "0016_checks_of_packs")]

    operations = [
        migrations.RenameField(model_name="publicdraft", old_name="expires_at", new_name="expires")
    ]
