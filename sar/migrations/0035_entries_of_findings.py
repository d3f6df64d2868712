from django.db import migrations, models


class Migration(migrations.Migration):
    """A finding of the leak check names the entries that stand on its page: its file is not kept."""

    dependencies = [("sar", "0034_words_of_checks")]

    operations = [
        migrations.AddField(
            model_name="leakfinding",
            name="entries",
            field=models.TextField(blank=True, verbose_name="the entries on that page"),
        ),
    ]
