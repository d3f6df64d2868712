"""What may be done to accounts; every act leaves its entry in the log."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import Undertaking, UndertakingAcceptance, User
from accounts.roles import Role
from audit.actors import Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.errors import Refused


@transaction.atomic
def add_user(
    *, email: str, full_name: str, password: str | None = None, job_title: str = "", by: Actor
) -> User:
    """Make an account without any role. Without a password it cannot sign in until one is set."""
    record(
        Verb.USER_ADDED, by=by, action=Action.CREATE, record=User, purpose=Purpose.ACCESS_CONTROL
    )
    return User.objects.make(
        email=email, full_name=full_name, job_title=job_title, password=password
    )


@transaction.atomic
def give_role(*, user: User, role: Role, by: Actor) -> None:
    """Give `user` a role. Nobody gives themselves one."""
    _not_oneself(user, by)
    record(
        Verb.ROLE_GIVEN,
        by=by,
        action=Action.UPDATE,
        record=user,
        purpose=Purpose.ACCESS_CONTROL,
        values={"role": role.value},
    )
    user.groups.add(Group.objects.get(name=role.value))


@transaction.atomic
def take_role(*, user: User, role: Role, by: Actor) -> None:
    """Take a role away; the next page of `user` obeys."""
    _not_oneself(user, by)
    if not user.groups.filter(name=role.value).exists():
        raise Refused(f"{user} does not have the role “{role.value}”.")
    record(
        Verb.ROLE_TAKEN,
        by=by,
        action=Action.UPDATE,
        record=user,
        purpose=Purpose.ACCESS_CONTROL,
        values={"role": role.value},
    )
    user.groups.remove(Group.objects.get(name=role.value))


@transaction.atomic
def suspend(*, user: User, by: Actor) -> None:
    """Stop `user` from signing in, from this second: their sessions are refused too."""
    _not_oneself(user, by)
    if not user.is_active:
        raise Refused(f"{user} is suspended already.")
    record(
        Verb.USER_SUSPENDED,
        by=by,
        action=Action.UPDATE,
        record=user,
        purpose=Purpose.ACCESS_CONTROL,
    )
    User.objects.filter(pk=user.pk).update(is_active=False)
    for session in UserSession.objects.filter(user=user):
        session.end()
    user.refresh_from_db()


@transaction.atomic
def reset_second_step(*, user: User, by: Actor) -> None:
    """Take away the second steps of somebody who lost their telephone; the days to set one up count
    anew. They are told, in case it was not they who asked.
    """
    _not_oneself(user, by)
    if not Authenticator.objects.filter(user=user).exists():
        raise Refused(f"{user} has no second step.")
    record(
        Verb.SECOND_STEP_RESET,
        by=by,
        action=Action.UPDATE,
        record=user,
        purpose=Purpose.ACCESS_CONTROL,
    )
    Authenticator.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(second_step_from=timezone.now())
    user.refresh_from_db()
    tell(
        who=[user],
        sentence="Your two-step sign-in was taken away. If you did not ask for it, tell us at once.",
        link="/account/",
        by=by,
    )


@transaction.atomic
def readmit(*, user: User, by: Actor) -> None:
    """Let somebody who was suspended sign in again; their roles are as they were."""
    _not_oneself(user, by)
    if user.is_active:
        raise Refused(f"{user} may sign in already.")
    record(
        Verb.USER_READMITTED,
        by=by,
        action=Action.UPDATE,
        record=user,
        purpose=Purpose.ACCESS_CONTROL,
    )
    User.objects.filter(pk=user.pk).update(is_active=True)
    user.refresh_from_db()


@transaction.atomic
def change_details(*, user: User, full_name: str, job_title: str, by: Actor) -> None:
    """Change the name or job title of a member of staff. What the log says of before stays."""
    record(
        Verb.USER_CHANGED,
        by=by,
        action=Action.UPDATE,
        record=user,
        purpose=Purpose.ACCESS_CONTROL,
        values={
            "full_name": [user.full_name, full_name],
            "job_title": [user.job_title, job_title],
        },
    )
    User.objects.filter(pk=user.pk).update(full_name=full_name, job_title=job_title)
    user.refresh_from_db()


@transaction.atomic
def publish_undertaking(*, text: str, by: User) -> Undertaking:
    """Publish a new wording; everybody accepts it before their next record opens.

    The words in force are not published again: everybody would be asked for nothing, or for a form sent twice.
    """
    text = text.strip()
    in_force = Undertaking.objects.order_by("-version").values_list("text", flat=True).first()
    if in_force is not None and in_force.split() == text.split():
        raise Refused("These are the words in force. Change them, or leave it as it is.")
    record(
        Verb.UNDERTAKING_PUBLISHED,
        by=by,
        action=Action.CREATE,
        record=Undertaking,
        purpose=Purpose.ACCESS_CONTROL,
    )
    newest = Undertaking.objects.order_by("-version").values_list("version", flat=True).first()
    return Undertaking.objects.create(
        version=(newest or 0) + 1,
        text=text,
        published_at=timezone.now(),
        published_by=by,
    )


@transaction.atomic
def accept_undertaking(*, undertaking: Undertaking, by: User) -> UndertakingAcceptance:
    """`by` accepts the current wording for themselves (features.md S8)."""
    newest = Undertaking.objects.order_by("-version").first()
    if newest != undertaking:
        raise Refused("The wording has changed meanwhile. Please read the new one and accept that.")
    record(
        Verb.UNDERTAKING_ACCEPTED,
        by=by,
        action=Action.CREATE,
        record=undertaking,
        purpose=Purpose.ACCESS_CONTROL,
    )
    acceptance, _ = UndertakingAcceptance.objects.get_or_create(
        accepted_by=by, undertaking=undertaking, defaults={"accepted_at": timezone.now()}
    )
    return acceptance


def _not_oneself(user: User, by: Actor) -> None:
    if user.pk == by.pk:
        raise Refused("Nobody changes their own access: ask another administrator.")
