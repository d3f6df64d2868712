"""Staff, where a form offers them or something needs one of them."""

from django.db.models import QuerySet

from accounts.models import User


def witnesses() -> QuerySet[User]:
    """Staff who can have seen a paper of a family: whoever writes down who people are."""
    return _staff_with("change_basics")


def protectors() -> QuerySet[User]:
    """Staff who protect people across services: the safeguarding lead."""
    return _staff_with("raise_alert").filter(groups__permissions__codename="open_any_record")


def reviewers_of_looks() -> QuerySet[User]:
    """Staff who say what odd looks were: the Data Protection Officer and the safeguarding lead."""
    return _staff_with("review_looks")


def _staff_with(codename: str) -> QuerySet[User]:
    return (
        User.objects.filter(
            is_active=True,
            groups__permissions__content_type__app_label="cases",
            groups__permissions__codename=codename,
        )
        .distinct()
        .order_by("full_name", "pk")
    )
