"""Accounts and roles in the admin: what the system administrator does, by levers."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions import staff as actions
from accounts.models import Undertaking, UndertakingAcceptance, User
from accounts.queries import current_undertaking, still_to_accept
from accounts.roles import ROLES, Role
from audit.admin_base import Lever, ReadingDesk
from audit.purposes import Purpose
from core.dates import plural


class RoleForm(forms.Form):
    """Which role."""

    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, f"{role.value}: {ROLES[role].meaning}") for role in Role],
    )

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class DetailsForm(forms.Form):
    """What a member of staff is called."""

    full_name = forms.CharField(label="Full name", max_length=150)
    job_title = forms.CharField(label="Job title", max_length=150, required=False)


class NewUserForm(DetailsForm):
    """A new member of staff."""

    email = forms.EmailField(label="E-mail address")

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("This address has an account already.")
        return email


def _words_in_force() -> str:
    current = current_undertaking()
    return current.text if current else ""


class WordingForm(forms.Form):
    """A new wording of the undertaking; it begins with the words in force."""

    text = forms.CharField(
        label="Wording", widget=forms.Textarea(attrs={"rows": 20}), initial=_words_in_force
    )


def _manages(user: Any, record: Any) -> bool:
    return bool(user.has_perm("accounts.manage_users")) and user.pk != record.pk


class UndertakenFilter(admin.SimpleListFilter):
    """Who has accepted the wording of the undertaking that is in force, and who has not."""

    title = "undertaking in force"
    parameter_name = "undertaking"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Not accepted yet"), ("yes", "Accepted")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() == "no":
            return still_to_accept(among=queryset)
        if self.value() == "yes":
            return queryset.filter(acceptances__undertaking=current_undertaking())
        return queryset


@admin.register(User)
class UserDesk(ReadingDesk):
    """Everybody who may sign in, and the levers that change what they may do."""

    permission = "accounts.view_user"
    purpose = Purpose.ACCESS_CONTROL
    list_display = ("full_name", "email", "job_title", "roles_in_words", "is_active", "last_login")
    list_filter = ("is_active", UndertakenFilter, "groups")
    search_fields = ("full_name", "email")
    fields = ("full_name", "email", "job_title", "roles_in_words", "is_active", "last_login")
    readonly_fields = ("roles_in_words",)
    adding = Lever(
        name="add",
        words="Add a member of staff",
        pull=actions.add_user,
        allowed=lambda user, _record: user.has_perm("accounts.manage_users"),
        form=NewUserForm,
        explanation="The account has no role and no password yet.",
        done=(
            "The account is made. Give it a role here. They choose their password with “I have "
            "forgotten my password” on the sign-in page."
        ),
    )
    levers = (
        Lever(
            name="give-role",
            is_dangerous=True,
            words="Give a role",
            pull=lambda user, **given: actions.give_role(user=user, **given),
            allowed=_manages,
            form=RoleForm,
            explanation="They have it from their next page on. It is written in the log.",
            done="The role is given.",
        ),
        Lever(
            name="take-role",
            is_dangerous=True,
            words="Take a role away",
            pull=lambda user, **given: actions.take_role(user=user, **given),
            allowed=_manages,
            form=RoleForm,
            done="The role is taken away.",
        ),
        Lever(
            name="suspend",
            is_dangerous=True,
            words="Suspend",
            pull=lambda user, **given: actions.suspend(user=user, **given),
            allowed=lambda user, record: _manages(user, record) and record.is_active,
            explanation=(
                "They cannot sign in any more; whatever they have open, and every token of a program of "
                "theirs, stops working now. Their managers find their cases under Team."
            ),
            done="The account is suspended.",
        ),
        Lever(
            name="readmit",
            is_dangerous=True,
            words="Let back in",
            pull=lambda user, **given: actions.readmit(user=user, **given),
            allowed=lambda user, record: _manages(user, record) and not record.is_active,
            explanation="They can sign in again, with the roles they had.",
            done="They can sign in again.",
        ),
        Lever(
            name="reset-second-step",
            is_dangerous=True,
            words="Take the second step away",
            pull=lambda user, **given: actions.reset_second_step(user=user, **given),
            allowed=_manages,
            explanation=(
                "For somebody who lost their telephone or key. Make sure that it is they who ask: see "
                "them, or ring the number you know. They set up a new one at their next sign-in."
            ),
            done="The second step is taken away.",
        ),
        Lever(
            name="details",
            words="Change name or job title",
            pull=lambda user, **given: actions.change_details(user=user, **given),
            allowed=_manages,
            form=DetailsForm,
            opens_with=("full_name", "job_title"),
            done="The details are changed.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups", "deputyships")

    @admin.display(description="roles")
    def roles_in_words(self, user: User) -> str:
        # As `User.role_names`, from what is brought with the list.
        today = timezone.localdate()
        deputy = {one.role for one in user.deputyships.all() if one.holds_on(today)}
        return ", ".join(sorted(deputy.union(group.name for group in user.groups.all()))) or "none"


@admin.register(Undertaking)
class UndertakingDesk(ReadingDesk):
    """The wordings of the confidentiality undertaking; publishing a new one asks everybody again."""

    permission = "accounts.view_user"
    purpose = Purpose.ACCESS_CONTROL
    list_display = ("version", "published_at", "published_by", "accepted")
    list_select_related = ("published_by",)
    fields = ("version", "text", "published_at", "published_by", "accepted", "still_to_accept")
    readonly_fields = ("accepted", "still_to_accept")
    adding = Lever(
        name="publish",
        words="Publish a new wording",
        pull=actions.publish_undertaking,
        allowed=lambda user, _record: user.has_perm("accounts.publish_undertaking"),
        form=WordingForm,
        explanation="Everybody, you too, accepts it before they open their next record.",
        done="The new wording is published.",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(by_how_many=Count("acceptances"))

    @admin.display(description="accepted by")
    def accepted(self, undertaking: Any) -> str:
        return plural(undertaking.by_how_many, "colleague")

    @admin.display(description="still to accept")
    def still_to_accept(self, undertaking: Undertaking) -> str:
        """Who has not yet accepted the wording in force; of an earlier one nobody is asked any more."""
        if undertaking != current_undertaking():
            return "a later wording is in force"
        names = still_to_accept(among=User.objects.filter(is_active=True))
        return ", ".join(str(user) for user in names) or "nobody"


@admin.register(UndertakingAcceptance)
class AcceptanceDesk(ReadingDesk):
    """Who has accepted which wording, and when (features.md S8)."""

    permission = "accounts.view_user"
    purpose = Purpose.ACCESS_CONTROL
    list_display = ("accepted_by", "undertaking", "accepted_at")
    list_filter = ("undertaking",)
    list_select_related = ("accepted_by", "undertaking")
