"""What stops when a consent is withdrawn, and who has to be told (features.md N10). Behind the door."""

from dataclasses import dataclass

from django.db.models import Q

from cases.models import Task
from cases.workflow import TaskStatus
from consent.gateways import LEFT_US
from consent.models import Consent, ReferralOut, Share
from consent.workflow import ReferralOutStatus


@dataclass(frozen=True, slots=True)
class Stops:
    """The newest entry for each recipient who was told something, referrals that wait, and open tasks."""

    told: list[Share]
    referrals: list[ReferralOut]
    tasks: list[Task]

    @property
    def nothing(self) -> bool:
        return not (self.told or self.referrals or self.tasks)


def what_stops(consent: Consent) -> Stops:
    """What rests on `consent` now."""
    rests = (
        Share.objects.filter(share_people__consent=consent, outcome__in=LEFT_US)
        .select_related("agency", "professional__agency", "case")
        .order_by("-happened_at", "-pk")
    )
    newest: dict[str, Share] = {}
    for share in rests:
        newest.setdefault(share.recipient_in_words, share)
    waiting = ReferralOut.objects.filter(
        share__share_people__consent=consent, status=ReferralOutStatus.WAITING
    ).select_related("share__agency", "share__case")
    pages = Q(pk__in=[])
    for share in rests:
        pages |= Q(link__startswith=share.get_absolute_url())
    tasks = Task.objects.filter(pages, status=TaskStatus.OPEN)
    return Stops(told=list(newest.values()), referrals=list(waiting), tasks=list(tasks))
