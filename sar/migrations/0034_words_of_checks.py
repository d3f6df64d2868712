from django.db import migrations


class Migration(migrations.Migration):
    """What is listed in a pack has names that somebody can read."""

    dependencies = [
        ("sar", "0033_unread_pages"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="leakcleared",
            options={"ordering": ("pk",), "verbose_name": "false alarm"},
        ),
        migrations.AlterModelOptions(
            name="signoff",
            options={
                "ordering": ("pk",),
                "permissions": (("sign_pack", "Can sign off a pack as the second person"),),
                "verbose_name": "signature under a pack",
                "verbose_name_plural": "signatures under packs",
            },
        ),
        migrations.AlterModelOptions(
            name="staysin",
            options={
                "ordering": ("pk",),
                "verbose_name": "decision that words stay in",
                "verbose_name_plural": "decisions that words stay in",
            },
        ),
    ]
