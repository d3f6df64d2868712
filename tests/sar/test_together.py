"""Two people at one pack: what they write to each other, where each goes on, and nothing lost between them."""

import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.actions.notices import read_all_notices
from accounts.models import Notice, User
from accounts.roles import Role
from audit.verbs import Verb
from cases.actions.drafts import keep_draft
from cases.models import Person
from cases.written import Sheet
from core.errors import LogUnavailable, Refused
from sar.actions import withholding
from sar.actions.item_notes import note_on_item
from sar.actions.pack import ask_for_pack, sign_off
from sar.building import build_pack
from sar.checked import overtaken_checks
from sar.exemptions import Exemption
from sar.models import ItemCheck, ItemNote, RightsRequest, Withholding
from sar.pack.copy import copy_for
from sar.pack.gather import gather
from sar.pack.redact import PassageMissing
from sar.workflow import RequestStatus
from tests.cases.test_cases_races import at_once
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import note as entry
from tests.factories.cases import BarringFactory, CaseNoteFactory
from tests.factories.sar import BuiltPackFactory, EvidenceSeenFactory
from tests.sar.conftest import BACKEND

pytestmark = pytest.mark.django_db

WHY = {"exemption": "third_party", "factors": "She has not agreed."}


@pytest.fixture
def second(db):
    return UserFactory(full_name="Ada Lovell", roles=[Role.DPO])


@pytest.fixture
def second_client(second):
    return signed_in(second)


@pytest.fixture
def lead_client(db):
    return signed_in(UserFactory(full_name="Lee Moss", roles=[Role.SAFEGUARDING_LEAD]))


def signed_in(user):
    """A browser of their own."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def item_of(request, note):
    return next(
        item
        for item in gather(request.person).items
        if (item.source, item.record_id) == ("cases.CaseNote", note.pk)
    )


def at(name, request, note):
    return reverse(f"sar:{name}", args=[request.reference, item_of(request, note).key])


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def built(request, by):
    """The request once a pack of it has been asked for and built."""
    build_pack(ask_for_pack(request=request, by=by).pk)
    request.refresh_from_db()
    return request


def seen_on(page):
    return re.search(r'name="seen" value="([^"]*)"', page.content.decode())[1]


def test_a_note_is_written_once_refused_without_trace_and_undone_without_the_log(
    access, note, dpo, request
):
    item = item_of(access, note)
    given = {"request": access, "item": item, "words": "Is Mrs Quill a carer? ", "by": dpo}
    with entries_since() as entries:
        note_on_item(**given)
    assert [(one.verb, one.people) for one in entries] == [(Verb.ITEM_NOTED, [access.person_id])]
    for wrong in ({}, {"words": " \n"}):
        with entries_since() as entries, pytest.raises(Refused):
            note_on_item(**{**given, **wrong})
        assert entries == []
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        note_on_item(**{**given, "words": "Another."})
    assert [one.words for one in ItemNote.objects.all()] == ["Is Mrs Quill a carer?"]


def test_the_database_takes_no_empty_note(access, note, dpo):
    entry()
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemNote.objects.create(
            request=access, source="cases.CaseNote", record_id=note.pk, words=" ", recorded_by=dpo
        )


@pytest.mark.usefixtures("quick_print")
def test_the_preparer_and_the_second_person_write_to_each_other_and_the_pack_stays(
    dpo_client, lead_client, worker, access, note
):
    worker_client = signed_in(worker)
    EvidenceSeenFactory(request=access)
    notes = reverse("sar:item-notes", args=[access.reference])
    # Whoever only checks sees it once there is something to check, a caseworker never.
    for client in (lead_client, worker_client):
        with entries_since() as entries:
            assert client.get(notes).status_code in {403, 404}
        assert [one.verb for one in entries] == [Verb.LOOK_REFUSED]
    build_pack(BuiltPackFactory(request=access).pk)
    page = dpo_client.get(at("item", access, note))
    form = dpo_client.get(re.search(r'href="([^"]*about=[^"]*)"', page.content.decode())[1])
    title = item_of(access, note).title
    assert f'value="{title}"' in form.content.decode()
    wrong = dpo_client.post(notes, {"item": "Note N-999999", "words": "Is she a carer?"})
    assert wrong.status_code == 422
    assert "Is she a carer?" in wrong.content.decode()
    assert dpo_client.post(notes, {"item": title, "words": "Is she a carer?"}).status_code == 302

    with entries_since() as entries:
        read = lead_client.get(notes)
    assert [one.verb for one in entries] == [Verb.ITEM_NOTES_READ]
    assert "Is she a carer?" in words(read)
    assert at("item", access, note) not in read.content.decode()
    answered = {"item": title.split()[-1].lower(), "words": "No, a neighbour."}
    assert lead_client.post(notes, answered).status_code == 302
    assert "No, a neighbour. Lee Moss" in words(dpo_client.get(at("item", access, note)))
    access.refresh_from_db()
    assert access.status == RequestStatus.READY
    assert "carer" not in str(copy_for(access).disclosed)
    assert worker_client.get(notes).status_code in {403, 404}


@pytest.mark.usefixtures("quick_print")
def test_the_other_one_is_told_once_and_sees_what_is_new(
    dpo, dpo_client, lead_client, worker, access, note
):
    lead = User.objects.get(full_name="Lee Moss")
    other = UserFactory(roles=[Role.SAFEGUARDING_LEAD])
    closed = UserFactory(roles=[Role.SAFEGUARDING_LEAD])
    BarringFactory(person=access.person, user=closed)
    notes = reverse("sar:item-notes", args=[access.reference])
    item = item_of(access, note)

    link = f"{access.get_absolute_url()}#notes"

    def told():
        return {(one.to, one.link) for one in Notice.objects.filter(read=None)}

    def new_for(client, at):
        return re.search(r"\((?:\d+, )?(\d+) new\)", words(client.get(at)))

    # Nobody checks it yet: whoever could is told, without a name, and may answer before it is built.
    for said in ("Is Mrs Quill a carer?", "And the police?"):
        note_on_item(request=access, item=item, words=said, by=dpo)
    assert told() == {(lead, link), (other, link)}
    assert {one.sentence for one in Notice.objects.all()} == {
        f"Somebody wrote to you about the pack of {access}."
    }
    page = access.get_absolute_url()
    assert new_for(lead_client, page)[1] == "2"
    assert new_for(dpo_client, page) is None
    assert words(lead_client.get(notes)).count(" New ") == 2
    assert new_for(lead_client, page) is None
    note_on_item(request=access, item=item, words="A neighbour.", by=lead)
    assert told() == {(lead, link), (other, link), (dpo, link)}
    assert new_for(dpo_client, reverse("sar:items", args=[access.reference]))[1] == "1"
    # Whoever wrote checks it: nobody else is asked any more.
    read_all_notices(by=other)
    note_on_item(request=access, item=item, words="Thank you.", by=dpo)
    assert (other, link) not in told()


def test_each_goes_on_where_they_left(dpo_client, second_client, access, case, amelia, note):
    later = CaseNoteFactory(case=case, people=[amelia], body="Later.")
    items = reverse("sar:items", args=[access.reference])
    assert "Go on where you left" not in words(dpo_client.get(items))
    order = [i.key for i in gather(access.person).items]
    dpo_client.post(at("item-check", access, note))
    following = order[(order.index(item_of(access, note).key) + 1) % len(order)]
    page = dpo_client.get(items).content.decode()
    assert re.search(rf'href="[^"]*{following}/">Go on where you left', page)
    assert "Go on where you left" not in words(second_client.get(items))
    second_client.post(at("item", access, later), {"field": "whole item", **WHY})
    assert "Go on where you left" in words(second_client.get(items))


def test_from_an_item_it_goes_to_those_that_nobody_has_checked(
    dpo_client, access, case, amelia, note
):
    """Forwards and backwards, with how many are left; of the short texts words are chosen as well."""
    later, _ = (
        CaseNoteFactory(case=case, people=[amelia], body=body) for body in ("Later.", "Last.")
    )
    keys = [one.key for one in gather(amelia).items]
    second, third = keys[1], keys[2]
    dpo_client.post(reverse("sar:item-check", args=[access.reference, second]))
    page = dpo_client.get(reverse("sar:item", args=[access.reference, third]))
    assert f"1 of {len(keys)} checked" in words(page)

    def leads_to(link):
        return re.search(rf'/items/([0-9a-f]+)/">{link}', page.content.decode())[1]

    assert leads_to("Previous item that nobody has checked") == keys[0]
    assert leads_to("Next item that nobody has checked") == keys[3]
    assert leads_to("Previous item<") == second
    short = dpo_client.get(at("item", access, later)).content.decode()
    assert 'data-selectable="body">' in short


def test_whoever_decides_on_what_they_no_longer_see_is_told(
    dpo_client, second_client, access, case, amelia, note
):
    here, check = at("item", access, note), at("item-check", access, note)
    seen = seen_on(dpo_client.get(here))
    passage = {"field": "body", "quote": "Mrs Quill", **WHY}
    assert second_client.post(here, passage).status_code == 302

    told = dpo_client.post(check, {"seen": seen})
    assert told.status_code == 409
    assert "Ada Lovell has decided about this entry since you opened it." in words(told)
    assert not ItemCheck.objects.exists()
    again = dpo_client.post(here, {**passage, "factors": "My own reason."})
    assert again.status_code == 422
    assert "This is withheld already, by Ada Lovell" in words(again)
    assert "My own reason." in again.content.decode()
    assert Withholding.objects.get().factors == "She has not agreed."

    # Of another item both go on at once, and what they read now can be checked.
    other = CaseNoteFactory(case=case, people=[amelia], body="The sister, Mrs Quill.")
    assert second_client.post(at("item", access, other), passage).status_code == 302
    assert dpo_client.post(check, {"seen": seen_on(dpo_client.get(here))}).status_code == 302
    assert Withholding.objects.count() == 2


def test_nobody_checks_what_they_have_not_read(dpo_client, access, amelia, note):
    item = next(one for one in gather(amelia).items if one.source == "cases.Person")
    here = reverse("sar:item", args=[access.reference, item.key])
    seen = seen_on(dpo_client.get(here))
    with transaction.atomic():
        entry()
        Person.objects.filter(pk=amelia.pk).update(preferred_name="Millie")
    told = dpo_client.post(f"{here}check/", {"seen": seen})
    assert told.status_code == 409
    assert "This entry says something else than when you opened it." in words(told)
    assert not ItemCheck.objects.exists()
    assert (
        dpo_client.post(f"{here}check/", {"seen": seen_on(dpo_client.get(here))}).status_code == 302
    )
    assert ItemCheck.objects.get().source == "cases.Person"


@pytest.mark.usefixtures("quick_print")
def test_what_was_checked_and_says_something_else_is_looked_at_again(
    dpo, dpo_client, second_client, access, case, amelia, note, worker
):
    """A draft that goes on, a detail put right and a note that is corrected, all after they were checked."""
    begun = {"case": case, "noun": "note", "token": uuid4(), "by": worker}
    sitting = uuid4()
    draft = keep_draft(**begun, typed={"body": ["Amelia rang."]}, sheet=Sheet(sitting, 0, 1))
    EvidenceSeenFactory(request=access, recorded_by=dpo)
    everything = [one.key for one in gather(amelia).items]
    for key in everything:
        dpo_client.post(reverse("sar:item-check", args=[access.reference, key]))
    items = reverse("sar:items", args=[access.reference])
    assert f"{len(everything)} of {len(everything)} checked" in words(dpo_client.get(items))
    assert built(access, dpo).status == RequestStatus.READY
    # Nothing that the building itself does makes anybody look again.
    assert not overtaken_checks(access)

    keep_draft(
        **begun,
        typed={"body": ["Amelia rang. Her sister Ivy uses drugs."]},
        sheet=Sheet(sitting, draft.version, 2),
    )
    with transaction.atomic():
        entry()
        Person.objects.filter(pk=amelia.pk).update(preferred_name="Millie")
    fixed = CaseNoteFactory(
        case=case,
        people=[amelia],
        body="Amelia sleeps.",
        corrects=note,
        correction_reason="Typed wrongly.",
    )
    left = len(everything) - 3
    page = words(dpo_client.get(items))
    assert f"{left} of {len(everything) + 1} checked" in page
    assert "3 items say something else than when they were checked." in page
    assert page.count("To be checked again") == 3
    undecided = words(dpo_client.get(f"{items}?show=undecided"))
    assert undecided.count("To be checked") == 4
    assert "Go on where you left" in page

    here = {
        one.source: reverse("sar:item", args=[access.reference, one.key])
        for one in gather(amelia).items
        if one.record_id != fixed.pk
    }
    shown = second_client.get(here["cases.Draft"])
    assert "Ruth Ellis checked this on" in words(shown)
    assert "it says something else since then" in words(shown)
    assert "Her sister Ivy uses drugs." in words(shown)
    assert "checked this on" not in words(second_client.get(here["cases.Case"]))

    # A build does not make it ready, and the page says why.
    assert built(access, dpo).status == RequestStatus.IN_PROGRESS
    told = words(dpo_client.get(access.get_absolute_url()))
    assert "an entry says something else than when it was checked" in told
    assert (
        "says something else than when it was checked, and so do 2 more."
        in copy_for(access).why_not
    )
    with pytest.raises(Refused, match="has to be built again"):
        sign_off(request=access, sha256=access.packs.first().final_sha256, by=worker)

    for at_hand in ("cases.Draft", "cases.Person", "cases.CaseNote"):
        seen = seen_on(second_client.get(here[at_hand]))
        assert second_client.post(f"{here[at_hand]}check/", {"seen": seen}).status_code == 302
    again = ItemCheck.objects.get(source="cases.Draft")
    assert (again.recorded_by.full_name, ItemCheck.objects.count()) == ("Ada Lovell", left + 3)
    assert "say something else" not in words(dpo_client.get(items))
    assert built(access, dpo).status == RequestStatus.READY


@pytest.mark.usefixtures("quick_print")
def test_what_is_withheld_whole_need_not_be_looked_at_again(dpo, dpo_client, access, amelia):
    item = next(one for one in gather(amelia).items if one.source == "cases.Person")
    withholding.check_item(request=access, item=item, by=dpo)
    withholding.withhold_item(request=access, item=item, by=dpo, **WHY)
    with transaction.atomic():
        entry()
        Person.objects.filter(pk=amelia.pk).update(preferred_name="Millie")
    page = words(dpo_client.get(reverse("sar:item", args=[access.reference, item.key])))
    assert "checked this on" not in page
    assert "something else" not in words(
        dpo_client.get(reverse("sar:items", args=[access.reference]))
    )
    assert built(access, dpo).status == RequestStatus.READY


def test_a_place_of_an_old_text_takes_no_other_words_out_of_the_new_one(
    dpo, dpo_client, access, case, worker
):
    """Neither its start nor its words: until somebody has looked, no pack can be made at all."""
    begun = {"case": case, "noun": "note", "token": uuid4(), "by": worker}
    sitting = uuid4()
    draft = keep_draft(**begun, typed={"body": ["Ivy told Ivy."]}, sheet=Sheet(sitting, 0, 1))
    item = next(one for one in gather(access.person).items if one.source == "cases.Draft")
    decided = {"request": access, "item": item, "field": "typed_in_words", "by": dpo, **WHY}
    here = withholding.withhold_passage(**decided, quote="Ivy", only_here=2)
    keep_draft(
        **begun, typed={"body": ["But Ivy told Ivy."]}, sheet=Sheet(sitting, draft.version, 2)
    )
    page = words(dpo_client.get(reverse("sar:item", args=[access.reference, item.key])))
    assert "Not found in the text any more: take this back and decide again." in page
    with pytest.raises(PassageMissing):
        copy_for(access)
    withholding.undo_withholding(withholding=here, by=dpo)
    assert copy_for(access)


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_none_is_lost_and_the_same_one_is_made_once(
    access, case, amelia, note, dpo, second
):
    other = CaseNoteFactory(case=case, people=[amelia], body="The sister, Mrs Quill.")
    items = {one.pk: item_of(access, one) for one in (note, other)}

    def withhold(of, by):
        return withholding.withhold_passage(
            request=RightsRequest.objects.get(),
            item=items[of.pk],
            field="body",
            quote="Mrs Quill",
            exemption=Exemption.THIRD_PARTY,
            factors=f"By {by}.",
            by=by,
        )

    done = at_once(lambda: withhold(note, dpo), lambda: withhold(other, second))
    assert {done["first"].recorded_by, done["second"].recorded_by} == {dpo, second}
    third = CaseNoteFactory(case=case, people=[amelia], body="Again Mrs Quill.")
    items[third.pk] = item_of(access, third)
    done = at_once(lambda: withhold(third, dpo), lambda: withhold(third, second))
    assert done["waited"]
    assert "This is withheld already, by Ruth Ellis" in str(done["second"])
    assert Withholding.objects.filter(undone_at=None).count() == 3
