"""The components: documented, safe with whatever people type, usable without a script."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory

from core.forms import DayField
from core.gallery import SampleForm, gallery
from core.templatetags import pages
from tests.factories.accounts import UserFactory

TEMPLATES = Path(settings.BASE_DIR, "templates")
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
# Parts of the frame of every page, which the gallery shows by being one.
FRAME = {"exit", "footer", "home", "mark", "messages", "navigation"}
HOSTILE = '<script>alert("1")</script>'


class _Unknown(str):
    """What stands for a variable that a template does not know: an error, not an empty place."""

    __slots__ = ()

    def __contains__(self, text: str) -> bool:  # type: ignore[override]
        return text == "%s"

    def __mod__(self, name: Any) -> str:
        pytest.fail(f"The template does not know {name}.")


@pytest.fixture(autouse=True)
def unknown_variables_fail(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", _Unknown("%s"))


def drawn(source: str, **context: Any) -> str:
    text = engines["django"].from_string("{% load pages %}" + source).render(context)
    return " ".join(text.split())


def component(name: str, /, **values: Any) -> str:
    given = " ".join(f"{key}={key}" for key in values)
    return drawn(f'{{% include "components/{name}.html" with {given} only %}}', **values)


# --- Every one of them ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_first_line_says_its_name_and_what_it_takes(path: Path):
    first = path.read_text(encoding="utf-8").splitlines()[0]

    assert re.match(rf"\{{# {path.stem}: .+ #\}}$", first)


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_gallery_shows_it(path: Path):
    shown = (TEMPLATES / "core" / "gallery.html").read_text(encoding="utf-8")
    for _ in range(2):  # a component within a component, and one within that
        shown += "".join(
            other.read_text(encoding="utf-8")
            for other in COMPONENTS
            if f'"components/{other.name}"' in shown
        )

    assert path.stem in FRAME or f'"components/{path.name}"' in shown


@pytest.mark.django_db
def test_gallery_is_drawn_for_staff(rf: RequestFactory):
    request = rf.get("/")
    request.user = UserFactory()

    text = gallery(request).content.decode()

    assert "Rose Adeyemi-Castellanos" in text
    assert "<b>" not in text


def test_gallery_is_closed_to_everybody_else(rf: RequestFactory):
    request = rf.get("/")
    request.user = AnonymousUser()

    assert gallery(request).status_code == 302


def test_nothing_inline_that_our_content_policy_refuses():
    inline = re.compile(
        r"\sstyle=|<style|\son[a-z]+=\"|javascript:|<script(?![^>]*\ssrc=)(?![^>]*application/json)"
    )
    # A tag may go over several lines.
    found = [
        f"{path.relative_to(TEMPLATES)}: {match.group()}"
        for path in TEMPLATES.rglob("*.html")
        for match in inline.finditer(path.read_text(encoding="utf-8"))
        if "pdf" not in path.parts
    ]

    assert found == []


# --- One by one -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("alert", {"kind": "warning", "title": HOSTILE, "text": HOSTILE}),
        ("tag", {"text": HOSTILE, "colour": "red"}),
        ("summary_row", {"key": HOSTILE, "value": HOSTILE}),
        ("timeline_item", {"title": HOSTILE, "text": HOSTILE, "at": date(2026, 9, 3)}),
        ("record_header", {"name": HOSTILE, "reference": HOSTILE, "born": None}),
        ("table", {"caption": HOSTILE, "columns": HOSTILE, "rows": [[HOSTILE]]}),
        ("empty_state", {"title": HOSTILE, "text": HOSTILE}),
        ("document_link", {"url": "#", "name": HOSTILE}),
        ("details", {"summary": HOSTILE, "text": HOSTILE}),
        ("form_errors", {"error": HOSTILE}),
    ],
)
def test_shows_what_was_typed_and_runs_none_of_it(name: str, values: dict[str, Any]):
    text = component(name, **values)

    assert "&lt;script&gt;" in text
    assert "<script" not in text


@pytest.mark.parametrize("part", ["details", "components/details.html"])
def test_component_with_content_sees_its_content_and_nothing_else_of_the_page(part: str):
    text = drawn(
        f'{{% component "{part}" summary="Why" %}}<p>{{{{ reason }}}}</p>{{% endcomponent %}}',
        reason="<because>",
        open=True,
    )

    assert "<p>&lt;because&gt;</p>" in text
    assert '<details class="govuk-details">' in text


def test_tag_has_word_and_colour():
    assert component("tag", status="did_not_attend") == (
        '<strong class="govuk-tag govuk-tag--orange">Did not attend</strong>'
    )


def test_tag_of_an_unknown_status_is_grey_and_still_says_it():
    assert "govuk-tag--grey" in component("tag", status="novel")
    assert "Novel" in component("tag", status="novel")


@pytest.mark.parametrize(
    ("days", "words", "colour"),
    [
        (11, "11 days left", "green"),
        (10, "10 days left", "yellow"),
        (4, "4 days left", "yellow"),
        (3, "3 days left", "orange"),
        (1, "1 day left", "orange"),
        (0, "Due today", "orange"),
        (-1, "1 day late", "red"),
    ],
)
def test_deadline_says_how_long(days: int, words: str, colour: str):
    text = component("deadline", due=date(2026, 12, 29), days=days)

    assert '<time datetime="2026-12-29">29 December 2026</time>' in text
    assert f'govuk-tag--{colour}">{words}<' in text


def test_deadline_while_paused_has_no_day():
    text = component("deadline", paused=1)

    assert "Paused, 1 day used" in text
    assert "<time" not in text


def test_progress_asks_again_only_while_it_runs():
    given = {"anchor": "pack", "label": "Pack", "text": "Gathering", "poll": "/part", "url": "/it"}

    running = component("progress", **given, percent=40, state="running")
    done = component("progress", **given, percent=100, state="done")

    assert 'hx-get="/part"' in running
    assert 'role="progressbar"' in running
    assert 'value="40"' in running
    assert '<a class="govuk-link" href="/it">Refresh this page</a>' in running
    assert "hx-get" not in done
    assert "<progress" not in done


def test_progress_of_unknown_length_claims_no_percentage():
    text = component(
        "progress",
        anchor="pack",
        label="Pack",
        text="Waiting",
        poll="#",
        url="#",
        percent=None,
        state="running",
    )

    assert "value=" not in text
    assert "%" not in text


def test_record_header_of_somebody_whose_birth_is_not_known():
    text = component("record_header", name="Amelia", reference="P-1", born=None)

    assert "<dt>Date of birth</dt> <dd> Not known </dd>" in text


def test_summary_row_without_a_value_says_so():
    assert "Not recorded" in component("summary_row", key="School", value="")
    assert "Not recorded" not in component("summary_row", key="Children", value=0)


def test_pagination_keeps_what_was_searched():
    page = Paginator(range(200), 10).page(7)

    text = component("pagination", page=page, query=QueryDict("q=hart&page=7"), thing="people")

    assert "?q=hart&amp;page=8" in text
    assert re.findall(r'aria-label="Page (\d+)"', text) == ["1", "6", "7", "8", "20"]
    assert text.count("⋯") == 2
    assert "Showing 61 to 70 of 200 people" in text


def test_pagination_where_everything_is_on_one_page():
    page = Paginator(["Yes"], 10).page(1)

    assert component("pagination", page=page, query=QueryDict(), thing="answers") == (
        '<p class="govuk-body-s"> Answers: 1 </p>'
    )


def test_pagination_of_nothing():
    page = Paginator([], 10).page(1)

    assert component("pagination", page=page, query=QueryDict(), thing="notes") == (
        '<p class="govuk-body-s"> No notes </p>'
    )


# --- Words ----------------------------------------------------------------------------------------


def test_dates_and_times_are_written_as_people_write_them():
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    assert pages.plain_date(date(2026, 9, 3)) == "3 September 2026"
    assert pages.plain_date(summer) == "2 July 2026"
    assert pages.plain_time(summer) == "2 July 2026 at 12:30am"
    assert pages.plain_time(datetime(2026, 1, 5, 14, 0, tzinfo=UTC)) == "5 January 2026 at 2pm"
    assert pages.machine_date(summer) == "2026-07-02T00:30:00+01:00"
    assert pages.plain_date(None) == pages.plain_time(None) == "not known"


def test_paragraphs_are_divided_by_empty_lines():
    assert pages.paragraphs("One\r\nstill one\r\n\r\n\r\nTwo\n") == ["One\nstill one", "Two"]


# --- Forms ----------------------------------------------------------------------------------------


class Question(forms.Form):
    """A service's own question, its words typed by people."""

    mood = forms.CharField(label=HOSTILE, help_text=HOSTILE)
    kinds = forms.MultipleChoiceField(
        label=HOSTILE, choices=[("a", HOSTILE)], widget=forms.CheckboxSelectMultiple
    )


def form_of(form: forms.Form) -> str:
    return drawn(
        '{% include "components/form.html" with form=form submit="Save" csrf_token=csrf_token only %}',
        form=form,
        csrf_token="proof",
    )


@pytest.mark.parametrize("data", [None, {}])
def test_questions_typed_by_people_run_nothing(data: dict[str, str] | None):
    assert "<script" not in form_of(Question(data))


def test_form_is_protected_takes_files_and_leaves_checking_to_us():
    text = form_of(SampleForm())

    assert 'value="proof"' in text
    assert 'enctype="multipart/form-data"' in text
    assert "novalidate" in text
    assert " required" not in text


def test_every_error_leads_to_the_box_it_is_about():
    text = form_of(SampleForm({"kind": "dance", "happened_on_0": "31"}))

    boxes = set(re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', text))
    led_to = re.findall(r'<li> <a href="#([^"]+)">', text)
    assert led_to == ["id_kind_1", "id_happened_on_0", "id_service", "id_words"]
    assert boxes.issuperset(led_to)


def test_every_description_that_a_box_names_is_there():
    text = form_of(SampleForm({"kind": "dance", "happened_on_0": "31"}))

    ids = set(re.findall(r' id="([^"]+)"', text))
    named = {word for value in re.findall(r'describedby="([^"]*)"', text) for word in value.split()}
    assert "id_words_1_error" in named
    assert ids.issuperset(named)


def test_errors_say_what_is_missing_from_which_question():
    text = form_of(SampleForm({"kind": "dance"}))

    assert "Choose one of the answers to “Kind of contact”." in text
    assert "Fill in “What was said and done”." in text
    assert "This field is required" not in text


def test_errors_written_for_a_question_are_kept():
    class Promise(forms.Form):
        kept = forms.BooleanField(error_messages={"required": "Tick the box to accept."})

    assert "Tick the box to accept." in form_of(Promise({}))


def test_refusal_of_the_whole_form_leads_to_its_first_box():
    form = Question({"mood": "low", "kinds": ["a"]})
    form.add_error(None, "Somebody has changed it.")

    assert '<a href="#id_mood">Somebody has changed it.</a>' in form_of(form)


# --- A day in three boxes -------------------------------------------------------------------------


def clean(day: str, month: str, year: str, **options: Any) -> date | None:
    return DayField(**options).clean([day, month, year])


@pytest.mark.parametrize("month", ["9", "09", " 9 ", "September", "sep", "Sept."])
def test_day_is_read(month: str):
    assert clean("3", month, "2026") == date(2026, 9, 3)


def test_day_may_be_left_out_where_the_question_may():
    assert clean("", " ", "", required=False) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("31", "", ""), "Write the month and the year as well."),
        (("", "2", "2026"), "Write the day as well."),
        (("30", "2", "2026"), "There is no such day in the calendar. Check the day and the month."),
        (("3", "ju", "2026"), "Write the day, the month and the year as numbers, like 27 3 2026."),
        (("3", "9", "26"), "Write the year with four digits, from 1900 to 2110."),
        (("³", "9", "2026"), "Write the day, the month and the year as numbers, like 27 3 2026."),
    ],
)
@pytest.mark.parametrize("required", [True, False])
def test_day_that_cannot_be_read_is_never_dropped(
    typed: tuple[str, str, str], sentence: str, *, required: bool
):
    with pytest.raises(forms.ValidationError) as error:
        clean(*typed, required=required)

    assert error.value.messages == [sentence]


def test_day_is_shown_again_in_its_boxes():
    class Birth(forms.Form):
        born = DayField(label="Date of birth")

    text = form_of(Birth(initial={"born": date(2009, 3, 14)}))

    assert re.findall(r'value="(\d+)"[^>]*inputmode="numeric"', text) == ["14", "3", "2009"]


def test_missing_day_is_asked_for_by_name():
    class Birth(forms.Form):
        born = DayField(label="Date of birth")

    assert "Write the day, month and year for “Date of birth”." in form_of(Birth({}))
