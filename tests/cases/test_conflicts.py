"""Conflicts of interest and seals: each verb, their pages, and what no list or count gives away (P17)."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.looks import Look
from audit.verbs import Verb
from cases.actions import conflicts, seals
from cases.actions.cases import allocate
from cases.actions.merging import merge
from cases.alike import Described
from cases.models import Barring, Seal, SealReader
from cases.permissions import cases_of, people_beyond, people_of
from cases.queries.duplicates import offer_matches
from cases.queries.search import search_people
from core.dates import plain
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world, member_of, says_why, signed_in, the
from tests.conftest import entries_since
from tests.factories.base import change
from tests.factories.cases import (
    BarringFactory,
    CaseFactory,
    PersonFactory,
    RelationshipFactory,
    SealFactory,
    SealReaderFactory,
)

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
def staffed(world, dpo, lead):
    """The world, with a Data Protection Officer and a safeguarding lead."""
    return SimpleNamespace(**vars(world), dpo=dpo, lead=lead)


def a_seal(w, lead=None):
    readers = [w.worker, *([lead] if lead else [])]
    return seals.place_seal(person=w.amelia, reason="Known here.", readers=readers, by=w.dpo)


# --- Each verb: does it and leaves one entry ----------------------------------------------------


def _linking(w):
    waiting = BarringFactory(user=w.manager, person=None)
    return lambda: conflicts.link_conflict(barring=waiting, person=w.amelia, by=w.dpo)


def _ending(w):
    holds = BarringFactory(user=w.manager, person=w.amelia)
    return lambda: conflicts.end_conflict(barring=holds, reason="She moved away.", by=w.dpo)


def _declared(w, *, said_over=False, person=None):
    """What the manager declared, on the record of `person` if given, and whether they said it is over."""
    declared = BarringFactory(user=w.manager, person=person)
    if said_over:
        conflicts.say_over(barring=declared, reason="They moved.", by=w.manager)
    return declared


def _saying_over(w):
    declared = _declared(w, person=w.amelia)
    return lambda: conflicts.say_over(barring=declared, reason="They moved.", by=w.manager)


def _keeping(w):
    declared = _declared(w, said_over=True, person=w.amelia)
    return lambda: conflicts.keep_conflict(barring=declared, by=w.dpo)


def _on_a_seal(w, verb, *, with_lead=False, **given):
    seal = a_seal(w, w.lead if with_lead else None)
    return lambda: verb(seal=seal, by=w.dpo, **given)


def _asked(w, verb):
    seal = a_seal(w, w.lead)
    seals.ask_to_lift(seal=seal, reason="Known to all.", by=w.dpo)
    return lambda: verb(seal=seal, by=w.lead)


# Every verb with a world in which it can be done, and the entry it leaves.
VERBS = {
    "declare": (
        lambda w: (
            lambda: conflicts.declare_conflict(
                relation="neighbour", words="Amelia Hart, next door.", by=w.worker
            )
        ),
        Verb.CONFLICT_DECLARED,
    ),
    "place": (
        lambda w: (
            lambda: conflicts.place_conflict(
                user=w.manager, person=w.amelia, relation="relative", words="Her aunt.", by=w.dpo
            )
        ),
        Verb.CONFLICT_PLACED,
    ),
    "link": (
        _linking,
        Verb.CONFLICT_LINKED,
    ),
    "end": (
        _ending,
        Verb.CONFLICT_ENDED,
    ),
    "say over": (
        _saying_over,
        Verb.CONFLICT_SAID_OVER,
    ),
    "keep a conflict": (
        _keeping,
        Verb.CONFLICT_KEPT,
    ),
    "seal": (lambda w: lambda: a_seal(w), Verb.SEAL_PLACED),
    "name": (
        lambda w: _on_a_seal(w, seals.name_reader, user=w.lead),
        Verb.SEAL_READER_NAMED,
    ),
    "take off": (
        lambda w: _on_a_seal(w, seals.take_off_reader, user=w.worker),
        Verb.SEAL_READER_TAKEN_OFF,
    ),
    "ask to lift": (
        lambda w: _on_a_seal(w, seals.ask_to_lift, with_lead=True, reason="Known to all."),
        Verb.SEAL_LIFT_ASKED,
    ),
    "lift": (lambda w: _asked(w, seals.lift_seal), Verb.SEAL_LIFTED),
    "keep": (lambda w: _asked(w, seals.keep_seal), Verb.SEAL_KEPT),
}


def rows():
    return {
        model: list(model.objects.order_by("pk").values()) for model in (Barring, Seal, SealReader)
    }


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_does_it_and_leaves_its_entry(staffed, name):
    prepare, verb = VERBS[name]
    act = prepare(staffed)
    before = rows()
    with entries_since() as left:
        act()
    assert rows() != before
    assert [e.verb for e in left if e.verb != Verb.NOTICE_GIVEN] == [verb]
    if name in {"declare", "say over"}:
        # Whoever says it does not know whom we found.
        assert left[0].people == []
    else:
        assert left[0].people == [staffed.amelia.pk]


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_is_undone_when_its_entry_cannot_be_written(staffed, name, request):
    act = VERBS[name][0](staffed)
    before = rows()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        act()
    assert rows() == before


def _declares(**given):
    return lambda w: conflicts.declare_conflict(
        **{"by": w.worker, "relation": "friend", "words": " ", **given}
    )


REFUSALS = {
    "no words": _declares(),
    "own conflict placed": lambda w: conflicts.place_conflict(
        user=w.dpo, person=w.amelia, relation="friend", words="x", by=w.dpo
    ),
    "placed twice": lambda w: [
        conflicts.place_conflict(
            user=w.manager, person=w.amelia, relation="friend", words="x", by=w.dpo
        )
        for _ in range(2)
    ],
    "own conflict ended": lambda w: conflicts.end_conflict(
        barring=BarringFactory(user=w.dpo, person=w.amelia), reason="x", by=w.dpo
    ),
    "ended without a reason": lambda w: conflicts.end_conflict(
        barring=BarringFactory(user=w.worker), reason=" ", by=w.dpo
    ),
    "said over without a reason": lambda w: conflicts.say_over(
        barring=_declared(w), reason=" ", by=w.manager
    ),
    "said over by another": lambda w: conflicts.say_over(
        barring=_declared(w), reason="x", by=w.dpo
    ),
    "said over what somebody else placed": lambda w: conflicts.say_over(
        barring=BarringFactory(user=w.manager, recorded_by=w.dpo), reason="x", by=w.manager
    ),
    "said over twice": lambda w: conflicts.say_over(
        barring=_declared(w, said_over=True), reason="x", by=w.manager
    ),
    "said over when it was ended": lambda w: conflicts.say_over(
        barring=conflicts.end_conflict(barring=_declared(w), reason="x", by=w.dpo),
        reason="x",
        by=w.manager,
    ),
    "kept when nobody said it is over": lambda w: conflicts.keep_conflict(
        barring=_declared(w), by=w.dpo
    ),
    "kept twice": lambda w: [
        conflicts.keep_conflict(barring=barring, by=w.dpo)
        for barring in [_declared(w, said_over=True)]
        for _ in range(2)
    ],
    "own conflict kept": lambda w: conflicts.keep_conflict(
        barring=_declared(w, said_over=True), by=w.manager
    ),
    "linked twice": lambda w: conflicts.link_conflict(
        barring=BarringFactory(user=w.worker, person=w.joe), person=w.amelia, by=w.dpo
    ),
    "one side of two": lambda w: conflicts.link_conflict(
        barring=BarringFactory(user=w.worker, person=None),
        person=w.amelia,
        their_account=w.manager,
        by=w.dpo,
    ),
    "sealed without a reason": lambda w: seals.place_seal(
        person=w.amelia, reason="", readers=[], by=w.dpo
    ),
    "sealed twice": lambda w: [a_seal(w) for _ in range(2)],
    "the last reader": lambda w: [
        seals.take_off_reader(seal=seal, user=user, by=w.dpo)
        for seal in [a_seal(w)]
        for user in (w.worker, w.dpo)
    ],
    "nobody else to lift": lambda w: seals.ask_to_lift(seal=a_seal(w), reason="x", by=w.dpo),
    "lifted by who asked": lambda w: seals.lift_seal(
        seal=seals.ask_to_lift(seal=a_seal(w, w.lead), reason="x", by=w.dpo), by=w.dpo
    ),
    "lifted unasked": lambda w: seals.lift_seal(seal=a_seal(w, w.lead), by=w.lead),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_verb_that_is_refused_leaves_no_trace(staffed, name):
    with pytest.raises(Refused), transaction.atomic():
        REFUSALS[name](staffed)
    assert not Seal.objects.exclude(lifted_at=None).exists()


def test_said_twice_it_is_one_whatever_became_of_the_first(world, dpo):
    said = {"relation": "friend", "words": "Amelia Hart", "by": world.manager}
    first = conflicts.declare_conflict(**said)
    conflicts.link_conflict(barring=first, person=world.amelia, by=dpo)
    assert conflicts.declare_conflict(**said) == first


def test_the_data_protection_officer_is_told_at_once_and_no_client_is_named(world, dpo):
    conflicts.declare_conflict(relation="friend", words="Amelia Hart", by=world.manager)
    notice = Notice.objects.get()
    assert (notice.to, "Hart" in notice.sentence) == (dpo, False)


def test_it_is_closed_both_ways(world, dpo):
    manager_on_record = PersonFactory(recorded_by=world.worker)
    CaseFactory(service=world.service, people=[manager_on_record])
    waiting = BarringFactory(user=world.manager, person=None)
    conflicts.link_conflict(
        barring=waiting,
        person=world.amelia,
        their_account=world.worker,
        own_record=manager_on_record,
        by=dpo,
    )
    assert not people_of(world.manager).filter(pk=world.amelia.pk).exists()
    assert not people_of(world.worker).filter(pk=manager_on_record.pk).exists()
    assert people_of(world.worker).filter(pk=world.amelia.pk).exists()


def test_the_manager_is_told_that_the_case_needs_somebody_else(world, dpo):
    conflicts.place_conflict(
        user=world.worker, person=world.joe, relation="relative", words="Her nephew.", by=dpo
    )
    assert [(n.to, n.link) for n in Notice.objects.all()] == [
        (world.manager, world.case.get_absolute_url())
    ]


def test_whoever_is_barred_is_given_no_such_case(world):
    colleague = member_of(world.service, Role.CASEWORKER, name="Sam Reed")
    BarringFactory(user=colleague, person=world.joe)
    with pytest.raises(Refused, match="cannot work with this family"):
        allocate(case=world.case, worker=colleague, by=world.manager)


def told(user):
    return list(Notice.objects.filter(to=user).values_list("sentence", flat=True))


def test_what_is_said_to_be_over_holds_until_somebody_else_has_ended_it(world, dpo):
    declared = _declared(world, person=world.amelia)
    conflicts.say_over(barring=declared, reason="They moved.", by=world.manager)
    assert not people_of(world.manager).exists()
    assert (told(dpo), told(world.manager)) == ([conflicts.SAID_OVER], [])
    conflicts.end_conflict(barring=declared, reason="She says so too.", by=dpo)
    assert world.amelia in people_of(world.manager)
    assert told(world.manager) == [conflicts.ENDED]


def test_what_is_kept_holds_on_and_can_be_ended_later(world, dpo):
    declared = _declared(world, said_over=True, person=world.amelia)
    conflicts.keep_conflict(barring=declared, by=dpo)
    assert not people_of(world.manager).exists()
    assert told(world.manager) == [conflicts.KEPT]
    conflicts.end_conflict(barring=declared, reason="Now they did.", by=dpo)
    assert world.amelia in people_of(world.manager)


@pytest.mark.parametrize("is_linked", [True, False])
def test_whoever_declared_is_told_of_its_end_the_same_whether_a_record_was_found(
    world, dpo, is_linked
):
    declared = _declared(world, person=world.amelia if is_linked else None)
    conflicts.end_conflict(barring=declared, reason="They moved.", by=dpo)
    assert told(world.manager) == [conflicts.ENDED]


def test_of_what_somebody_else_placed_they_are_told_nothing(world, dpo):
    placed = conflicts.place_conflict(
        user=world.manager, person=world.amelia, relation="friend", words="Seen.", by=dpo
    )
    conflicts.end_conflict(barring=placed, reason="Not so.", by=dpo)
    assert told(world.manager) == []


def test_what_was_said_to_be_over_can_be_declared_anew_in_the_same_words(world, dpo):
    said = {"relation": "friend", "words": "Amelia Hart", "by": world.manager}
    first = conflicts.declare_conflict(**said)
    conflicts.say_over(barring=first, reason="They moved.", by=world.manager)
    second = conflicts.declare_conflict(**said)
    conflicts.end_conflict(barring=first, reason="So they say.", by=dpo)
    second.refresh_from_db()
    assert (second == first, second.ended_at) == (False, None)


# --- What the database keeps --------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes", [{"words": "Somebody else"}, {"relation": "other"}, {"ended_because": "x"}]
)
def test_the_database_lets_nobody_rewrite_a_conflict(world, dpo, changes):
    ended = conflicts.end_conflict(
        barring=BarringFactory(user=world.worker, person=world.amelia), reason="Moved.", by=dpo
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        change(ended, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        lambda w: {"person": w.amelia, "linked_at": timezone.now(), "linked_by": w.worker},
        lambda w: {"ended_at": timezone.now(), "ended_by": w.worker, "ended_because": "x"},
        lambda w: {
            "said_over_at": timezone.now(),
            "said_over_by": w.worker,
            "said_over_because": "x",
            "kept_at": timezone.now(),
            "kept_by": w.worker,
        },
    ],
    ids=["linked", "ended", "kept"],
)
def test_the_database_lets_nobody_decide_their_own(world, changes):
    own = BarringFactory(user=world.worker, person=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(own, **changes(world))


def test_the_database_lets_nobody_else_say_that_it_is_over(world, dpo):
    own = BarringFactory(user=world.worker, person=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(own, said_over_at=timezone.now(), said_over_by=dpo, said_over_because="x")
    change(own, said_over_at=timezone.now(), said_over_by=world.worker, said_over_because="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        change(own, said_over_at=None, said_over_by=None, said_over_because="")


def test_the_database_lets_no_seal_be_lifted_by_one_person_or_change_after(staffed, dpo, lead):
    seal = seals.ask_to_lift(seal=a_seal(staffed, lead), reason="x", by=dpo)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(seal, lifted_at=timezone.now(), lifted_by=dpo)
    seals.lift_seal(seal=seal, by=lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(seal, lifted_at=None, lifted_by=None)


def test_conflict_and_seal_follow_a_merge(world, dpo, lead):
    double = PersonFactory(given_names="Amy", recorded_by=world.worker)
    BarringFactory(user=world.manager, person=double)
    SealFactory(person=double)
    merge(survivor=world.amelia, other=double, chosen={}, reason="The same.", by=dpo)
    assert Barring.objects.get().person == world.amelia
    assert Seal.objects.get().person == world.amelia
    assert not cases_of(world.manager).exists()


# --- Nothing is given away ----------------------------------------------------------------------


@pytest.fixture(params=["barred", "not on the seal"])
def closed(request, world):
    """A colleague of the service to whom Amelia is closed, and what would open her to them."""
    reader = member_of(world.service, Role.CASEWORKER, name="Sam Reed")
    if request.param == "barred":
        BarringFactory(user=reader, person=world.amelia)
    else:
        SealReaderFactory(seal=SealFactory(person=world.amelia), user=world.worker)
    return reader


def test_neither_the_person_nor_whoever_is_known_by_them_alone_exists(world, closed):
    assert not people_of(closed).exists()
    assert not cases_of(closed).exists()
    assert not people_beyond(closed, among=type(world.joe).objects.all()).exists()
    assert set(people_of(world.worker)) == {world.amelia, world.joe}


def test_a_relative_with_a_case_of_their_own_exists_without_them(world, closed):
    RelationshipFactory(person=world.amelia, other=world.joe, recorded_by=world.worker)
    own = CaseFactory(service=world.service, people=[world.joe])
    assert set(people_of(closed)) == {world.joe}
    browser, text = signed_in(closed), ""
    for tab in ("", "family/", "cases/"):
        page = browser.get(f"/casework/people/{world.joe.reference}/{tab}")
        assert page.status_code == 200
        text += page.content.decode()
    assert own.reference in text
    assert "Amelia" not in text
    assert world.case.reference not in text
    assert "known to another service" not in text


def test_a_search_finds_and_counts_nobody(world, closed):
    look = Look(by=closed)
    found = search_people("Amelia Hart", look=look, on=date(2026, 11, 26))
    assert (found.hits, found.outside) == ((), 0)
    found = search_people(world.case.reference, look=look, on=date(2026, 11, 26))
    assert (found.hits, found.outside) == ((), 0)
    theirs = search_people("Amelia Hart", look=Look(by=world.worker), on=date(2026, 11, 26))
    assert len(theirs.hits) > 0


def test_the_check_for_doubles_offers_and_counts_nobody(world, closed):
    described = Described(given_names="Amelia", family_name="Hart", born=date(1990, 3, 14))
    for reader, offers in ((closed, 0), (world.worker, 1)):
        given = offer_matches([("", described)], look=Look(by=reader), on=date(2026, 11, 26))
        assert len(given) == offers


def test_the_data_protection_officer_sees_the_possible_double(world, dpo):
    SealFactory(person=world.amelia)
    twin = PersonFactory(
        given_names="Amelia",
        family_name="Hart",
        date_of_birth=date(1990, 3, 14),
        recorded_by=world.worker,
    )
    page = signed_in(dpo).get(reverse("cases:doubles")).content.decode()
    assert world.amelia.reference in page
    assert twin.reference in page


def test_the_same_number_of_questions_for_thirty_closed_records_as_for_one(
    world, django_assert_max_num_queries
):
    counts = []
    for more in (1, 29):
        for _ in range(more):
            person = PersonFactory(recorded_by=world.worker)
            CaseFactory(service=world.service, people=[person])
            BarringFactory(user=world.worker, person=person)
            SealFactory(person=PersonFactory())
        browser = signed_in(world.worker)
        with django_assert_max_num_queries(60) as asked:
            assert browser.get(reverse("cases:mine")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- Pages --------------------------------------------------------------------------------------


def test_declaring_tells_nothing_of_whether_they_are_known(world, dpo):
    browser = signed_in(world.manager)
    here = reverse("cases:people-i-know")
    told = {"relation": "neighbour", "words": "Amelia Hart of 3 Mill Lane"}
    assert browser.post(here, told).status_code == 302
    before = browser.get(here).content
    conflicts.link_conflict(barring=Barring.objects.get(), person=world.amelia, by=dpo)
    after = browser.get(here).content
    assert _words(before) == _words(after)
    assert "Mill Lane" in _words(after)


def _words(page):
    return page.decode().partition("<h1")[2].partition("csrf")[0]


def test_it_is_said_to_be_over_and_decided_on_the_desk(world, dpo):
    declared = _declared(world, person=world.amelia)
    declared.refresh_from_db()
    theirs, desk = signed_in(world.manager), signed_in(dpo)
    here = reverse("cases:people-i-know")
    over = reverse("cases:conflict-over", args=[declared.reference])
    assert over in theirs.get(here).content.decode()
    assert "Amelia" not in theirs.get(over).content.decode()
    assert theirs.post(over, {"reason": ""}).status_code == 422
    assert theirs.post(over, {"reason": "They moved."}).status_code == 302
    assert "The Data Protection Officer decides" in theirs.get(here).content.decode()
    assert theirs.get(over).status_code == 404
    listed = desk.get(f"{reverse('cases:conflicts')}?show=over").content.decode()
    assert declared.reference in listed
    page = desk.get(declared.get_absolute_url()).content.decode()
    assert "They moved." in page
    keep = reverse("cases:conflict-keep", args=[declared.reference])
    assert keep in page
    assert desk.post(keep).status_code == 302
    assert keep not in desk.get(declared.get_absolute_url()).content.decode()
    assert "It holds on" in theirs.get(here).content.decode()
    end = reverse("cases:conflict-end", args=[declared.reference])
    assert desk.post(end, {"reason": "They did move."}).status_code == 302
    assert f"Ended {plain(timezone.localdate())}" in theirs.get(here).content.decode()


def test_nobody_says_it_of_what_a_colleague_declared_or_what_was_placed_on_them(world, dpo):
    placed = BarringFactory(user=world.worker, recorded_by=dpo, person=world.amelia)
    colleagues = _declared(world)
    for barring in (placed, colleagues):
        barring.refresh_from_db()
        page = signed_in(world.worker).get(reverse("cases:conflict-over", args=[barring.reference]))
        assert page.status_code == 404


def test_what_was_typed_stays_when_something_is_missing(world):
    answer = signed_in(world.worker).post(
        reverse("cases:people-i-know"), {"words": "Amelia of No 3"}
    )
    assert answer.status_code == 422
    assert "Amelia of No 3" in answer.content.decode()


def test_the_desk_puts_a_declaration_on_a_record_and_ends_it(world, dpo):
    waiting = BarringFactory(user=world.manager, person=None, words="The woman next door")
    browser = signed_in(dpo)
    assert "The woman next door" in browser.get(reverse("cases:conflicts")).content.decode()
    wrong = browser.post(waiting.get_absolute_url(), {"person": "P-999999"})
    assert (wrong.status_code, "P-999999" in wrong.content.decode()) == (422, True)
    done = browser.post(waiting.get_absolute_url(), {"person": world.amelia.reference})
    assert done.status_code == 302
    assert not people_of(world.manager).exists()
    ended = browser.post(
        reverse("cases:conflict-end", args=[waiting.reference]), {"reason": "Moved."}
    )
    assert ended.status_code == 302
    assert world.amelia in people_of(world.manager)


def test_a_record_is_sealed_named_and_lifted_by_two_people(world, dpo, lead):
    first = signed_in(says_why(dpo, world.amelia))
    second = signed_in(says_why(lead, world.amelia))
    place = reverse("cases:person-seal", args=[world.amelia.reference])
    assert f'value="{world.worker.pk}" ' in first.get(place).content.decode()
    assert (
        first.post(place, {"reason": "Known here.", "readers": [world.worker.pk]}).status_code
        == 302
    )
    seal = Seal.objects.get()
    assert second.get(seal.get_absolute_url()).status_code == 404
    assert first.post(seal.get_absolute_url(), {"user": lead.pk}).status_code == 302
    assert "Sealed record" in second.get(world.amelia.get_absolute_url()).content.decode()
    lift, decide = (
        reverse(f"cases:seal-{step}", args=[seal.reference]) for step in ("lift", "decide")
    )
    assert first.post(lift, {"reason": "Everybody knows."}).status_code == 302
    assert first.post(decide, {"lift": "1"}).status_code == 409
    assert second.post(decide, {"lift": "1"}).status_code == 302
    assert world.amelia in people_of(world.manager)


@pytest.mark.parametrize("name", ["conflicts", "conflict-add", "seals"])
@pytest.mark.parametrize("role", list(Role))
def test_the_desks_open_for_whoever_keeps_them(world, role, name):
    keeps = {Role.DPO} | ({Role.SAFEGUARDING_LEAD} if name == "seals" else set())
    answer = signed_in(the(role)).get(reverse(f"cases:{name}"))
    assert answer.status_code == (200 if role in keeps else 403)


def test_nobody_meets_their_own_conflict_on_the_desk(dpo):
    own = BarringFactory(user=dpo, person=None, words="My own neighbour")
    browser = signed_in(dpo)
    assert "My own neighbour" not in browser.get(reverse("cases:conflicts")).content.decode()
    assert browser.get(own.get_absolute_url()).status_code == 404


def test_the_log_keeps_what_is_closed_from_its_reader(world, dpo):
    signed_in(world.worker).get(world.amelia.get_absolute_url())
    CaseFactory(service=world.service, people=[world.joe])
    joes = f"/casework/people/{world.joe.reference}/looks/"
    assert "Dean Okafor" in signed_in(world.manager).get(joes).content.decode()
    BarringFactory(user=world.manager, person=world.amelia)
    text = signed_in(world.manager).get(joes).content.decode()
    assert "Dean Okafor" not in text
