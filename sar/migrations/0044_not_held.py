"""An item may be left out because it was not held when the request came: as a whole, and for nothing else."""

from typing import ClassVar

from django.db import migrations, models

EXEMPTIONS = {
    "third_party": "It would identify somebody else",
    "serious_harm": "Health: likely to cause serious harm",
    "no_health_opinion": "Health: no health professional has been asked yet",
    "child_expected": "Health: the child expected that a parent would not be told",
    "child_abuse": "Child abuse data: not in the child's best interests",
    "crime": "It would get in the way of preventing or investigating a crime",
    "privilege": "Legal advice",
    "management": "Plans of the charity, or negotiations with the person",
    "reference": "A reference given in confidence",
    "not_held": "Not held when the request came",
}


class Migration(migrations.Migration):
    dependencies: ClassVar = [("sar", "0043_hash_of_the_copy_behind_a_link")]

    operations: ClassVar = [
        migrations.RemoveConstraint(
            model_name="withholding", name="withholding_exemption_is_known"
        ),
        migrations.AlterField(
            model_name="withholding",
            name="exemption",
            field=models.TextField(choices=list(EXEMPTIONS.items())),
        ),
        migrations.AddConstraint(
            model_name="withholding",
            constraint=models.CheckConstraint(
                condition=models.Q(exemption__in=list(EXEMPTIONS)),
                name="withholding_exemption_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="withholding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("exemption", "not_held"), _negated=True),
                    ("field", ""),
                    _connector="OR",
                ),
                name="withholding_not_held_is_of_an_item",
                violation_error_message="Only a whole item was not held when the request came.",
            ),
        ),
    ]
