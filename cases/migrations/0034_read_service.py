from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0033_emergency_looks")]

    operations = [
        migrations.AlterModelOptions(
            name="service",
            options={
                "ordering": ("name",),
                "permissions": (
                    ("read_service", "Can read the records of the services they belong to"),
                ),
            },
        ),
    ]
