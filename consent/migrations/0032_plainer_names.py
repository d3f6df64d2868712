"""What stands as a heading in a pack is called as people say it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0031_despite_a_marker_functions"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="noticegiven",
            options={
                "ordering": ("-given_on", "-pk"),
                "verbose_name": "privacy notice given",
                "verbose_name_plural": "privacy notices given",
            },
        ),
        migrations.AlterModelOptions(
            name="referraloutchase",
            options={
                "ordering": ("pk",),
                "verbose_name": "reminder to an agency",
                "verbose_name_plural": "reminders to agencies",
            },
        ),
    ]
