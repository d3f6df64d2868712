"""Staff accounts, and the confidentiality undertaking that comes before the first record."""

from datetime import date
from functools import cached_property
from typing import Any, ClassVar, override

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.roles import MAY_HAVE_A_DEPUTY, ROLES, Role
from audit.triggers import NOTED
from core.privacy import Delete, Internal, Keep, Retention
from core.worded import answers, day_for


class Users(BaseUserManager["User"]):
    """Accounts by their e-mail address; passwords are hashed here and nowhere else."""

    def make(self, *, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new account, saved. Called by the verb `accounts.actions.staff.add_user`, which logs it."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff or a volunteer who signs in with an e-mail address."""

    email = models.EmailField(
        unique=True, error_messages={"unique": "This address has an account."}
    )
    full_name = models.CharField(max_length=150)
    job_title = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField("may sign in", default=True)
    # The days to set up a second step count from here; taken away, it counts anew.
    second_step_from = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = Users()

    class Meta:
        ordering = ("full_name", "pk")
        permissions = (
            ("enter_admin", "Can enter the admin"),
            ("manage_users", "Can add users and change their roles"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="user_email_is_lower_case",
                violation_error_message="Write the e-mail address in small letters.",
            ),
            # Nobody stands above the rules, not even the person who installs the software.
            models.CheckConstraint(condition=Q(is_superuser=False), name="user_is_no_superuser"),
        )

    class Privacy:
        staff = frozenset(
            {
                "email",
                "full_name",
                "job_title",
                "last_login",
                "password",
                "groups",
                "second_step_from",
            }
        )
        not_personal = frozenset({"id", "is_active", "is_superuser", "user_permissions"})
        about = ()
        retention = Retention.STAFF
        pack = Internal("about staff at their work, not about clients")
        destruction = Keep("staff are not clients; leavers are suspended")
        counted = False

    def __str__(self) -> str:
        return self.full_name or self.email

    # Said after the name in the log: by which token a program acts for them.
    through = ""

    @property
    def name_for_log(self) -> str:
        """Name and address, as the log keeps them after the account is gone."""
        return f"{self.full_name} <{self.email}>{self.through}"

    @cached_property
    def role_names(self) -> tuple[str, ...]:
        """The roles of this member of staff today, in words, those as a deputy too; asked once a request."""
        return tuple(sorted(answers(_roles, self)))

    @cached_property
    def rights(self) -> frozenset[str]:
        """Every permission that they have today: what the table of roles says of theirs, and nothing else."""
        return frozenset[str]().union(
            *(ROLES[Role(name)].permissions for name in self.role_names if name in ROLES)
        )

    @override
    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether one of their roles has this permission.

        Answered from the table in the code: a row that somebody adds to Django's tables of permissions opens
        nothing (features.md P16).
        """
        return self.is_active and perm in self.rights

    @override
    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and any(right.startswith(f"{app_label}.") for right in self.rights)

    @property
    def roles_for_log(self) -> str:
        return ", ".join(self.role_names)

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin opens: a permission of the role, not a tick on the account."""
        return self.has_perm("accounts.enter_admin")


def _roles(user: Any) -> models.QuerySet[Any]:
    today = day_for(user)
    deputyships = Deputy.objects.filter(
        user=user, ended_at=None, since__lte=today, until__gte=today
    )
    own = Group.objects.filter(user=user).order_by().values("name")
    return own.union(deputyships.order_by().values("role"))


class Undertaking(models.Model):
    """A wording of the confidentiality undertaking. The newest published one must be accepted."""

    version = models.PositiveIntegerField(unique=True)
    text = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-version",)
        permissions = (("publish_undertaking", "Can publish a new wording of the undertaking"),)

    class Privacy:
        staff = frozenset({"published_by"})
        not_personal = frozenset({"id", "version", "text", "published_at"})
        about = ()
        retention = Retention.STAFF
        pack = Internal("a rule for staff; about nobody")
        destruction = Keep("shows what staff had promised at the time")
        counted = False

    def __str__(self) -> str:
        return f"Confidentiality undertaking, version {self.version}"


class UndertakingAcceptance(models.Model):
    """That a member of staff accepted a wording of the undertaking, and when."""

    accepted_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="acceptances"
    )
    undertaking = models.ForeignKey(
        to=Undertaking, on_delete=models.PROTECT, related_name="acceptances"
    )
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["accepted_by", "undertaking"], name="undertaking_accepted_once_by_each"
            ),
        )

    class Privacy:
        staff = frozenset({"accepted_by", "accepted_at"})
        not_personal = frozenset({"id", "undertaking"})
        about = ()
        retention = Retention.STAFF
        pack = Internal("about staff at their work")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.undertaking}, accepted by {self.accepted_by}"


class Deputy(models.Model):
    """That somebody has the role of a colleague who is away, from a day to a day (features.md P50).

    So that no rule that needs two people waits for one person on holiday. The last day is obligatory; what
    they do is in the log under their own name.
    """

    user = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deputyships"
    )
    role = models.TextField(choices=[(role.value, role.value) for role in MAY_HAVE_A_DEPUTY])
    since = models.DateField("first day")
    until = models.DateField("last day")
    reason = models.CharField("why", max_length=300)
    given_at = models.DateTimeField(default=timezone.now, editable=False)
    given_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    class Meta:
        verbose_name_plural = "deputies"
        ordering = ("until", "pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        indexes = (models.Index(fields=["user", "until"], name="deputy_of_whom_until"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in MAY_HAVE_A_DEPUTY]),
                name="deputy_role_may_have_one",
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="deputy_ends_after_start",
                violation_error_message="The last day comes before the first.",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="deputy_says_why"),
            models.CheckConstraint(
                condition=~Q(given_by=F("user")),
                name="deputy_is_named_by_somebody_else",
                violation_error_message="Nobody makes themselves a deputy.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="deputy_ended_at_and_by",
            ),
        )

    class Privacy:
        staff = frozenset(
            {"user", "since", "until", "reason", "given_at", "given_by", "ended_at", "ended_by"}
        )
        not_personal = frozenset({"id", "role"})
        about = ()
        retention = Retention.STAFF
        pack = Internal("about staff at their work")
        destruction = Keep("shows who could do what, and when")
        counted = False

    def __str__(self) -> str:
        return f"{self.user}, deputy {self.role}"

    def holds_on(self, day: date) -> bool:
        """Whether they are the deputy on `day`: from the first day to the end of the last."""
        return self.ended_at is None and self.since <= day <= self.until


class Notice(models.Model):
    """Something a member of staff is told at once, on their desk and by e-mail.

    The sentence names nobody from the records: an e-mail lies on telephones and other people's servers.
    What it is about is behind the link, after signing in.
    """

    to = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices"
    )
    sentence = models.CharField(max_length=300)
    link = models.CharField("page", max_length=300, blank=True)
    told = models.DateTimeField(default=timezone.now, editable=False)
    mailed = models.DateTimeField("e-mail sent", null=True, editable=False)
    read = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("-told", "-pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        indexes = (models.Index(fields=["to", "-told"], name="notice_to_whom"),)
        constraints = (
            models.CheckConstraint(condition=~Q(sentence=""), name="notice_says_something"),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__startswith="/"),
                name="notice_leads_to_a_page_of_ours",
            ),
        )

    class Privacy:
        staff = frozenset({"to", "told", "mailed", "read"})
        not_personal = frozenset({"id", "sentence", "link"})
        about = ()
        retention = Retention.SHORT_LIVED
        pack = Internal("tells staff that something waits; names nobody")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.sentence
