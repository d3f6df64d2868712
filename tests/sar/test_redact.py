"""The disclosed copy holds nothing that is withheld, anywhere, and says how much was."""

import json
import re
from dataclasses import asdict
from html import unescape

import pytest
from django.utils import timezone

from accounts.models import User
from core.privacy import Unprinted
from sar.exemptions import RULINGS, Exemption
from sar.kinds import EvidenceGate
from sar.models import RightsRequest
from sar.pack.copy import copy_for
from sar.pack.gather import gather
from sar.pack.pages import body, categories_of, cover, front_of
from sar.pack.redact import PassageMissing, Reason, occurrences, with_files
from tests.factories.cases import (
    AgencyFactory,
    CaseNoteFactory,
    PersonFactory,
    ProfessionalFactory,
    RelationshipFactory,
)
from tests.factories.consent import ShareFactory
from tests.factories.sar import EvidenceSeenFactory, WithholdingFactory

pytestmark = pytest.mark.django_db

THIRD_PARTY = RULINGS[Exemption.THIRD_PARTY].plain_words


def copy_of(request):
    return copy_for(request).disclosed


def pages_of(copy):
    """The pages of a copy as HTML, in one text."""
    front = front_of(
        RightsRequest.objects.select_related("person").latest("pk"),
        made_on=timezone.localdate(),
        searched_by=User.objects.first(),
    )
    return "".join(chunk.html for chunk in body(copy, front, []))


def everything_in(copy):
    """All that the copy and its pages say, in one text."""
    pages = pages_of(copy)
    return json.dumps(asdict(copy), default=str, ensure_ascii=False) + pages


def shown_note(copy, note):
    return next(i for i in copy.items if i.title == f"Note {note.reference}")


def body_of(copy, note):
    return next(value for value in shown_note(copy, note).values if value.field == "body")


def withhold(request, note, quote="", **given):
    return WithholdingFactory(
        request=request,
        source="cases.CaseNote",
        record_id=note.pk,
        field="body" if quote else "",
        quote=quote,
        **given,
    )


def test_nothing_withheld_is_the_whole_record(access, note):
    copy = copy_of(access)
    assert body_of(copy, note).text == note.body
    assert copy.reasons == ()


def test_a_passage_is_taken_out_and_a_mark_with_the_reason_stands_there(access, note):
    withhold(access, note, "The neighbour, Mrs Quill, called the police twice.")
    copy = copy_of(access)
    assert [(p.text, p.withheld) for p in body_of(copy, note).pieces] == [
        ("Amelia sleeps better.\n\n", None),
        ("", THIRD_PARTY),
    ]
    assert "Quill" not in everything_in(copy)
    assert f"[withheld: {THIRD_PARTY}]" in everything_in(copy)
    assert [(r.provision, r.items, r.passages) for r in copy.reasons] == [
        ("Data Protection Act 2018, Schedule 2, paragraph 16", 0, 1)
    ]


def test_every_occurrence_goes_whatever_the_breaks_between_lines(access, case, amelia):
    note = CaseNoteFactory(
        case=case, people=[amelia], body="Mrs Quill came.\nMrs\n  Quill left. Mr Quilliam stayed."
    )
    withhold(access, note, "Mrs Quill")
    copy = copy_of(access)
    assert body_of(copy, note).text == " came.\n left. Mr Quilliam stayed."
    assert copy.reasons[0].passages == 2


def test_overlapping_passages_become_one(access, note):
    withhold(access, note, "The neighbour, Mrs Quill")
    withhold(access, note, "Mrs Quill, called the police", exemption=Exemption.CRIME)
    copy = copy_of(access)
    marks = [piece.withheld for piece in body_of(copy, note).pieces if piece.withheld is not None]
    assert len(marks) == 1
    assert {(r.items, r.passages) for r in copy.reasons} == {(0, 1)}
    assert len(copy.reasons) == 2


def test_a_whole_item_leaves_neither_its_reference_nor_its_day(access, note):
    withhold(access, note)
    copy = copy_of(access)
    assert note.reference not in everything_in(copy)
    assert [(i.kind, i.day, i.values) for i in copy.items if i.withheld] == [("Note", None, ())]
    assert [(r.items, r.passages) for r in copy.reasons] == [(1, 0)]


def test_a_silent_withholding_shows_nowhere_and_in_no_sum(access, note):
    before = copy_of(access)
    withhold(access, note, exemption=Exemption.CRIME, told=False)
    copy = copy_of(access)
    assert len(copy.items) == len(before.items) - 1
    assert copy.reasons == ()
    assert {place.words: place.count for place in copy.searched}["Notes"] == 0
    assert "[withheld:" not in everything_in(copy)


def test_a_silent_passage_leaves_no_mark(access, note):
    withhold(access, note, " called the police twice", exemption=Exemption.CRIME, told=False)
    assert body_of(copy_of(access), note).text.endswith("Mrs Quill, .")


def test_a_value_withheld_in_silence_is_not_told_as_none_recorded(access, note):
    """It would be untrue: something is recorded."""
    label = next(v.label for v in shown_note(copy_of(access), note).values if v.field == "body")
    withhold(access, note, note.body, exemption=Exemption.CRIME, told=False)
    shown = shown_note(copy_of(access), note)
    assert label not in [value.label for value in shown.values]
    assert label.lower() not in shown.not_recorded.lower()
    assert "about" in shown.not_recorded


def test_a_blank_is_told_of_but_not_that_an_entry_corrects_no_other(access, note):
    told = shown_note(copy_of(access), note).not_recorded
    assert "about" in told
    assert "correct" not in told


def test_the_page_about_the_search_is_of_what_was_found_and_names_the_rest_in_one_line(
    access, note
):
    """Three pages of noughts and three of names of tables were read by nobody."""
    copy = copy_of(access)
    (searched,) = re.findall(r"<h1>What we searched</h1>.*?</body>", pages_of(copy), re.DOTALL)
    rows = dict(re.findall(r'<th scope="row">(.*?)</th>\s*<td>(\d+)</td>', searched))
    assert rows == {words: str(count) for words, count in counted(copy) if count}
    assert rows["Notes"] == "1"
    nothing_in = searched.partition("There is nothing from them in this copy: ")[2].split(".")[0]
    assert len(nothing_in.split("; ")) == len(copy.searched) - len(rows)
    unprinted = searched.partition("What is not printed")[2]
    reasons = re.findall(r"<li>(.*?)</li>", unprinted)
    assert [unescape(reason) for reason in reasons] == [reason.value for reason in Unprinted]


def counted(copy):
    return [(place.words, place.count) for place in copy.searched]


def test_a_source_withheld_in_its_note_stands_on_no_other_page(access, case, amelia):
    quill = ProfessionalFactory(name="Mrs Quill", role="neighbourhood warden")
    note = CaseNoteFactory(
        case=case, people=[amelia], source_kind="professional", source_professional=quill
    )
    assert any("Quill" in origin for origin in copy_of(access).origins)
    WithholdingFactory(
        request=access,
        source="cases.CaseNote",
        record_id=note.pk,
        field="source_in_words",
        quote="Mrs Quill, neighbourhood warden",
    )
    copy = copy_of(access)
    assert "Quill" not in everything_in(copy)
    assert copy.some_origins_withheld


def test_a_recipient_withheld_in_the_sharing_log_stands_on_no_other_page(access, amelia):
    share = ShareFactory(people=[amelia], agency=AgencyFactory(name="Larch Primary School"))
    assert [who.split(":")[0] for who in copy_of(access).recipients] == ["Larch Primary School"]
    decision = WithholdingFactory(
        request=access,
        source="consent.Share",
        record_id=share.pk,
        field="recipient_in_words",
        quote="Larch Primary School",
    )
    copy = copy_of(access)
    assert "Larch" not in everything_in(copy)
    assert copy.some_recipients_withheld
    WithholdingFactory(
        request=access,
        source="consent.Share",
        record_id=share.pk,
        exemption=Exemption.CRIME,
        told=False,
    )
    assert decision.pk
    copy = copy_of(access)
    assert copy.recipients == ()
    assert not copy.some_recipients_withheld


def test_a_passage_that_is_there_no_more_stops_the_copy(access, note):
    withhold(access, note, "words that were changed")
    with pytest.raises(PassageMissing, match=f"“Note {note.reference}”"):
        copy_of(access)


def test_an_undone_decision_withholds_nothing(access, note, dpo):
    withhold(access, note, undone_at=timezone.now(), undone_by=dpo)
    assert shown_note(copy_of(access), note).withheld is None


def test_a_decision_for_another_request_withholds_nothing_here(access, note, amelia):
    other = WithholdingFactory(request__person=amelia, source="cases.CaseNote", record_id=note.pk)
    assert other.request != access
    assert shown_note(copy_of(access), note).withheld is None


def test_the_hash_is_the_same_for_the_same_content_and_only_then(access, note, case, amelia):
    first = copy_of(access).sha256
    assert copy_of(access).sha256 == first
    withhold(access, note, "Mrs Quill")
    second = copy_of(access).sha256
    assert second != first
    CaseNoteFactory(case=case, people=[amelia])
    assert copy_of(access).sha256 not in {first, second}


def test_categories_are_of_what_is_shown(access, note):
    assert not any("what other people told us" in words for words in categories_of(copy_of(access)))
    EvidenceSeenFactory(request=access, gate=EvidenceGate.IDENTITY)
    assert any("who you are" in words for words in categories_of(copy_of(access)))


def test_what_was_typed_as_a_page_is_shown_as_letters(access, case, amelia):
    CaseNoteFactory(
        case=case,
        people=[amelia],
        body="<script>alert(1)</script><img src='http://evil.example/x.png'>",
    )
    html = pages_of(copy_of(access))
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<img" not in html


def test_the_cover_says_for_whom_and_by_whom(access):
    access.requester, access.requester_name = "solicitor", "Ann Law & Co"
    front = front_of(access, made_on=timezone.localdate(), searched_by=access.recorded_by)
    html = cover(front).html
    assert "Ann Law &amp; Co (a solicitor)" in html
    assert "Wherever it says “you”, it means Amelia Hart." in html


@pytest.mark.parametrize(
    ("quote", "text", "count"),
    [
        ("Mrs Quill", "Mrs Quill", 1),
        ("Mrs  Quill", "Mrs\nQuill and Mrs Quill", 2),
        ("a.b", "axb a.b", 1),
        ("", "anything", 0),
        ("   ", "anything", 0),
        ("quill", "Quill", 0),
    ],
)
def test_occurrences(quote, text, count):
    assert len(list(occurrences(quote, text))) == count


def test_only_what_is_declared_a_passage_can_be_cut(amelia, note):
    item = next(i for i in gather(amelia).items if i.source == "cases.CaseNote")
    assert {value.field for value in item.values if value.is_passage} == {
        "body",
        "correction_reason",
        "source_in_words",
        "people_in_words",
    }


def test_people_in_the_family_are_in_the_circle_of_the_log(access):
    joe = PersonFactory(given_names="Joe")

    RelationshipFactory(person=joe, other=access.person)
    assert copy_for(access).people == {access.person_id, joe.pk}


@pytest.mark.parametrize("exemption", [Exemption.CHILD_EXPECTED, Exemption.CHILD_ABUSE])
def test_what_a_parent_is_told_does_not_call_the_child_you(exemption):
    """In a copy for whoever asks for a child, “you” is the child: the cover says so."""
    assert not re.search(r"\byou\b", RULINGS[exemption].plain_words)


def test_what_is_withheld_of_files_is_counted_with_the_rest_in_the_order_of_the_reasons():
    privilege = RULINGS[Exemption.PRIVILEGE]
    entries = [Reason(privilege.plain_words, privilege.provision, items=1, passages=2)]
    counted = with_files(entries, {privilege.plain_words: 3, THIRD_PARTY: 1})
    assert [(one.plain_words, one.items, one.passages) for one in counted] == [
        (THIRD_PARTY, 0, 1),
        (privilege.plain_words, 1, 5),
    ]
