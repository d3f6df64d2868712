"""How names are compared: functions of our own in the database (migration 0004).

A name is compared in small letters, without accents and apostrophes, its hyphens read as spaces, so
that O’Connor, O'Connor and OConnor are one name, and Smith-Jones is found by either half.
"""

from django.contrib.postgres.fields import ArrayField
from django.db.models import FloatField, Func, IntegerField, TextField


class NameText(Func):
    """A name as it is compared."""

    function = "public.name_text"
    output_field = TextField()


class NameSounds(Func):
    """How each word of a compared name sounds in English, as a set: the same for Smith and Smyth."""

    function = "public.name_sounds"
    output_field = ArrayField(TextField())


class NameCloseness(Func):
    """How close a compared name is to the words of a search: 0 has nothing of them, 1 is the same."""

    function = "public.name_closeness"
    output_field = FloatField()


class NameFits(Func):
    """How a word of a search fits names as they are compared: `cases.alike.Fit`."""

    function = "public.name_fits"
    output_field = IntegerField()
