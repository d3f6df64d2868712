"""A released pack is handed over to one person: by a link that opens with a passphrase, or on paper."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.actors import SYSTEM, Stranger
from core.errors import LogUnavailable, Refused
from core.pdf.report import tagging_report
from sar.actions.delivery import fetch, hand_over, recall, send_link, shut_old_links
from sar.actions.pack import sign_off
from sar.actions.release import release
from sar.building import build_pack
from sar.models import BuiltPack, Delivery
from sar.models.delivery import MOST_FETCHED, MOST_TRIES
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import change
from tests.factories.base import note as entry
from tests.factories.sar import BuiltPackFactory, EvidenceSeenFactory, opened, signed_off
from tests.sar.conftest import BACKEND

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_print")]

WORDS = "four quiet green hills"
GIVEN = {"passphrase": WORDS, "days": 7, "identity": "I ring the number on their record."}
TYPED = {**GIVEN, "again": WORDS}


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def pack(access, note, dpo):
    """A released pack of somebody whose safe address came with the request."""
    change(access, reply_email="amelia@example.org")
    EvidenceSeenFactory(request=access)
    built = BuiltPackFactory(request=access)
    build_pack(built.pk)
    signed_off(access)
    return BuiltPack.objects.get(pk=release(request=access, by=dpo).pk)


def secret_sent():
    return re.search(r"/collect/([^/\s]+)/", mail.outbox[-1].body)[1]


def collected(client, secret, words=WORDS):
    return client.post(reverse("sar:collect", args=[secret]), {"passphrase": words})


def files():
    return list(Path(default_storage.location).rglob("handed-over/*"))


def page(name, pack, *more):
    return reverse(f"sar:{name}", args=[pack.request.reference, pack.name, *more])


def test_a_link_gives_the_pack_to_whoever_knows_the_passphrase(dpo_client, client, pack):
    assert "It goes to amelia@example.org." in " ".join(
        dpo_client.get(page("delivery-link", pack)).text.split()
    )
    with entries_since() as entries:
        answer = dpo_client.post(page("delivery-link", pack), TYPED)
    assert answer.status_code == 302
    assert [e.verb for e in entries if e.action != "access"] == ["pack.link-sent"]
    letter = mail.outbox[-1]
    assert letter.to == ["amelia@example.org"]
    for word in ("Amelia", "record", "information", WORDS):
        assert word not in letter.subject + letter.body
    secret = secret_sent()
    delivery = Delivery.objects.get()
    assert secret not in str(delivery.__dict__)
    assert WORDS not in str(delivery.__dict__)

    client.logout()
    opened = client.get(reverse("sar:collect", args=[secret]))
    assert opened.status_code == 200
    assert "Amelia" not in opened.text
    with entries_since() as entries:
        answer = collected(client, secret)
    content = b"".join(answer.streaming_content)
    with pikepdf.open(io.BytesIO(content), password=WORDS) as pdf:
        assert pdf.encryption.bits == 256
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(content))
    assert [(e.verb, e.by, e.people) for e in entries] == [
        ("pack.fetched", "not signed in", [pack.request.person_id])
    ]
    delivery.refresh_from_db()
    assert (delivery.times, delivery.fetched is not None) == (1, True)


def test_whatever_is_wrong_the_answer_is_the_same(client, pack, dpo):
    def wrong(secret, words):
        answer = collected(client, secret, words)
        assert answer.status_code == 422
        return re.sub(r"csrfmiddlewaretoken\W+value=\"\w+\"|nonce=\"[^\"]+\"", "", answer.text)

    send_link(pack=pack, by=dpo, **GIVEN)
    good = secret_sent()
    client.logout()
    answers = {wrong("of-nothing", WORDS), wrong(good, "another passphrase")}
    assert Delivery.objects.get().tries == 1
    recall(delivery=Delivery.objects.get(), because="Sent too early.", by=dpo)
    answers.add(wrong(good, WORDS))
    send_link(pack=pack, by=dpo, **GIVEN)
    entry()
    Delivery.objects.filter(recalled_at=None).update(expires=timezone.now())
    answers.add(wrong(secret_sent(), WORDS))
    assert len(answers) == 1
    for _ in range(20):
        answer = collected(client, "of-nothing")
    assert answer.status_code == 429


def test_a_link_is_shut_by_wrong_words_and_by_being_used(pack, dpo):
    send_link(pack=pack, by=dpo, **GIVEN)
    secret = secret_sent()
    for _ in range(MOST_FETCHED):
        assert fetch(secret=secret, passphrase=WORDS, by=Stranger()) is not None
    with entries_since() as entries:
        assert fetch(secret=secret, passphrase=WORDS, by=Stranger()) is None
    assert [e.verb for e in entries] == ["pack.fetch-failed"]
    send_link(pack=pack, by=dpo, **GIVEN)
    for _ in range(MOST_TRIES):
        fetch(secret=secret_sent(), passphrase="guessed", by=Stranger())
    assert fetch(secret=secret_sent(), passphrase=WORDS, by=Stranger()) is None
    assert [one.standing for one in pack.deliveries.all()] == [
        "Shut after 5 wrong passphrases",
        "Fetched, and shut now",
    ]


@pytest.mark.django_db(transaction=True)
def test_files_of_links_go_and_the_pack_itself_stays(pack, dpo):
    send_link(pack=pack, by=dpo, **GIVEN)
    send_link(pack=pack, by=dpo, **GIVEN)
    assert len(files()) == 1
    assert shut_old_links(now=timezone.now(), by=SYSTEM) == 0
    with entries_since() as entries:
        assert shut_old_links(now=timezone.now() + timedelta(days=8), by=SYSTEM) == 1
    assert [e.verb for e in entries] == ["pack.link-shut"]
    assert files() == []
    send_link(pack=pack, by=dpo, **GIVEN)
    with entries_since() as entries:
        recall(delivery=pack.deliveries.first(), because="Sent too early.", by=dpo)
    assert [e.verb for e in entries] == ["pack.link-recalled"]
    assert files() == []
    assert default_storage.exists(pack.final_file)


def test_a_link_is_taken_back_on_its_page(dpo_client, client, pack, dpo):
    sent = send_link(pack=pack, by=dpo, **GIVEN)
    secret = secret_sent()
    recalled = reverse("sar:delivery-recall", args=[pack.request.reference, pack.name, sent.pk])
    assert dpo_client.post(recalled, {"because": ""}).status_code == 422
    with entries_since() as entries:
        answer = dpo_client.post(
            recalled, {"because": "Her sister reads her e-mails."}, follow=True
        )
    assert "The link leads nowhere any more." in answer.text
    assert "pack.link-recalled" in [e.verb for e in entries]
    assert collected(client, secret).status_code == 422


def test_it_goes_on_paper_with_a_sheet_on_top(dpo_client, pack):
    typed = {"way": "post", "to": "Amelia Hart", "remarks": "Tracked, AB 12."}
    day = timezone.localdate()
    typed |= {"handed_on_0": day.day, "handed_on_1": day.month, "handed_on_2": day.year}
    with entries_since() as entries:
        answer = dpo_client.post(page("delivery-paper", pack), typed)
    assert answer.status_code == 302
    assert [e.verb for e in entries if e.action != "access"] == ["pack.handed-over"]
    shown = dpo_client.get(page("deliveries", pack))
    assert "Tracked, AB 12." in shown.text
    sheet = dpo_client.post(page("delivery-cover", pack))
    assert tagging_report(sheet.content) == []


@pytest.mark.parametrize("changed", [{"days": 0}, {"days": 31}, {"identity": " "}])
def test_a_link_is_refused_in_a_sentence(pack, dpo, changed):
    with entries_since() as entries, pytest.raises(Refused):
        send_link(pack=pack, by=dpo, **{**GIVEN, **changed})
    assert (entries, mail.outbox, files()) == ([], [], [])


def test_without_a_safe_address_there_is_no_link(dpo_client, pack, dpo):
    entry()
    type(pack.request).objects.filter(pk=pack.request_id).update(reply_email="")
    pack.refresh_from_db()
    with pytest.raises(Refused, match="on paper"):
        send_link(pack=pack, by=dpo, **GIVEN)
    assert "No link can be sent." in dpo_client.get(page("delivery-link", pack)).text


def test_only_what_is_released_leaves(access, note, dpo):
    built = BuiltPackFactory(request=access)
    build_pack(built.pk)
    built.refresh_from_db()
    for verb, given in (
        (send_link, GIVEN),
        (hand_over, {"way": "post", "to": "Her", "handed_on": timezone.localdate()}),
    ):
        with pytest.raises(Refused, match="not released"):
            verb(pack=built, by=dpo, **given)


def test_without_the_log_nothing_leaves(pack, dpo, request):
    send_link(pack=pack, by=dpo, **GIVEN)
    delivery, secret, sent = pack.deliveries.get(), secret_sent(), len(mail.outbox)
    request.getfixturevalue("log_broken")
    today = timezone.localdate()
    for broken in (
        lambda: send_link(pack=pack, by=dpo, **GIVEN),
        lambda: hand_over(pack=pack, way="hand", to="Her", handed_on=today, by=dpo),
        lambda: recall(delivery=delivery, because="Too early.", by=dpo),
        lambda: fetch(secret=secret, passphrase=WORDS, by=Stranger()),
    ):
        with pytest.raises(LogUnavailable):
            broken()
    assert (Delivery.objects.count(), len(mail.outbox), len(files())) == (1, sent, 1)


def changed(name):
    """A byte more in a file of a pack, as somebody at the disk could write it past the software."""
    with default_storage.open(name, "ab") as file:
        file.write(b"x")


def put_back(name):
    path = Path(default_storage.path(name))
    path.write_bytes(path.read_bytes()[:-1])


def test_a_file_that_was_changed_where_it_is_stored_goes_to_nobody(dpo_client, pack, dpo):
    changed(pack.final_file)
    for verb, given in (
        (send_link, GIVEN),
        (hand_over, {"way": "hand", "to": "Amelia", "handed_on": timezone.localdate()}),
    ):
        with entries_since() as entries, pytest.raises(Refused, match="not the one that was built"):
            verb(pack=pack, by=dpo, **given)
        assert entries == []
    assert not Delivery.objects.exists()
    assert files() == []
    assert mail.outbox == []
    assert dpo_client.get(page("pack-file", pack)).status_code == 409
    locked = dpo_client.post(page("pack-encrypted", pack), {"passphrase": WORDS, "again": WORDS})
    assert locked.status_code == 409
    put_back(pack.final_file)
    whole = dpo_client.get(page("pack-file", pack))
    assert whole.status_code == 200
    assert b"".join(whole.streaming_content).startswith(b"%PDF")
    send_link(pack=pack, by=dpo, **GIVEN)


@pytest.mark.parametrize("edition", ["draft_file", "final_file"])
def test_nobody_signs_what_is_not_what_they_read_or_what_goes_out(access, note, edition):
    EvidenceSeenFactory(request=access)
    build_pack(BuiltPackFactory(request=access).pk)
    built = access.packs.get()
    second = UserFactory(roles=[Role.SAFEGUARDING_LEAD])
    opened(built, second)
    changed(getattr(built, edition))
    with entries_since() as entries, pytest.raises(Refused, match="Build the pack again"):
        sign_off(request=access, sha256=built.final_sha256, by=second)
    assert entries == []
    put_back(getattr(built, edition))
    sign_off(request=access, sha256=built.final_sha256, by=second)


def test_what_was_changed_after_it_was_signed_is_not_released(access, note, dpo):
    EvidenceSeenFactory(request=access)
    build_pack(BuiltPackFactory(request=access).pk)
    signed_off(access)
    built = access.packs.get()
    changed(built.final_file)
    with entries_since() as entries, pytest.raises(Refused, match="changed where it is stored"):
        release(request=access, by=dpo)
    assert entries == []
    access.refresh_from_db()
    assert access.released_at is None
    put_back(built.final_file)
    release(request=access, by=dpo)


def copy_of(pack):
    """The file behind the one link of a pack."""
    return pack.deliveries.get().file


def the_pack_of(pack):
    return pack.final_file


@pytest.mark.parametrize("which", [copy_of, the_pack_of])
def test_what_was_changed_behind_a_link_goes_to_nobody(client, pack, dpo, which):
    send_link(pack=pack, by=dpo, **GIVEN)
    secret = secret_sent()
    changed(which(pack))
    # Whoever cannot say the passphrase learns nothing from it.
    assert collected(client, secret, "another passphrase").status_code == 422
    with entries_since() as entries:
        answer = collected(client, secret)
        again = collected(client, secret)
    assert (answer.status_code, again.status_code) == (409, 409)
    assert "The passphrase is right." in answer.text
    assert [e.verb for e in entries] == ["pack.copy-changed", "notice.given", "pack.copy-changed"]
    assert entries[0].by == "not signed in"
    delivery = pack.deliveries.get()
    assert (delivery.times, delivery.fetched) == (0, None)
    # They are told once, and the notice leads to where a new link is sent.
    notice = Notice.objects.get(to=dpo)
    assert str(pack.request) in notice.sentence
    assert "Amelia" not in notice.sentence
    assert notice.link == page("deliveries", pack)
    put_back(which(pack))
    assert b"".join(collected(client, secret).streaming_content).startswith(b"%PDF")


def test_a_copy_that_is_gone_or_of_which_nothing_was_kept_goes_to_nobody(pack, dpo):
    send_link(pack=pack, by=dpo, **GIVEN)
    secret, kept = secret_sent(), Path(default_storage.path(copy_of(pack)))
    content = kept.read_bytes()
    kept.unlink()
    assert fetch(secret=secret, passphrase=WORDS, by=Stranger()).content is None
    kept.write_bytes(content)
    assert fetch(secret=secret, passphrase=WORDS, by=Stranger()).content == content
    change(pack.deliveries.get(), sha256="")
    assert fetch(secret=secret, passphrase=WORDS, by=Stranger()).content is None


def test_nothing_tells_of_a_changed_copy_without_the_log(pack, dpo, request):
    send_link(pack=pack, by=dpo, **GIVEN)
    secret = secret_sent()
    changed(copy_of(pack))
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        fetch(secret=secret, passphrase=WORDS, by=Stranger())
    assert not Notice.objects.exists()


def test_who_does_not_release_hands_nothing_over(client, pack):
    client.force_login(UserFactory(roles=[Role.CASEWORKER]), backend=BACKEND)
    with entries_since() as entries:
        assert client.get(page("deliveries", pack)).status_code == 404
    assert [e.verb for e in entries] == ["look.refused"]
