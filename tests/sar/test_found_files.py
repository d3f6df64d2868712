"""What a search found and what stands in no record: it is put with the request, and goes into the copy."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from core.files.formats import examine
from core.pdf.text import text_of
from retention.destroying.closure import closure_of
from sar import reading
from sar.actions import search, withholding
from sar.actions.requests import withdraw
from sar.exemptions import Exemption
from sar.kinds import Channel
from sar.models import FoundFile, FoundWords
from sar.pack.gather import gather_for
from sar.receipt import came_later
from sar.tasks import read_found
from tests.conftest import entries_since
from tests.factories.base import noted
from tests.factories.cases import BarringFactory
from tests.factories.sar import FoundFileFactory, SearchFactory, SearchPlaceFactory
from tests.sar.test_files import built, bytes_of
from tests.sar.test_pages import day, text
from tests.sar.test_search import SEARCHED, in_days

pytestmark = pytest.mark.django_db

MAIL = b"Amelia asked again for the keys. Mrs Quill next door has a set."


@pytest.fixture
def row(access):
    return SearchFactory(request=access)


def handed_in(content=MAIL, name="mail.txt"):
    return examine(ContentFile(content), name)


def put(row, dpo, **changes):
    given = {"title": "E-mail about the keys", "lay": "Mailbox of Family Support"}
    return search.add_found_file(search=row, by=dpo, **({"file": handed_in()} | given | changes))


def over(access, dpo):
    withdraw(
        request=access,
        withdrawn_on=timezone.localdate(),
        withdrawn_how=Channel.PHONE,
        withdrawal="She has it already.",
        by=dpo,
    )


def stored():
    return (
        default_storage.listdir(search.FOLDER)[1] if default_storage.exists(search.FOLDER) else []
    )


def item_of(access, found):
    return next(
        one
        for one in gather_for(access).items
        if (one.source, one.record_id) == ("sar.FoundFile", found.pk)
    )


def test_what_was_found_is_put_with_the_request_as_it_is(row, dpo, access):
    before = stored()
    with entries_since() as entries:
        found = put(row, dpo, title="  E-mail   about the keys ", dated_on=in_days(-400))
    assert [(one.verb, one.by_id, one.people) for one in entries] == [
        (Verb.FOUND_FILE_ADDED, dpo.pk, [access.person_id])
    ]
    found.refresh_from_db()
    assert (found.title, found.file_name, found.recorded_by) == (
        "E-mail about the keys",
        "mail.txt",
        dpo,
    )
    with default_storage.open(found.file) as file:
        assert file.read() == MAIL
    assert len(stored()) == len(before) + 1
    access.refresh_from_db()
    assert access.status == "in_progress"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": " "}, "what it is"),
        ({"lay": ""}, "where it lay"),
        ({"dated_on": in_days(1)}, "in the future"),
    ],
)
def test_what_says_too_little_leaves_no_trace(row, dpo, given, sentence):
    before = stored()
    with entries_since() as entries, pytest.raises(Refused, match=sentence):
        put(row, dpo, **given)
    assert (entries, FoundFile.objects.count(), stored()) == ([], 0, before)


def test_the_same_file_is_not_put_there_twice_wherever_it_was_found(row, dpo, access):
    put(row, dpo)
    paper = SearchFactory(request=access, place=SearchPlaceFactory(slug="paper", name="Paper"))
    for again in (row, paper):
        with pytest.raises(Refused, match="“E-mail about the keys”, under E-mail"):
            put(again, dpo)
    assert FoundFile.objects.count() == 1


def test_nothing_is_put_where_nothing_was_found_or_when_the_request_is_over(row, dpo, access):
    search.answer_search(search=row, outcome="none", **SEARCHED, by=dpo)
    with pytest.raises(Refused, match="nothing was found"):
        put(row, dpo)
    paper = SearchFactory(request=access, place=SearchPlaceFactory(slug="paper", name="Paper"))
    search.answer_search(search=paper, outcome="found", **SEARCHED, by=dpo)
    put(paper, dpo)
    over(access, dpo)
    with pytest.raises(Refused, match="nothing is added"):
        put(paper, dpo, file=handed_in(b"Another"))


def test_no_file_without_its_entry(row, dpo, request):
    before = stored()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        put(row, dpo)
    assert (FoundFile.objects.count(), stored()) == (0, before)


def test_it_is_held_and_is_an_item_like_any_other(row, dpo, access):
    found = put(row, dpo)
    item = item_of(access, found)
    assert item.file.sha256 == found.sha256
    assert not came_later(item, access)
    with pytest.raises(Refused, match="stood here when the request came"):
        withholding.leave_out_as_not_held(
            request=access, item=item, how_known="Asked", is_certain=True, by=dpo
        )
    withholding.withhold_passage(
        request=access,
        item=item,
        field="file",
        quote="Mrs Quill next door has a set.",
        exemption=Exemption.THIRD_PARTY,
        factors="The neighbour did not agree.",
        by=dpo,
    )
    pack = built(access)
    said = " ".join("".join(text_of(bytes_of(pack.final_file))).split())
    assert "Amelia asked again for the keys." in said
    assert "Mailbox of Family Support" in said
    assert "Quill" not in said


def test_it_stays_as_it_was_found_and_goes_with_the_papers_of_the_request(row, dpo, access):
    found = put(row, dpo)
    with pytest.raises(DatabaseError), transaction.atomic():
        noted(FoundFile.objects.update, title="Nothing")
    closed = closure_of([("sar.RightsRequest", access.pk)])
    assert found.pk in closed.numbers("sar.FoundFile")


# --- Pages ---------------------------------------------------------------------------------------


def pages(row):
    at = [row.request.reference, row.place.slug]
    return row.get_absolute_url(), reverse("sar:found-file-add", args=at)


def upload(**changes):
    return {
        "file": SimpleUploadedFile("mail.txt", MAIL),
        "title": "E-mail about the keys",
        "lay": "Mailbox",
        **day("dated_on", timezone.localdate() - timedelta(days=400)),
        **changes,
    }


def test_whoever_was_asked_puts_it_there_and_only_the_officer_opens_it(
    worker_client, worker, dpo, row, client
):
    page, add = pages(row)
    assert worker_client.get(add).status_code == 404
    search.ask_to_search(search=row, asked_of=worker, due_on=in_days(3), by=dpo)
    assert "One file at a time" in text(worker_client.get(add))
    wrong = worker_client.post(add, upload(lay=""))
    assert wrong.status_code == 422
    assert "E-mail about the keys" in wrong.content.decode()
    assert worker_client.post(add, upload()).status_code == 302
    found = FoundFile.objects.get()
    shown = worker_client.get(page)
    assert "E-mail about the keys" in text(shown)
    file = reverse("sar:found-file", args=[row.request.reference, row.place.slug, found.pk])
    assert file not in shown.content.decode()
    with entries_since() as entries:
        assert worker_client.get(file).status_code == 404
    assert [one.verb for one in entries] == [Verb.LOOK_REFUSED]
    BarringFactory(person=row.request.person, user=worker)
    assert worker_client.get(add).status_code == 404
    assert (
        worker_client.post(add, upload(file=SimpleUploadedFile("b.txt", b"b"))).status_code == 404
    )
    assert FoundFile.objects.count() == 1


def test_the_officer_saves_it_as_it_was_found(dpo_client, dpo, row, access):
    found = FoundFileFactory(search=row, content=MAIL)
    other = FoundFileFactory(search=SearchFactory(), content=b"Somebody else's")
    page, _ = pages(row)
    address = f"{page}files/{found.pk}/"
    assert address in dpo_client.get(page).content.decode()
    with entries_since() as entries:
        given = dpo_client.get(address)
    assert b"".join(given.streaming_content) == MAIL
    assert given["Content-Disposition"].startswith("attachment")
    assert found.title not in given["Content-Disposition"]
    assert [(one.verb, one.people) for one in entries] == [
        (Verb.FOUND_FILE_TAKEN, [access.person_id])
    ]
    assert dpo_client.get(f"{page}files/{other.pk}/").status_code == 404
    default_storage.delete(found.file)
    assert "backup" in text(dpo_client.get(address))


def test_the_request_says_how_many_and_nothing_more_is_put_there_when_it_is_over(
    dpo_client, dpo, row, access
):
    FoundFileFactory(search=row)
    FoundFileFactory(search=row)
    search.answer_search(search=row, outcome="found", **SEARCHED, by=dpo)
    shown = dpo_client.get(reverse("sar:request", args=[access.reference]))
    assert "put with the request: 2" in text(shown)
    over(access, dpo)
    page, add = pages(row)
    assert add not in dpo_client.get(page).content.decode()
    late = dpo_client.get(add)
    assert late.status_code == 409
    assert "is answered" in text(late)
    assert dpo_client.post(add, upload()).status_code == 422
    assert FoundFile.objects.count() == 2


# --- Names in it ---------------------------------------------------------------------------------


def read(found):
    (job,) = ProcrastinateJob.objects.filter(task_name=search.READ_TASK, args__found_id=found.pk)
    read_found.func(**job.args)


def test_its_words_are_read_once_and_names_in_it_are_proposed(dpo_client, row, dpo, access):
    found = put(row, dpo)
    item = item_of(access, found)
    address = reverse("sar:item", args=[access.reference, item.key])
    assert "has not read the file" in text(dpo_client.get(address))
    with entries_since() as entries:
        read(found)
        read(found)
    assert [(one.verb, one.by, one.people) for one in entries] == [
        (Verb.FOUND_FILE_READ, "system", [access.person_id])
    ]
    shown = text(dpo_client.get(address))
    assert "has not read the file" not in shown
    assert "Mrs Quill" in shown
    assert "Mrs Quill" in text(dpo_client.get(reverse("sar:names", args=[access.reference])))


def test_no_words_without_their_entry(row, dpo, request):
    found = put(row, dpo)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        read(found)
    assert not FoundWords.objects.exists()


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (b"", "has not read the file"),
        (b"word " * 50_000, "in its beginning alone"),
    ],
)
def test_what_is_not_read_of_it_is_said(dpo_client, row, access, made, sentence):
    found = FoundFileFactory(search=row, content=made or b"x")
    if not made:
        default_storage.delete(found.file)
    reading.read_found(found.pk)
    with default_storage.open(found.file, "wb") as file:
        file.write(made or b"x")
    address = reverse("sar:item", args=[access.reference, item_of(access, found).key])
    assert sentence in text(dpo_client.get(address))


def test_two_found_files_are_told_apart_in_lists(dpo_client, row, access):
    found = [FoundFileFactory(search=row) for _ in range(2)]
    shown = text(dpo_client.get(reverse("sar:items", args=[access.reference])))
    for one in found:
        assert f"File that a search found {access.reference}-{one.pk}" in shown


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        ("Mrs Quill", "in one place on the pages that the software has read"),
        ("Amelia", "in 2 places on the pages"),
        ("Mrs Quigley", "has not found them on the pages it has read"),
    ],
)
def test_words_withheld_in_a_file_are_counted_as_far_as_it_is_read(
    dpo_client, row, access, quote, sentence
):
    found = FoundFileFactory(search=row, content=b"Amelia and Mrs Quill.\nAmelia is well.")
    reading.read_found(found.pk)
    address = reverse("sar:item", args=[access.reference, item_of(access, found).key])
    decided = {
        "field": "file",
        "quote": quote,
        "exemption": Exemption.THIRD_PARTY,
        "factors": "She was not asked.",
    }
    assert sentence in text(dpo_client.post(address, decided, follow=True))
