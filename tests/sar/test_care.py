"""Care for whoever reads a pack: short forms explained, warnings before hard pages, where else we looked; figures."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from core.pdf.parts import Chunk
from core.pdf.press import render_chunks
from core.pdf.text import text_of
from sar.actions.acronyms import explain
from sar.actions.announcing import announce_item
from sar.announced import alike
from sar.models import Acronym, Breach, Complaint
from sar.pack.copy import copy_for
from sar.pack.gather import gather_for
from sar.pack.pages import body, cover, front_of, stylesheet
from sar.queries import complaint_figures
from sar.workflow import RequestStatus
from tests.conftest import entries_since
from tests.factories.base import change, noted
from tests.factories.cases import CaseNoteFactory
from tests.factories.safeguarding import ConcernFactory
from tests.factories.sar import SearchFactory, WithholdingFactory
from tests.sar.test_pages import item_address, text

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
WARNS = "Before you read on:"
SEARCHED = {
    "outcome": "found",
    "searched_by": "Dean",
    "searched_on": TODAY,
    "terms": "Hart",
    "because": "Two messages.",
}


def pages_of(request, by):
    """The pack as HTML, by the name of its part."""
    front = front_of(request, made_on=TODAY, searched_by=by)
    copy = copy_for(request)
    chunks = [cover(front), *body(copy.disclosed, front, copy.looks)]
    return {chunk.key: chunk.html for chunk in chunks}


def test_short_forms_that_stand_in_the_pack_are_explained(access, case, amelia, dpo):
    CaseNoteFactory(case=case, people=[amelia], body="The EHA was closed.")
    with entries_since() as entries:
        explain(letters="EHA", meaning="Early Help Assessment", by=dpo)
    assert [one.verb for one in entries] == [Verb.ACRONYMS_CHANGED]
    explain(letters="LOS", meaning="Length of stay", by=dpo)
    words = pages_of(access, dpo)["words"]
    assert "Early Help Assessment" in words
    # It stands in “closed” only.
    assert "Length of stay" not in words


def test_the_list_is_the_officers(client, dpo, worker):
    client.force_login(dpo, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post("/requests/acronyms/", {"letters": "TAF"}).status_code == 422
    given = {"letters": "TAF", "meaning": "Team around the family"}
    assert client.post("/requests/acronyms/", given).status_code == 302
    assert client.post("/requests/acronyms/", {**given, "meaning": "Team"}).status_code == 302
    assert "TAF Team" in text(client.get("/requests/acronyms/"))
    assert client.post("/requests/acronyms/", {"letters": "taf", "meaning": ""}).status_code == 302
    assert not Acronym.objects.exists()
    client.force_login(worker, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/requests/acronyms/").status_code == 403


def test_no_short_form_without_its_entry(dpo, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        explain(letters="EHA", meaning="Early Help Assessment", by=dpo)
    with pytest.raises(Refused, match="Say what it means"):
        explain(letters="EHA", meaning=" ", by=dpo)
    assert not Acronym.objects.exists()


def test_a_short_form_has_one_meaning(dpo):
    explain(letters="EHA", meaning="Early Help Assessment", by=dpo)
    with pytest.raises(IntegrityError):
        noted(Acronym.objects.create, letters="eha", meaning="Other", recorded_by=dpo)


def test_the_first_page_says_where_to_find_what_and_the_rights_how_long_an_answer_takes(
    access, dpo
):
    pages = pages_of(access, dpo)
    first, last = pages["cover"].split("Then comes your record")
    assert "what you can ask us to do" not in first
    assert "what you can ask us to do" in " ".join(last.split())
    assert list(pages).index("rights") > list(pages).index("searched")
    assert "two months more" in " ".join(pages["rights"].split())


def warned(pages):
    """What is told of each entry that a line stands before."""
    record = "".join(html for key, html in pages.items() if key.startswith("record-"))
    entries = record.split("<article")[1:]
    return [entry for entry in entries if WARNS in entry]


def test_whoever_reads_is_warned_before_hard_pages(access, case, amelia, dpo):
    CaseNoteFactory(case=case, people=[amelia], body="He had overdosed in May.")
    CaseNoteFactory(case=case, people=[amelia], body="She likes the garden.")
    change(access, warn_of="anything about an overdose, please", named_contact=dpo)
    pages = pages_of(access, dpo)
    # In whatever form; and not the request, which says so in their own words.
    assert len(warned(pages)) == 1
    assert "He had overdosed in May." in warned(pages)[0]
    # After its heading: whoever goes from heading to heading hears it as well.
    assert "</h3>" in warned(pages)[0].partition(WARNS)[0]
    assert "anything about an overdose, please" in "".join(pages.values())
    assert str(dpo) in pages["cover"]
    ConcernFactory(people=[amelia])
    record = "".join(v for k, v in pages_of(access, dpo).items() if k.startswith("record-"))
    assert "this part is about harm" in record


@pytest.mark.parametrize(
    ("wish", "words", "found"),
    [
        ("self-harm", {"harming", "harmed", "harbour"}, {"harming", "harmed"}),
        ("Abuse", {"abused", "abusing", "about"}, {"abused", "abusing"}),
        ("about my mum", {"about", "my", "mum", "mums"}, {"mum", "mums"}),
        ("anything, please", {"anything", "please"}, set()),
        ("", {"harm"}, set()),
    ],
)
def test_a_wish_to_be_warned_finds_words_in_every_form(wish, words, found):
    assert alike(wish, words) == found


def test_a_note_about_safety_is_announced_without_anybody_s_saying_so(access, case, amelia, dpo):
    told = {"case": case, "people": [amelia]}
    CaseNoteFactory(**told, body="He held the door shut.", circumstances=["domestic_abuse"])
    CaseNoteFactory(**told, body="She likes the garden.", circumstances=["parenting"])
    assert len(warned(pages_of(access, dpo))) == 1
    assert "He held the door shut." in warned(pages_of(access, dpo))[0]


def test_what_is_withheld_whole_is_not_announced(access, case, amelia, dpo):
    note = CaseNoteFactory(case=case, people=[amelia], circumstances=["safety"])
    WithholdingFactory(request=access, source="cases.CaseNote", record_id=note.pk)
    assert warned(pages_of(access, dpo)) == []


def test_whoever_works_on_it_announces_an_entry(access, case, amelia, dpo, dpo_client):
    note = CaseNoteFactory(case=case, people=[amelia], body="Her father asked the court for her.")
    here = item_address(access, note)
    line = "Say before it that it may be hard to read"
    assert line in text(dpo_client.get(here))
    before = copy_for(access).disclosed.sha256
    given = {"announced": "yes"}
    assert dpo_client.post(f"{here}announce/", given).status_code == 302
    assert dpo_client.post(f"{here}announce/", given).status_code == 409
    assert "Her father asked the court for her." in warned(pages_of(access, dpo))[0]
    # What was released is bound to the copy, and this is another one.
    assert copy_for(access).disclosed.sha256 != before
    page = text(dpo_client.get(here))
    assert "that it can be left" in page
    assert line not in page
    assert dpo_client.post(f"{here}announce/", {"announced": "no"}).status_code == 302
    assert warned(pages_of(access, dpo)) == []
    assert copy_for(access).disclosed.sha256 == before


def test_a_pack_that_is_ready_is_not_any_more(access, case, amelia, dpo):
    note = CaseNoteFactory(case=case, people=[amelia])
    item = next(one for one in gather_for(access).items if one.record_id == note.pk)
    change(access, status=RequestStatus.READY)
    announce_item(request=access, item=item, by=dpo)
    assert access.status == RequestStatus.IN_PROGRESS


def test_what_was_searched_elsewhere_is_told_as_far_as_it_may_be(access, amelia, dpo):
    row = SearchFactory(request=access, **SEARCHED)
    pages = pages_of(access, dpo)
    page = pages["searched"]
    for words in ("Where else we looked", "E-mail", "Two messages.", "Dean"):
        assert words in page
    # And once.
    assert sum("Two messages." in other for other in pages.values()) == 1
    WithholdingFactory(request=access, source="sar.Search", record_id=row.pk)
    page = pages_of(access, dpo)["searched"]
    assert "Where else we looked" in page
    assert "Two messages." not in page


def test_a_restricted_person_is_named_on_their_own_pack(access, amelia, dpo):
    change(amelia, is_restricted=True)
    access.person.refresh_from_db()
    assert str(access.person).startswith("Restricted record")
    assert "Amelia Hart" in pages_of(access, dpo)["cover"]


# --- Figures of complaints and mistakes ----------------------------------------------------------


def complaint(received, **given):
    return Complaint(
        kind=given.pop("kind", "data"), received_on=received, from_name="A", words="B", **given
    )


def test_complaints_and_mistakes_are_counted_by_quarter():
    may = date(2026, 5, 4)
    noon = timezone.make_aware(datetime(2026, 5, 4, 12))
    mistake = Breach(what="A letter.", aware=noon, risk="risk")
    mistake.regulator_told = noon + timedelta(hours=71)
    late = Breach(what="A bag.", aware=noon, risk="high", regulator_told=noon + timedelta(hours=73))
    (spring, winter) = complaint_figures.figures_of(
        [
            complaint(may, acknowledged_at=noon + timedelta(days=9)),
            complaint(may, acknowledged_at=noon + timedelta(days=60)),
            complaint(may),
            complaint(may, kind="compliment", status="closed", outcome="thanked", closed_at=noon),
            complaint(may, kind="service", status="closed", outcome="upheld", closed_at=noon),
            complaint(date(2026, 1, 5), kind="service"),
        ],
        [mistake, late, Breach(what="A key.", aware=noon)],
        on=date(2026, 11, 1),
    )
    assert (spring.in_time, spring.late, spring.still_open) == (1, 2, 3)
    assert spring.kinds == {"data": 3, "service": 1, "compliment": 1}
    assert spring.outcomes_in_words == {
        "compliment": ["Passed on, with thanks: 1"],
        "data": [],
        "service": ["Upheld: 1"],
    }
    assert spring.breaches == {"risk": 1, "high": 1, "": 1}
    assert (spring.told, spring.told_late, spring.days_taken) == (1, 1, 0)
    assert (winter.name, winter.still_open) == ("January to March 2026", 1)


def test_the_officer_reads_the_figures_and_nobody_else(dpo, worker, client):
    for user, status in ((dpo, 200), (worker, 403)):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get("/requests/figures/complaints/").status_code == status
    noted(
        Complaint.objects.create,
        kind="data",
        channel="email",
        received_on=TODAY,
        from_name="Zed Quill",
        words="You told my neighbour.",
        recorded_by=worker,
    )
    client.force_login(dpo, backend="allauth.account.auth_backends.AuthenticationBackend")
    with entries_since() as entries:
        page = text(client.get("/requests/figures/complaints/"))
    assert [one.verb for one in entries] == [Verb.COMPLAINT_FIGURES_READ]
    assert "A complaint about personal data" in page
    assert "Quill" not in page


@pytest.mark.parametrize("is_large", [False, True])
def test_no_heading_stands_alone_on_a_page(is_large):
    line = '<div class="line"><dt>Label {}</dt><dd>What was written down.</dd></div>'
    item = "<article class='item short'><h3>Person</h3><dl>{}</dl></article>"
    # Entries from a few lines to more than a page, each under headings of its own.
    html = "".join(
        f"<h1>A section</h1><h2>A kind</h2>{item.format(''.join(map(line.format, range(lines))))}"
        for lines in range(3, 14 if is_large else 20)
    )
    page = f"<!doctype html><html lang='en-GB'><title>x</title><body class='record'>{html}"
    (part,) = render_chunks([Chunk("x", page)], css=stylesheet(is_large=is_large), processes=1)
    words = [text.strip().splitlines() for text in text_of(part.pdf)]
    assert len(words) > 5
    assert not [lines for lines in words if lines[-1].strip() in {"A section", "A kind", "Person"}]
