"""What counts as held is fixed at receipt: old versions and drafts go in, and what came later is marked."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.verbs import Verb
from cases.actions import drafts, entries
from cases.models import CaseNote, Draft
from cases.written import Sheet
from core.errors import LogUnavailable, Refused
from core.privacy import Pack, Section, declaration_of, our_models
from retention.destroying.closure import closure_of
from sar.actions import groups, withholding
from sar.actions.requests import refuse
from sar.exemptions import Exemption
from sar.kinds import Kind
from sar.leaks import barred_in
from sar.models import DraftHeld, Withholding
from sar.pack.copy import copy_for
from sar.pack.gather import gather, gather_for
from sar.receipt import came_later, later_in_words
from tests.conftest import entries_since
from tests.factories.base import noted
from tests.factories.cases import CaseNoteFactory, DraftFactory, ServiceMemberFactory
from tests.factories.sar import RightsRequestFactory, WithholdingFactory
from tests.sar.conftest import BACKEND
from tests.sar.test_pages import item_address, text
from tests.sar.test_redact import pages_of

pytestmark = pytest.mark.django_db


def item_of(request, note):
    return next(
        one
        for one in gather_for(request).items
        if (one.source, one.record_id) == ("cases.CaseNote", note.pk)
    )


def at(request, *, days):
    """A moment so many days after the day on which `request` came."""
    moment = timezone.now() - timedelta(days=(timezone.localdate() - request.received_on).days)
    return moment + timedelta(days=days)


@pytest.fixture
def old(case, amelia, access):
    """A note that stood here before the request came."""
    written = at(access, days=-3)
    return CaseNoteFactory(
        case=case,
        people=[amelia],
        body="Amelia said that she wants to move to her aunt in Leeds.",
        happened_at=written,
        recorded_at=written,
    )


def leave_out(access, note, dpo, **given):
    words = {"how_known": "Asked Dean: she told him yesterday.", "is_certain": True} | given
    return withholding.leave_out_as_not_held(
        request=access, item=item_of(access, note), by=dpo, **words
    )


def corrected(note, worker, amelia, **given):
    return entries.correct_note(
        entry=note,
        reason="The town was wrong.",
        kind=note.kind,
        body="Amelia said that she wants to move to her aunt in Leigh.",
        happened_at=note.happened_at,
        people=[amelia],
        by=worker,
        **given,
    )


# --- Which items came later ----------------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_later"), [(-1, False), (0, False), (1, True)])
def test_an_item_came_later_by_the_day_it_was_written_and_not_by_the_day_it_is_about(
    access, case, amelia, days, is_later
):
    written = at(access, days=days)
    note = CaseNoteFactory(
        case=case, people=[amelia], happened_at=written - timedelta(days=90), recorded_at=written
    )
    item = item_of(access, note)
    assert came_later(item, access) is is_later
    words = later_in_words(item, access)
    assert words.startswith("Written down here on ") is is_later
    assert ("after the request came on" in words) is is_later


def test_the_papers_of_requests_are_no_part_of_the_question(access, note):
    RightsRequestFactory(person=access.person, recorded_by=access.recorded_by)
    papers = [one for one in gather_for(access).items if one.section == Section.REQUESTS]
    assert len(papers) == 2
    assert not any(came_later(one, access) for one in papers)


def test_of_every_item_that_a_pack_shows_it_is_known_when_it_was_written_down():
    for model in our_models():
        pack = declaration_of(model).pack
        if isinstance(pack, Pack):
            assert hasattr(model, pack.written), model._meta.label


def test_an_old_version_is_in_the_pack_and_the_new_one_is_marked(access, old, worker, amelia, dpo):
    new = corrected(old, worker, amelia)
    assert not came_later(item_of(access, old), access)
    assert came_later(item_of(access, new), access)
    with pytest.raises(Refused, match="stood here when the request came"):
        leave_out(access, old, dpo)
    leave_out(access, new, dpo)
    shown = pages_of(copy_for(access).disclosed)
    assert "her aunt in Leeds" in shown
    assert "her aunt in Leigh" not in shown


def test_what_an_old_version_says_as_well_does_not_stop_the_pack(access, old, worker, amelia, dpo):
    decision = leave_out(access, corrected(old, worker, amelia), dpo)
    assert not any("aunt" in words for words in barred_in(access, gather_for(access), [decision]))


def test_a_sentence_that_is_withheld_stays_barred_where_a_later_item_says_it(
    access, old, case, amelia, dpo
):
    again = CaseNoteFactory(case=case, people=[amelia], body=old.body)
    decisions = [
        leave_out(access, again, dpo),
        WithholdingFactory(request=access, source="cases.CaseNote", record_id=old.pk),
    ]
    assert any(
        "aunt in Leeds" in words for words in barred_in(access, gather_for(access), decisions)
    )


def test_a_draft_is_in_the_pack_and_what_becomes_of_it_was_held_since_it_was_begun(
    access, case, amelia, worker, dpo
):
    draft = DraftFactory(
        case=case,
        typed={"body": ["She is afraid of the dog next door."]},
        recorded_at=at(access, days=-1),
        recorded_by=worker,
    )
    assert "afraid of the dog" in pages_of(copy_for(access).disclosed)
    note = entries.write_note(
        case=case,
        kind=CaseNote.Kind.OBSERVATION,
        body="She is afraid of the dog next door.",
        happened_at=timezone.now() - timedelta(days=9),
        people=[amelia],
        token=draft.token,
        by=worker,
    )
    assert note.begun == draft.recorded_at
    assert not came_later(item_of(access, note), access)
    with pytest.raises(Refused, match="stood here when the request came"):
        leave_out(access, note, dpo)


def test_a_draft_that_was_held_then_is_not_thrown_away_before_the_answer(
    access, case, worker, dpo, client
):
    held = DraftFactory(case=case, recorded_at=at(access, days=-1), recorded_by=worker)
    later = DraftFactory(case=case, recorded_by=worker)
    with entries_since() as left, pytest.raises(Refused, match="asked for a copy"):
        drafts.discard_draft(draft=held, by=worker)
    assert left == []
    assert Draft.objects.filter(pk=held.pk).exists()
    drafts.discard_draft(draft=later, by=worker)
    ServiceMemberFactory(user=worker, service=case.service)
    client.force_login(worker, backend=BACKEND)
    page = client.post(reverse("cases:draft-discard", args=[held.token]))
    assert page.status_code == 409
    assert "throwing it away now would be an offence" in text(page)
    refuse(request=access, reasons="Asked last week.", by=dpo)
    drafts.discard_draft(draft=held, by=worker)
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "given", [{"kind": Kind.OBJECTION}, {"person": None, "about_name": "Amelia Hart"}]
)
def test_only_a_request_for_a_copy_of_somebody_in_the_case_keeps_a_draft(case, worker, given):
    draft = DraftFactory(
        case=case, recorded_at=timezone.now() - timedelta(days=30), recorded_by=worker
    )
    RightsRequestFactory(**{"person": case.people.get(), "recorded_by": worker, **given})
    drafts.discard_draft(draft=draft, by=worker)
    assert not Draft.objects.exists()


# --- A draft that is typed over after the request came -------------------------------------------


@pytest.fixture
def typed(access, case, worker):
    """A draft as it stood on the day before the request came."""
    return DraftFactory(
        case=case,
        typed={"body": ["She is afraid of the dog next door."]},
        recorded_at=at(access, days=-2),
        saved=at(access, days=-1),
        recorded_by=worker,
    )


def type_on(draft, worker, words="Nothing.", step=2):
    return drafts.keep_draft(
        case=draft.case,
        noun=draft.noun,
        token=draft.token,
        typed={"body": [words]},
        sheet=Sheet(sitting=draft.sitting, version=draft.version, step=step),
        by=worker,
    )


def test_what_stood_in_a_draft_when_the_request_came_is_kept_and_goes_out(
    access, amelia, typed, worker
):
    with entries_since() as left:
        type_on(typed, worker)
        type_on(typed, worker, words="Nothing at all.", step=3)
    assert [one.verb for one in left if one.verb != Verb.DRAFT_CONTINUED] == [
        Verb.DRAFT_KEPT_AS_HELD
    ]
    (kept,) = access.drafts_held.all()
    assert kept.typed == {"body": ["She is afraid of the dog next door."]}
    assert kept.saved == typed.saved
    (item,) = [one for one in gather_for(access).items if one.source == "sar.DraftHeld"]
    assert item.title == "Draft as it stood on the day the request came"
    assert not came_later(item, access)
    pages = pages_of(copy_for(access).disclosed)
    assert "afraid of the dog" in pages
    assert "Nothing at all." in pages


def test_it_is_kept_too_when_the_draft_becomes_an_entry(access, case, amelia, typed, worker):
    entries.write_note(
        case=case,
        kind=CaseNote.Kind.OBSERVATION,
        body="Amelia is well.",
        happened_at=timezone.now() - timedelta(days=9),
        people=[amelia],
        token=typed.token,
        by=worker,
    )
    assert not Draft.objects.exists()
    assert "afraid of the dog" in access.drafts_held.get().typed_in_words


@pytest.mark.parametrize(
    ("given", "saved"),
    [({"kind": Kind.OBJECTION}, -1), ({}, 1), ({"status": "withdrawn"}, -1)],
)
def test_nothing_is_kept_that_was_not_held_for_an_open_request_for_a_copy(
    case, amelia, worker, given, saved
):
    asked = RightsRequestFactory(
        person=amelia,
        kind=given.get("kind", Kind.ACCESS),
        received_on=timezone.localdate() - timedelta(days=9),
        recorded_by=worker,
    )
    if "status" in given:
        refuse(request=asked, reasons="Asked last week.", by=worker)
    draft = DraftFactory(
        case=case,
        recorded_at=at(asked, days=-2),
        saved=at(asked, days=saved),
        recorded_by=worker,
    )
    type_on(draft, worker)
    assert not DraftHeld.objects.exists()


def test_on_the_day_the_request_comes_the_last_words_of_that_day_count(case, amelia, worker):
    asked = RightsRequestFactory(
        person=amelia, received_on=timezone.localdate(), recorded_by=worker
    )
    draft = DraftFactory(
        case=case, recorded_at=at(asked, days=-2), saved=at(asked, days=-1), recorded_by=worker
    )
    type_on(draft, worker)
    assert not DraftHeld.objects.exists()


def test_undone_when_its_entry_cannot_be_written(access, typed, worker, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        type_on(typed, worker)
    assert not DraftHeld.objects.exists()
    typed.refresh_from_db()
    assert typed.typed == {"body": ["She is afraid of the dog next door."]}


def test_a_draft_that_is_not_ones_own_is_refused_and_nothing_kept(access, typed, dpo):
    with entries_since() as left, pytest.raises(Refused, match="not your draft"):
        type_on(typed, dpo)
    assert left == []
    assert not DraftHeld.objects.exists()


def test_nobody_rewrites_it_and_it_goes_with_the_papers_and_with_the_case(access, typed, worker):
    type_on(typed, worker)
    kept = access.drafts_held.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        noted(DraftHeld.objects.update, typed={})
    for record in (("sar.RightsRequest", access.pk), ("cases.Case", typed.case_id)):
        assert kept.pk in closure_of([record]).numbers("sar.DraftHeld")


# --- Leaving one out -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"is_certain": False}, "held nowhere"), ({"how_known": " "}, "how you know")],
)
def test_without_a_word_that_it_was_held_nowhere_it_stays_in(access, note, dpo, given, sentence):
    with pytest.raises(Refused, match=sentence):
        leave_out(access, note, dpo, **given)
    assert not Withholding.objects.exists()


def test_it_is_no_exemption(access, note, dpo):
    given = {
        "request": access,
        "exemption": Exemption.NOT_HELD,
        "factors": "It came later.",
        "by": dpo,
    }
    item = item_of(access, note)
    quote = {"field": "body", "quote": "Mrs Quill"}
    named = [groups.Named("cases.CaseNote", note.pk, "body", "Mrs Quill")]
    for verb, what in (
        (withholding.withhold_item, {"item": item}),
        (withholding.withhold_passage, {"item": item, **quote}),
        (groups.withhold_group, {"named": named}),
    ):
        with pytest.raises(Refused, match="no exemption"):
            verb(**given, **what)
    with pytest.raises(IntegrityError), transaction.atomic():
        WithholdingFactory(
            request=access,
            source="cases.CaseNote",
            record_id=note.pk,
            exemption=Exemption.NOT_HELD,
            **quote,
        )


def test_it_is_left_out_once_and_goes_in_again_when_taken_back(access, note, dpo):
    decision = leave_out(access, note, dpo)
    with pytest.raises(Refused, match="already"):
        leave_out(access, note, dpo)
    assert "Mrs Quill" not in pages_of(copy_for(access).disclosed)
    withholding.undo_withholding(withholding=decision, by=dpo)
    copy = copy_for(access).disclosed
    assert copy.later == ()
    assert "Mrs Quill" in pages_of(copy)


def test_the_copy_counts_it_and_says_that_it_is_no_exemption(access, note, case, amelia, dpo):
    assert "after you asked" not in pages_of(copy_for(access).disclosed)
    leave_out(access, note, dpo)
    copy = copy_for(access).disclosed
    assert [(one.kinds, one.count) for one in copy.later] == [("Notes", 1)]
    assert copy.reasons == ()
    assert {place.words: place.count for place in copy.searched}["Notes"] == 1
    pages = " ".join(pages_of(copy).split())
    assert "Nothing is marked as withheld in this copy." in pages
    assert "One entry was written down only after that day, and is not in it." in pages
    assert "No exemption is used for it: you can ask for it again" in pages
    assert "They count one entry that was written down only after you asked" in pages
    assert note.reference not in pages
    leave_out(access, CaseNoteFactory(case=case, people=[amelia]), dpo)
    pages = " ".join(pages_of(copy_for(access).disclosed).split())
    assert "2 entries were written down only after that day, and are not in it." in pages


# --- The workbench -------------------------------------------------------------------------------


def test_the_list_says_how_many_came_later_and_shows_only_these(dpo_client, access, old, note):
    address = reverse("sar:items", args=[access.reference])
    page = dpo_client.get(address)
    later = [row for row in page.context["items"].page if row.later]
    assert len(later) == page.context["items"].later
    said = text(page)
    assert f"{len(later)} items were written down here after the request came" in said
    assert said.count("Written down here on") == len(later)
    only = dpo_client.get(address, {"written": "later"})
    shown = {row.item.record_id for row in only.context["items"].page if row.item.kind == "Note"}
    assert shown == {note.pk}
    assert "Show all items" in text(only)


def test_an_item_that_came_later_is_left_out_on_its_page_and_taken_back(dpo_client, access, note):
    address, form = item_address(access, note), item_address(access, note, "sar:item-not-held")
    assert form in dpo_client.get(address).content.decode()
    assert Exemption.NOT_HELD.label not in text(dpo_client.get(address)).replace(
        f"Leave it out: {Exemption.NOT_HELD.label.lower()}", ""
    )
    for wrong, sentence in (
        ({}, "Make sure first"),
        ({"is_certain": "on"}, "How you know that we did not hold it then"),
    ):
        refused = dpo_client.post(form, {"how_known": "", **wrong})
        assert refused.status_code == 422
        assert sentence in text(refused)
    kept = dpo_client.post(form, {"how_known": "Asked Dean."})
    assert "Asked Dean." in kept.content.decode()
    sent = {"how_known": "Asked Dean.", "is_certain": "on"}
    assert dpo_client.post(form, sent)["Location"] == address
    said = text(dpo_client.get(address))
    assert "Left out: not held when the request came" in said
    assert "says that they can ask for it again" in said
    assert dpo_client.post(form, sent).status_code == 422
    undo = item_address(access, note, "sar:item-undo")
    dpo_client.post(undo, {"decision": Withholding.objects.get().pk})
    assert "Leave it out" in text(dpo_client.get(address))


def test_an_item_that_stood_here_has_no_such_page(dpo_client, access, old):
    form = item_address(access, old, "sar:item-not-held")
    assert form not in dpo_client.get(item_address(access, old)).content.decode()
    for answer in (
        dpo_client.get(form),
        dpo_client.post(form, {"how_known": "Asked.", "is_certain": "on"}),
    ):
        assert answer.status_code == 409
        assert "it is a part of the answer" in text(answer)
    assert not Withholding.objects.exists()


def test_what_came_later_is_no_reason_among_the_exemptions(dpo_client, access, note):
    answer = dpo_client.post(
        item_address(access, note),
        {"field": "whole item", "exemption": Exemption.NOT_HELD, "factors": "It came later."},
    )
    assert answer.status_code == 422
    assert not Withholding.objects.exists()


def test_gathering_a_person_says_when_each_item_was_written(note, amelia):
    written = [one.written for one in gather(amelia).items if one.source == "cases.CaseNote"]
    assert written == [note.recorded_at]
