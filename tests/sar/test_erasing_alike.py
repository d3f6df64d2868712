"""Many items of an erasure request at once: decided alike by one person, approved together by another."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions.restrictions import restrict
from cases.models import CaseNote
from core.errors import LogUnavailable, Refused
from retention.actions.holds import place_hold
from retention.models import Hold
from sar.actions import erasure
from sar.models import ErasureItem
from sar.pack.gather import gather
from sar.queries import alike, erasing
from sar.queries.holds import erasures_to_act_on
from tests.cases.world import a_world, signed_in, the
from tests.conftest import entries_since
from tests.factories.base import noted
from tests.factories.cases import (
    AddressFactory,
    AlertFactory,
    CaseFactory,
    CaseNoteFactory,
    ContactPointFactory,
    CourtOrderFactory,
    DoNotContactFactory,
    DoNotDiscloseFactory,
)
from tests.factories.consent import ShareFactory
from tests.factories.safeguarding import ConcernFactory
from tests.factories.sar import RightsRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def dpo():
    return the(Role.DPO)


@pytest.fixture
def lead():
    return the(Role.SAFEGUARDING_LEAD)


@pytest.fixture
def asked(world):
    request = RightsRequestFactory(person=world.amelia, kind="erasure", recorded_by=world.worker)
    request.refresh_from_db()
    return request


@pytest.fixture
def notes(world):
    return [
        CaseNoteFactory(case=world.case, people=[world.amelia], body=f"She missed visit {one}.")
        for one in range(3)
    ]


def items(world, *rows):
    wanted = {(row._meta.label, row.pk) for row in rows}
    found = [one for one in gather(world.amelia).items if (one.source, one.record_id) in wanted]
    assert len(found) == len(rows)
    return found


def alike_of(request, items, by, **given):
    words = {"decision": "erase", "ground": "not_needed", "because": "Long ago."} | given
    return erasure.decide_alike(request=request, items=items, **words, by=by)


def page(request, which=""):
    return f"/requests/erasures/{request.reference}/{which}"


def why(world, request, row, decision="erase"):
    (item,) = items(world, row)
    return alike.why_alone(request, [item], decision).get((item.source, item.record_id), "")


class TestDeciding:
    def test_each_has_its_row_and_its_entry(self, world, notes, asked, dpo):
        with entries_since() as entries:
            assert alike_of(asked, items(world, *notes), dpo) == 3
        rows = list(asked.erasures.all())
        assert {(one.source, one.record_id) for one in rows} == {
            ("cases.CaseNote", note.pk) for note in notes
        }
        assert {(one.decision, one.ground, one.exception, one.because) for one in rows} == {
            ("erase", "not_needed", "", "Long ago.")
        }
        assert [entry.verb for entry in entries] == [Verb.ERASURE_DECIDED] * 3
        assert {entry.record_id for entry in entries} == {one.pk for one in rows}
        assert {tuple(entry.people) for entry in entries} == {(world.amelia.pk,)}
        assert not erasures_to_act_on().exists()

    def test_what_is_kept_alike_names_the_exception(self, world, notes, asked, dpo):
        given = {"decision": "keep", "ground": "", "exception": "claims"}
        assert alike_of(asked, items(world, *notes[:2]), dpo, **given) == 2
        assert {(one.ground, one.exception) for one in asked.erasures.all()} == {("", "claims")}

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"ground": ""}, "Give the ground"),
            ({"decision": "keep", "ground": ""}, "Give the reason for keeping"),
            ({"because": " "}, "Say why"),
            ({"items": []}, "Tick at least one"),
        ],
    )
    def test_refused_it_leaves_no_trace(self, world, notes, asked, dpo, given, says):
        ticked = given.pop("items", items(world, *notes))
        with entries_since() as entries, pytest.raises(Refused, match=says):
            alike_of(asked, ticked, dpo, **given)
        assert entries == []
        assert not ErasureItem.objects.exists()

    def test_all_or_none_where_one_was_decided_meanwhile(self, world, notes, asked, dpo):
        ticked = items(world, *notes)
        erasure.decide(
            request=asked,
            item=ticked[1],
            decision="keep",
            exception="legal",
            because="A duty.",
            by=the(Role.DPO),
        )
        with entries_since() as entries, pytest.raises(Refused, match="decided about this since"):
            alike_of(asked, ticked, dpo)
        assert entries == []
        assert [one.decision for one in asked.erasures.all()] == ["keep"]

    def test_undone_when_the_log_is_broken(self, world, notes, asked, dpo, request):
        ticked = items(world, *notes)
        request.getfixturevalue("log_broken")
        with pytest.raises(LogUnavailable), transaction.atomic():
            alike_of(asked, ticked, dpo)
        assert not ErasureItem.objects.exists()

    def test_not_of_another_right_and_not_after_the_answer(self, world, notes, dpo):
        other = RightsRequestFactory(person=world.amelia, kind="access")
        other.refresh_from_db()
        with pytest.raises(Refused, match="does not ask for anything to be erased"):
            alike_of(other, items(world, *notes), dpo)


class TestByItself:
    """What is named with why, and left, and what the verb refuses."""

    def test_a_note_of_them_alone_is_not(self, world, notes, asked):
        assert why(world, asked, notes[0]) == ""

    def test_what_others_share(self, world, asked):
        shared = CaseNoteFactory(case=world.case, people=[world.amelia, world.joe])
        assert why(world, asked, shared) == alike.IS_SHARED

    def test_their_record_and_a_whole_case(self, world, asked):
        assert why(world, asked, world.amelia) == alike.WHOLE_PERSON
        assert why(world, asked, world.case) == alike.WHOLE_CASE

    def test_the_papers_of_the_very_request(self, world, asked):
        assert why(world, asked, asked) == alike.OWN_PAPER

    def test_the_papers_of_another_request(self, world, asked):
        other = RightsRequestFactory(person=world.amelia, kind="access")
        assert why(world, asked, other) == alike.OF_A_REQUEST

    def test_what_protects_somebody(self, world, asked):
        for row in (
            AlertFactory(person=world.amelia),
            CourtOrderFactory(about=[world.amelia]),
            DoNotContactFactory(person=world.amelia),
            DoNotDiscloseFactory(person=world.amelia),
            AddressFactory(person=world.amelia, is_confidential=True),
        ):
            assert why(world, asked, row) == alike.PROTECTS
        assert why(world, asked, AddressFactory(person=world.amelia)) == ""

    def test_what_is_about_safety(self, world, asked):
        concern = ConcernFactory(case=world.case, people=[world.amelia])
        assert why(world, asked, concern) == alike.OF_SAFEGUARDING

    def test_what_is_restricted(self, world, notes, asked, dpo):
        restrict(
            of=notes[0],
            ground="accuracy",
            because="She disputes it.",
            by=dpo,
        )
        assert why(world, asked, notes[0]) == alike.IS_RESTRICTED
        assert why(world, asked, notes[1]) == ""

    def test_what_is_under_a_hold(self, world, notes, asked, dpo):
        elsewhere = CaseFactory(people=[world.amelia])
        other = CaseNoteFactory(case=elsewhere, people=[world.amelia])
        place_hold(
            case=world.case,
            kind=Hold.Kind.AUTHORITY,
            reason="Needleword.",
            review_by=timezone.localdate() + timedelta(days=30),
            by=dpo,
        )
        said = why(world, asked, notes[0])
        assert "A hold stands on it" in said
        assert "Needleword" not in said
        assert why(world, asked, other) == ""

    def test_all_of_it_may_be_kept_alike(self, world, asked):
        shared = CaseNoteFactory(case=world.case, people=[world.amelia, world.joe])
        for row in (shared, world.amelia, world.case, asked):
            assert why(world, asked, row, "keep") == ""

    def test_the_verb_refuses_it_and_leaves_no_trace(self, world, notes, asked, dpo):
        shared = CaseNoteFactory(case=world.case, people=[world.amelia, world.joe])
        ticked = items(world, *notes, shared)
        with entries_since() as entries, pytest.raises(Refused, match="decided by itself"):
            alike_of(asked, ticked, dpo)
        assert entries == []
        assert not ErasureItem.objects.exists()


class TestApproving:
    @pytest.fixture
    def decided(self, world, notes, asked, dpo):
        alike_of(asked, items(world, *notes), dpo)
        return list(asked.erasures.all())

    def approve(self, request, rows, by):
        return erasure.approve_alike(request=request, decisions=[one.pk for one in rows], by=by)

    def test_each_has_its_entry_and_retention_acts(self, asked, decided, lead):
        with entries_since() as entries:
            assert self.approve(asked, decided, lead) == 3
        assert [entry.verb for entry in entries] == [Verb.ERASURE_APPROVED] * 3
        assert [entry.record_id for entry in entries] == [one.pk for one in decided]
        assert set(erasures_to_act_on()) == set(decided)
        assert {one.approved_by for one in asked.erasures.all()} == {lead}

    def test_whoever_was_told_is_listed_once(self, world, asked, decided, lead):
        ShareFactory(people=[world.amelia])
        self.approve(asked, decided, lead)
        assert asked.recipients.count() == 1

    def test_never_ones_own_by_the_verb_and_by_the_database(self, asked, decided, dpo):
        with entries_since() as entries, pytest.raises(Refused, match="somebody else approves"):
            self.approve(asked, decided, dpo)
        assert entries == []
        with pytest.raises(IntegrityError), transaction.atomic():
            noted(asked.erasures.update, approved_at=timezone.now(), approved_by=dpo)
        assert not asked.erasures.exclude(approved_at=None).exists()

    def test_nothing_where_one_is_ones_own(self, world, asked, decided, dpo, lead):
        mine = CaseNoteFactory(case=world.case, people=[world.amelia])
        alike_of(asked, items(world, mine), lead)
        with pytest.raises(Refused, match="1 item of these: you decided this yourself"):
            self.approve(asked, asked.erasures.all(), lead)
        assert not asked.erasures.exclude(approved_at=None).exists()

    def test_nothing_where_one_was_decided_anew(self, world, notes, asked, decided, dpo, lead):
        erasure.decide(
            request=asked,
            item=items(world, notes[0])[0],
            decision="keep",
            exception="legal",
            because="A duty after all.",
            by=dpo,
        )
        with (
            entries_since() as entries,
            pytest.raises(Refused, match="1 item of these: decided anew"),
        ):
            self.approve(asked, decided, lead)
        assert entries == []
        assert not asked.erasures.exclude(approved_at=None).exists()

    def test_once(self, asked, decided, lead):
        self.approve(asked, decided[:1], lead)
        with pytest.raises(Refused, match="approved already"):
            self.approve(asked, decided, lead)
        assert asked.erasures.exclude(approved_at=None).count() == 1

    def test_none_of_another_request(self, world, asked, decided, lead):
        other = RightsRequestFactory(person=world.amelia, kind="erasure")
        other.refresh_from_db()
        with pytest.raises(Refused, match="3 items of these"):
            self.approve(other, decided, lead)
        assert not asked.erasures.exclude(approved_at=None).exists()

    def test_nothing_ticked(self, asked, lead):
        with pytest.raises(Refused, match="Tick at least one"):
            self.approve(asked, [], lead)

    def test_undone_when_the_log_is_broken(self, asked, decided, lead, request):
        request.getfixturevalue("log_broken")
        with pytest.raises(LogUnavailable), transaction.atomic():
            self.approve(asked, decided, lead)
        assert not asked.erasures.exclude(approved_at=None).exists()


class TestPages:
    def text(self, answer):
        return " ".join(answer.content.decode().split())

    def test_the_list_is_a_preview_and_names_what_is_left(self, world, notes, asked, dpo):
        shared = CaseNoteFactory(case=world.case, people=[world.amelia, world.joe])
        client = signed_in(dpo)
        first = self.text(client.get(page(asked, "alike/")))
        assert "Erase what is ticked" not in first
        shown = self.text(client.get(page(asked, "alike/?decision=erase&kind=Note")))
        assert "3 items can be decided alike" in shown
        assert "1 is left, to be decided each by itself" in shown
        assert shared.reference in shown
        assert alike.IS_SHARED in shown
        assert shown.count(" checked") == 4  # the decision, and the three
        none = self.text(client.get(page(asked, "alike/?decision=erase&kind=Note&tick=none")))
        assert none.count(" checked") == 1

    def test_it_is_narrowed_by_kind_case_and_who_else(self, world, notes, asked, dpo):
        elsewhere = CaseFactory(people=[world.amelia])
        other = CaseNoteFactory(case=elsewhere, people=[world.amelia])
        shared = CaseNoteFactory(case=world.case, people=[world.amelia, world.joe])
        ContactPointFactory(person=world.amelia)
        client = signed_in(dpo)

        def found(query):
            shown = self.text(client.get(page(asked, f"alike/?decision=keep&{query}")))
            return {one.reference for one in (*notes, other, shared) if one.reference in shown}

        assert found("kind=Note") == {one.reference for one in (*notes, other, shared)}
        assert found(f"case={elsewhere.reference}") >= {other.reference}
        assert not found(f"case={elsewhere.reference}") & {one.reference for one in notes}
        assert found("case=none") == set()
        assert found(f"who={world.joe.reference}") == {shared.reference}
        assert found("kind=Note&who=alone") == {one.reference for one in (*notes, other)}
        assert found("kind=Nonsense") == set()

    def test_a_press_decides_what_is_ticked(self, world, notes, asked, dpo):
        ticked = [one.key for one in items(world, *notes[:2])]
        answer = signed_in(dpo).post(
            page(asked, "alike/?decision=erase"),
            {"items": ticked, "ground": "not_needed", "because": "Long ago."},
        )
        assert answer.status_code == 302
        assert asked.erasures.count() == 2

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"items": []}, "Tick at least one item"),
            ({"ground": ""}, "On which ground all of these are erased"),
            ({"ground": "nonsense"}, "On which ground all of these are erased"),
            ({"because": " "}, "Fill in “Why”"),
            ({"items": ["0123456789abcdef"]}, "not here any more"),
        ],
    )
    def test_bad_input_keeps_what_was_typed(self, world, notes, asked, dpo, given, says):
        (one,) = items(world, notes[0])
        typed = {"items": [one.key], "ground": "not_needed", "because": "Needlewords."} | given
        answer = signed_in(dpo).post(page(asked, "alike/?decision=erase"), typed)
        assert answer.status_code == 422
        shown = self.text(answer)
        assert says in shown
        if "because" not in given:
            assert "Needlewords." in shown
        if "items" not in given:
            assert f'value="{one.key}" aria-describedby="more-{one.key}" checked' in shown
        assert not asked.erasures.exists()

    def test_pressed_again_it_says_that_it_is_decided(self, world, notes, asked, dpo):
        ticked = [one.key for one in items(world, *notes)]
        typed = {"items": ticked, "ground": "not_needed", "because": "Long ago."}
        client = signed_in(dpo)
        assert client.post(page(asked, "alike/?decision=erase"), typed).status_code == 302
        answer = client.post(page(asked, "alike/?decision=erase"), typed)
        assert answer.status_code == 422
        assert "decided about this since the page was opened" in self.text(answer)
        assert asked.erasures.count() == 3

    def test_the_second_person_reads_each_and_approves_together(
        self, world, notes, asked, dpo, lead
    ):
        alike_of(asked, items(world, *notes), dpo)
        client = signed_in(lead)
        shown = self.text(client.get(page(asked, "approve/")))
        for said in ("She missed visit 2.", "Long ago.", dpo.full_name, "No longer necessary"):
            assert said in shown
        assert " checked" not in shown
        assert self.text(client.get(page(asked, "approve/?tick=all"))).count(" checked") == 3
        pks = [one.pk for one in asked.erasures.all()]
        answer = client.post(page(asked, "approve/"), {"decisions": pks[:2]})
        assert answer.status_code == 302
        assert asked.erasures.exclude(approved_at=None).count() == 2

    def test_approving_nothing_nonsense_and_a_stale_decision(self, world, notes, asked, dpo, lead):
        alike_of(asked, items(world, *notes), dpo)
        client = signed_in(lead)
        old = [one.pk for one in asked.erasures.all()]
        for typed, says in (
            ({}, "Tick at least one item"),
            ({"decisions": ["x"]}, "Tick items of this list"),
            ({"decisions": ["9" * 30]}, "Tick items of this list"),
        ):
            answer = client.post(page(asked, "approve/"), typed)
            assert answer.status_code == 422
            assert says in self.text(answer)
        erasure.decide(
            request=asked,
            item=items(world, notes[0])[0],
            decision="keep",
            exception="legal",
            because="Needlereason.",
            by=dpo,
        )
        answer = client.post(page(asked, "approve/"), {"decisions": old})
        assert answer.status_code == 422
        shown = self.text(answer)
        assert "decided anew since the page was opened" in shown
        assert "Needlereason." in shown
        assert shown.count(" checked") == 2
        assert not asked.erasures.exclude(approved_at=None).exists()

    def test_ones_own_are_not_offered_and_refused(self, world, notes, asked, dpo):
        alike_of(asked, items(world, *notes), dpo)
        client = signed_in(dpo)
        shown = self.text(client.get(page(asked, "approve/")))
        assert "3 items that you decided yourself wait for somebody else" in shown
        assert 'name="decisions"' not in shown
        pks = [one.pk for one in asked.erasures.all()]
        answer = client.post(page(asked, "approve/"), {"decisions": pks})
        assert answer.status_code == 422
        assert "somebody else approves it" in self.text(answer)
        assert not asked.erasures.exclude(approved_at=None).exists()

    def test_who_may_not(self, world, notes, asked, dpo, lead):
        alike_of(asked, items(world, notes[0]), dpo)
        pks = [one.pk for one in asked.erasures.all()]
        key = items(world, notes[1])[0].key
        typed = {"items": [key], "ground": "not_needed", "because": "So."}
        # The second person does not decide.
        assert signed_in(lead).get(page(asked, "alike/")).status_code == 409
        assert signed_in(lead).post(page(asked, "alike/?decision=erase"), typed).status_code == 409
        for which, posted in (("alike/?decision=erase", typed), ("approve/", {"decisions": pks})):
            client = signed_in(world.manager)
            assert client.get(page(asked, which)).status_code in {403, 404}
            assert client.post(page(asked, which), posted).status_code in {403, 404}
        assert asked.erasures.count() == 1
        assert not asked.erasures.exclude(approved_at=None).exists()

    def test_what_is_not_here_any_more_is_approved_as_well(self, world, asked, dpo, lead):
        with transaction.atomic():
            noted(
                ErasureItem.objects.create,
                request=asked,
                source="cases.CaseNote",
                record_id=999_999,
                decision="keep",
                exception="legal",
                because="A duty.",
                recorded_by=dpo,
            )
        shown = self.text(signed_in(lead).get(page(asked, "approve/")))
        assert "Something that is not here any more" in shown

    def test_what_holds_all_of_it_is_said(self, world, notes, asked, dpo):
        RightsRequestFactory(person=world.amelia, kind="access")
        shown = self.text(signed_in(dpo).get(page(asked, "alike/")))
        assert "An open request" in shown
        assert "not destroyed while this lasts" in shown


class TestQueries:
    """As many questions for thirty items as for one."""

    def of(self, ask):
        with CaptureQueriesContext(connection) as context:
            ask()
        return len(context)

    def more(self, world, many):
        return [CaseNoteFactory(case=world.case, people=[world.amelia]) for _ in range(many)]

    def test_of_the_pages(self, world, notes, asked, dpo, lead):
        alike_of(asked, items(world, notes[0]), dpo)
        decider, second = signed_in(dpo), signed_in(lead)

        def pages():
            return [
                self.of(lambda c=client, w=which: c.get(page(asked, w)))
                for client, which in (
                    (decider, "alike/?decision=erase"),
                    (second, "approve/"),
                    (second, ""),
                )
            ]

        pages()
        before = pages()
        alike_of(asked, items(world, *self.more(world, 30)), dpo)
        self.more(world, 30)
        assert pages() == before

    def test_of_the_verbs(self, world, asked, dpo, lead):
        one, thirty = self.more(world, 1), self.more(world, 30)
        first, others = items(world, *one), items(world, *thirty)
        alike_of(asked, items(world, *self.more(world, 1)), dpo)
        decided = self.of(lambda: alike_of(asked, first, dpo))
        assert self.of(lambda: alike_of(asked, others, dpo)) == decided
        rows = list(asked.erasures.values_list("pk", flat=True))

        def approve(numbers):
            return lambda: erasure.approve_alike(request=asked, decisions=numbers, by=lead)

        self.of(approve(rows[:1]))
        approved = self.of(approve(rows[1:2]))
        assert self.of(approve(rows[2:32])) == approved

    def test_approving_gathers_nothing(self, world, notes, asked, dpo, lead, monkeypatch):
        alike_of(asked, items(world, *notes), dpo)
        key = items(world, notes[0])[0].key
        pks = list(asked.erasures.values_list("pk", flat=True))
        client = signed_in(lead)

        def never(*_, **__):
            raise AssertionError("gathered")

        monkeypatch.setattr("sar.queries.rights.gather", never)
        assert client.post(page(asked, f"{key}/approve/")).status_code == 302
        left = [one.pk for one in asked.erasures.filter(approved_at=None)]
        assert len(left) == 2
        assert set(left) < set(pks)
        assert client.post(page(asked, "approve/"), {"decisions": left}).status_code == 302


def test_so_many_at_once(world, notes, asked, dpo, lead, monkeypatch):
    monkeypatch.setattr(erasing, "AT_ONCE", {"decide": 2, "approve": 2})
    shown = signed_in(dpo).get(page(asked, "alike/?decision=erase&kind=Note")).content.decode()
    assert "1 more is left for the next time" in " ".join(shown.split())
    alike_of(asked, items(world, *notes), dpo)
    shown = signed_in(lead).get(page(asked, "approve/")).content.decode()
    assert "1 more comes when these are approved" in " ".join(shown.split())


def test_one_note_is_approved_as_before(world, notes, asked, dpo, lead):
    made = erasure.decide(
        request=asked,
        item=items(world, notes[0])[0],
        decision="erase",
        ground="not_needed",
        because="Long ago.",
        by=dpo,
    )
    erasure.approve(item=made, by=lead)
    assert CaseNote.objects.filter(pk=notes[0].pk).exists()
    assert list(erasures_to_act_on()) == [made]
