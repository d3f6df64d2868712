from django.db import migrations, models


class Migration(migrations.Migration):
    """Nobody ends what stops an erasure: it is over, and the timetable finds that."""

    dependencies = [("sar", "0031_erasure_stop")]

    operations = [
        migrations.RemoveConstraint("erasurestop", "erasure_stop_stands_once"),
        migrations.RenameField("erasurestop", "ended_at", "cleared"),
        migrations.AddConstraint(
            "erasurestop",
            models.UniqueConstraint(
                fields=["request"],
                condition=models.Q(cleared=None),
                name="erasure_stop_stands_once",
            ),
        ),
    ]
