"""Who receives allegations against staff: named on the system administrator's desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from accounts.models import User
from audit.admin_base import Lever, ReadingDesk
from audit.purposes import Purpose
from safeguarding.actions.receivers import end_receiver, name_receiver
from safeguarding.models import Receiver
from safeguarding.permissions import can_name_receivers


class ReceiverForm(forms.Form):
    """Somebody who may sign in."""

    user = forms.ModelChoiceField(
        label="Who receives allegations",
        queryset=User.objects.filter(is_active=True),
        empty_label="Choose somebody",
    )


@admin.register(Receiver)
class ReceiverDesk(ReadingDesk):
    """The named people; who they are is no secret, what they receive is."""

    permission = "accounts.view_user"
    purpose = Purpose.ACCESS_CONTROL
    list_display = ("user", "recorded_at", "recorded_by", "ended_at", "ended_by")
    fields = ("user", "recorded_at", "recorded_by", "ended_at", "ended_by")
    list_select_related = ("user", "recorded_by", "ended_by")
    adding = Lever(
        name="add",
        words="Name somebody who receives allegations",
        pull=name_receiver,
        allowed=lambda user, _record: can_name_receivers(user),
        form=ReceiverForm,
        explanation=(
            "They alone read allegations against staff and volunteers, and never one about themselves. At "
            "least two people; until two are named, the safeguarding lead receives them."
        ),
        done="They receive allegations from now on.",
    )
    levers = (
        Lever(
            name="end",
            words="End it",
            pull=lambda receiver, **given: end_receiver(receiver=receiver, **given),
            allowed=lambda user, receiver: can_name_receivers(user) and receiver.ended_at is None,
            explanation="They receive no allegations from now on. At least two others must do.",
            done="They receive none any more.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user", "recorded_by", "ended_by")
