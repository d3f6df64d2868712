"""Two records of one person become one, and two again."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from accounts.roles import Role
from audit.looks import Look
from audit.models import Entry
from cases.actions.merging import keep_apart, merge, propose_merge, undo_merge
from cases.merging import choices_between, person_keys
from cases.models import CaseNote, Merge, Person, Task
from cases.queries.merging import LOOKED_AT, list_doubles, pairs_of
from cases.queries.search import search_people
from consent.models import Consent
from core.errors import LogUnavailable, Refused
from sar.pack.gather import gather
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories import cases as make
from tests.factories.base import note
from tests.factories.consent import ConsentFactory, ShareFactory, WordingFactory
from tests.factories.sar import RightsRequestFactory

pytestmark = pytest.mark.django_db

WHY = "Same number, and she confirmed it."


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def double(world):
    """Amelia once more, as Emelia, with a row in every table that names a person."""
    by = world.worker
    other = make.PersonFactory(
        given_names="Emelia",
        family_name="Hart",
        date_of_birth=date(1990, 4, 13),
        preferred_name="Milly",
        needs_interpreter=True,
        communication_needs="Large print",
        recorded_by=by,
    )
    case = make.CaseFactory(service=world.service, recorded_by=by, people=[other])
    make.CasePersonFactory(case=world.case, person=other, role="relative")
    make.CaseNoteFactory(case=case, people=[other], source_kind="person", source_person=other)
    make.CaseNoteFactory(case=world.case, people=[world.amelia, other])
    make.ContactFactory(case=case, people=[other])
    make.ReferralFactory(service=world.service, people=[other])
    make.AddressFactory(person=other)
    make.ContactPointFactory(person=other, safe_for_messages=False)
    make.PersonNameFactory(person=other)
    make.SensitiveDetailFactory(person=other)
    make.RelationshipFactory(person=other, other=world.joe, parental_responsibility=True,
                             responsibility_evidence="birth certificate")  # fmt: skip
    wording = WordingFactory()
    ConsentFactory(person=other, wording=wording)
    ConsentFactory(person=world.joe, parent=other, giver="parent", wording=wording)
    ShareFactory(case=case, people=[other])
    RightsRequestFactory(person=other)
    return other


def merged(world, double, **given):
    chosen = given.pop("chosen", {})
    return merge(
        survivor=world.amelia, other=double, chosen=chosen, reason=WHY, by=world.manager, **given
    )


def rows_naming(person):
    """Every row of every table that names the person, as the database holds it."""
    found = {}
    for model, field in person_keys():
        numbers = model._base_manager.filter(**{field.name: person.pk}).values_list("pk", flat=True)
        if numbers:
            found[f"{model._meta.label}.{field.name}"] = set(numbers)
    return found


def everything():
    """All rows of the tables that name people, column by column."""
    tables = sorted({model._meta.db_table for model, _ in person_keys()})
    with connection.cursor() as cursor:
        rows = []
        for table in tables:
            if table == "cases_task":
                continue
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} AS t ORDER BY 1")
            rows += [(table, row) for (row,) in cursor.fetchall()]
        return rows


def test_everything_moves_and_one_entry_says_so(world, double):
    named = rows_naming(double)
    assert len(named) > 12
    with entries_since() as entries:
        made = merged(world, double)
    verbs = [entry.verb for entry in entries]
    assert verbs.count("people.merged") == 1
    assert set(verbs) <= {"people.merged", "double.removed"}
    assert set(entries[0].people) == {world.amelia.pk, double.pk}
    assert rows_naming(double) == {}
    double.refresh_from_db()
    assert double.merged_into == world.amelia
    assert CaseNote.objects.filter(source_person=world.amelia).exists()
    assert Consent.objects.filter(person=world.amelia).exists()
    # In one case with both: once, in the role of the survivor.
    assert world.case.case_people.filter(person=world.amelia).get().role == "parent"
    assert made.rows.filter(fate="double", table="cases.CasePerson").count() == 1


def test_undoing_restores_each_row_as_it_was(world, double):
    before = everything()
    made = merged(world, double, chosen={"given_names": "other", "communication_needs": "other"})
    assert everything() != before
    with entries_since() as entries:
        undo_merge(merge=made, reason="Two cousins.", by=world.manager)
    assert entries[0].verb == "merge.undone"
    assert everything() == before
    double.refresh_from_db()
    world.amelia.refresh_from_db()
    assert double.merged_into is None
    assert world.amelia.given_names == "Amelia"
    with pytest.raises(Refused, match="undone before"):
        undo_merge(merge=made, reason="Again.", by=world.manager)


def test_what_was_written_since_stays_and_so_does_a_detail_changed_since(world, double):
    made = merged(world, double, chosen={"given_names": "other"})
    later = make.CaseNoteFactory(case=world.case, people=[world.amelia])
    note()
    Person.objects.filter(pk=world.amelia.pk).update(given_names="Em")
    undo_merge(merge=made, reason="Two cousins.", by=world.manager)
    assert list(later.people.all()) == [world.amelia]
    world.amelia.refresh_from_db()
    assert world.amelia.given_names == "Em"


def test_the_value_of_each_detail_is_chosen_and_old_names_still_find_them(world, double):
    merged(
        world, double, chosen={"given_names": "other", "date_of_birth": "other", "family_name": "x"}
    )
    world.amelia.refresh_from_db()
    assert world.amelia.full_name == "Emelia Hart"
    assert world.amelia.date_of_birth == date(1990, 4, 13)
    assert "Amelia Hart" in world.amelia.other_names.values_list("name", flat=True)
    for words in ("Amelia Hart", double.reference, "Emelia"):
        found = search_people(words, look=Look(by=world.worker), on=date(2026, 11, 26))
        assert found.hits[0].person == world.amelia


def test_what_is_empty_or_less_careful_is_not_suggested(world, double):
    suggested = {choice.name: choice.suggested for choice in choices_between(world.amelia, double)}
    assert suggested["needs_interpreter"] == "other"
    assert suggested["preferred_name"] == "other"
    assert suggested["given_names"] == "survivor"
    merged(world, double)
    world.amelia.refresh_from_db()
    assert world.amelia.needs_interpreter


def test_the_stricter_of_two_rows_that_say_the_same_stays(world, double):
    make.ContactPointFactory(person=world.amelia, safe_for_messages=True)
    make.AddressFactory(person=world.amelia, is_confidential=True)
    make.RelationshipFactory(person=world.amelia, other=world.joe)
    merged(world, double)
    assert [p.safe_for_messages for p in world.amelia.contact_points.all()] == [False]
    assert [a.is_confidential for a in world.amelia.addresses.all()] == [True]
    assert [r.parental_responsibility for r in world.amelia.relationships_from.all()] == [True]


def test_two_who_were_related_to_each_other_are_not_related_to_themselves(world, double):
    before = everything()
    related = make.RelationshipFactory(person=double, other=world.amelia, kind="friend")
    made = merged(world, double)
    assert not type(related).objects.filter(pk=related.pk).exists()
    undo_merge(merge=made, reason="Two friends.", by=world.manager)
    assert type(related).objects.filter(pk=related.pk).exists()
    assert len(everything()) == len(before) + 1


def test_two_consents_in_force_for_the_same_stay_apart_and_are_found(world, double):
    theirs = double.consents.get()
    ConsentFactory(
        person=world.amelia, agency=theirs.agency, purpose=theirs.purpose, wording=theirs.wording
    )
    made = merged(world, double)
    assert made.rows.get(fate="stayed").row == str(theirs.pk)
    theirs.refresh_from_db()
    assert theirs.person == double
    world.amelia.refresh_from_db()
    held = gather(world.amelia)
    assert {item.record_id for item in held.items if item.source == "consent.Consent"} >= {
        theirs.pk
    }


def test_a_merge_of_a_merge_and_undone_in_order(world, double):
    third = make.PersonFactory(recorded_by=world.worker)
    first = merge(survivor=double, other=third, chosen={}, reason=WHY, by=world.manager)
    second = merged(world, double)
    third.refresh_from_db()
    assert third.merged_into == world.amelia
    with pytest.raises(Refused, match="Undo that merge first"):
        undo_merge(merge=first, reason="No.", by=world.manager)
    undo_merge(merge=second, reason="No.", by=world.manager)
    third.refresh_from_db()
    assert third.merged_into == double
    undo_merge(merge=first, reason="No.", by=world.manager)


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_is_merged_and_no_trace_is_left(world, double, reason):
    with entries_since() as entries, pytest.raises(Refused):
        merge(survivor=world.amelia, other=double, chosen={}, reason=reason, by=world.manager)
    assert entries == []


def test_merged_once_and_not_with_themself(world, double):
    merged(world, double)
    with pytest.raises(Refused, match="merged already"):
        merged(world, double)
    with pytest.raises(Refused, match="one record"):
        merge(survivor=world.amelia, other=world.amelia, chosen={}, reason=WHY, by=world.manager)


def test_when_the_entry_cannot_be_written_nothing_is_merged(world, double, request):
    named = rows_naming(double)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        merged(world, double)
    assert rows_naming(double) == named
    assert not Merge.objects.exists()


def test_final_rows_change_for_nothing_but_a_merge(world, double):
    """The database itself: another person, without a merge, or with one and another column besides."""
    told = CaseNote.objects.get(source_person=double)
    for change in ({"source_person": world.amelia}, {"body": "Other words."}):
        note()
        with pytest.raises(DatabaseError), transaction.atomic():
            CaseNote.objects.filter(pk=told.pk).update(**change)
    made = merged(world, double)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseNote.objects.filter(pk=told.pk).update(source_person=world.joe)
    assert made.rows.filter(table="cases.CaseNote", row=str(told.pk)).exists()


def test_every_table_that_names_a_person_can_follow_a_merge():
    """A table added later too: the right to change the column, and no trigger that forbids it."""
    wrong = []
    with connection.cursor() as cursor:
        for model, field in person_keys():
            table = model._meta.db_table
            cursor.execute(
                "SELECT has_column_privilege(%s, %s, 'UPDATE'), has_table_privilege(%s, 'UPDATE')",
                [table, field.column, table],
            )
            column, whole = cursor.fetchone()
            if not column:
                wrong.append(f"{table}.{field.column} may not be changed")
            if whole:
                continue
            cursor.execute(
                "SELECT p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
                " WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal"
                " AND t.tgtype & 16 = 16 AND t.tgtype & 1 = 1"
                " AND p.prosrc NOT LIKE '%%cases_follows_merge%%'"
                # What is restricted is not merged either, but for a lawful reason (docs/adr/0021).
                " AND p.proname <> 'cases_guard_restricted'",
                [table],
            )
            wrong += [f"{table}: {name} forbids it" for (name,) in cursor.fetchall()]
    assert wrong == []


def test_the_old_number_leads_to_the_survivor(world, double):
    merged(world, double)
    reader = signed_in(world.worker)
    for name in ("person", "person-details", "person-family"):
        answer = reader.get(reverse(f"cases:{name}", args=[double.reference]))
        assert answer.status_code == 302
        assert answer["Location"] == reverse(f"cases:{name}", args=[world.amelia.reference])
    sent = reader.post(reverse("cases:name-add", args=[double.reference]), {"name": "X"})
    assert sent.status_code == 409
    assert world.amelia.reference in sent.content.decode()
    elsewhere = member_of(make.ServiceFactory(), Role.CASEWORKER, name="Other")
    stranger = signed_in(elsewhere).get(reverse("cases:person", args=[double.reference]))
    assert stranger.status_code == 404


def test_looks_at_the_merged_record_are_looks_at_the_person(world, double):
    signed_in(world.worker).get(reverse("cases:person", args=[double.reference]))
    merged(world, double)
    page = signed_in(world.manager).get(
        reverse("cases:person-looks", args=[world.amelia.reference])
    )
    shown = {row.entry.pk for row in page.context["looks"].rows.object_list}
    opened = Entry.objects.filter(people__contains=[double.pk], verb="person.opened")
    assert {entry.pk for entry in opened} & shown


# --- Pages ----------------------------------------------------------------------------------------


def page_of(world, double):
    address = reverse("cases:person-merge", args=[world.amelia.reference])
    return f"{address}?with={double.reference}"


def test_both_sides_a_second_look_and_then_it_is_merged(world, double):
    manager = signed_in(world.manager)
    address = page_of(world, double)
    both = manager.get(address).content.decode()
    assert "Emelia Hart" in both
    assert world.amelia.reference in both
    sent = {
        "given_names": "survivor",
        "preferred_name": "other",
        "date_of_birth": "survivor",
        "needs_interpreter": "other",
        "communication_needs": "other",
        "reason": WHY,
    }
    second = manager.post(address, sent)
    assert "Look again before you merge" in second.content.decode()
    assert not Merge.objects.exists()
    done = manager.post(address, sent | {"sure": "yes"})
    made = Merge.objects.get()
    assert done["Location"] == made.get_absolute_url()
    assert "Undo this merge" in manager.get(made.get_absolute_url()).content.decode()
    undone = manager.post(reverse("cases:merge-undo", args=[made.reference]), {"reason": "No."})
    assert undone.status_code == 302
    made.refresh_from_db()
    assert made.is_undone


def test_a_merge_without_a_reason_keeps_what_was_chosen(world, double):
    answer = signed_in(world.manager).post(
        page_of(world, double), {"given_names": "other", "reason": ""}
    )
    assert answer.status_code == 422


def test_a_worker_proposes_and_the_manager_is_asked(world, double):
    sent = {choice.name: choice.suggested for choice in choices_between(world.amelia, double)}
    worker = signed_in(world.worker)
    answer = worker.post(page_of(world, double), sent | {"reason": WHY, "sure": "yes"})
    assert answer.status_code == 302
    assert not Merge.objects.exists()
    task = Task.objects.get(kind="possible double")
    assert (task.service, task.link) == (world.service, page_of(world, double))
    again = worker.post(page_of(world, double), sent | {"reason": WHY})
    with entries_since() as entries:
        merged(world, double)
    assert [e.verb for e in entries if e.verb.startswith("task.")] == ["task.finished"]
    task.refresh_from_db()
    assert task.status == "done"
    assert again.status_code == 422
    assert "proposed already" in again.content.decode()


def test_a_manager_of_one_of_two_services_proposes_as_well(world, double):
    make.CaseFactory(people=[double])
    sent = {choice.name: choice.suggested for choice in choices_between(world.amelia, double)}
    signed_in(world.manager).post(page_of(world, double), sent | {"reason": WHY, "sure": "yes"})
    assert not Merge.objects.exists()
    assert Task.objects.filter(kind="possible double").count() == 2
    signed_in(the(Role.DPO)).post(page_of(world, double), sent | {"reason": WHY, "sure": "yes"})
    assert Merge.objects.count() == 1


def test_somebody_who_does_not_know_them_finds_nothing(world, double):
    other = signed_in(member_of(make.ServiceFactory(), Role.SERVICE_MANAGER, name="Other"))
    with entries_since() as entries:
        assert other.get(page_of(world, double)).status_code == 404
    assert [e.verb for e in entries] == ["look.refused"]
    made = merged(world, double)
    assert other.get(made.get_absolute_url()).status_code == 404
    reviewer = signed_in(member_of(world.service, Role.QUALITY_REVIEWER, name="Q"))
    assert reviewer.get(made.get_absolute_url()).status_code == 403
    assert (
        reviewer.get(reverse("cases:person-merge", args=[world.amelia.reference])).status_code
        == 403
    )


def asked_for(user, person, typed):
    """The page on which the other reference is typed, after it was sent; and the verbs of its entries."""
    with entries_since() as entries:
        address = reverse("cases:person-merge", args=[person.reference])
        page = signed_in(user).get(address, {"with": typed})
    return page, [e.verb for e in entries if not e.verb.startswith("sign-in")], entries


def test_who_does_not_exist_is_answered_the_same_whether_unknown_sealed_barred_or_elsewhere(world):
    sealed, barred, elsewhere = (make.PersonFactory() for _ in range(3))
    for one in (sealed, barred):
        make.CaseFactory(service=world.service, people=[one])
    make.CaseFactory(people=[elsewhere])
    make.SealFactory(person=sealed)
    make.BarringFactory(user=world.manager, person=barred)
    said = []
    for typed, person in (
        ("P-999999", None),
        ("Amelia", None),
        (sealed.reference, sealed),
        (barred.reference, barred),
        (elsewhere.reference, elsewhere),
    ):
        page, verbs, entries = asked_for(world.manager, world.amelia, typed)
        assert page.status_code == 422
        text = page.content.decode()
        assert f'value="{typed}"' in text
        assert verbs == ["person.opened", "look.refused"]
        assert entries[1].people == ([person.pk] if person else [])
        said.append(page.context["form"].errors["with"].as_text())
    assert len(set(said)) == 1
    assert "nobody with this reference" in said[0]


def test_a_record_is_not_laid_beside_itself_by_its_old_number_either(world, double):
    merged(world, double)
    for typed in (world.amelia.reference, double.reference.lower(), f" {world.amelia.pk} "):
        page, verbs, _ = asked_for(world.manager, world.amelia, typed)
        assert (page.status_code, verbs) == (422, ["person.opened"])
        assert "the record that you are on" in page.content.decode()


def test_a_restricted_record_is_answered_with_its_sentence_and_no_name(world, double):
    make.RestrictionFactory(person=double)
    page, verbs, _ = asked_for(world.manager, world.amelia, double.reference)
    assert (page.status_code, verbs) == (422, ["person.opened", "look.refused"])
    assert "is restricted: it is kept and not used" in page.content.decode()
    assert "Emelia" not in page.content.decode()


@pytest.mark.parametrize("typed", ["", "x" * 21])
def test_what_can_be_no_reference_is_answered_beside_the_question(world, typed):
    page, verbs, _ = asked_for(world.manager, world.amelia, typed)
    assert (page.status_code, verbs) == (422, ["person.opened"])


def test_a_reference_may_be_typed_short_and_is_merged_as_it_stands_in_the_address(world, double):
    address = reverse("cases:person-merge", args=[world.amelia.reference])
    manager = signed_in(world.manager)
    assert "Emelia Hart" in manager.get(f"{address}?with=p{double.pk}").content.decode()
    assert manager.post(f"{address}?with=p{double.pk}", {"reason": ""}).status_code == 422


# --- Possible doubles -----------------------------------------------------------------------------


def twins(world, **changes):
    whole = {
        "given_names": "Zara",
        "family_name": "Quill",
        "date_of_birth": date(1981, 2, 3),
        "recorded_by": world.worker,
    }
    one, two = make.PersonFactory(**whole), make.PersonFactory(**whole | changes)
    make.CaseFactory(service=world.service, people=[one])
    make.CaseFactory(service=world.service, people=[two])
    return one, two


def listed(user):
    return {
        (pair.one.pk, pair.other.pk): pair.why for pair in list_doubles(look=Look(by=user)).pairs
    }


def test_possible_doubles_are_listed_with_why_until_somebody_says_they_are_two(world):
    one, two = twins(world, given_names="Sara")
    assert listed(world.manager)[one.pk, two.pk] == "same date of birth; name is alike"
    assert (one.pk, two.pk) in listed(the(Role.DPO))
    with entries_since() as entries:
        keep_apart(person=two, other=one, by=world.manager)
    assert [(e.verb, set(e.people)) for e in entries] == [("people.kept-apart", {one.pk, two.pk})]
    assert (one.pk, two.pk) not in listed(world.manager)
    with pytest.raises(Refused):
        keep_apart(person=one, other=two, by=world.manager)


def test_what_two_records_have_in_common_is_told_once(world):
    one, two = twins(world)
    for person in (one, two):
        make.ContactPointFactory(person=person, value_sought="+447700900802")
    assert listed(world.manager)[one.pk, two.pk] == (
        "same date of birth; same telephone number or e-mail address; name is alike"
    )


def test_doubles_of_another_service_are_not_told(world):
    twins(world)
    other = member_of(make.ServiceFactory(), Role.SERVICE_MANAGER, name="Other")
    assert listed(other) == {}
    assert signed_in(world.worker).get(reverse("cases:doubles")).status_code == 403


def test_the_list_of_doubles_says_they_are_two_by_a_button(world):
    one, two = twins(world)
    manager = signed_in(world.manager)
    assert one.reference in manager.get(reverse("cases:doubles")).content.decode()
    apart = reverse("cases:person-apart", args=[one.reference])
    assert manager.post(apart, {"other": two.reference}).status_code == 302
    assert one.reference not in manager.get(reverse("cases:doubles")).content.decode()


def test_a_proposal_needs_a_reason_and_a_service(world):
    lone = make.PersonFactory(recorded_by=world.worker)
    lost = make.PersonFactory(recorded_by=world.worker)
    with pytest.raises(Refused, match="Say how you know"):
        propose_merge(person=world.amelia, other=lone, reason=" ", by=world.worker)
    with pytest.raises(Refused, match="no service has a manager"):
        propose_merge(person=lone, other=lost, reason=WHY, by=world.worker)


def test_a_page_of_doubles_compares_so_many_and_no_more(world, monkeypatch):
    assert LOOKED_AT >= 1000
    assert pairs_of(world.manager, before=1) == []
    pair = twins(world)
    later = [
        make.PersonFactory(date_of_birth=born, recorded_by=world.worker)
        for born in (date(1971, 5, 16), date(1972, 6, 17))
    ]
    make.CaseFactory(service=world.service, people=later)
    monkeypatch.setattr("cases.queries.merging.LOOKED_AT", 2)
    first = list_doubles(look=Look(by=world.manager))
    assert not first.pairs, "the two of that page have no double"
    second = list_doubles(look=Look(by=world.manager), before=first.before)
    assert [{double.one, double.other} for double in second.pairs] == [set(pair)]
