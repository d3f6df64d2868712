"""The pages of requests, as whoever opens them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import EntryValue
from audit.verbs import Verb
from core.errors import Refused
from sar.actions.pack import sign_off, stop_for_leaks
from sar.actions.release import release
from sar.building import build_pack
from sar.exemptions import Exemption
from sar.kinds import HowEstablished, Kind
from sar.leaks import Leak
from sar.models import BuiltPack, LeakFinding, RightsRequest, SignOff, Withholding
from sar.pack.gather import gather
from sar.workflow import PackStatus, RequestStatus
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import change
from tests.factories.cases import (
    BarringFactory,
    CaseNoteFactory,
    PassageFactory,
    PersonFactory,
    ServiceMemberFactory,
)
from tests.factories.sar import (
    BuiltPackFactory,
    EvidenceSeenFactory,
    RequestLetterFactory,
    RightsRequestFactory,
    SearchFactory,
    WithholdingFactory,
    signed_off,
)
from tests.sar.conftest import BACKEND

pytestmark = pytest.mark.django_db


def day(name, when):
    return {f"{name}_0": when.day, f"{name}_1": when.month, f"{name}_2": when.year}


def typed(**given):
    return {
        "kinds": ["access"],
        "person": "",
        "about_name": "",
        "requester": "person",
        "requester_name": "",
        "channel": "phone",
        **day("received_on", timezone.localdate()),
        "asked": "Everything, please.",
        "reach_by": "Ring before noon.",
        "answer_format": "pdf",
        **given,
    }


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- Taking one in -------------------------------------------------------------------------------


def test_a_worker_takes_a_request_in(worker_client, worker, case, amelia):
    ServiceMemberFactory(user=worker, service=case.service)
    page = worker_client.get(reverse("sar:request-add"), {"person": amelia.reference})
    assert f'value="{amelia.reference}"' in page.content.decode()
    answer = worker_client.post(reverse("sar:request-add"), typed(person=amelia.reference))
    recorded = RightsRequest.objects.get()
    assert answer["Location"] == reverse("sar:request", args=[recorded.reference])
    assert (recorded.person, recorded.recorded_by, recorded.kind) == (amelia, worker, Kind.ACCESS)
    page = worker_client.get(answer["Location"])
    assert "One month from" in text(page)
    assert "What you can do now" not in text(page)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"person": "P-999999"}, "No person with this reference is known to you"),
        ({}, "or write down who they say they are"),
        (
            {"about_name": "Mo", **day("received_on", timezone.localdate() + timedelta(days=1))},
            "This day has not come yet",
        ),
        ({"about_name": "Mo", "requester": "parent"}, "Give the name of whoever asks"),
        ({"about_name": "Mo", "asked": ""}, "Fill in"),
        (
            {"about_name": "Mo", **day("received_on", timezone.localdate().replace(year=1999))},
            "1999",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(worker_client, wrong, sentence):
    answer = worker_client.post(reverse("sar:request-add"), typed(**{"asked": "The lot.", **wrong}))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Ring before noon." in answer.content.decode()
    assert not RightsRequest.objects.exists()


def test_a_person_of_another_service_is_not_found_and_the_attempt_is_logged(worker_client, worker):
    other = PersonFactory()
    with entries_since() as entries:
        answer = worker_client.post(
            reverse("sar:request-add"), typed(person=other.reference, about_name="")
        )
    assert answer.status_code == 422
    assert [(e.verb, e.people) for e in entries] == [("look.refused", [other.pk])]


def test_somebody_without_a_role_takes_none_in(client):
    client.force_login(UserFactory(roles=[]), backend=BACKEND)
    for method in (client.get, client.post):
        with entries_since() as entries:
            assert method(reverse("sar:request-add")).status_code == 403
        assert [e.verb for e in entries] == ["look.refused"]
    assert client.get(reverse("sar:requests")).status_code == 403


# --- Lists ---------------------------------------------------------------------------------------


def test_the_list_is_by_deadline_with_those_that_stand_still_last(dpo_client):
    later = RightsRequestFactory(received_on=timezone.localdate() - timedelta(days=3))
    late = RightsRequestFactory(received_on=timezone.localdate() - timedelta(days=60))
    waiting = RightsRequestFactory(received_on=timezone.localdate() - timedelta(days=90))
    with entries_since() as entries:
        page = dpo_client.get(reverse("sar:requests"))
    rows = [row.request for row in page.context["page"]]
    assert rows == [waiting, late, later]
    assert {(e.verb, *e.people) for e in entries} == {
        ("request.listed", one.person_id) for one in rows
    }
    assert "days late" in text(page)
    assert "days left" in text(page)


def test_answered_requests_are_a_list_of_their_own(dpo_client, dpo):
    RightsRequestFactory(
        status=RequestStatus.REFUSED,
        refused_at=timezone.now(),
        refused_by=dpo,
        refusal_reasons="Repeated.",
    )
    assert "No requests here" in text(dpo_client.get(reverse("sar:requests")))
    page = dpo_client.get(reverse("sar:requests"), {"status": "answered"})
    assert "Refused" in text(page)


def queries(client, address):
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return len(context)


def test_queries_of_the_list_do_not_grow(dpo_client):
    def more():
        EvidenceSeenFactory(request=RightsRequestFactory())

    more()
    dpo_client.get(reverse("sar:requests"))
    one = queries(dpo_client, reverse("sar:requests"))
    for _ in range(29):
        more()
    assert queries(dpo_client, reverse("sar:requests")) == one


# --- One request ---------------------------------------------------------------------------------


def test_a_look_at_a_request_is_logged_with_its_person(dpo_client, dpo, access):
    with entries_since() as entries:
        page = dpo_client.get(access.get_absolute_url())
    assert [(e.verb, e.by_id, e.people, e.purpose) for e in entries] == [
        ("request.read", dpo.pk, [access.person_id], "rights request")
    ]
    assert "What you can do now" in text(page)
    assert "It is not established yet who asks" in text(page)


def test_somebody_elses_request_does_not_exist(client, access):
    client.force_login(UserFactory(roles=[Role.CASEWORKER]), backend=BACKEND)
    with entries_since() as entries:
        assert client.get(access.get_absolute_url()).status_code == 404
    assert [(e.verb, e.people) for e in entries] == [("look.refused", [access.person_id])]


def test_whoever_took_it_in_reads_it_and_pulls_no_lever(worker_client, access):
    assert worker_client.get(access.get_absolute_url()).status_code == 200
    for name in ("acknowledge", "identity-seen", "build", "release", "refuse"):
        address = reverse("sar:request-lever", args=[access.reference, name])
        for method in (worker_client.get, worker_client.post):
            with entries_since() as entries:
                assert method(address).status_code == 403
            assert [e.verb for e in entries] == ["look.refused"]
    access.refresh_from_db()
    assert access.status == RequestStatus.RECEIVED


LEVERS = {
    "acknowledge": {},
    "identity-asked": {"because": "Another voice.", **day("asked_on", timezone.localdate())},
    "identity-seen": {
        "how": HowEstablished.KNOWN,
        "seen_by": "officer@charity.example",
        **day("seen_on", timezone.localdate()),
    },
    "clarification-asked": {"question": "Which years?", **day("asked_on", timezone.localdate())},
    "extend": {
        "ground": "complexity",
        "reasons": "Nine years.",
        "how": "told",
        **day("notice_sent_on", timezone.localdate()),
    },
    "build": {},
    "refuse": {"reasons": "Repeated."},
}


@pytest.fixture
def officer(dpo):
    type(dpo).objects.filter(pk=dpo.pk).update(email="officer@charity.example")
    dpo.refresh_from_db()
    return dpo


@pytest.mark.parametrize("name", LEVERS)
def test_each_lever_has_its_page_and_does_its_verb(dpo_client, officer, access, name):
    address = reverse("sar:request-lever", args=[access.reference, name])
    assert dpo_client.get(address).status_code == 200
    with entries_since() as entries:
        answer = dpo_client.post(address, LEVERS[name])
    there = (
        BuiltPack.objects.get().get_absolute_url() if name == "build" else access.get_absolute_url()
    )
    assert answer["Location"] == there
    assert [e.verb for e in entries][:1] == ["request.read"]
    assert len(entries) == 2
    assert dpo_client.get(access.get_absolute_url()).status_code == 200


def test_a_lever_that_is_incomplete_keeps_what_was_typed(dpo_client, access):
    address = reverse("sar:request-lever", args=[access.reference, "extend"])
    answer = dpo_client.post(
        address, {"reasons": "Nine years of it.", **day("notice_sent_on", timezone.localdate())}
    )
    assert answer.status_code == 422
    assert "Nine years of it." in answer.content.decode()


def test_a_refusal_of_the_verb_stands_on_the_form(dpo_client, access):
    long_ago = RightsRequestFactory(received_on=timezone.localdate() - timedelta(days=80))
    address = reverse("sar:request-lever", args=[long_ago.reference, "extend"])
    answer = dpo_client.post(
        address,
        {
            "ground": "number",
            "reasons": "Nine.",
            "how": "told",
            **day("notice_sent_on", timezone.localdate()),
        },
    )
    assert answer.status_code == 422
    assert "is too late" in text(answer)


def test_a_lever_that_cannot_be_pulled_now_says_so(dpo_client, access):
    address = reverse("sar:request-lever", args=[access.reference, "release"])
    answer = dpo_client.get(address)
    assert answer.status_code == 409
    assert "cannot be done" in text(answer)
    assert (
        dpo_client.get(
            reverse("sar:request-lever", args=[access.reference, "nonsense"])
        ).status_code
        == 404
    )


# --- What is held, and what is withheld ----------------------------------------------------------


def item_address(request, note, name="sar:item"):
    item = next(
        i for i in gather(request.person).items if i.record_id == note.pk and "Note" in i.kind
    )
    return reverse(name, args=[request.reference, item.key])


def test_the_items_are_for_the_officer_and_logged(dpo_client, worker, access, note):
    with entries_since() as entries:
        page = dpo_client.get(reverse("sar:items", args=[access.reference]))
    assert [(e.verb, e.people) for e in entries] == [("request.items-listed", [access.person_id])]
    assert "0 of 5 checked" in text(page)
    dpo_client.force_login(worker, backend=BACKEND)
    with entries_since() as entries:
        assert dpo_client.get(reverse("sar:items", args=[access.reference])).status_code == 403
        assert dpo_client.get(item_address(access, note)).status_code == 403
    assert [e.verb for e in entries] == ["look.refused", "look.refused"]


def test_items_can_be_narrowed(dpo_client, access, note):
    address = reverse("sar:items", args=[access.reference])
    page = dpo_client.get(address, {"section": "Case notes"})
    assert [row.item.kind for row in page.context["items"].page] == ["Note"]
    dpo_client.post(item_address(access, note, "sar:item-check"))
    page = dpo_client.get(address, {"show": "undecided"})
    assert "Note" not in {row.item.kind for row in page.context["items"].page}
    assert dpo_client.get(address, {"section": "nonsense"}).status_code == 200


def withhold(client, address, **given):
    return client.post(
        address,
        {
            "field": "body",
            "quote": "Mrs Quill",
            "exemption": Exemption.THIRD_PARTY,
            "factors": "She has not agreed.",
            **given,
        },
    )


def test_a_passage_is_withheld_and_taken_back(dpo_client, access, note):
    address = item_address(access, note)
    assert withhold(dpo_client, address)["Location"] == address
    decision = Withholding.objects.get()
    assert (decision.quote, decision.told, decision.undone_at) == ("Mrs Quill", True, None)
    page = text(dpo_client.get(address))
    assert "Withheld, in one place." in page
    assert "[withheld: It is about somebody else, who has a right to privacy as well.]" in page
    undo = item_address(access, note, "sar:item-undo")
    assert dpo_client.post(undo, {"decision": decision.pk})["Location"] == address
    decision.refresh_from_db()
    assert decision.undone_by is not None
    assert dpo_client.post(undo, {"decision": decision.pk}).status_code == 409


def test_a_passage_that_occurs_twice_is_withheld_twice_and_that_is_said(
    dpo_client, access, case, amelia
):
    note = CaseNoteFactory(case=case, people=[amelia], body="Mrs Quill rang.\r\nMrs Quill came.")
    address = item_address(access, note)
    withhold(dpo_client, address)
    assert "Withheld, in 2 places." in text(dpo_client.get(address))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"quote": "Mrs Nobody"}, "These words do not stand in “Note” of this item"),
        ({"quote": ""}, "Copy the passage from the text"),
        ({"factors": ""}, "Fill in “What you weighed”"),
        ({"exemption": ""}, "Choose an answer to “Why the law allows it”"),
        ({"field": "happened_at"}, "Choose one of the answers"),
        ({"silent": "on"}, "does not allow us to be silent"),
        ({"field": "whole item"}, "Leave this empty"),
    ],
)
def test_what_cannot_be_withheld_is_said(dpo_client, access, note, wrong, sentence):
    answer = withhold(dpo_client, item_address(access, note), **wrong)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Withholding.objects.exists()


def test_a_whole_item_is_withheld_in_silence_where_the_law_allows(dpo_client, access, note):
    address = item_address(access, note)
    answer = withhold(
        dpo_client, address, field="whole item", quote="", exemption=Exemption.CRIME, silent="on"
    )
    assert answer["Location"] == address
    assert Withholding.objects.get().told is False
    assert "Nothing of it, and nothing is said about it." in text(dpo_client.get(address))


def test_checking_leads_to_the_next_item_until_all_are_checked(dpo_client, access, note):
    address = reverse("sar:items", args=[access.reference])
    first = dpo_client.get(address).context["items"].page[0].item
    here = reverse("sar:item-check", args=[access.reference, first.key])
    for _ in range(4):
        there = dpo_client.post(here)["Location"]
        assert re.fullmatch(rf"{address}[0-9a-f]{{16}}/", there)
        here = f"{there}check/"
    assert dpo_client.post(here)["Location"] == address
    assert "5 of 5 checked" in text(dpo_client.get(address))


def test_an_item_that_is_not_theirs_does_not_exist(dpo_client, access, note):
    assert dpo_client.get(reverse("sar:item", args=[access.reference, "0" * 16])).status_code == 404


def test_a_passage_lost_from_its_text_is_shown_as_lost(dpo_client, access, note):
    WithholdingFactory(
        request=access,
        source="cases.CaseNote",
        record_id=note.pk,
        field="body",
        quote="gone",
    )
    assert "Not found in the text any more" in text(dpo_client.get(item_address(access, note)))


def test_a_source_that_fails_is_a_sentence_and_shows_nothing(dpo_client, access, note, monkeypatch):
    def broken(self):
        raise ValueError

    monkeypatch.setattr("cases.models.CaseNote.source_in_words", property(broken))
    answer = dpo_client.get(reverse("sar:names", args=[access.reference]))
    assert answer.status_code == 409
    assert "could not be gathered" in text(answer)
    # The list of items reads no words of theirs.
    assert dpo_client.get(reverse("sar:items", args=[access.reference])).status_code == 200


def test_what_a_note_holds_is_shown_as_letters(dpo_client, access, case, amelia):
    note = CaseNoteFactory(case=case, people=[amelia], body="<script>alert(1)</script>")
    assert "&lt;script&gt;alert" in dpo_client.get(item_address(access, note)).content.decode()


# --- Packs ---------------------------------------------------------------------------------------


def pack_address(pack, name="sar:pack"):
    return reverse(name, args=[pack.request.reference, pack.name])


def test_progress_asks_for_itself_until_it_is_done(dpo_client, access, note, quick_print):
    pack = BuiltPackFactory(request=access)
    with entries_since() as entries:
        page = dpo_client.get(pack_address(pack)).content.decode()
        part = dpo_client.get(pack_address(pack, "sar:pack-progress")).content.decode()
    assert entries == []
    assert pack_address(pack, "sar:pack-progress") in page
    assert "hx-get" in part
    assert "<html" not in part
    assert "Amelia" not in page
    build_pack(pack.pk)
    part = dpo_client.get(pack_address(pack, "sar:pack-progress")).content.decode()
    assert "hx-get" not in part
    assert pack_address(pack, "sar:pack-file") in part


def test_a_conflict_of_interest_closes_the_pack_by_every_address(dpo_client, dpo, access):
    pack = BuiltPackFactory(request=access)
    assert dpo_client.get(pack_address(pack)).status_code == 200
    BarringFactory(user=dpo, person=access.person)
    for name in ("pack", "pack-progress", "pack-file", "pack-encrypted", "pack-leaks"):
        with entries_since() as entries:
            answer = dpo_client.get(pack_address(pack, f"sar:{name}"))
        assert answer.status_code == 404, name
        assert [(e.verb, e.people) for e in entries] == [("look.refused", [access.person.pk])], name


def test_a_conflict_of_interest_closes_letters_and_searches(dpo_client, dpo, access):
    letter, search = RequestLetterFactory(request=access), SearchFactory(request=access)
    addresses = [
        reverse("sar:letter", args=[letter.reference]),
        reverse("sar:letter-text", args=[letter.reference]),
        reverse("sar:search", args=[access.reference, search.place.slug]),
    ]
    assert {dpo_client.get(address).status_code for address in addresses} == {200}
    BarringFactory(user=dpo, person=access.person)
    for address in addresses:
        with entries_since() as entries:
            assert dpo_client.get(address).status_code == 404
        assert [(e.verb, e.people) for e in entries] == [("look.refused", [access.person.pk])]


def test_a_failed_pack_says_why(dpo_client, access):
    pack = BuiltPackFactory(
        request=access, status=PackStatus.FAILED, failure="“Notes” could not be gathered."
    )
    assert "“Notes” could not be gathered." in text(dpo_client.get(pack_address(pack)))
    with entries_since() as entries:
        assert dpo_client.get(pack_address(pack, "sar:pack-file")).status_code == 403
    assert [e.verb for e in entries] == ["look.refused"]


def fetched(client, pack):
    response = client.get(pack_address(pack, "sar:pack-file"))
    content = b"".join(response.streaming_content)
    return response, content


def test_the_draft_is_handed_over_before_release_and_the_final_one_after(
    dpo_client, dpo, access, note, quick_print
):
    EvidenceSeenFactory(request=access)
    pack = BuiltPackFactory(request=access)
    build_pack(pack.pk)
    with entries_since() as entries:
        response, content = fetched(dpo_client, pack)
    assert content.endswith(b"% draft")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        f'attachment; filename="{access.reference}-your-information-not-released.pdf"'
    )
    assert response["Cache-Control"] == "private, no-store"
    assert [(e.verb, e.people) for e in entries] == [("pack.read", [access.person_id])]
    access.refresh_from_db()
    signed_off(access)
    release(request=access, by=dpo)
    response, content = fetched(dpo_client, pack)
    assert content.endswith(b"% final")
    assert response["Content-Disposition"] == (
        f'attachment; filename="{access.reference}-your-information.pdf"'
    )


def test_nobody_else_reads_a_pack_or_its_progress(worker_client, access, note, quick_print):
    pack = BuiltPackFactory(request=access)
    build_pack(pack.pk)
    for name in ("sar:pack", "sar:pack-progress", "sar:pack-file"):
        with entries_since() as entries:
            assert worker_client.get(pack_address(pack, name)).status_code == 404
        assert [(e.verb, e.people) for e in entries] == [("look.refused", [access.person_id])]


def test_a_file_that_is_gone_is_a_sentence(dpo_client, access, note, quick_print, settings):
    pack = BuiltPackFactory(request=access)
    build_pack(pack.pk)
    settings.MEDIA_ROOT = settings.MEDIA_ROOT / "elsewhere"
    answer = dpo_client.get(pack_address(pack, "sar:pack-file"))
    assert answer.status_code == 409
    assert "is not where it was stored" in text(answer)


def test_release_is_confirmed_by_typing_the_reference(dpo_client, access, note, quick_print):
    EvidenceSeenFactory(request=access)
    build_pack(BuiltPackFactory(request=access).pk)
    address = reverse("sar:request-lever", args=[access.reference, "release"])
    assert dpo_client.get(address).status_code == 409
    signed_off(access)
    typed = access.reference.lower()
    assert dpo_client.post(address, {"confirm": "Q-1", "read": "on"}).status_code == 422
    unread = dpo_client.post(address, {"confirm": typed})
    assert unread.status_code == 422
    assert "Read the whole pack first" in text(unread)
    assert dpo_client.post(address, {"confirm": typed, "read": "on"}).status_code == 302
    access.refresh_from_db()
    assert access.status == RequestStatus.RELEASED
    assert "Released" in text(dpo_client.get(access.get_absolute_url()))


UNOPENED = "You have not opened this pack yet"
OLDER = "This signature is of an older file and no longer counts"


def test_a_second_person_reads_the_pack_and_signs_the_very_file(client, access, note, quick_print):
    EvidenceSeenFactory(request=access)
    build_pack(BuiltPackFactory(request=access).pk)
    lever = reverse("sar:request-lever", args=[access.reference, "sign-off"])
    second = UserFactory(full_name="Mo Lee", roles=[Role.SAFEGUARDING_LEAD])
    client.force_login(second, backend=BACKEND)
    page = client.get(access.get_absolute_url())
    assert "Sign off as the second person" in text(page)
    assert "Check what is held" not in text(page)
    assert UNOPENED in text(page)
    pack = access.packs.get()
    assert pack_address(pack, "sar:pack-file") in page.content.decode()
    sha256 = pack.final_sha256
    before = client.get(lever)
    assert sha256 in before.content.decode()
    assert UNOPENED in text(before)
    assert pack_address(pack, "sar:pack-file") in before.content.decode()
    given = {"read": "on", "sha256": sha256, "remarks": "Each note."}
    with entries_since() as entries:
        unopened = client.post(lever, given)
    assert unopened.status_code in {409, 422}
    assert "Download it from the page of the request" in text(unopened)
    assert "Each note." in text(unopened)
    assert Verb.PACK_SIGNED_OFF not in {one.verb for one in entries}
    assert fetched(client, pack)[1].endswith(b"% draft")
    for address in (access.get_absolute_url(), lever):
        assert UNOPENED not in text(client.get(address))
    assert client.post(lever, {"sha256": sha256}).status_code == 422
    answer = client.post(lever, {"read": "on", "sha256": "0" * 64})
    assert "was built again meanwhile" in text(answer)
    assert client.post(lever, given).status_code == 302
    page = text(client.get(access.get_absolute_url()))
    assert "Signed off by Mo Lee" in page
    assert OLDER not in page


def test_a_signature_that_was_overtaken_says_that_it_counts_no_more(
    dpo_client, dpo, access, note, quick_print
):
    EvidenceSeenFactory(request=access)
    build_pack(BuiltPackFactory(request=access).pk)
    signed_off(access)
    desk = reverse("admin:sar_rightsrequest_change", args=[access.pk])
    addresses = (access.get_absolute_url(), desk)
    for address in addresses:
        page = text(dpo_client.get(address))
        assert "Signed off by" in page
        assert OLDER not in page
    withheld = WithholdingFactory(request=access, source="cases.CaseNote", record_id=note.pk)
    change(access, status="in_progress")
    for address in addresses:
        assert OLDER in text(dpo_client.get(address))
    change(withheld, undone_at=timezone.now(), undone_by=dpo)
    build_pack(BuiltPackFactory(request=access).pk)
    for address in addresses:
        assert text(dpo_client.get(address)).count(OLDER) == 1
    signed_off(access)
    for address in addresses:
        page = text(dpo_client.get(address))
        assert (page.count("Signed off by"), page.count(OLDER)) == (2, 1)
    release(request=RightsRequest.objects.get(pk=access.pk), by=dpo)
    assert text(dpo_client.get(access.get_absolute_url())).count(OLDER) == 1


def test_pages_that_no_program_could_read_are_named_and_looked_at_before_they_are_signed(
    client, access, note, quick_print
):
    EvidenceSeenFactory(request=access)
    build_pack(BuiltPackFactory(request=access).pk)
    pack = access.packs.get()
    assert pack.unread_pages == []
    change(pack, unread_pages=[2, 3, 4, 9])
    said = "Pages 2 to 4 and 9 are pictures, and no program on this computer could read what stands there."
    lever = reverse("sar:request-lever", args=[access.reference, "sign-off"])
    second = UserFactory(full_name="Mo Lee", roles=[Role.SAFEGUARDING_LEAD])
    client.force_login(second, backend=BACKEND)
    fetched(client, pack)
    for address in (access.get_absolute_url(), lever):
        assert said in text(client.get(address))
    given = {"read": "on", "sha256": pack.final_sha256, "remarks": "Each note."}
    refused = client.post(lever, given)
    assert refused.status_code == 422
    assert "Look at each of the pages that are pictures" in text(refused)
    assert "Each note." in text(refused)
    with pytest.raises(Refused, match="Pages 2 to 4 and 9 are pictures"):
        sign_off(request=access, sha256=pack.final_sha256, by=second)
    assert client.post(lever, {**given, "has_seen_pictures": "on"}).status_code == 302
    assert SignOff.objects.get().unread_pages == [2, 3, 4, 9]


def test_what_was_found_in_a_pack_is_shown_and_cleared(dpo_client, access, note, quick_print, dpo):
    pack = BuiltPackFactory(request=access)
    leak = Leak("Mrs Quill", "a comment", 3, "it is withheld", "Case notes: Note N-000001")
    stop_for_leaks(pack=pack, leaks=[leak], by=dpo)
    address = pack_address(pack, "sar:pack-leaks")
    assert address in dpo_client.get(access.get_absolute_url()).content.decode()
    assert "“Mrs Quill” a comment (page 3, in “Case notes: Note N-000001”) it is withheld" in text(
        dpo_client.get(address)
    )
    number = LeakFinding.objects.get().pk
    assert dpo_client.post(address, {"finding": number, "reason": ""}).status_code == 422
    given = {"finding": number, "reason": "The bird, not the neighbour."}
    assert dpo_client.post(address, given).status_code == 302
    page = text(dpo_client.get(address))
    assert "Nothing left to clear" in page
    assert "The bird, not the neighbour." in page
    build_pack(pack.pk)
    pack.refresh_from_db()
    assert pack.is_built
    client = Client()
    client.force_login(UserFactory(roles=[Role.CASEWORKER]), backend=BACKEND)
    assert client.get(address).status_code == 404


def test_without_the_log_nothing_is_shown(dpo_client, access, note, log_broken):
    for address in (
        access.get_absolute_url(),
        reverse("sar:requests"),
        reverse("sar:items", args=[access.reference]),
    ):
        answer = dpo_client.get(address)
        assert answer.status_code == 503
        assert "Amelia" not in answer.content.decode()
    assert not EntryValue.objects.exists()


def test_what_was_marked_in_a_note_is_proposed_and_somebody_decides(
    dpo_client, worker, access, note
):
    start = note.body.index("Mrs Quill")
    PassageFactory(note=note, start=start, end=start + 9, kind="third_party", recorded_by=worker)
    address = item_address(access, note)
    page = text(dpo_client.get(address))
    assert "Marked when it was written: about somebody else" in page
    assert "Mrs Quill" in page
    in_the_box = re.compile(r">\s*Mrs Quill</textarea>")
    assert not in_the_box.search(dpo_client.get(address).content.decode())
    proposed = dpo_client.get(f"{address}?proposal=1").content.decode()
    assert in_the_box.search(proposed)
    # By its address, so that the browser does not come back to the box and pass over what is said above.
    assert f'action="{address}"' in proposed
    assert not Withholding.objects.exists()
    withhold(dpo_client, address)
    assert "?proposal=1" not in dpo_client.get(address).content.decode()
