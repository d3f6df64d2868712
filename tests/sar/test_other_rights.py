"""Rectification, recipients, erasure, objection, portability, reading together, and what holds destruction."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions.restrictions import restrict
from cases.models import CaseNote, Statement, Task
from cases.queries.timeline import timeline_of
from core.errors import LogUnavailable, Refused
from sar.actions import erasure, recipients, rectification, restricting
from sar.answering import recipients_in_words
from sar.models import ErasureItem, RecipientNotice, Rectification
from sar.pack.gather import gather
from sar.queries.holds import erasures_to_act_on, what_holds
from tests.cases.world import a_world, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import noted
from tests.factories.cases import (
    AgencyFactory,
    BarringFactory,
    CaseFactory,
    CaseNoteFactory,
    ContactPointFactory,
    PassageFactory,
    PersonFactory,
)
from tests.factories.consent import ShareFactory
from tests.factories.sar import EvidenceSeenFactory, RightsRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def dpo():
    return the(Role.DPO)


@pytest.fixture
def note(world):
    return CaseNoteFactory(case=world.case, people=[world.amelia], body="She missed three visits.")


def asks(world, kind):
    request = RightsRequestFactory(person=world.amelia, kind=kind, recorded_by=world.worker)
    request.refresh_from_db()
    return request


def sent(world, note, dpo):
    return rectification.send_to_service(
        request=asks(world, "rectification"),
        entry=note,
        says="It was one visit.",
        for_user=world.manager,
        by=dpo,
    )


class TestRectification:
    def test_it_goes_to_the_person_in_charge_restricted_meanwhile(self, world, note, dpo):
        made = sent(world, note, dpo)
        task = Task.objects.get(for_user=world.manager)
        assert task.link == made.get_absolute_url()
        assert world.amelia.full_name not in task.what
        assert timeline_of(cases=[world.case], reader=world.worker).object_list == []
        (item,) = timeline_of(cases=[world.case], reader=world.manager)
        assert item.text == "She missed three visits."

    def test_the_request_shows_what_became_of_it(self, world, note, dpo):
        made = sent(world, note, dpo)
        page = signed_in(dpo)
        before = page.get(made.request.get_absolute_url()).content.decode()
        assert made.get_absolute_url() in before
        assert "being checked" in before
        decide(made, "refused", world)
        assert "being checked" not in page.get(made.request.get_absolute_url()).content.decode()

    @pytest.mark.parametrize("who", ["worker", "dpo", "barred"])
    def test_it_goes_to_nobody_else(self, world, note, dpo, who):
        if who == "barred":
            BarringFactory(user=world.manager, person=world.joe)
        other = {"worker": world.worker, "dpo": dpo, "barred": world.manager}[who]
        request = asks(world, "rectification")
        says = "who may see this" if who == "barred" else f"Send it to {world.manager}"
        with entries_since() as entries, pytest.raises(Refused, match=says):
            rectification.send_to_service(
                request=request, entry=note, says="It was one.", for_user=other, by=dpo
            )
        assert (entries, Rectification.objects.count()) == ([], 0)
        address = f"/requests/{request.reference}/send-to-service/"
        given = {"entry": note.reference, "says": "It was one visit.", "for_user": other.pk}
        answer = signed_in(dpo).post(address, given)
        assert answer.status_code == 422
        assert "It was one visit." in answer.content.decode()

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ("N-999999", "There is no such entry."),
            ("nonsense", "There is no such entry."),
            ("P-999999", "There is no such entry."),
            ("person", "corrected on their own page"),
            ("case", "corrected on their own page"),
        ],
    )
    def test_only_an_entry_is_named_and_the_sentence_offers_nothing_else(
        self, world, note, dpo, typed, says
    ):
        request = asks(world, "rectification")
        named = {"person": world.amelia.reference, "case": world.case.reference}.get(typed, typed)
        address = f"/requests/{request.reference}/send-to-service/"
        given = {"entry": named, "says": "It was one visit.", "for_user": world.manager.pk}
        answer = signed_in(dpo).post(address, given)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert says in page
        assert "It was one visit." in page
        assert not any(offer in page for offer in ("P-000123", "C- for"))
        assert not Rectification.objects.exists()

    @pytest.mark.parametrize("also", ["case", "amelia"])
    def test_it_can_be_read_where_the_rest_is_restricted_for_them_too(self, world, note, dpo, also):
        of = getattr(world, also)
        placed = restrict(of=of, ground="accuracy", because="Disputed.", alerts_stay=True, by=dpo)
        sent(world, note, dpo)
        address = f"/casework/notes/{note.reference}/"
        assert signed_in(world.manager).get(address).status_code == 200
        assert placed.grants.get().reason == "consent"
        assert signed_in(world.worker).get(address).status_code == 403

    def test_it_is_not_sent_where_it_is_held_back_for_somebody_else(self, world, dpo):
        note = CaseNoteFactory(case=world.case, people=[world.amelia, world.joe], body="A visit.")
        restrict(of=world.joe, ground="accuracy", because="Disputed.", alerts_stay=True, by=dpo)
        with entries_since() as entries, pytest.raises(Refused, match="for somebody else as well"):
            sent(world, note, dpo)
        assert (entries, Rectification.objects.count()) == ([], 0)

    def test_it_is_corrected_by_a_new_version_and_the_old_one_is_kept(self, world, note, dpo):
        made = sent(world, note, dpo)
        with pytest.raises(Refused, match="no newer version"):
            decide(made, "corrected", world)
        manager = signed_in(world.manager)
        page = manager.get(made.get_absolute_url())
        assert "It was one visit." in page.content.decode()
        assert note.reference in page.content.decode()

    @pytest.mark.parametrize(
        ("outcome", "kind", "says"),
        [("completed", "completes", "They add"), ("refused", "disagrees", "They do not agree")],
    )
    def test_what_they_say_stands_beside_the_entry(self, world, note, dpo, outcome, kind, says):
        made = sent(world, note, dpo)
        decide(made, outcome, world, words="I was in hospital.")
        assert Statement.objects.get().kind == kind
        (item,) = timeline_of(cases=[world.case], reader=world.manager)
        assert (says, "I was in hospital.") in [(label, text) for label, text in item.facts]
        page = signed_in(world.manager).get(f"/casework/notes/{note.reference}/").content.decode()
        assert "I was in hospital." in page
        decided = signed_in(dpo).get(made.get_absolute_url()).content.decode()
        assert says in decided
        assert "I was in hospital." in decided
        items = gather(world.amelia).items
        assert "I was in hospital." in [
            one.value("words").text for one in items if one.source == "cases.Statement"
        ]

    def test_nobody_else_decides_it(self, world, note, dpo):
        made = sent(world, note, dpo)
        assert signed_in(world.worker).get(made.get_absolute_url()).status_code == 404
        answer = signed_in(dpo).post(
            made.get_absolute_url(), {"outcome": "refused", "because": "No."}
        )
        assert answer.status_code == 409
        assert Rectification.objects.get().is_waiting

    def test_a_conflict_of_interest_closes_it_to_the_officer_too(self, world, note, dpo):
        address = sent(world, note, dpo).get_absolute_url()
        assert signed_in(dpo).get(address).status_code == 200
        BarringFactory(user=dpo, person=world.amelia)
        assert signed_in(dpo).get(address).status_code == 404

    def test_it_is_decided_once(self, world, note, dpo):
        made = sent(world, note, dpo)
        decide(made, "refused", world)
        with pytest.raises(Refused, match="decided already"):
            decide(made, "refused", world)
        with pytest.raises(IntegrityError), transaction.atomic():
            noted(Rectification.objects.filter(pk=made.pk).update, because="Other")

    def test_refused_it_leaves_no_trace(self, world, note, dpo):
        with entries_since() as entries, pytest.raises(Refused, match="does not ask to put"):
            rectification.send_to_service(
                request=asks(world, "access"),
                entry=note,
                says="It was one.",
                for_user=world.manager,
                by=dpo,
            )
        assert entries == []
        assert CaseNote.objects.count() == 1


def decide(made, outcome, world, words=""):
    rectification.decide(
        rectification=made, outcome=outcome, because="So it is.", words=words, by=world.manager
    )


def test_the_manager_may_correct_while_it_is_restricted(world, note, dpo):
    made = sent(world, note, dpo)
    answer = signed_in(world.manager).get(f"/casework/notes/{note.reference}/correct/")
    assert answer.status_code == 200
    assert "three visits" in answer.content.decode()
    assert (
        signed_in(world.worker).get(f"/casework/notes/{note.reference}/correct/").status_code == 403
    )
    assert made.is_waiting


def test_what_stays_out_of_a_copy_since_somebody_else_is_restricted_is_told(world, note, dpo):
    """Whoever makes the copy would take it for whole: the list says whose restriction keeps something back."""
    joe = CaseNoteFactory(case=world.case, people=[world.amelia, world.joe], body="Both came.")
    page = f"/requests/{asks(world, 'access').reference}/items/"
    browser = signed_in(dpo)
    assert joe.reference in browser.get(page).content.decode()
    placed = restrict(of=world.joe, ground="accuracy", because="No.", alerts_stay=True, by=dpo)
    restrict(of=note, ground="accuracy", because="She disputes it.", by=dpo)
    words = " ".join(strip_tags(browser.get(page).content.decode()).split())
    assert joe.reference not in words
    # Her own is in her own copy, although it is restricted.
    assert note.reference in words
    assert f"The whole record {world.joe.reference}" in words
    assert "1 entry about them and others waits to be gone through" in words
    assert f"The note {note.reference}." not in words
    assert f'href="{placed.get_absolute_url()}"' in browser.get(page).content.decode()
    parents = RightsRequestFactory(
        person=world.amelia, requester="parent", requester_name="Her mother"
    )
    words = " ".join(
        strip_tags(browser.get(f"/requests/{parents.reference}/items/").content.decode()).split()
    )
    assert f"The note {note.reference}." in words


class TestRecipients:
    def test_everybody_who_was_told_is_listed_once(self, world, note, dpo):
        told = ShareFactory(people=[world.amelia], agency=AgencyFactory(name="Larch School"))
        request = asks(world, "erasure")
        made = recipients.list_recipients(request=request, what="It was erased.", by=dpo)
        assert [one.share for one in made] == [told]
        assert recipients.list_recipients(request=request, what="Again.", by=dpo) == []
        with pytest.raises(Refused, match="Say how they were told"):
            recipients.end_notice(notice=made[0], outcome="notified", because="", by=dpo)
        recipients.end_notice(notice=made[0], outcome="impossible", because="Closed.", by=dpo)
        assert RecipientNotice.objects.get().outcome == "impossible"
        (said,) = recipients_in_words(request).splitlines()
        assert said.endswith(": we could not tell them. Closed.")


class TestErasure:
    @pytest.fixture
    def request_(self, world):
        return asks(world, "erasure")

    def item(self, world):
        return next(one for one in gather(world.amelia).items if one.source == "cases.CaseNote")

    def decided(self, world, request, dpo, **given):
        words = {"decision": "erase", "ground": "not_needed", "because": "Long ago."} | given
        return erasure.decide(request=request, item=self.item(world), **words, by=dpo)

    def test_a_second_person_approves_and_retention_acts(self, world, note, request_, dpo):
        made = self.decided(world, request_, dpo)
        assert not erasures_to_act_on().exists()
        with pytest.raises(Refused, match="somebody else"):
            erasure.approve(item=made, by=dpo)
        with pytest.raises(IntegrityError), transaction.atomic():
            noted(
                ErasureItem.objects.filter(pk=made.pk).update,
                approved_at=timezone.now(),
                approved_by=dpo,
            )
        with entries_since() as entries:
            erasure.approve(item=made, by=the(Role.SAFEGUARDING_LEAD))
        assert [entry.verb for entry in entries] == [Verb.ERASURE_APPROVED]
        (row,) = erasures_to_act_on()
        assert (row.source, row.record_id) == ("cases.CaseNote", note.pk)
        erasure.acted(item=row, by=dpo)
        assert not erasures_to_act_on().exists()
        with pytest.raises(Refused, match="erased already"):
            erasure.acted(item=row, by=dpo)

    def test_the_second_person_reads_which_words_go(self, world, note, request_, dpo):
        made = self.decided(world, request_, dpo, passages=["three\n visits"])
        assert made.passages == ["three visits"]
        page = signed_in(the(Role.SAFEGUARDING_LEAD)).get(
            f"/requests/erasures/{request_.reference}/"
        )
        assert "“three visits”" in page.content.decode()

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"ground": ""}, "Give the ground"),
            ({"decision": "keep", "ground": ""}, "Give the reason for keeping"),
            ({"because": " "}, "Say why"),
            ({"passages": ["three visits", "four visits"]}, "“four visits” does not stand in"),
        ],
    )
    def test_refused_it_leaves_no_trace(self, world, note, request_, dpo, given, says):
        with entries_since() as entries, pytest.raises(Refused, match=says):
            self.decided(world, request_, dpo, **given)
        assert entries == []
        assert not ErasureItem.objects.exists()

    def test_undone_when_the_log_is_broken(self, world, note, request_, dpo, request):
        item = self.item(world)
        request.getfixturevalue("log_broken")
        with pytest.raises(LogUnavailable), transaction.atomic():
            erasure.decide(
                request=request_,
                item=item,
                decision="erase",
                ground="not_needed",
                because="Long ago.",
                by=dpo,
            )
        assert not ErasureItem.objects.exists()

    def test_pages_decide_and_approve(self, world, note, request_, dpo):
        page = signed_in(dpo).get(f"/requests/erasures/{request_.reference}/")
        assert note.reference in page.content.decode()
        key = self.item(world).key
        answer = signed_in(dpo).post(
            f"/requests/erasures/{request_.reference}/{key}/",
            {"decision": "erase", "because": "Long ago."},
        )
        assert answer.status_code == 422
        assert "Long ago." in answer.content.decode()
        made = self.decided(world, request_, dpo)
        lead = the(Role.SAFEGUARDING_LEAD)
        answer = signed_in(lead).post(f"/requests/erasures/{request_.reference}/{key}/approve/")
        assert answer.status_code == 302
        made.refresh_from_db()
        assert made.approved_by == lead
        answer = signed_in(world.manager).get(f"/requests/erasures/{request_.reference}/")
        assert answer.status_code in {403, 404}


def test_an_objection_restricts_while_it_is_weighed(world, dpo):
    request = asks(world, "objection")
    placed = restricting.restrict_for(
        request=request,
        of=world.amelia,
        ground="objection",
        because="She objects.",
        alerts_stay=True,
        by=dpo,
    )
    assert placed.asked_by.get().request == request
    with pytest.raises(Refused, match="something else"):
        restricting.restrict_for(
            request=asks(world, "access"),
            of=world.joe,
            ground="objection",
            because="So.",
            alerts_stay=True,
            by=dpo,
        )


def test_nothing_of_somebody_else_is_held_back(world, dpo):
    stranger = PersonFactory()
    elsewhere = CaseNoteFactory(case=CaseFactory(people=[stranger]), people=[stranger])
    for of in (stranger, elsewhere, elsewhere.case):
        with entries_since() as entries, pytest.raises(Refused, match="is not about"):
            restricting.restrict_for(
                request=asks(world, "restriction"),
                of=of,
                ground="unlawful",
                because="So.",
                alerts_stay=True,
                by=dpo,
            )
        assert entries == []


class TestPortability:
    def test_what_they_provided_leaves_as_json_and_csv_once_it_is_known_who_asks(self, world, dpo):
        CaseNoteFactory(
            case=world.case, people=[world.amelia], body="I like tea.", source_kind="person"
        )
        CaseNoteFactory(case=world.case, people=[world.amelia], body="We think otherwise.")
        ContactPointFactory(person=world.amelia, notes="She shouts when it rings early.")
        request = asks(world, "portability")
        browser = signed_in(dpo)
        address = f"/requests/provided/{request.reference}"
        assert browser.get(f"{address}/json/").status_code == 403
        EvidenceSeenFactory(request=request, gate="identity")
        with entries_since() as entries:
            taken = browser.get(f"{address}/json/")
        assert [entry.verb for entry in entries] == [Verb.PORTABLE_TAKEN]
        text = taken.content.decode()
        assert json.loads(text)["schema"] == "parenting2000.portability/1"
        assert "I like tea." in text
        for ours in ("We think otherwise.", "She shouts"):
            assert ours not in text
        assert "07700 900123" in text
        assert "I like tea." in browser.get(f"{address}/csv/").content.decode()
        assert browser.get(f"{address}/xml/").status_code == 404
        assert signed_in(world.worker).get(f"{address}/json/").status_code == 403

    def test_what_others_told_is_theirs_and_stays_out(self, world, dpo):
        both = [world.amelia, world.joe]
        told = {"case": world.case, "people": both, "source_kind": "person"}
        CaseNoteFactory(**told, source_person=world.joe, body="Joe fears the dark.")
        CaseNoteFactory(**told, source_person=world.amelia, body="Nobody has marked this.")
        hers = CaseNoteFactory(
            **told, source_person=world.amelia, body="I like tea. Joe wets the bed."
        )
        start = hers.body.index("Joe")
        PassageFactory(
            note=hers,
            start=start,
            end=len(hers.body),
            kind="third_party",
            recorded_by=world.worker,
        )
        request = asks(world, "portability")
        EvidenceSeenFactory(request=request, gate="identity")
        for kind in ("json", "csv"):
            taken = signed_in(dpo).get(f"/requests/provided/{request.reference}/{kind}/")
            text = taken.content.decode()
            assert "I like tea." in text
            for words in ("fears the dark", "wets the bed", "Nobody has marked this"):
                assert words not in text


def test_reading_together_hides_what_is_about_others(world):
    note = CaseNoteFactory(
        case=world.case, people=[world.amelia], body="She is well. Mrs Quill complains."
    )
    start = note.body.index("Mrs Quill")
    PassageFactory(
        note=note, start=start, end=start + 9, kind="third_party", recorded_by=world.worker
    )
    with entries_since() as entries:
        page = signed_in(world.worker).get(f"/requests/together/{world.amelia.reference}/")
    text = page.content.decode()
    assert "She is well." in text
    assert "Quill" not in text
    assert [entry.verb for entry in entries] == [Verb.RECORD_SHOWN_TOGETHER]
    other = UserFactory(roles=[Role.CASEWORKER])
    assert signed_in(other).get(f"/requests/together/{world.amelia.reference}/").status_code == 404


@pytest.mark.parametrize(
    ("given", "marks", "shows"),
    [
        # About them alone, and in their own words.
        ({"body": "Amelia sleeps well."}, [], True),
        # It names somebody of the family, or is about somebody else as well: nobody has marked it.
        ({"body": "Amelia sleeps well, and Joe has hepatitis."}, [], False),
        ({"body": "She sleeps well. He has hepatitis.", "about": "both"}, [], False),
        # Somebody else told it.
        ({"body": "She sleeps well.", "source_kind": "person", "source": "joe"}, [], False),
        ({"body": "She sleeps well.", "source_kind": "relative"}, [], False),
        # Marked: the rest shows, unless it names them all the same.
        (
            {"body": "She sleeps well. He has hepatitis.", "about": "both"},
            ["He has hepatitis."],
            True,
        ),
        (
            {"body": "Joe sleeps well. He has hepatitis.", "about": "both"},
            ["He has hepatitis."],
            False,
        ),
    ],
)
def test_unmarked_mentions_of_others_stay_hidden_when_it_is_read_together(
    world, given, marks, shows
):
    about = [world.amelia, world.joe] if given.pop("about", "") else [world.amelia]
    source = {"source_person": world.joe} if given.pop("source", "") else {}
    note = CaseNoteFactory(case=world.case, people=about, **source, **given)
    for words in marks:
        start = note.body.index(words)
        PassageFactory(
            note=note,
            start=start,
            end=start + len(words),
            kind="third_party",
            recorded_by=world.worker,
        )
    page = signed_in(world.worker).get(f"/requests/together/{world.amelia.reference}/")
    text = page.content.decode()
    assert ("sleeps well" in text) is shows
    assert "hepatitis" not in text
    assert note.reference in text


class TestHolds:
    def test_an_open_request_holds_from_the_second_it_is_recorded(self, world, dpo):
        assert what_holds(world.amelia) == []
        access = asks(world, "access")
        (hold,) = what_holds(world.amelia)
        assert hold.reference == access.reference
        assert "s.173" in hold.reason

    def test_an_erasure_does_not_hold_itself_and_is_held_by_others(self, world, dpo):
        own, other = asks(world, "erasure"), asks(world, "access")
        assert [one.reference for one in what_holds(world.amelia, but=own)] == [other.reference]

    def test_a_restriction_holds(self, world, note, dpo):
        sent(world, note, dpo)
        assert {one.record for one in what_holds(world.amelia)} == {
            "sar.RightsRequest",
            "cases.Restriction",
        }
        assert what_holds(world.joe) == []
        assert timedelta(days=1)
