from django.db import migrations, models

BEFORE = [
    ("received_on", "The day it was received"),
    ("kind", "What they ask for"),
    ("channel", "How it came"),
    ("requester_name", "The name of whoever asks"),
    ("about_name", "About whom, as they gave it"),
]
NOW = [
    *BEFORE,
    ("reply_email", "The e-mail address they gave"),
    ("reply_address", "The postal address they gave"),
]


class Migration(migrations.Migration):
    """Where to write to whoever asked can be put right after the answer."""

    dependencies = [("sar", "0035_entries_of_findings")]

    operations = [
        migrations.AlterField(
            model_name="requestcorrection",
            name="what",
            field=models.TextField(choices=NOW, verbose_name="what was wrong"),
        ),
        migrations.RemoveConstraint(
            model_name="requestcorrection", name="request_correction_of_something_known"
        ),
        migrations.AddConstraint(
            model_name="requestcorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(what__in=[name for name, _ in NOW]),
                name="request_correction_of_something_known",
            ),
        ),
    ]
