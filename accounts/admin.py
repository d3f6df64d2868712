"""Accounts and roles in the admin: what the system administrator does, by levers."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts import actions
from accounts.models import Undertaking, UndertakingAcceptance, User
from accounts.roles import ROLES, Role
from audit.admin_base import Lever, ReadingDesk
from audit.door import NotNow, Shown, show
from audit.looks import look_of
from audit.purposes import Purpose
from audit.verbs import Verb


class RoleForm(forms.Form):
    """Which role."""

    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, f"{role.value}: {ROLES[role].meaning}") for role in Role],
    )

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class NewUserForm(forms.Form):
    """A new member of staff."""

    full_name = forms.CharField(label="Full name", max_length=150)
    email = forms.EmailField(label="E-mail address")
    job_title = forms.CharField(label="Job title", max_length=150, required=False)

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("This address has an account already.")
        return email


class WordingForm(forms.Form):
    """A new wording of the undertaking."""

    text = forms.CharField(label="Wording", widget=forms.Textarea(attrs={"rows": 20}))


def _manages(user: Any, record: Any) -> bool:
    return bool(user.has_perm("accounts.manage_users")) and user.pk != record.pk


@admin.register(User)
class UserDesk(ReadingDesk):
    """Everybody who may sign in, and the levers that change what they may do."""

    permission = "accounts.view_user"
    purpose = Purpose.ACCESS_CONTROL
    list_display = ("full_name", "email", "job_title", "roles_in_words", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("full_name", "email")
    fields = ("full_name", "email", "job_title", "roles_in_words", "is_active", "last_login")
    readonly_fields = ("roles_in_words",)
    levers = (
        Lever(
            name="give-role",
            words="Give a role",
            pull=lambda user, **given: actions.give_role(user=user, **given),
            allowed=_manages,
            form=RoleForm,
            explanation="They have it from their next page on. It is written in the log.",
            done="The role is given.",
        ),
        Lever(
            name="take-role",
            words="Take a role away",
            pull=lambda user, **given: actions.take_role(user=user, **given),
            allowed=_manages,
            form=RoleForm,
            done="The role is taken away.",
        ),
        Lever(
            name="suspend",
            words="Suspend",
            pull=lambda user, **given: actions.suspend(user=user, **given),
            allowed=lambda user, record: _manages(user, record) and record.is_active,
            explanation="They cannot sign in any more, and whatever they have open stops working now.",
            done="The account is suspended.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="roles")
    def roles_in_words(self, user: User) -> str:
        return user.roles_for_log or "none"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.manage_users")

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask for name and address; the new account chooses its own password by e-mail."""
        if not self.has_add_permission(request):
            raise NotNow("Accounts are not for your role.", look=look_of(request), record=User)
        form = NewUserForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            user = actions.add_user(by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(
                request,
                f"{user} has an account. Give it a role here. They choose their password with "
                "“I have forgotten my password” on the sign-in page.",
            )
            return redirect(self.address_of(user))
        show(look_of(request, self.purpose), [Shown(Verb.ADMIN_READ, User)])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Add a member of staff",
            "record": "Users",
            "address": "..",
            "lever": Lever("add", "Add", actions.add_user, _manages),
            "form": form,
        }
        return TemplateResponse(
            request, "admin/lever.html", context, status=422 if form.errors else 200
        )


@admin.register(Undertaking)
class UndertakingDesk(ReadingDesk):
    """The wordings of the confidentiality undertaking; publishing a new one asks everybody again."""

    permission = "accounts.view_user"
    purpose = Purpose.ACCESS_CONTROL
    list_display = ("version", "published_at", "published_by")
    levers = (
        Lever(
            name="publish",
            words="Publish a new wording",
            pull=lambda _undertaking, **given: actions.publish_undertaking(**given),
            allowed=lambda user, _record: user.has_perm("accounts.manage_users"),
            form=WordingForm,
            explanation="Everybody accepts it before they open their next record.",
            done="The new wording is published.",
        ),
    )


@admin.register(UndertakingAcceptance)
class AcceptanceDesk(ReadingDesk):
    """Who has accepted which wording, and when (features.md S8)."""

    permission = "accounts.view_user"
    purpose = Purpose.ACCESS_CONTROL
    list_display = ("accepted_by", "undertaking", "accepted_at")
    list_filter = ("undertaking",)
    list_select_related = ("accepted_by", "undertaking")
