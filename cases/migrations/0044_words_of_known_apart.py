from django.db import migrations


class Migration(migrations.Migration):
    """What is listed in a pack has a name that somebody can read."""

    dependencies = [("cases", "0043_staff_home")]

    operations = [
        migrations.AlterModelOptions(
            name="knownapart",
            options={
                "verbose_name": "pair of records known to be of two people",
                "verbose_name_plural": "pairs of records known to be of two people",
            },
        ),
    ]
