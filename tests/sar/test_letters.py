"""Letters about requests: what each says, where it may go, that it goes once, and what is kept of it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.verbs import Verb
from core.dates import plain
from core.errors import LogUnavailable, Refused
from core.workflow import MoveRefused
from letters.models import Way
from letters.variables import NAMED
from letters.workflow import DispatchStatus
from sar.actions import letters, requests
from sar.addresses import Party, party_of, where
from sar.kinds import ASKED_FOR, Kind, Requester
from sar.letter_kinds import ROUTES, LetterKind, Route, routes_of
from sar.letter_rules import common_values, draft_for, drafted, owed, why_not
from sar.models import LetterWording, RequestLetter, RightsRequest
from sar.permissions import can_correct_address
from sar.queries.requests import WHAT_HAPPENED
from sar.sending import deliver, text_of
from sar.wording import SHIPPED
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import change
from tests.factories.base import note as entry
from tests.factories.cases import (
    AddressFactory,
    ContactPointFactory,
    CourtOrderFactory,
    DoNotContactFactory,
    PersonFactory,
)
from tests.factories.sar import (
    ClarificationFactory,
    EvidenceAskedFactory,
    ExtensionFactory,
    RequestLetterFactory,
    RightsRequestFactory,
)
from tests.sar.test_pages import text

pytestmark = pytest.mark.django_db

HERS = "amelia@example.org"
TODAY = timezone.localdate()


@pytest.fixture
def safe(access):
    """Amelia can be reached by e-mail and by post."""
    ContactPointFactory(
        person=access.person, kind="email", value=HERS, value_sought=HERS, safe_for_messages=True
    )
    AddressFactory(person=access.person, lines="12 Sample Street\nSouthport", postcode="PR9 0ZZ")
    return access


def again(request):
    return RightsRequest.objects.prefetch_related(*WHAT_HAPPENED, "letters").get(pk=request.pk)


def written(request, by, kind=LetterKind.ACKNOWLEDGE, way=Way.EMAIL, **given):
    opened = again(request)
    begun = draft_for(kind, opened, name="Amelia Hart", by=by, on=TODAY)
    words = {"sent_to": HERS, "subject": begun.subject, "body": begun.body, **given}
    return letters.send_letter(request=opened, kind=kind, way=way, by=by, **words)


# --- Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", LetterKind)
def test_shipped_words_name_only_what_can_be_filled_in(kind):
    wording = SHIPPED[kind]
    named = set(NAMED.findall(wording.subject + wording.body))
    assert named <= set(wording.variables)
    assert set(wording.own) <= named
    values = common_values(
        name="Jo Lee",
        whose="your information",
        reference="Q-1",
        received=TODAY,
        contact="R",
        writer="W",
        on=TODAY,
    )
    letter = drafted(kind, {**values, **dict.fromkeys(wording.own, "this")})
    assert "{{" not in letter.body + letter.subject
    assert letter.body.startswith("Dear Jo Lee,")


def test_whoever_writes_a_letter_signs_it_and_not_whom_they_can_talk_to(access, dpo):
    access.named_contact = UserFactory(full_name="Iris Bell")
    body = draft_for(LetterKind.ACKNOWLEDGE, access, name="A", by=dpo, on=TODAY).body
    assert "Iris Bell" in body
    assert body.endswith(f"Yours sincerely,\n\n{dpo}")


def test_a_solicitor_is_not_told_of_information_about_themself(dpo):
    request = RightsRequestFactory(
        person=None,
        about_name="Una Gray",
        requester=Requester.SOLICITOR,
        requester_name="Fen and Low",
    )
    for kind in (LetterKind.NOTHING_HELD, LetterKind.RESTRICTION_LIFTED):
        letter = draft_for(kind, request, name="Fen and Low", by=dpo, on=TODAY)
        assert "the information about Una Gray" in letter.body
        assert not re.search(r"about you\b|your information", letter.subject + letter.body)


@pytest.mark.parametrize("kind", Kind)
def test_what_they_asked_for_stands_in_a_sentence(access, dpo, kind):
    access.kind = kind
    body = draft_for(LetterKind.ACKNOWLEDGE, access, name="A", by=dpo, on=TODAY).body
    assert f"your request for {ASKED_FOR[kind]}." in body
    assert "for to" not in body


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Kevin Ashcroft, born about 1994. Says that he came to a group.", "Kevin Ashcroft"),
        ("Kevin Ashcroft. He came to a group.", "Kevin Ashcroft"),
        ("Mary St. John (née Ashcroft)", "Mary St. John"),
        ("Dr. Lee; once of Bootle", "Dr. Lee"),
        ("Jo\nBorn 3 May 1990", "Jo"),
        (", nobody knows", ", nobody knows"),
    ],
)
def test_whoever_is_not_in_the_record_is_written_to_by_name(words, name):
    assert party_of(RightsRequest(about_name=words)).name == name


@pytest.mark.parametrize("kind", LetterKind)
def test_answers_and_refusals_always_name_both_ways_to_complain(kind):
    routes = ROUTES.get(kind, ())
    answers = {LetterKind.ANSWER, LetterKind.PART, LetterKind.DONE, LetterKind.NOTHING_HELD}
    if kind in {*answers, LetterKind.REFUSE, LetterKind.NOT_ERASED}:
        assert {Route.CONTROLLER, Route.REGULATOR} <= set(routes)
    refuse = {LetterKind.REFUSE, LetterKind.DONE, LetterKind.NOT_ERASED}
    assert (Route.COURT in routes) is (kind in {*refuse, LetterKind.COMPLAINT_OUTCOME})
    for route, section in (
        (Route.CONTROLLER, "164A"),
        (Route.REGULATOR, "165"),
        (Route.COURT, "167"),
    ):
        assert (f"section {section}" in routes_of(kind)) is (route in routes)


def test_a_letter_begins_with_what_is_recorded(access, dpo):
    asked = EvidenceAskedFactory(request=access)
    letter = draft_for(LetterKind.ASK_IDENTITY, again(access), name="A. Hart", by=dpo, on=TODAY)
    assert asked.because in letter.body
    assert access.reference in letter.subject
    acknowledged = draft_for(LetterKind.ACKNOWLEDGE, again(access), name="A", by=dpo, on=TODAY)
    assert "a copy of what we hold" in acknowledged.body
    assert "\n\n\n" not in acknowledged.body


def test_while_something_is_awaited_a_letter_names_no_day(access, dpo):
    EvidenceAskedFactory(request=access)
    begun = draft_for(LetterKind.ACKNOWLEDGE, again(access), name="Amelia Hart", by=dpo, on=TODAY)
    assert "We will answer by the day one month after we have what we ask you for." in begun.body


def test_new_words_are_used_from_then_on_and_the_old_letter_keeps_its_own(safe, dpo):
    before = written(safe, dpo)
    with entries_since() as entries:
        made = letters.publish_wording(
            kind=LetterKind.ACKNOWLEDGE, subject="It came", body="Dear {{ name }}, thanks.", by=dpo
        )
    assert [one.verb for one in entries] == [Verb.RIGHTS_WORDING_PUBLISHED]
    begun = draft_for(LetterKind.ACKNOWLEDGE, again(safe), name="Amelia", by=dpo, on=TODAY)
    assert (begun.wording, begun.body) == (made, "Dear Amelia, thanks.")
    before.refresh_from_db()
    assert before.wording is None
    with pytest.raises(Refused, match="surname"):
        letters.publish_wording(
            kind=LetterKind.ACKNOWLEDGE, subject="x", body="Dear {{ surname }}", by=dpo
        )


# --- Which letter when ---------------------------------------------------------------------------


def test_what_happened_says_which_letters_are_owed(access, dpo):
    assert owed(again(access)) == [LetterKind.ACKNOWLEDGE]
    EvidenceAskedFactory(request=access)
    ClarificationFactory(request=access)
    ExtensionFactory(request=access)
    wanted = [
        LetterKind.ACKNOWLEDGE,
        LetterKind.ASK_IDENTITY,
        LetterKind.ASK_CLARIFICATION,
        LetterKind.EXTEND,
    ]
    assert owed(again(access)) == wanted
    dropped = RequestLetterFactory(
        request=access, kind=LetterKind.EXTEND, status=DispatchStatus.DROPPED, failure="Wrong."
    )
    assert owed(again(access)) == wanted
    for kind in wanted:
        RequestLetterFactory(request=access, kind=kind)
    assert owed(again(access)) == []
    assert dropped.status == DispatchStatus.DROPPED
    requests.refuse(request=access, reasons="Repeated.", by=dpo)
    assert owed(again(access)) == [LetterKind.REFUSE]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (LetterKind.ASK_IDENTITY, "doubt that is written down"),
        (LetterKind.ASK_AUTHORITY, "doubt that is written down"),
        (LetterKind.ASK_CLARIFICATION, "Record the question"),
        (LetterKind.EXTEND, "Extend the time first"),
        (LetterKind.REFUSE, "Refuse the request first"),
        (LetterKind.COMPLAINT_OUTCOME, "from the complaint"),
        (LetterKind.RESTRICTION_LIFTED, "Nothing is held back"),
        (LetterKind.RECIPIENTS_TOLD, "Nothing has been changed yet"),
    ],
)
def test_a_letter_about_what_has_not_happened_is_refused(safe, dpo, kind, sentence):
    assert sentence in why_not(kind, again(safe))
    with entries_since() as entries, pytest.raises(Refused, match=sentence):
        written(safe, dpo, kind=kind, body="Dear Amelia")
    assert (entries, RequestLetter.objects.count()) == ([], 0)


# --- Where it may go -----------------------------------------------------------------------------


def test_the_safe_address_of_the_record_wins_over_the_one_that_came_with_the_request(safe, dpo):
    change(safe, reply_email="somebody.else@example.org")
    found = where(party_of(safe), LetterKind.ANSWER, Way.EMAIL, on=TODAY)
    assert found.addresses == (HERS,)
    with pytest.raises(Refused, match="not one to write to"):
        written(safe, dpo, sent_to="somebody.else@example.org")


@pytest.mark.parametrize("way", Way)
def test_nothing_goes_where_it_is_not_safe(safe, dpo, way):
    DoNotContactFactory(person=safe.person, barred="any", reason="He reads everything.")
    with entries_since() as entries, pytest.raises(Refused, match="He reads everything"):
        written(safe, dpo, way=way)
    assert entries == []


def test_an_address_of_somebody_kept_away_is_refused(access, amelia):
    he = PersonFactory(family_name="Quill")
    ContactPointFactory(
        person=he, kind="email", value="quill@example.org", value_sought="quill@example.org"
    )
    CourtOrderFactory(about=[amelia], against=[he])
    change(access, reply_email="quill@example.org")
    found = where(party_of(access), LetterKind.ACKNOWLEDGE, Way.EMAIL, on=TODAY)
    assert (found.addresses, "must not hear of" in found.why_not) == ((), True)
    # He asks himself, as a parent: the refusal goes to him, what the record says does not.
    asker = Party(name="Mo Quill", about=amelia, email="quill@example.org")
    refusal = where(asker, LetterKind.REFUSE, Way.EMAIL, on=TODAY)
    assert refusal.addresses == ("quill@example.org",)
    assert any("must not hear of" in one for one in refusal.warnings)
    assert where(asker, LetterKind.ANSWER, Way.EMAIL, on=TODAY).why_not


def test_whoever_is_not_on_record_is_written_to_where_they_said(dpo):
    unknown = RightsRequestFactory(
        person=None, about_name="Jo Lee\nborn 1990", reply_email="jo@example.org"
    )
    with pytest.raises(Refused, match="gave no address"):
        written(unknown, dpo, way=Way.POST)
    letter = written(unknown, dpo, sent_to="jo@example.org")
    assert (letter.addressee, letter.people) == ("Jo Lee", [])


def test_a_letter_to_an_agent_names_whose_information_it_is(amelia, dpo):
    request = RightsRequestFactory(
        person=amelia, requester=Requester.SOLICITOR, requester_name="Ann Law"
    )
    EvidenceAskedFactory(request=request, gate="authority", because="A signed letter, please.")
    begun = draft_for(LetterKind.ASK_AUTHORITY, again(request), name="Ann Law", by=dpo, on=TODAY)
    assert "A signed letter, please." in begun.body


# --- Going, once ---------------------------------------------------------------------------------


def test_an_email_goes_once_is_kept_and_acknowledges_the_request(safe, dpo, smtp):
    with entries_since() as entries:
        letter = written(safe, dpo)
    assert [(one.verb, one.people) for one in entries] == [
        (Verb.RIGHTS_LETTER_WRITTEN, [safe.person_id])
    ]
    assert ProcrastinateJob.objects.filter(task_name=letters.DELIVER_TASK).count() == 1
    deliver(letter.pk)
    deliver(letter.pk)
    (received,) = smtp.to(HERS)
    assert received["Subject"] == letter.subject
    assert "Thank you." in received.get_content()
    assert not received.is_multipart()
    letter.refresh_from_db()
    safe.refresh_from_db()
    assert letter.status == DispatchStatus.SENT
    assert (safe.acknowledged_by, safe.acknowledged_at is not None) == (dpo, True)
    with default_storage.open(letter.file) as kept:
        assert letter.subject.encode() in kept.read()


def test_a_refusal_by_email_carries_every_way_to_complain(safe, dpo, smtp):
    requests.refuse(request=safe, reasons="We answered the same a week ago.", by=dpo)
    letter = written(safe, dpo, kind=LetterKind.REFUSE)
    deliver(letter.pk)
    (received,) = smtp.to(HERS)
    body = " ".join(received.get_content().split())
    for words in ("We answered the same a week ago.", "164A", "165", "section 167"):
        assert words in body


def test_a_letter_in_large_print_is_made_and_posted(safe, dpo):
    address = where(party_of(safe), LetterKind.ACKNOWLEDGE, Way.POST, on=TODAY).addresses[0]
    letter = written(safe, dpo, way=Way.POST, sent_to=address, large_print=True)
    deliver(letter.pk)
    letter.refresh_from_db()
    assert letter.status == DispatchStatus.READY
    with default_storage.open(letter.file) as kept:
        assert kept.read().startswith(b"%PDF")
    with entries_since() as entries:
        letters.say_posted(letter=letter, by=dpo)
    assert [one.verb for one in entries] == [Verb.RIGHTS_LETTER_POSTED, Verb.REQUEST_ACKNOWLEDGED]


def test_the_same_form_makes_one_letter_and_another_letter_of_the_kind_is_refused(safe, dpo):
    token = uuid4()
    first = written(safe, dpo, token=token)
    assert written(safe, dpo, token=token) == first
    with pytest.raises(Refused, match="now says something else"):
        written(safe, dpo, token=token, body="Other words.")
    with pytest.raises(Refused, match="written already"):
        written(safe, dpo)
    with pytest.raises(IntegrityError, match="rights_letter_goes_once"), transaction.atomic():
        RequestLetterFactory(request=safe)


def test_an_address_that_stopped_being_safe_is_not_written_to(safe, dpo, smtp):
    letter = written(safe, dpo)
    DoNotContactFactory(person=safe.person, barred="email", reason="He has the password.")
    deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.status, smtp.letters) == (DispatchStatus.FAILED, [])
    assert "He has the password" in letter.failure
    with pytest.raises(Refused, match="He has the password"):
        letters.try_again(letter=letter, by=dpo)


def test_a_mail_server_that_is_down_is_tried_again_and_an_unknown_address_is_said(safe, dpo, smtp):
    smtp.refusing = True
    letter = written(safe, dpo)
    deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.status, letter.tries) == (DispatchStatus.QUEUED, 1)
    smtp.refusing, smtp.unknown = False, HERS
    deliver(letter.pk)
    letter.refresh_from_db()
    assert letter.status == DispatchStatus.FAILED
    assert "nobody can be reached" in letter.failure
    letters.drop_letter(letter=letter, because="She gave another address.", by=dpo)
    assert written(safe, dpo).pk != letter.pk


def test_a_sending_that_broke_off_is_never_repeated_by_itself(safe, dpo, smtp):
    letter = written(safe, dpo)
    letters.begin_sending(letter=letter)
    deliver(letter.pk)
    with pytest.raises(MoveRefused):
        letters.begin_sending(letter=letter)
    assert smtp.letters == []
    with pytest.raises(Refused, match="Wait some minutes"):
        letters.say_what_became(letter=letter, content=b"as sent", by=dpo)
    change(letter, since=timezone.now() - timedelta(minutes=20))
    letters.say_what_became(letter=letter, content=b"as sent", by=dpo)
    assert letter.status == DispatchStatus.SENT


def test_a_letter_about_a_complaint_belongs_to_it(dpo, amelia, smtp):
    party = Party(name="Jo Lee", about=amelia, email="jo@example.org")
    letter = letters.send_letter(
        kind=LetterKind.COMPLAINT_ACKNOWLEDGED,
        way=Way.EMAIL,
        sent_to="jo@example.org",
        subject="Your complaint",
        body="Dear Jo Lee",
        matter="J-000012",
        to=party,
        person=amelia,
        by=dpo,
    )
    assert (letter.belongs_to, letter.people, letter.routes) == ("J-000012", [amelia.pk], "")
    deliver(letter.pk)
    assert len(smtp.to("jo@example.org")) == 1


def test_no_letter_without_its_entry(safe, dpo, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        written(safe, dpo)
    assert RequestLetter.objects.count() == 0


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("UPDATE sar_requestletter SET body = 'other' WHERE id = %s", "never changed"),
        ("UPDATE sar_requestletter SET routes = '' WHERE id = %s", "never changed"),
        ("UPDATE sar_requestletter SET failure = 'x' WHERE id = %s", "settled"),
    ],
)
def test_the_database_keeps_the_words_and_what_became_of_them(access, dpo, sql, sentence):
    gone = RequestLetterFactory(
        request=access, status=DispatchStatus.DROPPED, failure="Wrong.", routes="Complain."
    )
    entry()
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match=sentence):
        cursor.execute(sql, [gone.pk])


def test_a_letter_that_must_name_the_ways_to_complain_is_refused_without(access):
    with pytest.raises(IntegrityError, match="ways_to_complain"), transaction.atomic():
        RequestLetterFactory(request=access, kind=LetterKind.REFUSE, routes="")


# --- Pages ---------------------------------------------------------------------------------------


def test_the_officer_writes_a_letter_step_by_step(dpo_client, safe, smtp):
    page = dpo_client.get(reverse("sar:request", args=[safe.reference]))
    assert "Still to be written: the request has come" in text(page)
    add = reverse("sar:letter-add", args=[safe.reference])
    assert "Which letter" in text(dpo_client.get(add))
    chosen = f"{add}?kind=acknowledge&way=email"
    form = dpo_client.get(chosen).context["form"]
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    wrong = dpo_client.post(chosen, {**typed, "subject": "", "body": "My own words."})
    assert wrong.status_code == 422
    assert "My own words." in wrong.content.decode()
    answer = dpo_client.post(chosen, typed)
    letter = RequestLetter.objects.get()
    assert answer["Location"] == letter.get_absolute_url()
    assert dpo_client.post(chosen, typed)["Location"] == letter.get_absolute_url()
    deliver(letter.pk)
    shown = text(dpo_client.get(letter.get_absolute_url()))
    assert "Sent" in shown
    file = dpo_client.get(reverse("sar:letter-file", args=[letter.reference]))
    assert letter.body.split("\n")[0].encode() in b"".join(file.streaming_content)
    plain = dpo_client.get(reverse("sar:letter-text", args=[letter.reference]))
    assert plain.content.decode() == text_of(letter, is_page=True)
    astray = "If this e-mail is not for you"
    assert astray in text_of(letter)
    letter.way = "post"
    assert astray not in text_of(letter)


def test_a_letter_that_goes_once_is_not_offered_again(dpo_client, safe, dpo, smtp):
    address = reverse("sar:letter-add", args=[safe.reference])

    def offered():
        page = dpo_client.get(address)
        return [kind for kind, _ in page.context["choose"].fields["kind"].choices], text(page)

    kinds, _ = offered()
    assert LetterKind.ACKNOWLEDGE in kinds
    # A form that stood open meanwhile, in another tab.
    chosen = f"{address}?kind=acknowledge&way=email"
    form = dpo_client.get(chosen).context["form"]
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    letter = written(safe, dpo)
    kinds, page = offered()
    assert LetterKind.ACKNOWLEDGE not in kinds
    assert "The answer takes longer: first Extend the time" in page
    assert f"The request has come : written on {plain(TODAY)}, waiting to be sent" in page
    deliver(letter.pk)
    assert f"The request has come : it went on {plain(TODAY)}" in offered()[1]
    assert dpo_client.get(chosen).status_code == 422
    late = dpo_client.post(chosen, {**typed, "body": "My own words."})
    assert late.status_code == 422
    assert "written already" in text(late)
    assert "My own words." in late.content.decode()


def test_where_to_write_is_corrected_also_when_every_letter_was_written(
    dpo_client, safe, dpo, smtp
):
    """Otherwise a letter that came back could not go to where they are now."""
    requests.refuse(request=safe, reasons="We answered the same a week ago.", by=dpo)
    deliver(written(safe, dpo, LetterKind.REFUSE).pk)
    assert can_correct_address(dpo, again(safe))
    page = dpo_client.get(reverse("sar:letter-add", args=[safe.reference]))
    assert "No other letter can be written" in text(page)


def test_an_address_comes_back_from_the_browser_with_other_ends_of_lines(dpo_client, safe):
    address = f"{reverse('sar:letter-add', args=[safe.reference])}?kind=acknowledge&way=post"
    form = dpo_client.get(address).context["form"]
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    assert "\n" in typed["sent_to"]
    as_sent = {**typed, "sent_to": typed["sent_to"].replace("\n", "\r\n")}
    # Refused for something else, it is still chosen.
    again = dpo_client.post(address, {**as_sent, "subject": ""})
    assert again.status_code == 422
    chosen = [radio for radio in again.context["form"]["sent_to"] if radio.data["selected"]]
    assert [radio.data["value"] for radio in chosen] == [typed["sent_to"]]
    assert dpo_client.post(address, as_sent).status_code == 302
    assert RequestLetter.objects.get().sent_to == typed["sent_to"]


def test_letters_are_the_officers_alone(worker_client, access):
    letter = RequestLetterFactory(request=access)
    for name, argument in (("letter", letter.reference), ("letter-file", letter.reference)):
        with entries_since() as entries:
            answer = worker_client.get(reverse(f"sar:{name}", args=[argument]))
        assert (answer.status_code, entries[0].verb) == (404, Verb.LOOK_REFUSED)
    add = reverse("sar:letter-add", args=[access.reference])
    assert worker_client.get(add).status_code == 403
    assert worker_client.get(reverse("sar:letter-wordings")).status_code == 403


def test_words_are_shown_before_they_are_used(dpo_client):
    page = reverse("sar:letter-wording", args=["refuse"])
    typed = {"subject": "No", "body": "Dear {{ name }}, no: {{ reasons }}", "do": "show"}
    shown = text(dpo_client.post(page, typed))
    assert "no: [the reasons for the refusal]" in shown
    assert "section 167" in shown
    assert LetterWording.objects.count() == 0
    wrong = dpo_client.post(page, {**typed, "body": "Dear {{ nobody }}", "do": "publish"})
    assert wrong.status_code == 422
    dpo_client.post(page, {**typed, "do": "publish"})
    assert LetterWording.objects.get().number == 1
    assert "version 1, Ruth Ellis" in text(dpo_client.get(reverse("sar:letter-wordings")))
    assert dpo_client.get(reverse("sar:letter-wording", args=["nothing"])).status_code == 404
