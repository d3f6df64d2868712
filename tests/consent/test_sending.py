"""The pack for an agency: what is in it, how it leaves, and that a withdrawal meanwhile stops it (P21)."""

import hashlib
import io
import re
import threading
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import uuid4

import pikepdf
import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.actors import Stranger
from audit.verbs import Verb
from cases.actions.restrictions import restrict
from cases.actions.statements import add_statement
from cases.models import Address
from consent.actions.after import record_reply, review_share
from consent.actions.consents import withdraw_consent
from consent.actions.parcels import fetch_parcel, forget_parcels, send_parcel
from consent.actions.sharing import record_share
from consent.contents import Choice, pack
from consent.gateways import Gateway, Outcome, SentHow
from consent.models import Parcel, Share, ShareReply
from consent.packing import SAID
from consent.queries.sendable import sendable
from core.errors import LogUnavailable, Refused
from core.pdf.text import text_of
from tests.cases.world import Browser, a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import (
    AddressFactory,
    AgencyFactory,
    CaseNoteFactory,
    CaseProfessionalFactory,
    DecisionFactory,
    DoNotDiscloseFactory,
    PassageFactory,
    ProfessionalFactory,
    RestrictionFactory,
    SealFactory,
    SealReaderFactory,
    ServiceFactory,
    checked,
)
from tests.factories.consent import ConsentFactory, ShareFactory, ShareReviewFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def agency():
    return checked(AgencyFactory(name="Wrackline", email="in@wrackline.example.org"))


@pytest.fixture
def consent(world, agency):
    return ConsentFactory(person=world.amelia, agency=agency)


@pytest.fixture
def written(world):
    return CaseNoteFactory(case=world.case, people=[world.amelia], body="She sleeps well.")


def sends(world, agency, consent, *, keys, email="", **changed):
    words = {
        "case": world.case,
        "people": [world.amelia],
        "agency": agency,
        "professional": None,
        "purpose": consent.purpose,
        "gateway": Gateway.PERMISSION,
        "gateway_detail": "",
        "told": True,
        "why_not_told": "",
        "choice": Choice(keys=tuple(keys)),
        "email": email,
        "by": world.worker,
    }
    return send_parcel(**words | changed)


def secret_in(message):
    return re.search(r"/pack/([\w-]+)/", message.body)[1]


# What may be chosen, and what stays


def test_marked_passages_stay_unless_somebody_decides_otherwise_with_a_reason(world, agency):
    body = "She sleeps well. Her sister drinks."
    told = CaseNoteFactory(case=world.case, people=[world.amelia], body=body)
    PassageFactory(note=told, start=17, end=35, kind="third_party", recorded_by=world.worker)
    words = {"case": world.case, "people": [world.amelia], "agency": agency, "professional": None}
    key = str(told.reference)
    made = pack(**words, choice=Choice(keys=(key,)), by=world.worker)
    assert made.chosen[0].text == ("She sleeps well. [left out]",)
    assert "1 marked passage of" in made.kept_back
    with pytest.raises(Refused, match="Say why"):
        pack(**words, choice=Choice(keys=(key,), whole=(key,)), by=world.worker)
    whole = pack(**words, choice=Choice((key,), (key,), "The sister agreed."), by=world.worker)
    assert whole.chosen[0].text == (body,)
    assert "The sister agreed." in whole.what
    assert whole.kept_back == ""


def test_what_a_person_says_about_an_entry_goes_with_it(world):
    """They do not agree: whoever reads the note there reads that as well, also of a corrected note (Art 16)."""
    dpo = UserFactory(roles=[Role.DPO])
    first = CaseNoteFactory(case=world.case, people=[world.amelia], body="She missed three visits.")
    add_statement(
        entry=first, person=world.amelia, kind="disagrees", words="It was one visit.", by=dpo
    )
    newer = CaseNoteFactory(
        case=world.case,
        people=[world.amelia],
        body="She missed two visits.",
        corrects=first,
        correction_reason="Counted again.",
    )
    shared = CaseNoteFactory(case=world.case, people=[world.amelia, world.joe], body="Both came.")
    add_statement(entry=shared, person=world.joe, kind="completes", words="I came late.", by=dpo)
    found = {
        one.key: one
        for one in sendable(world.case, [world.amelia], on=timezone.localdate(), by=world.worker)
    }
    says = f"{world.amelia} does not agree: It was one visit."
    assert found[newer.reference].text == ("She missed two visits.", says)
    assert found[newer.reference].whole == found[newer.reference].text
    assert found[shared.reference].text == ()
    assert found[shared.reference].whole == ("Both came.", "Somebody else adds: I came late.")
    # What somebody restricted said goes nowhere (Art 18).
    restrict(of=world.joe, ground="accuracy", because="Disputed.", alerts_stay=True, by=dpo)
    left = sendable(world.case, [world.amelia], on=timezone.localdate(), by=world.worker)
    assert "I came late." not in str(left)
    assert says in str(left)


def test_what_is_also_about_others_stays(world, agency):
    both = CaseNoteFactory(case=world.case, people=[world.amelia, world.joe], body="Both came.")
    decided = DecisionFactory(case=world.case, decision="We go on.")
    alone = CaseNoteFactory(case=world.case, people=[world.joe], body="Joe alone.")
    found = {
        one.key: one
        for one in sendable(world.case, [world.amelia], on=timezone.localdate(), by=world.worker)
    }
    assert found[both.reference].text == found[decided.reference].text == ()
    assert alone.reference not in found
    with pytest.raises(Refused, match="Nothing would be left"):
        pack(
            case=world.case,
            people=[world.amelia],
            agency=agency,
            professional=None,
            choice=Choice((both.reference,)),
            by=world.worker,
        )


@pytest.mark.parametrize("secret", [{"is_confidential": True}, {"kind": Address.Kind.SAFE}])
def test_no_address_goes_where_one_is_secret_whatever_the_reason(world, agency, secret):
    AddressFactory(person=world.amelia, lines="1 Open Street")
    AddressFactory(person=world.amelia, lines="2 Hidden Street", **secret)
    (one,) = sendable(world.case, [world.amelia], on=timezone.localdate(), by=world.worker)
    assert "Street" not in " ".join([*one.text, *one.whole])
    assert "secret" in one.left_out[0]


# Sending


def test_it_leaves_by_a_link_that_works_once_and_opens_only_with_the_words(
    world, agency, consent, written
):
    with entries_since() as left:
        sent = sends(world, agency, consent, keys=[written.reference], email=agency.email)
    assert [entry.verb for entry in left] == [Verb.SHARE_RECORDED, Verb.PARCEL_SENT]
    share = sent.parcel.share
    assert (share.outcome, share.sent_how, share.agency) == ("shared", "email", agency)
    assert f"Note {written.reference}" in share.what
    (message,) = mail.outbox
    assert message.to == [agency.email]
    assert "sleeps" not in message.body
    assert sent.words not in message.body
    assert set(sent.words.split()) <= set(SAID)
    secret = secret_in(message)
    assert secret not in str(Parcel.objects.values())
    page = reverse("packs:fetch", args=[secret])
    assert Browser().get(page).status_code == HTTPStatus.OK  # a look alone fetches nothing
    with entries_since() as left:
        fetched = b"".join(Browser().post(page).streaming_content)
    assert [entry.verb for entry in left] == [Verb.PARCEL_FETCHED]
    assert hashlib.sha256(fetched).hexdigest() == sent.parcel.sha256
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(fetched))
    with pikepdf.open(io.BytesIO(fetched), password=sent.words) as pdf:
        assert pdf.Root.MarkInfo.Marked
    assert Browser().post(page).status_code == HTTPStatus.NOT_FOUND
    assert Parcel.objects.get().file == ""


def test_only_what_was_chosen_is_in_it(world, agency, consent, written):
    CaseNoteFactory(case=world.case, people=[world.amelia], body="Pneumonia.")
    sent = sends(world, agency, consent, keys=[written.reference])
    with default_storage.open(sent.parcel.file) as file:
        words = " ".join(text_of(file.read()))
    assert "She sleeps well." in words
    assert "Pneumonia" not in words
    assert f"Confidential, {sent.parcel.share.reference}" in words
    assert sent.words == ""


def _withdrawn(world, agency, consent, written):
    withdraw_consent(
        consent=consent, withdrawn_on=timezone.localdate(), how="phone", by=world.worker
    )
    return {}


REFUSALS = {
    "was withdrawn": _withdrawn,
    "not for": lambda *_: {"purpose": "report"},
    "Choose an e-mail address": lambda *_: {"email": "else@example.org"},
    "cannot be sent any more": lambda *_: {"keys": ["N-999999"]},
    "Choose what is to be sent": lambda *_: {"keys": []},
    "Nothing about Amelia Hart may go": lambda world, agency, *_: (
        DoNotDiscloseFactory(person=world.amelia, to_agency=agency, to_words="") and {}
    ),
    "Say which professional": lambda *_: {"gateway": Gateway.SERVICE, "purpose": "service"},
}


@pytest.mark.parametrize("sentence", REFUSALS)
def test_refused_nothing_leaves_and_nothing_is_kept(world, agency, consent, written, sentence):
    wrong = {"keys": [written.reference]} | REFUSALS[sentence](world, agency, consent, written)
    before = set(default_storage.listdir("agency-packs")[1]) if _folder() else set()
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        sends(world, agency, consent, **{"email": agency.email} | wrong)
    assert left == []
    assert mail.outbox == []
    assert not Share.objects.exists()
    assert (set(default_storage.listdir("agency-packs")[1]) if _folder() else set()) == before


def _folder():
    return default_storage.exists("agency-packs")


def test_without_an_entry_nothing_leaves(world, agency, consent, written, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        sends(world, agency, consent, keys=[written.reference], email=agency.email)
    assert mail.outbox == []
    assert not Parcel.objects.exists()


def test_a_link_ends_by_itself_and_its_file_goes(world, agency, consent, written):
    sent = sends(world, agency, consent, keys=[written.reference], email=agency.email)
    secret, later = secret_in(mail.outbox[0]), timezone.now() + timedelta(days=7, minutes=1)
    with entries_since() as left:
        assert fetch_parcel(secret=secret, now=later, by=Stranger()) is None
        assert fetch_parcel(secret="", now=timezone.now(), by=Stranger()) is None
        assert forget_parcels(now=timezone.now()) == 0
        assert left == []
        assert forget_parcels(now=later) == 1
    assert [entry.verb for entry in left] == [Verb.PARCEL_FORGOTTEN]
    assert sent.parcel.file
    assert fetch_parcel(secret=secret, now=timezone.now(), by=Stranger()) is None


# Withdrawing and sending at once


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_between_preview_and_sending_and_at_once_never_lets_both_happen(
    world, agency, consent, written
):
    outcomes, begin = {}, threading.Barrier(2)

    def run(name, act):
        try:
            begin.wait(20)
            outcomes[name] = act()
        except (Refused, IntegrityError) as error:
            outcomes[name] = error
        finally:
            connection.close()

    acts = {
        "send": lambda: record_share(
            case=world.case,
            people=[world.amelia],
            outcome=Outcome.SHARED,
            purpose=consent.purpose,
            what="A note.",
            happened_at=timezone.now(),
            told=True,
            agency=agency,
            sent_how=SentHow.EMAIL,
            gateway=Gateway.PERMISSION,
            by=world.worker,
        ),
        "withdraw": lambda: withdraw_consent(
            consent=consent, withdrawn_on=timezone.localdate(), how="phone", by=world.worker
        ),
    }
    threads = [threading.Thread(target=run, args=pair) for pair in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    consent.refresh_from_db()
    assert consent.is_withdrawn
    share = Share.objects.first()
    # Either it had left before the withdrawal was written, or it never left.
    assert share is None or share.recorded_at <= consent.withdrawn_at
    with pytest.raises(Refused, match="was withdrawn"):
        sends(world, agency, consent, keys=[written.reference], email=agency.email)
    assert mail.outbox == []


# Pages


def test_choose_look_and_send(world, agency, consent, written):
    browser = signed_in(world.worker)
    page = reverse("consent:send", args=[world.case.reference])
    assert "About whom" in browser.get(page).content.decode()
    to = f"{page}?people={world.amelia.reference}&agency={agency.pk}&professional=&gateway=permission&purpose={consent.purpose}"
    assert written.reference in browser.get(to).content.decode()
    wrong = browser.post(to, {"told": "yes", "way": "print"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    typed = {"items": [written.reference], "told": "yes", "way": agency.email}
    seen = browser.post(to, typed).content.decode()
    assert "She sleeps well." in seen
    assert not Share.objects.exists()
    done = browser.post(to, typed | {"send": "yes"})
    assert done.status_code == HTTPStatus.OK
    assert "works once" in done.content.decode()
    assert Share.objects.get().parcel.sent_to == agency.email


def test_what_is_printed_opens_for_whoever_made_it_alone(world, agency, consent, written):
    sent = sends(world, agency, consent, keys=[written.reference])
    page = reverse("consent:parcel", args=[sent.parcel.share.reference])
    taken = signed_in(world.worker).get(page)
    assert b"".join(taken.streaming_content).startswith(b"%PDF")
    assert signed_in(world.manager).get(page).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("name", ["send", "share-quick"])
def test_nobody_of_another_service_finds_the_case(world, name):
    outsider = signed_in(member_of(ServiceFactory(), Role.SERVICE_MANAGER, name="Outsider"))
    page = reverse(f"consent:{name}", args=[world.case.reference])
    with entries_since() as left:
        assert outsider.get(page).status_code == HTTPStatus.NOT_FOUND
    assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED]


# Four fields, a manager's look, a reply


def test_i_told_somebody_in_four_fields_and_a_manager_looks_at_it(world):
    teacher = ProfessionalFactory(name="Ann Reed")
    CaseProfessionalFactory(case=world.case, professional=teacher)
    worker, manager = signed_in(world.worker), signed_in(world.manager)
    page = reverse("consent:share-quick", args=[world.case.reference])
    typed = {"people": [world.amelia.reference], "professional": teacher.pk, "what": "Dates."}
    wrong = worker.post(page, typed | {"why": "law:legal_duty"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Dates." in wrong.content.decode()
    assert "By telephone" in worker.get(page).content.decode()
    told = typed | {"why": "service:service", "sent_how": "meeting"}
    assert worker.post(page, told).status_code == HTTPStatus.FOUND
    share = Share.objects.get()
    assert share.sent_how == SentHow.MEETING
    assert (share.is_quick, share.decided_by, share.gateway) == (True, world.worker, "service")
    waiting = reverse("consent:shares-to-review")
    assert share.reference in manager.get(waiting).content.decode()
    assert worker.get(waiting).status_code == HTTPStatus.FORBIDDEN
    look = reverse("consent:share-review", args=[share.reference])
    assert worker.post(look, {"is_right": "yes"}).status_code == HTTPStatus.FORBIDDEN
    assert manager.post(look, {"is_right": "no", "words": ""}).status_code == 422
    with entries_since() as left:
        assert manager.post(look, {"is_right": "yes"}).status_code == HTTPStatus.FOUND
    assert [entry.verb for entry in left][-1] == Verb.SHARE_REVIEWED
    assert list(manager.get(waiting).context["page"]) == []


@pytest.fixture
def quickly(world):
    """Sends the form of a quick entry, to a teacher who works with the family, on permission."""
    teacher = ProfessionalFactory(name="Ann Reed")
    consent = ConsentFactory(person=world.amelia, agency=teacher.agency)
    page = reverse("consent:share-quick", args=[world.case.reference])
    browser, token = signed_in(world.worker), str(uuid4())
    typed = {
        "token": token,
        "people": [world.amelia.reference],
        "professional": teacher.pk,
        "what": "The dates of the sessions.",
        "why": "permission:working_together",
        "sent_how": "phone",
    }

    def send(**changed):
        return browser.post(page, typed | changed)

    send.consent, send.browser = consent, browser
    return send


def earlier(moment):
    local = timezone.localtime(moment)
    day = {f"happened_on_{n}": str(part) for n, part in enumerate([local.day, local.month])}
    return day | {
        "when": "earlier",
        "happened_on_2": str(local.year),
        "happened_time": f"{local:%H:%M}",
    }


def test_what_was_told_earlier_says_so_and_sent_twice_it_is_one(world, quickly):
    told = timezone.now() - timedelta(days=3)
    for _ in range(2):
        assert quickly(**earlier(told)).status_code == HTTPStatus.FOUND
    share = Share.objects.get()
    assert share.happened_at == told.replace(second=0, microsecond=0)
    assert share.written_later == "3 days later"
    assert "3 days later" in quickly.browser.get(share.get_absolute_url()).content.decode()
    log = reverse("consent:person", args=[world.amelia.reference])
    assert "Written down 3 days later" in quickly.browser.get(log).content.decode()
    waiting = signed_in(world.manager).get(reverse("consent:shares-to-review"))
    assert ", 3 days later" in waiting.content.decode()


def test_just_now_asks_for_no_day_and_sent_twice_it_is_one(quickly):
    """What stands under “Earlier” does not count where “Just now” is chosen."""
    for _ in range(2):
        sent = quickly(when="now", happened_on_0="99", happened_time="noonish")
        assert sent.status_code == HTTPStatus.FOUND
    share = Share.objects.get()
    assert timezone.now() - share.happened_at < timedelta(minutes=2)
    assert share.written_later == ""


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (lambda: earlier(timezone.now() + timedelta(days=2)), "cannot be dated"),
        (lambda: {"when": "earlier"}, "Day it happened"),
        (lambda: earlier(timezone.now()) | {"happened_time": "noonish"}, "Write the time like"),
        # Before they gave permission, though they have given it since.
        (lambda: earlier(timezone.make_aware(datetime(2026, 1, 11, 9))), "was given only on"),
    ],
    ids=["to come", "no day", "no time", "before it was given"],
)
def test_when_it_was_is_checked_and_nothing_typed_is_lost(quickly, changed, sentence):
    sent = quickly(**changed())
    assert sent.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in sent.content.decode()
    assert "The dates of the sessions." in sent.content.decode()
    assert not Share.objects.exists()


def test_nobody_looks_at_their_own(world):
    share = ShareFactory(
        case=world.case,
        people=[world.amelia],
        is_quick=True,
        gateway="service",
        gateway_detail="",
        purpose="service",
        recorded_by=world.manager,
    )
    with pytest.raises(Refused, match="nobody at their own"):
        review_share(share=share, is_right=True, by=world.manager)
    with pytest.raises(IntegrityError, match="their own entry"):
        ShareReviewFactory(share=share, recorded_by=world.manager)


def test_the_database_takes_no_quick_entry_by_another_way():
    with pytest.raises(IntegrityError, match="share_quick_only_by_three"):
        ShareFactory(is_quick=True)


def test_a_reply_is_written_down(world):
    share = ShareFactory(case=world.case, people=[world.amelia])
    today = timezone.localdate()
    with entries_since() as left:
        record_reply(share=share, came_on=today, words=" They offer a place. ", by=world.worker)
    assert [entry.verb for entry in left] == [Verb.SHARE_REPLIED]
    page = signed_in(world.worker).get(share.get_absolute_url()).content.decode()
    assert "They offer a place." in page
    for wrong in (
        {"words": " "},
        {"came_on": today + timedelta(days=1)},
        {"came_on": today - timedelta(days=9)},
    ):
        with pytest.raises(Refused):
            record_reply(
                **{"share": share, "came_on": today, "words": "x", "by": UserFactory()} | wrong
            )
    assert ShareReply.objects.count() == 1


def test_nothing_restricted_is_sent_or_listed(world, agency, written):
    words = {"case": world.case, "people": [world.amelia], "agency": agency, "professional": None}
    other = CaseNoteFactory(case=world.case, people=[world.amelia], body="Disputed.")
    RestrictionFactory(note=other)
    assert other.reference not in {
        one.key
        for one in sendable(world.case, [world.amelia], on=timezone.localdate(), by=world.worker)
    }
    with pytest.raises(Refused, match="cannot be sent any more"):
        pack(**words, choice=Choice((str(other.reference),)), by=world.worker)
    assert pack(**words, choice=Choice((str(written.reference),)), by=world.worker).chosen
    RestrictionFactory(person=world.amelia)
    with pytest.raises(Refused, match="A record is restricted"):
        pack(**words, choice=Choice((str(written.reference),)), by=world.worker)


def test_what_is_closed_to_the_sender_is_not_theirs_to_send_and_a_seal_warns(
    world, agency, written
):
    words = {"case": world.case, "people": [world.amelia], "agency": agency, "professional": None}
    words["choice"] = Choice((str(written.reference),))
    assert pack(**words, by=world.worker).warnings == ()
    seal = SealFactory(person=world.amelia)
    SealReaderFactory(seal=seal, user=world.manager)
    (warning,) = pack(**words, by=world.manager).warnings
    assert warning.startswith(f"The record of {world.amelia} is sealed")
    for people in ([world.amelia], [world.joe]):
        assert sendable(world.case, people, on=timezone.localdate(), by=world.worker) == []
    with pytest.raises(Refused, match="not yours to send") as refused:
        pack(**words, by=world.worker)
    assert "Hart" not in str(refused.value)


def test_what_the_sender_may_not_read_never_goes_whatever_the_reason(world, agency):
    note = CaseNoteFactory(case=world.case, people=[world.amelia], body="Calm. Takes lithium.")
    PassageFactory(note=note, start=6, end=20, kind="health", recorded_by=world.worker)
    reader = member_of(world.service, Role.QUALITY_REVIEWER, name="Reader")

    def whole_for(user):
        found = sendable(world.case, [world.amelia], on=timezone.localdate(), by=user)
        return next(one.whole for one in found if one.key == note.reference)

    assert whole_for(world.worker) == ("Calm. Takes lithium.",)
    assert whole_for(reader) == ("Calm. [left out]",)
