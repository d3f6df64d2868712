"""One month becomes three: the ground first, then the letter that tells them, and it counts from that day."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audit.verbs import Verb
from core.dates import plain
from core.errors import LogUnavailable, Refused
from letters.models import Way
from letters.workflow import DispatchStatus
from sar.actions import letters, time
from sar.clock import Ground
from sar.deadlines import deadline_of
from sar.happened import what_happened
from sar.letter_kinds import LetterKind
from sar.letter_rules import draft_for, owed, why_not
from sar.models import Extension, RequestLetter
from sar.pack.gather import gather
from sar.sending import deliver
from tests.conftest import entries_since
from tests.factories.base import change
from tests.sar.test_letters import HERS, again, safe, written
from tests.sar.test_pages import text

__all__ = ("safe",)
pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
REASONS = "The file covers nine years."


@pytest.fixture
def planned(safe, dpo):
    time.extend(
        request=safe, ground=Ground.COMPLEXITY, reasons=REASONS, notice_sent_on=None, by=dpo
    )
    return safe


def due(request):
    return deadline_of(again(request), TODAY).deadline.due


def told_on(request):
    return Extension.objects.get(request=request).notice_sent_on


def on_paper(request, dpo):
    letter = written(
        request,
        dpo,
        LetterKind.EXTEND,
        way=Way.POST,
        sent_to="12 Sample Street\nSouthport\nPR9 0ZZ",
    )
    letters.keep_pages(letter=letter, content=b"%PDF")
    letter.refresh_from_db()
    return letter


def is_late(request):
    """Its first month is over."""
    change(request, received_on=TODAY - timedelta(days=50))


def test_what_is_planned_extends_nothing_and_leaves_one_entry(safe, dpo):
    before = due(safe)
    with entries_since() as entries:
        made = time.extend(
            request=safe, ground=Ground.NUMBER, reasons=REASONS, notice_sent_on=None, by=dpo
        )
    assert [one.verb for one in entries] == [Verb.EXTENSION_PREPARED]
    now = again(safe)
    assert made.notice_sent_on is None
    assert due(now) == before
    assert not deadline_of(now, TODAY).deadline.extended
    assert LetterKind.EXTEND in owed(now)
    said = deadline_of(now, TODAY).deadline.explanation[-1]
    assert f"send the letter “The answer takes longer” by {plain(before)}" in said
    assert any("not told yet" in one.words for one in what_happened(now, works=True, story=True))
    # It stands in their pack as it is, without a day.
    assert any(
        item.source == "sar.Extension" and item.when is None for item in gather(now.person).items
    )


def test_the_letter_names_the_day_it_leads_to_and_counts_from_the_day_it_goes(planned, dpo, smtp):
    before = due(planned)
    letter = written(planned, dpo, LetterKind.EXTEND)
    assert REASONS in letter.body
    assert due(planned) == before
    with entries_since() as entries:
        deliver(letter.pk)
    assert [one.verb for one in entries] == [
        Verb.RIGHTS_LETTER_SENDING,
        Verb.RIGHTS_LETTER_SENT,
        Verb.EXTENSION_TOLD,
    ]
    assert told_on(planned) == TODAY
    assert due(planned) > before
    assert f"by {plain(due(planned))}." in letter.body
    assert LetterKind.EXTEND not in owed(again(planned))


def test_an_email_counts_from_the_day_it_was_handed_over(planned, dpo):
    letter = written(planned, dpo, LetterKind.EXTEND)
    letters.begin_sending(letter=letter)
    yesterday = timezone.now() - timedelta(days=1)
    change(letter, since=yesterday)
    letters.say_what_became(letter=letter, content=b"as it went", by=dpo)
    assert told_on(planned) == timezone.localdate(yesterday)


def test_on_paper_it_counts_when_it_is_said_that_it_has_gone(planned, dpo):
    letter = on_paper(planned, dpo)
    assert told_on(planned) is None
    with entries_since() as entries:
        letters.say_posted(letter=letter, by=dpo)
    assert [one.verb for one in entries] == [Verb.RIGHTS_LETTER_POSTED, Verb.EXTENSION_TOLD]
    assert told_on(planned) == TODAY


def test_a_letter_that_goes_too_late_is_refused_and_extends_nothing(planned, dpo, smtp):
    letter = written(planned, dpo, LetterKind.EXTEND)
    is_late(planned)
    deliver(letter.pk)
    letter.refresh_from_db()
    assert letter.status == DispatchStatus.FAILED
    assert "no longer be told" in letter.failure
    with entries_since() as entries, pytest.raises(Refused, match="no longer be told"):
        letters.try_again(letter=letter, by=dpo)
    assert entries == []
    letters.drop_letter(letter=letter, because="Too late.", by=dpo)
    assert "no longer be told" in why_not(LetterKind.EXTEND, again(planned))
    assert LetterKind.EXTEND not in owed(again(planned))
    change(planned, received_on=TODAY - timedelta(days=3))
    paper = on_paper(again(planned), dpo)
    is_late(planned)
    with pytest.raises(Refused, match="write down the day under “Extend the time”"):
        letters.say_posted(letter=RequestLetter.objects.get(pk=paper.pk), by=dpo)
    # It was posted in time, and nobody had said so.
    time.extend(
        request=planned,
        ground=Ground.COMPLEXITY,
        reasons=REASONS,
        notice_sent_on=TODAY - timedelta(days=30),
        by=dpo,
    )
    letters.say_posted(letter=RequestLetter.objects.get(pk=paper.pk), by=dpo)
    assert told_on(planned) == TODAY - timedelta(days=30)
    assert Extension.objects.get(request=planned).recorded_by == dpo


def test_nothing_is_planned_that_could_not_be_told_any_more(safe, dpo):
    is_late(safe)
    with entries_since() as entries, pytest.raises(Refused, match="too late"):
        time.extend(
            request=safe, ground=Ground.COMPLEXITY, reasons=REASONS, notice_sent_on=None, by=dpo
        )
    assert entries == []
    assert not Extension.objects.exists()


def test_what_is_planned_can_be_planned_anew_and_told_otherwise_once(planned, dpo):
    given = {"request": planned, "ground": Ground.NUMBER, "by": dpo}
    time.extend(reasons="Seven requests in a week.", notice_sent_on=None, **given)
    assert Extension.objects.get(request=planned).ground == Ground.NUMBER
    with entries_since() as entries:
        time.extend(reasons="Seven requests in a week.", notice_sent_on=TODAY, **given)
    assert [one.verb for one in entries] == [Verb.REQUEST_EXTENDED]
    with pytest.raises(Refused, match="only once"):
        time.extend(reasons="Again.", notice_sent_on=None, **given)


def test_a_letter_sent_once_more_moves_nothing(planned, dpo, smtp):
    letter = written(planned, dpo, LetterKind.EXTEND)
    deliver(letter.pk)
    first = told_on(planned)
    time.told_that_it_takes_longer(request=planned, sent_on=TODAY + timedelta(days=5), by=dpo)
    assert told_on(planned) == first


def test_not_told_without_its_entry(planned, dpo, request):
    letter = on_paper(planned, dpo)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        letters.say_posted(letter=letter, by=dpo)
    assert told_on(planned) is None
    with pytest.raises(LogUnavailable), transaction.atomic():
        time.told_that_it_takes_longer(request=planned, sent_on=TODAY, by=dpo)
    assert told_on(planned) is None


def test_the_page_leads_from_the_ground_to_the_letter(dpo_client, safe, smtp):
    lever = reverse("sar:request-lever", args=[safe.reference, "extend"])
    given = {"ground": Ground.COMPLEXITY.value, "reasons": REASONS}
    for how in ("", "told"):
        missing = dpo_client.post(lever, {**given, "how": how})
        assert missing.status_code == 422
        assert REASONS in missing.content.decode()
    led = dpo_client.post(lever, {**given, "how": "letter"})
    address = reverse("sar:letter-add", args=[safe.reference])
    assert led["Location"] == f"{address}?kind=extend"
    page = dpo_client.get(led["Location"])
    assert page.status_code == 200
    assert page.context["choose"]["kind"].value() == "extend"
    form = dpo_client.get(f"{address}?kind=extend&way=email").context["form"]
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    assert REASONS in typed["body"]
    dpo_client.post(f"{address}?kind=extend&way=email", typed | {"sent_to": HERS})
    deliver(RequestLetter.objects.get().pk)
    assert told_on(safe) == TODAY
    shown = text(dpo_client.get(safe.get_absolute_url()))
    assert "extended, and the person was told" in shown
    assert dpo_client.get(lever).status_code == 409


def test_without_a_plan_the_letter_begins_nowhere(safe, dpo):
    assert "Extend the time first" in why_not(LetterKind.EXTEND, again(safe))
    assert draft_for(LetterKind.ACKNOWLEDGE, again(safe), name="A", by=dpo, on=TODAY)
