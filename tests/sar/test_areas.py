"""Parts of a page that are painted over: chosen on a picture of it, and gone from the finished bytes."""

import io
import re

import pikepdf
import pytest
from django.urls import reverse
from PIL import Image, ImageDraw

from accounts.roles import Role
from audit.verbs import Verb
from core.files import office
from core.pdf.press import ROOT
from core.pdf.text import text_of
from sar.leaks import UNDER_AN_AREA
from sar.models import Withholding
from sar.pack import looking
from sar.pack.gather import gather
from sar.pack.looking import NoPage, page_of
from sar.workflow import PackStatus
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import CaseNoteFactory, CasePersonFactory, PersonFactory
from tests.factories.sar import RightsRequestFactory
from tests.sar.conftest import BACKEND
from tests.sar.test_files import (
    a_mail,
    built,
    document,
    item_of,
    printed,
    withhold,
)
from tests.sar.test_pack import bytes_of

pytestmark = pytest.mark.django_db

__all__ = ["document"]

WHY = {"exemption": "third_party", "factors": "The neighbour's name."}
AREA = {"left": "10", "top": "5.5", "right": "60", "bottom": "20"}


def a_scan():
    """A scanned letter with a word in red in its upper left part."""
    image = Image.new("RGB", (620, 877), "white")
    ImageDraw.Draw(image).rectangle((70, 60, 300, 120), fill="red")
    out = io.BytesIO()
    image.save(out, format="PDF")
    return out.getvalue()


@pytest.fixture
def scan(document):
    return document(a_scan(), "pdf")


@pytest.fixture
def address(access, scan):
    return reverse("sar:item-page", args=[access.reference, item_of(access, scan).key, 1])


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_name_on_a_scan_is_blacked_out_from_the_picture_to_the_bytes(
    dpo_client, access, scan, address
):
    item = dpo_client.get(reverse("sar:item", args=[access.reference, item_of(access, scan).key]))
    assert address in item.content.decode()
    with entries_since() as entries:
        page = dpo_client.get(address)
    assert [entry.verb for entry in entries] == [Verb.ITEM_READ]
    assert "page 1 of 1" in words(page)
    picture = dpo_client.get(f"{address}picture/")
    assert picture["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(picture.content)) as seen:
        wide, high = seen.size
        red, green, _ = seen.convert("RGB").getpixel((wide * 0.3, high * 0.1))
    assert (red > 200, green < 60) == (True, True)

    with entries_since() as entries:
        answer = dpo_client.post(address, {**AREA, **WHY})
    decision = Withholding.objects.get()
    assert answer["Location"] == f"{address}?like={decision.pk}"
    assert (decision.page, decision.left, decision.top, decision.right, decision.bottom) == (
        (1, 100, 55, 600, 200)
    )
    assert Verb.ITEM_WITHHELD in {entry.verb for entry in entries}
    again = dpo_client.get(answer["Location"])
    assert "from 10 to 60 % across and 5.5 to 20 % down" in words(again)
    # The next name on this page has the same reason, mostly.
    assert "The neighbour&#x27;s name.</textarea>" in again.content.decode()
    content = bytes_of(built(access).final_file)
    reds = sum(
        red > 150 and green < 100
        for image in pictures_of(content)
        for red, green, _ in image.get_flattened_data()
    )
    assert reds == 0
    taken_back = dpo_client.post(
        reverse("sar:item-undo", args=[access.reference, item_of(access, scan).key]),
        {"decision": decision.pk},
    )
    assert taken_back["Location"] == address


def pictures_of(content):
    """Every picture that is within the file, whole: nothing of one may hide under anything."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [
            pikepdf.PdfImage(raw).as_pil_image().convert("RGB")
            for page in pdf.pages
            for raw in page.get_images().values()
        ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"left": "70"}, "The area has to lie on the page"),
        ({"top": "", "exemption": ""}, "Choose"),
        ({"silent": "on"}, "does not allow us to be silent"),
    ],
)
def test_what_is_wrong_with_an_area_is_said_and_nothing_typed_is_lost(
    dpo_client, address, wrong, sentence
):
    answer = dpo_client.post(address, {**AREA, **WHY, **wrong})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "The neighbour&#x27;s name.</textarea>" in answer.content.decode()
    assert not Withholding.objects.exists()


def test_a_page_that_is_not_there_is_said(dpo_client, address):
    answer = dpo_client.get(address.replace("/pages/1/", "/pages/2/"))
    assert answer.status_code == 409
    assert "has no such page" in words(answer)


def test_pages_are_for_whoever_works_on_the_request(client, dpo_client, access, address, note):
    other = RightsRequestFactory()
    assert dpo_client.get(address.replace(access.reference, other.reference)).status_code == 404
    no_file = next(i for i in gather(access.person).items if i.source == "cases.CaseNote").key
    assert (
        dpo_client.get(reverse("sar:item-page", args=[access.reference, no_file, 1])).status_code
        == 404
    )
    client.force_login(UserFactory(roles=[Role.CASEWORKER]), backend=BACKEND)
    for path in (address, f"{address}picture/"):
        with entries_since() as entries:
            assert client.get(path).status_code == 404
        assert [entry.verb for entry in entries] == [Verb.LOOK_REFUSED]


def test_pages_are_counted_through_all_that_is_within_an_e_mail(access, document):
    mail = document(a_mail(), "eml")
    file = item_of(access, mail).file
    seen = page_of(file, 1, title="E-mail")
    assert (seen.of, seen.title) == (1, "Attachment 1 of E-mail")
    assert "Attached words about Amelia." in seen.text
    assert [one.title for one in seen.besides if one.cannot] == ["Attachment 2 of E-mail"]
    with pytest.raises(NoPage):
        page_of(file, 2, title="E-mail")


FILES = ROOT / "tests" / "files"


# Made by pandoc 3.
@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_a_word_file_is_not_offered_to_be_looked_at_where_nothing_can_show_its_pages(
    dpo_client, access, document, monkeypatch, kind
):
    made = document((FILES / f"report.{kind}").read_bytes(), kind)
    item = reverse("sar:item", args=[access.reference, item_of(access, made).key])
    address = reverse("sar:item-page", args=[access.reference, item_of(access, made).key, 1])
    monkeypatch.setattr(looking, "office_program", lambda: "/usr/bin/soffice")
    assert address in dpo_client.get(item).content.decode()
    monkeypatch.setattr(looking, "office_program", lambda: None)
    monkeypatch.setattr(office, "office_program", lambda: None)
    page = dpo_client.get(item)
    assert address not in page.content.decode()
    for here in (page, dpo_client.get(address)):
        assert here.status_code == 200
        said = words(here)
        assert "this computer has no program that makes pages of it" in said
        assert "install LibreOffice" in said
        assert "Withhold the whole item" in said
        assert "print it" in said
    assert dpo_client.post(address, {**AREA, **WHY}).status_code == 409
    assert dpo_client.get(f"{address}picture/").status_code == 409
    assert not Withholding.objects.exists()
    # Nothing is passed over: a page of the pack says that it is held.
    pages = " ".join(" ".join(text_of(bytes_of(built(access).final_file))).split())
    assert "We hold this, and cannot show it here." in pages
    assert "Ask us: we will find a way to show it to you." in pages


def test_what_has_no_pages_says_what_is_in_it_or_why_it_cannot_be_shown(
    dpo_client, access, document
):
    given = {
        "txt": (b"Dear Amelia, come at ten.", "Dear Amelia, come at ten."),
        "pdf": (b"%PDF-1.7 damaged", "It is damaged or locked"),
    }
    for kind, (content, said) in given.items():
        made = document(content, kind)
        key = item_of(access, made).key
        page = dpo_client.get(reverse("sar:item-page", args=[access.reference, key, 1]))
        assert page.status_code == 200
        assert said in words(page)
        assert ("What you can do" in words(page)) == (kind == "pdf")
    item = dpo_client.get(reverse("sar:item", args=[access.reference, key]))
    assert "Look at its pages" in words(item)


def test_words_under_an_area_stop_the_pack_where_they_stand_elsewhere(
    access, document, dpo, case, amelia
):
    joe = PersonFactory(given_names="Joe", family_name="Quartz")
    CasePersonFactory(case=case, person=joe)
    letter = document(printed("Amelia is well. Joe Quartz was at the school gate again."), "pdf")
    page = page_of(item_of(access, letter).file, 1, title="x")
    assert "Joe Quartz was at" in page.text
    withhold(access, letter, dpo, page=1, left=0, top=0, right=1000, bottom=100)
    CaseNoteFactory(case=case, people=[amelia], body="Mr Quartz rang. Joe Quartz, that is.")
    pack = built(access)
    assert pack.status == PackStatus.FAILED
    assert {(leak.words, leak.because) for leak in pack.leaks.all()} == {
        ("Joe Quartz", UNDER_AN_AREA)
    }
