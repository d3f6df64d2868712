"""Names are sought also by what somebody likes to be called, and by their sound."""

from typing import ClassVar

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

import cases.names


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0004_name_functions")]

    # A generated column cannot change its expression before PostgreSQL 17: it leaves and comes again.
    operations: ClassVar = [
        migrations.RemoveIndex(model_name="person", name="person_name_sought"),
        migrations.RemoveField(model_name="person", name="name_sought"),
        migrations.AddField(
            model_name="person",
            name="name_sought",
            field=models.GeneratedField(
                db_persist=True,
                expression=cases.names.NameText(
                    django.db.models.functions.text.Concat(
                        models.F("given_names"),
                        models.Value(" "),
                        models.F("family_name"),
                        models.Value(" "),
                        models.F("preferred_name"),
                    )
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.RemoveIndex(model_name="personname", name="other_name_sought"),
        migrations.RemoveField(model_name="personname", name="name_sought"),
        migrations.AddField(
            model_name="personname",
            name="name_sought",
            field=models.GeneratedField(
                db_persist=True,
                expression=cases.names.NameText(models.F("name")),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.F("name_sought"), name="gin_trgm_ops"
                ),
                name="person_name_sought",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                cases.names.NameSounds(models.F("name_sought")), name="person_name_sounds"
            ),
        ),
        migrations.AddIndex(
            model_name="personname",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.F("name_sought"), name="gin_trgm_ops"
                ),
                name="other_name_sought",
            ),
        ),
        migrations.AddIndex(
            model_name="personname",
            index=django.contrib.postgres.indexes.GinIndex(
                cases.names.NameSounds(models.F("name_sought")), name="other_name_sounds"
            ),
        ),
        migrations.RemoveIndex(model_name="address", name="address_postcode"),
        migrations.AddIndex(
            model_name="address",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(
                    models.F("postcode"), name="text_pattern_ops"
                ),
                name="address_postcode",
            ),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Reverse(models.F("value_sought")),
                    name="text_pattern_ops",
                ),
                name="contact_point_by_its_end",
            ),
        ),
    ]
