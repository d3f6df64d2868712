"""The officer blacks out names on a scanned letter: with a mouse, with the keyboard, with a finger."""

import io

import pytest
from django.urls import reverse
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from sar.models import Withholding
from sar.pack.gather import gather
from tests.factories.cases import DocumentFactory
from tests.factories.sar import RightsRequestFactory
from tests.journeys.charity import Charity, a_family
from tests.journeys.conftest import PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WHY = "She would be known at once."


def a_scan() -> bytes:
    image = Image.new("RGB", (620, 877), "white")
    pen = ImageDraw.Draw(image)
    pen.text((70, 80), "From Mrs Quill, 1 Foxglove Lane", fill="black", font_size=24)
    pen.text((70, 300), "Yours, Elsie Quill", fill="black", font_size=24)
    out = io.BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()


def test_names_on_a_scan_are_blacked_out_however_somebody_works(visitor, charity: Charity):
    family = a_family(charity, asks=False)
    DocumentFactory(case=family.case, people=[family.mother], content=a_scan(), format="png")
    request = RightsRequestFactory(person=family.mother)
    item = next(one for one in gather(family.mother).items if one.file)
    dpo = visitor()
    dpo.signs_in(charity.dpo)
    dpo.opens(reverse("sar:item", args=[request.reference, item.key]))
    dpo.follows("Look at its pages, and black out a part of one")

    when_a_frame_is_drawn_with_the_mouse(dpo)
    dpo.chooses("Why the law allows it", "It would identify somebody else")
    dpo.writes("What you weighed", WHY)
    dpo.presses("Withhold this part")
    dpo.reads("A part of page 1 is withheld.")
    (drawn,) = Withholding.objects.all()
    assert (drawn.left, drawn.top, drawn.right, drawn.bottom) == pytest.approx(
        (100, 80, 600, 130), abs=10
    )

    when_a_frame_is_moved_with_the_keyboard(dpo)
    # The reason of the first name is there already.
    assert dpo.has_written("What you weighed") == WHY
    dpo.presses("Withhold this part")
    dpo.reads("from 42 to 63 % across and 46 to 52 % down")
    assert dpo.axe() == []

    phone = visitor(viewport=PHONE)
    phone.signs_in(charity.dpo)
    phone.opens(reverse("sar:item-page", args=[request.reference, item.key, 1]))
    assert phone.sideways() <= 0
    when_a_finger_moves_the_page_and_draws_only_when_it_is_told_to(phone)
    assert phone.axe() == []

    plain = visitor(javascript=False)
    plain.signs_in(charity.dpo)
    plain.opens(reverse("sar:item-page", args=[request.reference, item.key, 1]))
    # A button that does nothing is not offered; the numbers are.
    expect(plain.page.get_by_text("Draw with a finger", exact=True)).to_be_hidden()
    expect(plain.page.get_by_label("To the right, in per cent")).to_be_visible()


def when_a_frame_is_drawn_with_the_mouse(dpo: Visitor) -> None:
    # The picture is there.
    dpo.page.wait_for_load_state()
    page = dpo.page.locator("[data-areas-page]")
    page.scroll_into_view_if_needed()
    box = page.bounding_box()
    # What is drawn on lies over the picture to the point: nothing is painted beside the name.
    assert page.locator("img").bounding_box() == pytest.approx(box, abs=1)
    mouse = dpo.page.mouse
    mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.08)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.13, steps=3)
    mouse.up()
    expect(dpo.page.get_by_role("status").filter(has_text="per cent across")).to_be_attached()


def when_a_frame_is_moved_with_the_keyboard(dpo: Visitor) -> None:
    frame = dpo.page.locator("[data-areas-frame]")
    frame.focus()
    # It stays in sight on a page that is longer than the screen.
    for key in ("ArrowUp", "ArrowDown"):
        for _ in range(40):
            dpo.page.keyboard.press(key)
        expect(frame).to_be_in_viewport(ratio=0.99)
    for keys in ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowDown", "Shift+ArrowRight"):
        dpo.page.keyboard.press(keys)


def when_a_finger_moves_the_page_and_draws_only_when_it_is_told_to(phone: Visitor) -> None:
    phone.writes("What you weighed", "")
    drags_a_finger(phone)
    assert phone.has_written("To the right, in per cent") == ""
    phone.presses("Draw with a finger")
    drags_a_finger(phone)
    assert float(phone.has_written("To the right, in per cent")) == pytest.approx(80, abs=2)
    assert float(phone.has_written("From the left edge, in per cent")) == pytest.approx(30, abs=2)


def drags_a_finger(phone: Visitor) -> None:
    """From a third to four fifths of the page, as the browser gets it from a screen."""
    page = phone.page.locator("[data-areas-page]")
    page.scroll_into_view_if_needed()
    box = page.bounding_box()
    screen = phone.page.context.new_cdp_session(phone.page)

    def touch(kind: str, *at: float) -> None:
        points = (
            [{"x": box["x"] + box["width"] * at[0], "y": box["y"] + box["height"] * at[1]}]
            if at
            else []
        )
        screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.3, 0.3)
    touch("touchMove", 0.5, 0.35)
    touch("touchMove", 0.8, 0.4)
    touch("touchEnd")
