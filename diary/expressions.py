"""What the database computes for the diary's rules."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import Func


class Span(Func):
    """The time from the first moment, which belongs to it, up to the second, which does not."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()
