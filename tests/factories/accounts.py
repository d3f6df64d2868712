"""Staff."""

from datetime import timedelta
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import Deputy, Undertaking, UndertakingAcceptance, User
from accounts.roles import Role
from tests.factories.base import Recorded

PASSWORD = "correct horse battery staple"
# Hashed once: hashing is slow on purpose.
HASHED = make_password(PASSWORD)


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who may sign in, has accepted the undertaking, and has `roles`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"worker{n}@charity.example")
    full_name = factory.Sequence(lambda n: f"Worker {n}")
    password = HASHED

    @factory.post_generation
    def roles(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        for role in extracted or []:
            self.groups.add(Group.objects.get(name=Role(role).value))

    @factory.post_generation
    def undertaken(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted is False:
            return
        undertaking = Undertaking.objects.order_by("-version").first()
        if undertaking is None:
            undertaking = UndertakingFactory(published_by=self)
        UndertakingAcceptance.objects.create(
            accepted_by=self, undertaking=undertaking, accepted_at=timezone.now()
        )


class UndertakingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Undertaking

    version = factory.Sequence(lambda n: n + 1)
    text = "I keep what I learn about families to myself."
    published_at = factory.LazyFunction(timezone.now)
    published_by = factory.SubFactory(UserFactory, undertaken=False)


class DeputyFactory(Recorded):
    """Somebody who has `role` as a deputy, today and for a week; another role of their own, or none."""

    class Meta:
        model = Deputy

    user = factory.SubFactory(UserFactory)
    role = Role.DPO.value
    since = factory.LazyFunction(timezone.localdate)
    until = factory.LazyAttribute(lambda one: one.since + timedelta(days=7))
    reason = "Leave."
    given_by = factory.SubFactory(UserFactory)
