"""One decision for a whole pack: everybody who is named, and what tells of health."""

import re
import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.middleware import SEEN
from audit.verbs import Verb
from cases.actions.corrections import correct_sensitive_detail
from cases.actions.restrictions import hold_passages, restrict
from cases.models import Preview
from core.errors import LogUnavailable, Refused
from core.organisation import ORGANISATION
from sar.actions import groups, health, release, withholding
from sar.actions.groups import Named
from sar.building import build_pack
from sar.exemptions import Basis, Exemption, HarmAnswer, HealthGround
from sar.health import about_health
from sar.leaks import barred_in
from sar.models import HarmConsultation, HealthRuling, StaysIn, Withholding
from sar.pack.copy import copy_for
from sar.pack.gather import gather
from sar.workbench.around import finder_for
from sar.workflow import RequestStatus
from tests.cases.world import signed_in
from tests.conftest import entries_since
from tests.factories.base import note as entry
from tests.factories.cases import (
    AddressFactory,
    CaseNoteFactory,
    CasePersonFactory,
    CaseProfessionalFactory,
    ContactPointFactory,
    DocumentFactory,
    PassageFactory,
    PersonFactory,
    PreviewPageFactory,
    ProfessionalFactory,
    RelationshipFactory,
    SensitiveDetailFactory,
)
from tests.factories.consent import ConsentFactory
from tests.factories.sar import BuiltPackFactory, EvidenceSeenFactory, RightsRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def joe(case):
    joe = PersonFactory(given_names="Joe", family_name="Quartz", preferred_name="Jojo")
    CasePersonFactory(case=case, person=joe)
    AddressFactory(person=joe, lines="7 Foxglove Lane", postcode="PR8 1AA")
    ContactPointFactory(person=joe, value="07700 900555", value_sought="+447700900555")
    return joe


@pytest.fixture
def green(case):
    green = ProfessionalFactory(name="Grace Green")
    CaseProfessionalFactory(case=case, professional=green)
    return green


@pytest.fixture
def notes(case, amelia, joe, green):
    return [
        CaseNoteFactory(case=case, people=[amelia], body=body)
        for body in (
            "Joe Quartz shouted. Amelia Hart left. Grace Green was told.",
            "JOJO rang from 07700 900555; he lives at 7 Foxglove Ln. Ms Green knows.",
        )
    ]


@pytest.fixture
def sore(case, amelia, worker):
    """A note with words about health, marked by its writer."""
    note = CaseNoteFactory(case=case, people=[amelia], body="She has asthma and swims.")
    PassageFactory(note=note, start=4, end=14, kind="health", recorded_by=worker)
    return note


def item_of(request, note):
    return next(
        item
        for item in gather(request.person).items
        if (item.source, item.record_id) == ("cases.CaseNote", note.pk)
    )


def named(note, *words):
    return [Named("cases.CaseNote", note.pk, "body", one) for one in words]


def asked(request, dpo, **given):
    with transaction.atomic():
        entry()
        return HarmConsultation.objects.create(
            request=request,
            whom="Dr Shah, GP",
            about="The asthma.",
            asked_on=timezone.localdate() - timedelta(days=300),
            recorded_by=dpo,
            **given,
        )


def answered(request, dpo, *, days=1, answer=HarmAnswer.NO_HARM):
    on = timezone.localdate() - timedelta(days=days)
    return asked(request, dpo, answered_on=on, answer=answer, advice="Quite all right.")


# --- The verbs ----------------------------------------------------------------------------------

VERBS = {}


def leaves(verb):
    def registered(function):
        VERBS[function.__name__] = (verb, function)
        return function

    return registered


@leaves(Verb.NAME_WITHHELD)
def withhold_group(a, n, by):
    given = {"request": a, "exemption": Exemption.THIRD_PARTY, "by": by}
    words = named(n, "Mrs Quill", "police")
    yield lambda: groups.withhold_group(named=words, factors="She refused.", **given)
    yield lambda: groups.withhold_group(named=words, factors=" ", **given)


@leaves(Verb.NAME_WITHHELD_UNDONE)
def undo_withhold_group(a, n, by):
    words = named(n, "Mrs Quill", "police")
    groups.withhold_group(
        request=a, named=words, exemption=Exemption.THIRD_PARTY, factors="She refused.", by=by
    )
    yield lambda: groups.undo_withhold_group(request=a, named=words, by=by)
    yield lambda: groups.undo_withhold_group(request=a, named=words, by=by)


@leaves(Verb.NAME_STAYS_IN)
def leave_in(a, n, by):
    given = {"request": a, "group": "x:1", "who": "Dr Green", "by": by}
    yield lambda: groups.leave_in(basis=Basis.PROFESSIONAL, factors="Paid.", **given)
    yield lambda: groups.leave_in(basis=Basis.PROFESSIONAL, factors="", **given)


@leaves(Verb.NAME_STAYS_IN_UNDONE)
def undo_leave_in(a, n, by):
    kept = groups.leave_in(
        request=a, group="x:1", who="Dr Green", basis=Basis.KNOWN, factors="Paid.", by=by
    )
    yield lambda: groups.undo_leave_in(decision=kept, by=by)
    yield lambda: groups.undo_leave_in(decision=kept, by=by)


@leaves(Verb.HEALTH_ASKED)
def ask(a, n, by):
    given = {"request": a, "whom": "Dr Shah, GP", "about": "The asthma.", "by": by}
    today = timezone.localdate()
    yield lambda: health.ask_health_professional(asked_on=today, **given)
    yield lambda: health.ask_health_professional(asked_on=today + timedelta(days=1), **given)


@leaves(Verb.HEALTH_ANSWERED)
def record_answer(a, n, by):
    given = {"answered_on": timezone.localdate(), "answer": HarmAnswer.HARM, "by": by}
    question = asked(a, by)
    yield lambda: health.record_health_answer(consultation=question, advice="Wait.", **given)
    yield lambda: health.record_health_answer(consultation=question, advice=" ", **given)


@leaves(Verb.HEALTH_RULED)
def rule(a, n, by):
    given = {"request": a, "item": item_of(a, n), "why": "She told us.", "by": by}
    old = answered(a, by, days=200)
    yield lambda: health.rule_on_health(ground=HealthGround.KNOWN, **given)
    yield lambda: health.rule_on_health(ground=HealthGround.OPINION, consultation=old, **given)


@leaves(Verb.HEALTH_RULING_UNDONE)
def undo_rule(a, n, by):
    ruling = health.rule_on_health(
        request=a, item=item_of(a, n), why="She told us.", ground=HealthGround.KNOWN, by=by
    )
    yield lambda: health.undo_health_ruling(ruling=ruling, by=by)
    yield lambda: health.undo_health_ruling(ruling=ruling, by=by)


@leaves(Verb.ITEM_WITHHELD)
def withhold_only_here(a, n, by):
    given = {
        "request": a,
        "item": item_of(a, n),
        "field": "body",
        "quote": "the",
        "exemption": Exemption.THIRD_PARTY,
        "factors": "Hers.",
        "by": by,
    }
    yield lambda: withholding.withhold_passage(only_here=1, **given)
    yield lambda: withholding.withhold_passage(only_here=9, **given)


def rows():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Withholding, StaysIn, HarmConsultation, HealthRuling)
    ]


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_does_it_once_is_refused_without_trace_and_is_undone_without_the_log(
    name, access, note, dpo, monkeypatch
):
    verb, make = VERBS[name]

    def broken(*args, **kwargs):
        raise LogUnavailable("The log could not be written.")

    tries = make(access, note, dpo)
    first = next(tries)
    before = rows()
    with monkeypatch.context() as patch:
        patch.setattr("audit.log.insert", broken)
        with pytest.raises(LogUnavailable), transaction.atomic():
            first()
    assert rows() == before
    with entries_since() as entries:
        first()
    assert [one.verb for one in entries] == [verb]
    assert access.person_id in entries[0].people
    assert rows() != before
    second = next(tries)
    before = rows()
    with entries_since() as entries, pytest.raises(Refused), transaction.atomic():
        second()
    assert entries == []
    assert rows() == before


# --- Passages -----------------------------------------------------------------------------------


def test_one_place_is_withheld_while_the_text_is_the_same(access, case, amelia, dpo):
    note = CaseNoteFactory(case=case, people=[amelia], body="Sam the cat. Sam her son.")
    decision = withholding.withhold_passage(
        request=access,
        item=item_of(access, note),
        field="body",
        quote="Sam",
        only_here=2,
        exemption=Exemption.THIRD_PARTY,
        factors="He is a child.",
        by=dpo,
    )
    shown = next(i for i in copy_for(access).disclosed.items if i.source == "cases.CaseNote")
    body = next(value for value in shown.values if value.field == "body")
    assert [piece.text for piece in body.pieces] == ["Sam the cat. ", "", " her son."]
    assert (decision.start, decision.quote) == (13, "Sam")


def test_a_name_is_not_withheld_from_the_middle_of_a_word(access, case, amelia, dpo):
    note = CaseNoteFactory(case=case, people=[amelia], body="Sam rang the Samaritans.")
    groups.withhold_group(
        request=access,
        named=named(note, "Sam"),
        exemption=Exemption.THIRD_PARTY,
        factors="Hers.",
        by=dpo,
    )
    shown = next(i for i in copy_for(access).disclosed.items if i.source == "cases.CaseNote")
    assert next(v for v in shown.values if v.field == "body").text == " rang the Samaritans."


# --- Health -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick_print")
def test_nothing_about_health_goes_out_without_a_ground(access, sore, dpo):
    EvidenceSeenFactory(request=access)
    build_pack(BuiltPackFactory(request=access).pk)
    access.refresh_from_db()
    assert access.status != RequestStatus.READY
    page = signed_in(dpo)
    assert "tells of health and nobody" in page.get(access.get_absolute_url()).content.decode()
    with pytest.raises(Refused, match="tells of health"):
        release.release(request=access, by=dpo)
    health.rule_on_health(
        request=access,
        item=item_of(access, sore),
        ground=HealthGround.KNOWN,
        why="She told us herself.",
        by=dpo,
    )
    build_pack(BuiltPackFactory(request=access).pk)
    access.refresh_from_db()
    assert access.status == RequestStatus.READY
    assert "tells of health and nobody" not in page.get(access.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("quote", "is_open"), [("asthma", True), ("has asthma", False), ("", False)]
)
def test_withheld_health_needs_no_ground(access, sore, dpo, quote, is_open):
    given = {"request": access, "item": item_of(access, sore), "by": dpo}
    given |= {"exemption": Exemption.NO_HEALTH_OPINION, "factors": "Nobody asked yet."}
    if quote:
        withholding.withhold_passage(field="body", quote=quote, **given)
    else:
        withholding.withhold_item(**given)
    assert bool(copy_for(access).health_open) is is_open


@pytest.mark.parametrize(
    ("quote", "only_here", "is_open"),
    [
        # At the other place, within other words, in another text of the note; and at last at the place itself.
        ("asthma", 1, True),
        ("Her asthma", None, True),
        ("Amelia Hart", None, True),
        ("asthma", 2, False),
        ("asthma", None, False),
    ],
)
def test_health_is_withheld_where_it_was_marked_and_not_elsewhere(
    access, case, amelia, worker, dpo, quote, only_here, is_open
):
    note = CaseNoteFactory(
        case=case, people=[amelia], body="Her asthma is better. The doctor sees asthma again."
    )
    PassageFactory(note=note, start=38, end=44, kind="health", recorded_by=worker)
    withholding.withhold_passage(
        request=access,
        item=item_of(access, note),
        field="people_in_words" if quote == "Amelia Hart" else "body",
        quote=quote,
        only_here=only_here,
        exemption=Exemption.NO_HEALTH_OPINION,
        factors="Nobody asked yet.",
        by=dpo,
    )
    assert bool(copy_for(access).health_open) is is_open


def test_an_opinion_counts_for_six_months(access, sore, dpo):
    opinion = answered(access, dpo, days=1)
    health.rule_on_health(
        request=access,
        item=item_of(access, sore),
        ground=HealthGround.OPINION,
        consultation=opinion,
        why="Asked.",
        by=dpo,
    )
    assert copy_for(access).health_open == ()
    entry()
    old = timezone.localdate() - timedelta(days=190)
    HarmConsultation.objects.update(answered_on=old)
    assert copy_for(access).health_open != ()


def test_the_list_says_which_items_tell_of_health_and_wait_for_a_ground(access, sore, dpo):
    CaseNoteFactory(case=sore.case, people=[access.person], body="She swims.")
    page, address = signed_in(dpo), reverse("sar:items", args=[access.reference])

    def standing(query=""):
        answer = page.get(address + query)
        rows = answer.context["items"].page
        return answer.content.decode(), {
            row.item.record_id: (row.tells_of_health, row.waits_for_ground)
            for row in rows
            if row.item.source == "cases.CaseNote"
        }

    text, rows = standing()
    assert rows[sore.pk] == (True, True)
    assert list(rows.values()).count((False, False)) == len(rows) - 1 > 0
    assert "Health: no ground yet" in text
    assert "1 item tells of health" in text
    assert list(standing("?health=waits")[1]) == [sore.pk]
    health.rule_on_health(
        request=access,
        item=item_of(access, sore),
        ground=HealthGround.KNOWN,
        why="She told us herself.",
        by=dpo,
    )
    text, rows = standing()
    assert rows[sore.pk] == (True, False)
    assert "Tells of health" in text
    assert "no ground yet" not in text
    assert standing("?health=waits")[1] == {}


def test_words_about_health_are_found_where_something_before_them_is_held_back(
    access, sore, joe, dpo
):
    body = "Joe Quartz came. She has asthma."
    note = CaseNoteFactory(case=sore.case, people=[access.person, joe], body=body)
    PassageFactory(note=note, start=21, end=31, kind="health", recorded_by=sore.recorded_by)
    placed = restrict(of=joe, ground="accuracy", because="Disputed.", alerts_stay=True, by=dpo)
    hold_passages(restriction=placed, entry=note, passages=["Joe Quartz came."], by=dpo)
    words = about_health(gather(access.person))
    assert [told.words for told in words["cases.CaseNote", note.pk]] == ["has asthma"]
    address = reverse("sar:item", args=[access.reference, item_of(access, note).key])
    page = signed_in(dpo).get(address).content.decode()
    assert "has asthma" in page
    assert "Quartz" not in page


def test_a_declared_detail_of_health_is_about_health_and_another_is_not(access, amelia):
    SensitiveDetailFactory(person=amelia, kind="religion", detail="Quaker")
    assert copy_for(access).health_open == ()
    SensitiveDetailFactory(person=amelia, kind="disability", detail="Deaf")
    assert len(copy_for(access).health_open) == 1


@pytest.mark.parametrize("topic", ["health", "mental_health", "substances"])
def test_a_note_with_a_topic_of_health_is_asked_about_as_a_whole(access, case, dpo, topic):
    body = "He does not sleep. Mrs Quill looks in on him."
    note = CaseNoteFactory(
        case=case, people=[access.person], body=body, circumstances=["school", topic]
    )
    CaseNoteFactory(case=case, people=[access.person], body="He swims.", circumstances=["school"])
    assert len(copy_for(access).health_open) == 1
    given = {"request": access, "item": item_of(access, note), "by": dpo}
    address = reverse("sar:item-health", args=[access.reference, given["item"].key])
    page = signed_in(dpo)
    assert body in page.get(address).content.decode()
    # A name that is withheld in it says nothing of the rest.
    withholding.withhold_passage(
        field="body", quote="Mrs Quill", exemption=Exemption.THIRD_PARTY, factors="Hers.", **given
    )
    assert len(copy_for(access).health_open) == 1
    sent = {"ground": "not_theirs", "why": ""}
    refused = page.post(address, sent)
    assert refused.status_code == 422
    assert len(copy_for(access).health_open) == 1
    said = {**sent, "why": "It is his brother who does not sleep."}
    assert page.post(address, said).status_code == 302
    assert copy_for(access).health_open == ()
    ruling = HealthRuling.objects.get()
    assert (ruling.ground, ruling.consultation) == ("not_theirs", None)
    health.undo_health_ruling(ruling=ruling, by=dpo)
    withholding.withhold_item(
        exemption=Exemption.NO_HEALTH_OPINION, factors="Nobody asked yet.", **given
    )
    assert copy_for(access).health_open == ()


def test_a_ground_is_for_what_the_item_told_then(access, amelia, worker, dpo):
    """A detail that was corrected since waits for another, and its page says why."""
    detail = SensitiveDetailFactory(person=amelia, kind="disability", detail="Asthma.")
    item = next(one for one in gather(amelia).items if one.source == "cases.SensitiveDetail")
    ruled = {"request": access, "item": item, "ground": HealthGround.KNOWN, "by": dpo}
    ruling = health.rule_on_health(**ruled, why="She told us.")
    page = reverse("sar:item", args=[access.reference, item.key])
    assert copy_for(access).health_open == ()
    assert "Health: no ground yet" not in words(signed_in(dpo).get(page))
    correct_sensitive_detail(
        fact=detail,
        kind="disability",
        detail="A tumour, which her GP has not told her of.",
        reason="To plan",
        on=timezone.localdate(),
        by=worker,
    )
    assert copy_for(access).health_open == (item.title,)
    assert "It says something else of health since then" in words(signed_in(dpo).get(page))
    items = reverse("sar:items", args=[access.reference])
    assert "1 item tells of health" in words(signed_in(dpo).get(items))
    health.undo_health_ruling(ruling=ruling, by=dpo)
    item = next(one for one in gather(amelia).items if one.source == "cases.SensitiveDetail")
    health.rule_on_health(**{**ruled, "item": item}, why="She was told on Monday.")
    assert copy_for(access).health_open == ()


def test_what_is_not_theirs_rests_on_nobodys_opinion(access, sore, dpo):
    opinion = answered(access, dpo, days=1)
    entry()
    with pytest.raises(IntegrityError, match="rests_on_an_opinion"), transaction.atomic():
        HealthRuling.objects.create(
            request=access,
            source="cases.CaseNote",
            record_id=sore.pk,
            ground=HealthGround.NOT_THEIRS,
            consultation=opinion,
            why="Asked.",
            recorded_by=dpo,
        )


def test_the_database_takes_no_ground_from_an_opinion_that_says_no(access, sore, dpo):
    harm = answered(access, dpo, answer=HarmAnswer.HARM)
    entry()
    with pytest.raises(IntegrityError, match="only on an opinion"), transaction.atomic():
        HealthRuling.objects.create(
            request=access,
            source="cases.CaseNote",
            record_id=sore.pk,
            ground=HealthGround.OPINION,
            consultation=harm,
            why="It was asked for.",
            recorded_by=dpo,
        )


# --- The pages ----------------------------------------------------------------------------------


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def follow(client, page, who):
    href = re.search(rf'href="([^"]+)">\s*{re.escape(who)}</a>', page.content.decode())
    return href[1]


def test_everybody_is_withheld_or_left_in_by_one_decision(dpo_client, access, notes, joe, dpo):
    listed = dpo_client.get(reverse("sar:names", args=[access.reference]))
    page = words(listed)
    assert "0 of " in page
    assert "Joe Quartz" in page
    assert "Proposed: leave in." in page
    assert ">Amelia Hart</a>" not in listed.content.decode()

    address = follow(dpo_client, listed, "Joe Quartz")
    assert "JOJO" in words(dpo_client.get(address))
    answer = dpo_client.post(address, {"what": "withheld", "exemption": "", "factors": "A child."})
    assert answer.status_code == 422
    assert "A child." in answer.content.decode()
    assert not Withholding.objects.exists()
    given = {"what": "withheld", "exemption": "third_party", "factors": "A child."}
    with entries_since() as entries:
        answer = dpo_client.post(address, given)
    assert answer.status_code == 302
    assert Verb.NAME_WITHHELD in {one.verb for one in entries}
    assert {one.quote for one in Withholding.objects.all()} >= {"Joe Quartz", "JOJO"}
    assert "Withheld everywhere" in words(dpo_client.get(address))
    address = follow(dpo_client, listed, "Joe Quartz: where they live and how to reach them")
    assert dpo_client.post(address, given).status_code == 302
    assert {one.quote for one in Withholding.objects.all()} >= {"07700 900555", "7 Foxglove Ln"}

    address = follow(dpo_client, listed, "Grace Green")
    given = {"what": "stays", "basis": "professional", "factors": "Paid health visitor."}
    assert dpo_client.post(address, given).status_code == 302
    assert "Paid health visitor." in words(dpo_client.get(address))
    text = str(copy_for(access).disclosed.items)
    assert "Grace Green" in text
    assert not any(secret in text for secret in ("Quartz", "JOJO", "900555", "Foxglove Ln"))

    item = reverse("sar:item", args=[access.reference, item_of(access, notes[0]).key])
    assert "Stays in: A paid professional" in words(dpo_client.get(item))
    assert dpo_client.post(f"{address}undo/").status_code == 302
    assert dpo_client.post(f"{address}undo/").status_code == 409


def group_of(client, request, who):
    return follow(client, client.get(reverse("sar:names", args=[request.reference])), who)


GOES = {"what": "withheld", "exemption": "third_party", "factors": "A child."}
STAYS = {"what": "stays", "basis": "consent", "factors": "He agreed."}


def test_everywhere_is_everywhere_also_where_one_place_was_withheld_before(
    dpo_client, access, case, amelia, joe, dpo
):
    note = CaseNoteFactory(case=case, people=[amelia], body="Jojo ran. Jojo fell. Jojo wept.")
    withholding.withhold_passage(
        request=access,
        item=item_of(access, note),
        field="body",
        quote="Jojo",
        only_here=2,
        exemption=Exemption.THIRD_PARTY,
        factors="His.",
        by=dpo,
    )
    address = group_of(dpo_client, access, "Joe Quartz")
    assert "Withheld in 1 of 3 places" in words(dpo_client.get(address))
    assert dpo_client.post(address, GOES).status_code == 302
    assert "Withheld everywhere" in words(dpo_client.get(address))
    assert "Jojo" not in str(copy_for(access).disclosed.items)


def test_nobody_stays_in_and_is_withheld_by_two_decisions(dpo_client, access, notes, joe, dpo):
    address = group_of(dpo_client, access, "Joe Quartz")
    assert dpo_client.post(address, GOES).status_code == 302
    answer = dpo_client.post(address, STAYS)
    assert answer.status_code == 422
    assert "This is withheld everywhere. Take that back first" in words(answer)
    assert "He agreed." in answer.content.decode()
    assert not StaysIn.objects.exists()

    answer = dpo_client.post(f"{address}undo/", {"what": "withheld"}, follow=True)
    assert "These words go out again" in words(answer)
    assert "To be decided" in words(answer)
    assert "Joe Quartz" in str(copy_for(access).disclosed.items)
    answer = dpo_client.post(f"{address}undo/", {"what": "withheld"})
    assert answer.status_code == 409

    assert dpo_client.post(address, STAYS).status_code == 302
    # As the page of a colleague still offers it who opened it before.
    answer = dpo_client.post(address, GOES)
    assert answer.status_code == 422
    assert f"{dpo} has decided that this stays in: They agreed" in words(answer)
    assert "A child." in answer.content.decode()
    assert not Withholding.objects.filter(undone_at=None).exists()


def test_a_proposal_says_where_it_is_withheld_also_within_other_words(
    dpo_client, access, case, amelia, joe, dpo
):
    note = CaseNoteFactory(case=case, people=[amelia], body="Joe ran away. Jojo fell. Jojo wept.")
    given = {
        "request": access,
        "item": item_of(access, note),
        "field": "body",
        "exemption": Exemption.THIRD_PARTY,
        "factors": "His.",
        "by": dpo,
    }
    address = reverse("sar:item", args=[access.reference, given["item"].key])

    def proposed(name):
        page = words(dpo_client.get(address))
        return re.search(rf" {name} Joe Quartz, [^.]*\. (.*?) Decide for the whole pack", page)[1]

    assert proposed("Joe") == "Withhold these words : Joe"
    withholding.withhold_passage(quote="Joe ran away.", **given)
    assert proposed("Joe") == "Withheld"
    withholding.withhold_passage(quote="Jojo", only_here=2, **given)
    assert proposed("Jojo") == "Withheld in 1 of 2 places Withhold these words : Jojo"
    withholding.withhold_passage(quote="Jojo", **given)
    assert proposed("Jojo") == "Withheld"


def test_who_stays_in_but_for_some_places_is_said_so(dpo_client, access, notes, joe, dpo):
    withholding.withhold_item(
        request=access,
        item=item_of(access, notes[1]),
        exemption=Exemption.CRIME,
        factors="The police asked.",
        by=dpo,
    )
    address = group_of(dpo_client, access, "Joe Quartz")
    answer = dpo_client.post(address, STAYS, follow=True)
    assert "It stays in, but for 1 place where it is withheld." in words(answer)
    page = words(dpo_client.get(address))
    assert "Stays in, but withheld in 1 of 2 places" in page
    assert "Take back that they are withheld" not in page


def test_what_was_checked_without_words_is_checked_again_with_them(
    dpo_client, access, notes, joe, dpo
):
    item = item_of(access, notes[0])
    address = group_of(dpo_client, access, "Joe Quartz")
    for how in ("by the item", "for the whole pack"):
        assert dpo_client.post(address, GOES).status_code == 302
        for note in notes:
            withholding.check_item(request=access, item=item_of(access, note), by=dpo)
        assert access.checks.count() == 2, how
        if how == "by the item":
            one = Withholding.objects.get(quote="Joe Quartz", record_id=notes[0].pk, undone_at=None)
            withholding.undo_withholding(withholding=one, by=dpo)
            assert [check.record_id for check in access.checks.all()] == [notes[1].pk]
            page = words(dpo_client.get(reverse("sar:item", args=[access.reference, item.key])))
            assert "To be checked" in page
        else:
            assert dpo_client.post(f"{address}undo/", {"what": "withheld"}).status_code == 302
            assert not access.checks.exists()


def test_a_relative_is_decided_about_also_where_only_the_relationship_names_them(
    dpo_client, access, note, amelia
):
    """They are in no case and no note of hers: the row alone names them, and the rest of it stays."""
    kim = PersonFactory(given_names="Kim", family_name="Quartz")
    related = RelationshipFactory(person=kim, other=amelia, kind="parent")
    names = dpo_client.get(reverse("sar:names", args=[access.reference]))
    assert ">Amelia Hart</a>" not in names.content.decode()
    item = next(
        one
        for one in gather(amelia).items
        if (one.source, one.record_id) == ("cases.Relationship", related.pk)
    )
    page = words(dpo_client.get(reverse("sar:item", args=[access.reference, item.key])))
    assert "In the family" in page or "in the family" in page
    before = copy_for(access)
    (told,) = [one for one in before.disclosed.items if one.source == "cases.Relationship"]
    assert "Kim Quartz" in str(told)

    address = follow(dpo_client, names, "Kim Quartz")
    given = {"what": "withheld", "exemption": "third_party", "factors": "She asked us not to."}
    assert dpo_client.post(address, given).status_code == 302
    assert "Withheld everywhere" in words(dpo_client.get(address))
    decision = Withholding.objects.get()
    assert (decision.source, decision.record_id) == ("cases.Relationship", related.pk)
    assert (decision.field, decision.quote) == ("person", "Kim Quartz")
    copy = copy_for(access)
    (told,) = [one for one in copy.disclosed.items if one.source == "cases.Relationship"]
    assert "Quartz" not in str(copy.disclosed.items)
    assert {one.field: one.text for one in told.values}["other"] == "Amelia Hart"
    assert told.withheld is None
    # And nothing of it is looked for in vain when the file is compared with what was to be left out.
    assert "Kim Quartz" in barred_in(access, gather(amelia), [decision])


def test_in_the_pack_of_a_parent_their_child_can_be_withheld_from_a_consent(
    dpo_client, amelia, worker
):
    born = timezone.localdate() - timedelta(days=3000)
    child = PersonFactory(given_names="Kim", family_name="Quartz", date_of_birth=born)
    RelationshipFactory(person=amelia, other=child, kind="parent", parental_responsibility=True)
    ConsentFactory(person=child, parent=amelia, giver="parent")
    access = RightsRequestFactory(person=amelia, recorded_by=worker)
    names = dpo_client.get(reverse("sar:names", args=[access.reference]))
    given = {"what": "withheld", "exemption": "third_party", "factors": "Kim asked us not to."}
    assert dpo_client.post(follow(dpo_client, names, "Kim Quartz"), given).status_code == 302
    assert {one.source for one in Withholding.objects.all()} == {
        "cases.Relationship",
        "consent.Consent",
    }
    copy = copy_for(access)
    assert any(one.source == "consent.Consent" for one in copy.disclosed.items)
    assert "Quartz" not in str(copy.disclosed.items)


def test_a_file_of_which_not_every_word_is_read_is_named(dpo_client, access, case, amelia, dpo):
    def document(title, texts, form="txt", **given):
        made = DocumentFactory(case=case, people=[amelia], title=title, format=form)
        with transaction.atomic():
            entry()
            Preview.objects.filter(document=made).update(**given)
        for number, text in enumerate(texts, 1):
            PreviewPageFactory(preview=made.preview, number=number, text=text)
        return made

    document("Long report", ["Mrs Quill rang.", ""], status="ready", pages=30)
    mails = {
        title: document(title, texts, "eml", status="ready", pages=pages)
        for title, texts, pages in (
            ("Read before", ["From: x\nAttached: a.pdf\n\nSee it."], 1),
            ("Read in part", ["From: x\nAttached: a.pdf\n\nSee it.", "Mrs Vane wrote."], 3),
            ("Read whole", ["From: x\nAttached: a.pdf\n\nSee it.", "Mrs Vane wrote."], 2),
        )
    }
    read = document("Read letter", ["Mrs Vane wrote."], status="ready", pages=1)
    broken = document("Broken scan", [], status="failed", failure="It cannot be drawn.")
    new = document("New letter", [], status="waiting")
    left_out = document("Withheld whole", [], status="waiting")
    names = reverse("sar:names", args=[access.reference])
    said = words(dpo_client.get(names))
    assert "first 2 of its 30 pages. Read the others. 1 page of it has no words" in said
    assert f"{broken} The software has not read the file, so that nobody is proposed" in said
    assert f"{new} The software has not read the file yet" in said
    assert f"{left_out} The software has not read the file yet" in said
    assert f"{mails['Read before']} Names are looked for in the e-mail itself, not in what" in said
    in_part = (
        "2 pages of the e-mail and of what is attached to it, and not in the rest. Read all of it."
    )
    assert f"{mails['Read in part']} Names are looked for on {in_part}" in said
    assert "Mrs Vane" in said
    assert str(read) not in said
    assert str(mails["Read whole"]) not in said
    item = next(one for one in gather(amelia).items if one.title.endswith(str(left_out)))
    page = dpo_client.get(reverse("sar:item", args=[access.reference, item.key]))
    assert "The software has not read the file yet" in words(page)
    withholding.withhold_item(
        request=access, item=item, exemption=Exemption.CRIME, factors="Asked.", by=dpo
    )
    assert str(left_out) not in words(dpo_client.get(names))


def test_health_is_ruled_on_from_the_item(dpo_client, access, sore):
    item = reverse("sar:item", args=[access.reference, item_of(access, sore).key])
    assert "It may not go out before somebody says why." in words(dpo_client.get(item))
    asks = reverse("sar:opinions", args=[access.reference])
    day = timezone.localdate() - timedelta(days=1)
    on = {f"asked_on_{n}": part for n, part in enumerate((day.day, day.month, day.year))}
    given = {"whom": "Dr Shah, GP", "about": "The asthma.", **on}
    assert dpo_client.post(asks, {**given, "whom": ""}).status_code == 422
    assert dpo_client.post(asks, given).status_code == 302
    opinion = HarmConsultation.objects.get()
    on = {f"answered_on_{n}": part for n, part in enumerate((day.day, day.month, day.year))}
    given = {"answer": "no_harm", "advice": "Quite all right.", **on}
    assert dpo_client.post(f"{asks}{opinion.pk}/", given).status_code == 302
    assert "It counts until" in words(dpo_client.get(asks))
    given = {"ground": "opinion", "consultation": "", "why": "Asked."}
    assert dpo_client.post(f"{item}health/", given).status_code == 422
    given["consultation"] = opinion.pk
    assert dpo_client.post(f"{item}health/", given).status_code == 302
    assert "It may go out: a health professional" in words(dpo_client.get(item))
    assert dpo_client.post(f"{item}health/undo/").status_code == 302
    assert copy_for(access).health_open != ()


def test_of_whoever_stays_in_it_is_said_where_they_are_withheld_all_the_same(
    dpo_client, access, case, amelia, notes, dpo
):
    whole = CaseNoteFactory(
        case=case, people=[amelia], body="Grace Green rang about somebody else."
    )
    listed = dpo_client.get(reverse("sar:names", args=[access.reference]))
    address = follow(dpo_client, listed, "Grace Green")
    given = {"what": "stays", "basis": "professional", "factors": "Paid health visitor."}
    assert dpo_client.post(address, given).status_code == 302
    assert "Stays in" in words(dpo_client.get(address))
    assert "but withheld" not in words(dpo_client.get(address))
    withholding.withhold_item(
        request=access,
        item=item_of(access, whole),
        exemption=Exemption.THIRD_PARTY,
        factors="All of it is about somebody else.",
        by=dpo,
    )
    said = re.search(r"Stays in, but withheld in 1 of \d+ places", words(dpo_client.get(address)))
    assert said


def test_whoever_may_be_named_is_not_given_away_by_where_they_live(dpo_client, access, notes):
    """A father may know that his son is in the record, and not where the son lives now."""
    names = reverse("sar:names", args=[access.reference])
    address = follow(dpo_client, dpo_client.get(names), "Joe Quartz")
    given = {"what": "stays", "basis": "known", "factors": "He is in the same case."}
    assert dpo_client.post(address, given).status_code == 302
    undecided = dpo_client.get(f"{names}?show=undecided")
    assert "Joe Quartz</a>" not in undecided.content.decode()
    reached = follow(dpo_client, undecided, "Joe Quartz: where they live and how to reach them")
    page = words(dpo_client.get(reached))
    assert "07700 900555" in page
    assert "7 Foxglove Ln" in page
    assert "To be decided" in page
    item = reverse("sar:item", args=[access.reference, item_of(access, notes[1]).key])
    assert "address. Withhold these words : 7 Foxglove Ln" in words(dpo_client.get(item))


def test_a_professional_who_is_only_named_on_the_case_is_decided_about_with_all_else(
    dpo_client, access, case, amelia, notes
):
    """Withheld everywhere, they stood in the copy all the same, and only the finished file showed it."""
    volunteer = ProfessionalFactory(name="Nora Pell")
    CaseProfessionalFactory(case=case, professional=volunteer)
    listed = dpo_client.get(reverse("sar:names", args=[access.reference]))
    address = follow(dpo_client, listed, "Nora Pell")
    assert "Nora Pell" in str(copy_for(access).disclosed.items)
    given = {"what": "withheld", "exemption": "third_party", "factors": "She is not paid."}
    assert dpo_client.post(address, given).status_code == 302
    assert "Withheld everywhere" in words(dpo_client.get(address))
    assert "Nora Pell" not in str(copy_for(access).disclosed.items)


def test_around_a_name_words_are_whole(dpo_client, access, case, amelia, notes):
    CaseNoteFactory(
        case=case,
        people=[amelia],
        body=f"{'Housekeeping. ' * 9}Then Joe Quartz came in. {'Nothing else was said. ' * 9}",
    )
    listed = dpo_client.get(reverse("sar:names", args=[access.reference]))
    page = words(dpo_client.get(follow(dpo_client, listed, "Joe Quartz")))
    assert re.search(
        r"… (Housekeeping\. )+Then Joe Quartz came in\. [^…]+\b(Nothing|else|was|said\.) …", page
    )


@pytest.mark.parametrize("page", ["names", "opinions"])
def test_the_workbench_is_for_whoever_works_on_requests(worker_client, access, notes, page):
    with entries_since() as entries:
        answer = worker_client.get(reverse(f"sar:{page}", args=[access.reference]))
    assert answer.status_code in {403, 404}
    assert [one.verb for one in entries] == [Verb.LOOK_REFUSED]
    assert "Quartz" not in answer.content.decode()


def test_a_name_of_another_request_does_not_exist(dpo_client, access, notes):
    listed = dpo_client.get(reverse("sar:names", args=[access.reference]))
    other = RightsRequestFactory()
    address = follow(dpo_client, listed, "Joe Quartz").replace(access.reference, other.reference)
    assert dpo_client.get(address).status_code == 404


def test_queries_of_the_workbench_do_not_grow(dpo_client, access, case, amelia, notes, sore):
    def count(address):
        # Once a minute the session is written as well, whatever the page.
        session = dpo_client.session
        session[SEEN] = time.time()
        session.save()
        with CaptureQueriesContext(connection) as queries:
            assert dpo_client.get(address).status_code == 200
        return len(queries)

    item = reverse("sar:item", args=[access.reference, item_of(access, notes[0]).key])
    items = reverse("sar:items", args=[access.reference])
    names = reverse("sar:names", args=[access.reference])
    addresses = [items, f"{items}?show=undecided", names, item]
    [count(address) for address in addresses]
    few = [count(address) for address in addresses]
    for number in range(29):
        CaseNoteFactory(case=case, people=[amelia], body=f"Joe Quartz again, {number}.")
    assert [count(address) for address in addresses] == few


def test_the_charity_s_own_numbers_are_not_proposed(access, case, amelia):
    ours = f"Ring {ORGANISATION.dpo_phone}, or write to {ORGANISATION.dpo_email}."
    theirs = f"{ORGANISATION.regulator_address}, {ORGANISATION.regulator_url}"
    finder = finder_for(access.person)
    assert finder.find(f"{ours} {theirs}") == []
    assert [one.words for one in finder.find("Ring 07700 900555.")] == ["07700 900555"]
