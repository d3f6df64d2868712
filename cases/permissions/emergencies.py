"""Who opens a record in an emergency, which record that can be, and who says whether it was needed (N7)."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from cases.closed import closed, closed_cases, out_of_reach
from cases.models import Alert, CasePerson, EmergencyLook, Person
from cases.permissions.cases import known_cases
from cases.permissions.looks import can_review_looks
from cases.permissions.people import known_people
from cases.permissions.safety import FOR_EVERYBODY


def may_break_glass(user: User) -> bool:
    """Open a record in an emergency: whoever meets clients, and may not open any record anyway."""
    return user.has_perm("cases.break_glass") and not user.has_perm("cases.open_any_record")


def people_in_reach_of_an_emergency(user: User, *, among: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `among` whom an emergency would open to `user`: known to others and not, or not whole, to
    them; for the front desk also their own with alerts that are not for it. Never anybody who is closed to
    them, or whom they could know by what is closed alone.
    """
    if not may_break_glass(user):
        return among.none()
    among = among.filter(merged_into=None).exclude(out_of_reach(user))
    unknown = ~Q(pk__in=known_people(user, Person.objects.all()).order_by().values("pk"))
    if not user.has_perm("cases.open_record"):
        alerts = Alert.objects.filter(ended_at=None, for_front_desk=False)
        alerts = alerts.exclude(kind__in=FOR_EVERYBODY)
        own, cases = Q(person=OuterRef("pk")), Q(household__case_people__person=OuterRef("pk"))
        return among.filter(unknown | Exists(alerts.filter(own | cases)))
    others = CasePerson.objects.filter(person=OuterRef("pk")).exclude(
        case__in=known_cases(user).order_by().values("pk")
    )
    return among.filter(unknown | Exists(others.exclude(case__in=closed_cases(user))))


def emergencies_of(user: User) -> QuerySet[EmergencyLook]:
    """The emergency looks that exist for `user`: their own, or all for whoever reviews looks; none at a
    record that is closed to them.
    """
    found = EmergencyLook.objects.exclude(closed(user, "person"))
    if can_review_looks(user):
        return found
    return found.filter(recorded_by=user) if may_break_glass(user) else found.none()


def can_end_emergency(user: User, look: EmergencyLook) -> bool:
    """End it before its time: whoever opened the record, and whoever reviews looks."""
    return look.lasts and (look.recorded_by_id == user.pk or can_review_looks(user))


def can_review_emergency(user: User, look: EmergencyLook) -> bool:
    """Say whether it was needed: when it is over, once, and nobody about their own."""
    open_to_review = look.reviewed_at is None and not look.lasts
    return open_to_review and look.recorded_by_id != user.pk and can_review_looks(user)
