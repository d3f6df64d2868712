"""Visits to the public site, which are about nobody, and the totals that stay of them (features.md S24, S25)."""

from django.db import models

from core.privacy import Delete, Internal, Keep, Retention


class Visit(models.Model):
    """One page of the public site that was asked for. Pages of forms are never here: they are only counted."""

    moment = models.DateTimeField("when, to the minute", db_index=True)
    network = models.CharField("shortened address", max_length=50, blank=True)
    browser = models.CharField("family of the browser", max_length=30)
    system = models.CharField("family of the system", max_length=30)
    referrer = models.CharField("came from", max_length=200, blank=True)
    page = models.CharField(max_length=200)
    status = models.PositiveSmallIntegerField()
    is_program = models.BooleanField("a program and no person")

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta:
        permissions = (("read_visits", "Can read how much the public site is used"),)

    class Privacy:
        not_personal = frozenset(
            {
                "id",
                "moment",
                "network",
                "browser",
                "system",
                "referrer",
                "page",
                "status",
                "is_program",
            }
        )
        about = ()
        retention = Retention.SETTING
        pack = Internal("of a network of at least 256 neighbours; never joined to anybody")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.page


class HourTotal(models.Model):
    """How often a page was asked for in an hour: what stays when the visits go, and all there is of forms."""

    hour = models.DateTimeField()
    page = models.CharField(max_length=200)
    is_program = models.BooleanField("by programs and not by people")
    number = models.PositiveIntegerField("how often")

    app_rights = ("SELECT", "INSERT", "UPDATE")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["hour", "page", "is_program"], name="hour_total_once_an_hour"
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "hour", "page", "is_program", "number"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("a number of pages in an hour")
        destruction = Keep("a number of pages in an hour")
        counted = False

    def __str__(self) -> str:
        return f"{self.page}: {self.number}"


class BusyHour(models.Model):
    """How many people were on the site at once in an hour: the most within any ten minutes of it."""

    hour = models.DateTimeField(unique=True)
    at_once = models.PositiveIntegerField("most people within ten minutes")

    app_rights = ("SELECT", "INSERT")

    class Privacy:
        not_personal = frozenset({"id", "hour", "at_once"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("a number of people in an hour")
        destruction = Keep("a number of people in an hour")
        counted = False

    def __str__(self) -> str:
        return str(self.at_once)
