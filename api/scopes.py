"""What a token may be good for: never more than what its owner may do in the pages."""

from django.db import models


class Scope(models.TextChoices):
    """One thing that a program may do in its owner's name."""

    PEOPLE_READ = "people:read", "Find people and read their basic details"
    CASES_READ = "cases:read", "Read cases"
    NOTES_READ = "notes:read", "Read notes"
    CONTACTS_READ = "contacts:read", "Read contacts"
    CONTACTS_WRITE = "contacts:write", "Record contacts"
    REFERRALS_WRITE = "referrals:write", "Take in referrals"
