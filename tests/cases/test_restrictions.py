"""Restriction: placed, passed for a lawful reason alone, told of and lifted (UK GDPR Art 18)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from cases.actions import restrictions as verbs
from cases.actions.entries import write_note
from cases.guards import missing
from cases.models import (
    CaseNote,
    LawfulReason,
    NotePerson,
    Person,
    RestrictedUse,
    Restriction,
)
from cases.queries.restrictions import to_go_through
from cases.queries.timeline import timeline_of
from cases.restricted import HELD_BACK
from core.errors import LogUnavailable, Refused
from sar.pack.gather import gather
from tests.cases.world import a_world, freshly, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.base import noted
from tests.factories.cases import (
    AlertFactory,
    CaseNoteFactory,
    ContactFactory,
    CourtOrderFactory,
    DocumentFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def dpo():
    return the(Role.DPO)


def restrict(of, dpo):
    return verbs.restrict(
        of=of, ground="accuracy", because="He disputes it.", alerts_stay=True, by=dpo
    )


@pytest.fixture
def restriction(world, dpo):
    """Joe, the child, is restricted; Amelia is not."""
    return restrict(world.joe, dpo)


def lifted(restriction, dpo):
    verbs.tell_of_end(
        restriction=restriction, notice_on=timezone.localdate(), notice_means="letter", by=dpo
    )
    verbs.lift(restriction=restriction, because="It was right.", by=dpo)


class TestVerbs:
    def test_placing_leaves_one_entry_and_marks_the_person(self, world, dpo):
        with entries_since() as entries:
            made = restrict(world.joe, dpo)
        assert [entry.verb for entry in entries] == [Verb.RESTRICTION_PLACED]
        assert entries[0].people == [world.joe.pk]
        world.joe.refresh_from_db()
        assert str(world.joe) == f"Restricted record {world.joe.reference}"
        assert world.joe.name_on_record == "Joe Hart"
        assert made.is_live

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"because": " "}, "Say why"),
            ({"alerts_stay": False}, "Confirm that alerts"),
        ],
    )
    def test_placing_refused_leaves_no_trace(self, world, dpo, given, says):
        words = {"ground": "accuracy", "because": "So.", "alerts_stay": True} | given
        with entries_since() as entries, pytest.raises(Refused, match=says):
            verbs.restrict(of=world.joe, **words, by=dpo)
        assert entries == []
        assert not Restriction.objects.exists()

    def test_placing_twice_is_refused(self, world, restriction, dpo):
        with pytest.raises(Refused, match="already"):
            restrict(world.joe, dpo)

    def test_it_is_lifted_in_two_steps(self, restriction, dpo):
        with pytest.raises(Refused, match="Tell the person first"):
            verbs.lift(restriction=restriction, because="It was right.", by=dpo)
        lifted(restriction, dpo)
        assert not restriction.is_live
        restriction.person.refresh_from_db()
        assert str(restriction.person) == "Joe Hart"
        with pytest.raises(Refused, match="was lifted on"):
            verbs.lift(restriction=restriction, because="Again.", by=dpo)

    @pytest.mark.parametrize(
        ("day", "says"), [(1, "has not been told yet"), (-1, "was before the restriction")]
    )
    def test_the_day_of_the_notice_is_real(self, restriction, dpo, day, says):
        with pytest.raises(Refused, match=says):
            verbs.tell_of_end(
                restriction=restriction,
                notice_on=timezone.localdate() + timedelta(days=day),
                notice_means="letter",
                by=dpo,
            )

    def test_nothing_is_placed_while_the_log_is_broken(self, world, dpo, log_broken):
        with pytest.raises(LogUnavailable), transaction.atomic():
            restrict(world.joe, dpo)
        assert not Restriction.objects.exists()

    @pytest.mark.parametrize(("days", "says"), [(-1, "is past"), (29, "28 days")])
    def test_leave_lasts_28_days_at_most(self, world, restriction, dpo, days, says):
        with pytest.raises(Refused, match=says):
            allow(restriction, world.worker, dpo, days=days)


def allow(restriction, worker, dpo, *, days=28, reason="another"):
    return verbs.grant(
        restriction=restriction,
        worker=worker,
        reason=reason,
        because="His sister is at risk.",
        until=timezone.localdate() + timedelta(days=days),
        by=dpo,
    )


class TestDatabase:
    def test_every_table_about_somebody_is_guarded(self):
        assert missing() == []

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE cases_person SET pronouns = 'he' WHERE id = %(joe)s",
            "DELETE FROM cases_caseperson WHERE person_id = %(joe)s",
            "UPDATE cases_restriction SET because = 'Other' WHERE person_id = %(joe)s",
            "DELETE FROM cases_restriction WHERE person_id = %(joe)s",
            "UPDATE cases_restriction SET notice_on = now(), notice_means = 'letter', notice_by_id = "
            "recorded_by_id, lifted_at = now(), lifted_by_id = recorded_by_id, lifted_because = 'x' "
            "WHERE person_id = %(joe)s",
        ],
    )
    def test_it_refuses_what_no_verb_would_do(self, world, restriction, sql):
        def run():
            with connection.cursor() as cursor:
                cursor.execute(sql, {"joe": world.joe.pk})

        with pytest.raises(IntegrityError), transaction.atomic():
            noted(run)

    def test_a_note_about_the_restricted_person_is_refused_without_a_reason(
        self, world, restriction
    ):
        with pytest.raises(IntegrityError, match="restricted"), transaction.atomic():
            write(world, [world.joe])
        assert write(world, [world.amelia]).pk

    @pytest.mark.parametrize("reason", LawfulReason.values)
    def test_each_lawful_reason_lets_it_through_and_is_logged(
        self, world, restriction, dpo, reason
    ):
        with entries_since() as entries, transaction.atomic():
            verbs.use(of=world.joe, reason=reason, because="He asks for it.", by=dpo)
            noted(Person.objects.filter(pk=world.joe.pk).update, pronouns="he")
        assert Verb.RESTRICTED_USED in [entry.verb for entry in entries]
        assert RestrictedUse.objects.get().reason == reason

    def test_a_reason_is_never_rewritten(self, world, restriction, dpo):
        verbs.use(of=world.joe, reason="consent", because="Once.", by=dpo)
        use = RestrictedUse.objects.get()
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            noted(RestrictedUse.objects.filter(pk=use.pk).update, because="Other")


def write(world, people):
    return write_note(
        case=world.case,
        kind="conversation",
        body="We talked.",
        happened_at=timezone.now() - timedelta(hours=1),
        people=people,
        by=world.worker,
    )


class TestPages:
    def test_the_record_says_that_it_is_restricted_and_leads_to_the_alerts(
        self, world, restriction
    ):
        AlertFactory(person=world.joe, words="Bites when frightened.")
        CourtOrderFactory(about=[world.joe], says="Nobody collects him but his mother.")
        browser = signed_in(world.worker)
        answer = browser.get(world.joe.get_absolute_url())
        assert answer.status_code == 403
        assert f"{world.joe.reference} is restricted" in answer.content.decode()
        marker = f"/casework/people/{world.joe.reference}/restricted/"
        assert marker in answer.content.decode()
        with entries_since() as entries:
            shown = browser.get(marker).content.decode()
        assert "Bites when frightened." in shown
        assert "Nobody collects him" in shown
        assert "Joe" not in shown
        assert [entry.verb for entry in entries] == [Verb.RESTRICTED_READ]

    def test_a_change_is_refused_with_the_sentence(self, world, restriction):
        answer = signed_in(world.worker).post(
            f"/casework/people/{world.joe.reference}/change/", {"given_names": "Joseph"}
        )
        assert answer.status_code == 403
        assert "is kept and not used" in answer.content.decode()

    @pytest.fixture
    def of_joe(self, world):
        return CaseNoteFactory(case=world.case, people=[world.joe])

    def test_a_worker_with_leave_reads_and_writes_and_both_are_logged(
        self, world, of_joe, restriction, dpo
    ):
        given = allow(restriction, world.worker, dpo)
        browser = signed_in(world.worker)
        with entries_since() as entries:
            page = browser.get(world.joe.get_absolute_url())
        assert page.status_code == 200
        assert "Joe Hart" in page.content.decode()
        for address in (f"/casework/notes/{of_joe.reference}/", world.case.get_absolute_url()):
            shown = browser.get(address).content.decode()
            assert f"Restricted ({world.joe.reference})" in shown
            assert "another person are protected" in shown
        assert f"Restricted ({world.joe.reference})" in page.content.decode()
        assert [entry.verb for entry in entries] == [Verb.PERSON_OPENED]
        assert signed_in(world.manager).get(world.joe.get_absolute_url()).status_code == 403
        verbs.end_grant(grant=given, by=dpo)
        assert browser.get(world.joe.get_absolute_url()).status_code == 403

    def test_lifting_at_a_typed_address_says_that_the_person_is_told_first(self, restriction, dpo):
        lift = f"/admin/cases/restriction/{restriction.pk}/do/lift/"
        for method in (signed_in(dpo).get, signed_in(dpo).post):
            answer = method(lift, {"because": "It is over."})
            assert answer.status_code == 403
            assert "Tell the person first" in answer.content.decode()
        restriction.refresh_from_db()
        assert restriction.is_live

    def test_the_dpo_restricts_in_the_admin(self, world, dpo):
        answer = signed_in(dpo).post(
            "/admin/cases/restriction/add/",
            {
                "of": world.joe.reference,
                "ground": "accuracy",
                "because": "He disputes it.",
                "alerts_stay": "on",
            },
        )
        assert answer.status_code == 302
        assert Restriction.objects.get().person == world.joe

    def test_every_fault_is_named_at_once(self, world, restriction, dpo):
        browser = freshly(signed_in(dpo))
        ahead = timezone.localdate() + timedelta(days=29)
        day = (ahead.day, ahead.month, ahead.year)
        on = f"/admin/cases/restriction/{restriction.pk}/do"
        for address, typed, says in (
            (
                "/admin/cases/restriction/add/",
                {"of": world.amelia.reference, "ground": "accuracy"},
                ("Fill in “Why”.", "Confirm that alerts and court orders stay visible"),
            ),
            (
                f"{on}/grant/",
                {f"until_{number}": part for number, part in enumerate(day)},
                ("28 days at most: until", "Fill in “Why it applies”."),
            ),
            (
                f"{on}/tell/",
                {f"notice_on_{number}": part for number, part in enumerate(day)},
                ("has not been told yet", "Choose an answer to “How”."),
            ),
        ):
            answer = browser.post(address, typed)
            assert answer.status_code == 422
            for words in says:
                assert words in answer.content.decode(), (address, words)
        assert Restriction.objects.count() == 1

    def test_the_dpo_who_forgets_why_loses_nothing(self, world, dpo):
        answer = signed_in(dpo).post(
            "/admin/cases/restriction/add/",
            {"of": world.joe.reference, "ground": "accuracy", "because": ""},
        )
        assert answer.status_code == 422
        assert world.joe.reference in answer.content.decode()


def words_of(answer):
    """What a page says, as somebody reads it."""
    return " ".join(strip_tags(answer.content.decode()).split())


class TestEntries:
    @pytest.fixture
    def shared(self, world):
        return CaseNoteFactory(
            case=world.case,
            people=[world.amelia, world.joe],
            body="Amelia sleeps well.\n\nJoe wets the bed.",
        )

    def texts(self, world, by):
        return [item.text for item in timeline_of(cases=[world.case], reader=by)]

    def test_a_shared_note_is_hidden_until_its_passages_are_marked(
        self, world, shared, restriction, dpo
    ):
        assert self.texts(world, world.worker) == []
        assert to_go_through(restriction) == [("note", shared.reference)]
        with pytest.raises(Refused, match="still stands"):
            verbs.hold_passages(restriction=restriction, entry=shared, passages=[], by=dpo)
        verbs.hold_passages(
            restriction=restriction, entry=shared, passages=["Joe wets the bed."], by=dpo
        )
        (text,) = self.texts(world, world.worker)
        assert "Amelia sleeps well." in text
        assert "bed" not in text
        assert HELD_BACK in text
        page = signed_in(world.worker).get(f"/casework/notes/{shared.reference}/")
        assert "Amelia sleeps well." in page.content.decode()
        assert "wets the bed" not in page.content.decode()
        assert CaseNote.objects.get(pk=shared.pk).body.endswith("Joe wets the bed.")

    def test_a_name_in_a_note_about_somebody_else_hides_it(self, world, restriction):
        CaseNoteFactory(case=world.case, people=[world.amelia], body="She fears for joe.")
        CaseNoteFactory(case=world.case, people=[world.amelia], body="She is fine.")
        assert self.texts(world, world.worker) == ["She is fine."]

    def test_one_note_can_be_restricted_alone(self, world, shared, dpo):
        CaseNoteFactory(case=world.case, people=[world.joe], body="Joe came.")
        restrict(shared, dpo)
        assert self.texts(world, world.worker) == ["Joe came."]
        answer = signed_in(world.worker).get(f"/casework/notes/{shared.reference}/")
        assert answer.status_code == 403

    def test_whoever_reads_the_case_is_told_that_one_is_restricted(self, world, shared, dpo):
        """By its number: on the case's page, its print and the person's, whatever the filter is."""
        contact = ContactFactory(case=world.case, people=[world.joe], summary="Joe was asleep.")
        document = DocumentFactory(case=world.case, people=[world.amelia], title="The scan")
        browser, case = signed_in(world.worker), world.case.get_absolute_url()
        print_of = f"/casework/cases/{world.case.reference}/print/"
        pages = [case, f"{case}?words=nothing", print_of, world.amelia.get_absolute_url()]
        assert all("restricted" not in words_of(browser.get(page)) for page in pages)
        for one in (shared, contact, document):
            restrict(one, dpo)
        note = f"The note {shared.reference} is restricted since"
        for page in pages:
            words = words_of(browser.get(page))
            assert note in words
            assert f"The document {document.reference} is restricted since" in words
            assert "sleeps well" not in words
            assert "The scan" not in words
        assert f"The contact {contact.reference} is" in words_of(browser.get(case))
        # The contact is about somebody else.
        assert contact.reference not in words_of(browser.get(pages[-1]))
        files = words_of(browser.get(f"{case}documents/"))
        assert f"The document {document.reference} is restricted since" in files
        assert shared.reference not in files

    def test_nobody_else_is_told_that_one_is_restricted(self, world, shared, dpo):
        elsewhere = member_of(ServiceFactory(), Role.CASEWORKER, name="Of another service")
        restrict(shared, dpo)
        for user in (elsewhere, the(Role.FRONT_DESK)):
            for page in (world.case.get_absolute_url(), world.amelia.get_absolute_url()):
                assert shared.reference not in words_of(signed_in(user).get(page))

    def test_whoever_has_leave_reads_that_they_use_what_is_restricted(self, world, shared, dpo):
        allow(restrict(shared, dpo), world.worker, dpo)
        browser, case = signed_in(world.worker), world.case.reference
        note = f"/casework/notes/{shared.reference}/"
        prints = [f"/casework/cases/{case}/print/", f"{note}print/"]
        for page in (world.case.get_absolute_url(), note, *prints):
            words = words_of(browser.get(page))
            assert "Amelia sleeps well." in words
            assert f"Restricted ({shared.reference}): it is kept and not used." in words
            assert "is restricted since" not in words
        document = DocumentFactory(case=world.case, people=[world.amelia], title="The scan")
        allow(restrict(document, dpo), world.worker, dpo)
        marked = f"Restricted ({document.reference}): it is kept and not used."
        for page in (
            f"/casework/documents/{document.reference}/",
            f"/casework/cases/{case}/documents/",
        ):
            assert marked in words_of(browser.get(page))

    def test_a_case_s_page_says_whose_record_is_restricted(self, world, shared, restriction):
        words = words_of(signed_in(world.worker).get(world.case.get_absolute_url()))
        assert f"The record of {world.joe.reference} is restricted" in words
        assert "wets the bed" not in words
        assert f"Restricted record {world.joe.reference} Child restricted" in words

    def test_a_restricted_case_is_told_of_by_its_number(self, world, shared, dpo):
        browser = signed_in(world.worker)
        elsewhere = member_of(ServiceFactory(), Role.CASEWORKER, name="Of another service")
        person = world.amelia.get_absolute_url()
        pages = [person, f"{person}cases/", f"/casework/people/{world.amelia.reference}/print/"]
        marked = f"The case {world.case.reference} is restricted."
        assert marked not in words_of(browser.get(reverse("cases:mine")))
        restrict(world.case, dpo)
        for page in pages:
            words = words_of(browser.get(page))
            assert marked in words, page
            assert "sleeps well" not in words
        with entries_since() as entries:
            assert marked in words_of(browser.get(reverse("cases:mine")))
        assert [entry.verb for entry in entries] == [Verb.RESTRICTED_FOUND]
        for user in (elsewhere, the(Role.FRONT_DESK)):
            assert marked not in words_of(signed_in(user).get(pages[1]))

    def test_their_own_request_has_it_and_a_parent_s_does_not(self, world, shared, restriction):
        def bodies(person):
            items = [item for item in gather(person).items if item.source == "cases.CaseNote"]
            return [item.value("body").text for item in items]

        world.joe.refresh_from_db()
        assert bodies(world.joe) == [shared.body]
        assert bodies(world.amelia) == []
        assert NotePerson.objects.filter(note=shared).count() == 2


def test_the_log_keeps_who_looked_at_the_marker(world, restriction):
    signed_in(world.worker).get(f"/casework/people/{world.joe.reference}/restricted/")
    assert Entry.objects.filter(verb=Verb.RESTRICTED_READ, people__contains=[world.joe.pk]).exists()
