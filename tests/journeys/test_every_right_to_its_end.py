"""Somebody writes that a note is wrong, wants another erased, objects, and asks for what she gave us.

From the letter to the answer that ends each of her requests.
"""

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.roles import Role
from core.dates import plain
from sar.actions.erasure import acted
from sar.answering import BACKUPS
from sar.kinds import Kind
from sar.models import ErasureItem, Rectification, RightsRequest
from sar.workflow import RequestStatus
from tests.cases.world import the
from tests.factories.cases import CaseNoteFactory
from tests.factories.sar import EvidenceSeenFactory, RightsRequestFactory
from tests.journeys.charity import Charity, Family, a_family
from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERS = "amelia@example.org"
SAYS = "I came every week."
LETTER = "Your note about my visits is wrong. Do not use my telephone talk with Dean."
DONE = "The answer: what was done"


def asked(kind: Kind) -> RightsRequest:
    return RightsRequest.objects.select_related("person").get(kind=kind)


# --- What is wrong is put right, and what is held back stays so -----------------------------------


def test_a_note_is_put_right_and_a_call_is_held_back(visitor, charity: Charity, worker, smtp):
    family = a_family(charity, note="She missed three visits.")
    dean, dpo, priya = visitor(), visitor(), visitor()

    given_a_caseworker_takes_one_letter_with_two_rights(dean, charity, family)
    when_the_dpo_sends_the_note_to_the_service(dpo, charity, family)
    then_the_answer_waits_for_the_service(dpo)
    when_the_manager_decides(priya, charity)
    when_the_dpo_answers(dpo, Kind.RECTIFICATION, "Done as they asked")
    when_the_dpo_restricts_the_call(dpo, family)
    when_the_dpo_answers(dpo, Kind.RESTRICTION, "Done as they asked")
    then_the_caseworker_does_not_see_the_call(dean, family)
    then_it_is_used_again_only_when_she_was_told(dpo)
    then_the_caseworker_sees_the_call_again(dean, family)
    then_each_letter_says_what_was_done_and_how_to_complain(worker, smtp, family)


def given_a_caseworker_takes_one_letter_with_two_rights(
    dean: Visitor, charity: Charity, family: Family
) -> None:
    dean.signs_in(charity.caseworker)
    dean.opens(f"/requests/add/?person={family.mother.reference}")
    dean.page.get_by_label("A copy of what we hold (access)").uncheck()
    for kind in (Kind.RECTIFICATION, Kind.RESTRICTION):
        dean.chooses("What they ask for", str(kind.label))
    dean.chooses("How it came", "By letter")
    dean.writes_day("Day it was received", timezone.localdate())
    dean.writes("What they asked, in their words", LETTER)
    dean.writes("A safe way to reach them", "By e-mail.")
    dean.writes("E-mail address they gave", HERS)
    dean.presses("Record the request")
    dean.reads("are recorded. The time runs.")
    dean.reads("Came together with")


def it_is_known_who_asks(dpo: Visitor, kind: Kind) -> None:
    dpo.opens(asked(kind).get_absolute_url())
    dpo.reads("It is not established yet who asks.")
    dpo.follows("Identity seen")
    dpo.chooses("How we know who they are", "Known to a worker")
    dpo.presses("It is established who asks")
    dpo.reads("It is recorded how we know who asks.")


def when_the_dpo_sends_the_note_to_the_service(
    dpo: Visitor, charity: Charity, family: Family
) -> None:
    dpo.signs_in(charity.dpo)
    it_is_known_who_asks(dpo, Kind.RECTIFICATION)
    dpo.follows("Send what is disputed to the service")
    dpo.writes("Which entry", str(family.note.reference))
    dpo.writes("What is wrong, in the person’s words", SAYS)
    dpo.picks("The person in charge of the service", "Priya Nair")
    assert dpo.axe() == []
    dpo.presses("Send it")
    dpo.reads("The person in charge has a task")


def then_the_answer_waits_for_the_service(dpo: Visitor) -> None:
    dpo.reads("is still with Priya Nair.")
    assert dpo.page.get_by_role("link", name="Answer by word of mouth").count() == 0


def when_the_manager_decides(priya: Visitor, charity: Charity) -> None:
    priya.signs_in(charity.manager)
    priya.opens(Rectification.objects.get().get_absolute_url())
    priya.reads(SAYS)
    priya.chooses("What becomes of it", "Completed with a statement")
    priya.writes("Why, as they are told", "The diary of that month is lost.")
    priya.presses("Decide")
    priya.reads("is decided. Write to the person what was decided.")


def when_the_dpo_answers(dpo: Visitor, kind: Kind, outcome: str) -> None:
    """By the letter that ends the request; pressed without the outcome, nothing typed is lost."""
    dpo.opens(asked(kind).get_absolute_url())
    dpo.reads("Still to be written:")
    dpo.reads("the answer: what was done")
    dpo.follows("Write a letter")
    dpo.chooses("Which letter", DONE)
    dpo.chooses("How it goes", "By e-mail, in plain text")
    dpo.presses("Go on")
    dpo.writes("Subject", "Our answer")
    dpo.presses("Send the letter")
    dpo.is_answered(422)
    assert dpo.has_written("Subject") == "Our answer"
    dpo.chooses("What was done", outcome)
    begun = dpo.has_written("Letter")
    dpo.writes("Letter", begun.replace("[write it here]", "Dean gives you both on a stick."))
    looked = dpo.page.get_by_label("I have looked at the warnings above, and the letter may go")
    if looked.count():
        looked.check()
    assert dpo.axe() == []
    dpo.presses("Send the letter")
    dpo.reads("is on its way.")
    dpo.opens(asked(kind).get_absolute_url())
    dpo.reads(outcome.lower())
    assert dpo.can_do_now() == ["Correct where to write to them"]
    assert asked(kind).status == RequestStatus.ANSWERED


def when_the_dpo_restricts_the_call(dpo: Visitor, family: Family) -> None:
    it_is_known_who_asks(dpo, Kind.RESTRICTION)
    dpo.reads("Nothing is restricted yet.")
    dpo.follows("Hold back from using it")
    dpo.writes("What is restricted", str(family.case.contacts.get().reference))
    dpo.page.get_by_role("group", name="On which ground").get_by_role("radio").first.check()
    dpo.writes("Why", "She asks for it.")
    dpo.presses("Restrict it")
    dpo.reads("Restricted because of this request:")
    assert dpo.axe() == []


def then_it_is_used_again_only_when_she_was_told(dpo: Visitor) -> None:
    """It ends in two steps: the letter with its day, written down with how they were told; then lifted."""
    restriction = asked(Kind.RESTRICTION).restrictions.get().restriction
    dpo.opens(asked(Kind.RESTRICTION).get_absolute_url())
    dpo.follows(str(restriction.reference))
    assert dpo.page.get_by_role("link", name="Lift it", exact=True).count() == 0
    dpo.opens(asked(Kind.RESTRICTION).get_absolute_url())
    writes_a_letter(dpo, "A restriction is about to be lifted", day=timezone.localdate())
    dpo.opens(f"/admin/cases/restriction/{restriction.pk}/change/")
    dpo.follows("The person was told that it ends")
    dpo.page.get_by_label("By e-mail").check()
    dpo.presses("The person was told that it ends")
    dpo.reads("It can be lifted now.")
    dpo.follows("Lift it")
    dpo.page.get_by_label("Why it is lifted").fill("She does not mind any more.")
    dpo.presses("Lift it")
    dpo.reads("Lifted.")
    dpo.opens(asked(Kind.RESTRICTION).get_absolute_url())
    dpo.reads("Lifted on")


def writes_a_letter(dpo: Visitor, kind: str, *, day: date | None = None) -> None:
    dpo.follows("Write a letter")
    dpo.chooses("Which letter", kind)
    dpo.chooses("How it goes", "By e-mail, in plain text")
    dpo.presses("Go on")
    if day is not None:
        begun = dpo.has_written("Letter").replace("[write the day]", plain(day))
        dpo.writes("Letter", begun.replace("[write it here]", "The court has decided."))
    looked = dpo.page.get_by_label("I have looked at the warnings above, and the letter may go")
    if looked.count():
        looked.check()
    dpo.presses("Send the letter")
    dpo.reads("is on its way.")


def then_each_letter_says_what_was_done_and_how_to_complain(worker, smtp, family) -> None:
    worker()
    bodies = [one.get_payload(decode=True).decode() for one in smtp.to(HERS)]
    (lifted,) = (body for body in bodies if "we use it again." in body and "section" not in body)
    assert plain(timezone.localdate()) in lifted
    corrected, restricted = sorted(
        (body for body in bodies if body != lifted), key=lambda body: "use it no more" in body
    )
    for words in (str(family.note.reference), SAYS, "We have completed it.", "diary"):
        assert words in corrected
    assert "We tell you before we use it again." in restricted
    for body in (corrected, restricted):
        for section in ("164A", "165", "167"):
            assert f"section {section}" in body


def then_the_caseworker_does_not_see_the_call(dean: Visitor, family: Family) -> None:
    contact = family.case.contacts.get()
    dean.opens(family.case.get_absolute_url())
    dean.reads("Amelia Hart")
    # That it is there is said, so that nobody takes the rest for all of it; what it says is not.
    dean.reads(f"The contact {contact.reference} is restricted")
    dean.does_not_read(contact.summary)


def then_the_caseworker_sees_the_call_again(dean: Visitor, family: Family) -> None:
    contact = family.case.contacts.get()
    dean.opens(f"/casework/contacts/{contact.reference}/")
    dean.is_answered(200)
    dean.reads(contact.summary)


# --- Erasure, objection and portability ----------------------------------------------------------


def test_erasure_objection_and_portability_end_with_their_answers(
    visitor, charity: Charity, worker, smtp
):
    family = a_family(charity)
    CaseNoteFactory(case=family.case, people=[family.mother], body="She told us of 1987.")
    token = uuid4()
    for kind in (Kind.ERASURE, Kind.OBJECTION, Kind.PORTABILITY):
        request = RightsRequestFactory(
            person=family.mother, kind=kind, token=token, reply_email=HERS
        )
        EvidenceSeenFactory(request=request)
    dpo, lead = visitor(), visitor()
    dpo.signs_in(charity.dpo)

    when_the_dpo_looks_for_conflicts(dpo)
    when_the_dpo_decides_what_goes_and_the_lead_approves(dpo, lead, family)
    then_it_is_answered_at_once_with_the_day_it_is_gone_by_and_again_when_it_is(dpo)
    when_the_dpo_takes_out_what_she_gave(dpo)
    when_the_dpo_answers(dpo, Kind.PORTABILITY, "Done as they asked")
    when_the_dpo_tells_her_of_the_objection_by_word_of_mouth(dpo)
    worker()
    bodies = [one.get_payload(decode=True).decode() for one in smtp.to(HERS)]
    promised = next(body for body in bodies if "We have decided to erase:" in body)
    assert BACKUPS in " ".join(promised.split())
    assert plain(asked(Kind.ERASURE).gone_by) in " ".join(promised.split())
    assert any("It is done now." in " ".join(body.split()) for body in bodies)
    assert len(bodies) == 3


def when_the_dpo_looks_for_conflicts(dpo: Visitor) -> None:
    for kind in (Kind.ERASURE, Kind.OBJECTION, Kind.PORTABILITY):
        dpo.opens(asked(kind).get_absolute_url())
        dpo.follows("Look for conflicts")
        dpo.presses("Look what is on record now")
        dpo.reads("What has to be weighed stands on the request.")


def when_the_dpo_decides_what_goes_and_the_lead_approves(
    dpo: Visitor, lead: Visitor, family: Family
) -> None:
    request = asked(Kind.ERASURE)
    dpo.opens(request.get_absolute_url())
    dpo.reads("Decide first what is erased, and what is kept.")
    dpo.follows("Decide what is erased")
    assert dpo.axe() == []
    note = family.mother.notes.exclude(pk=family.note.pk).get()
    dpo.page.locator("main").get_by_role("link").filter(has_text=str(note.reference)).first.click()
    dpo.chooses("What becomes of it", "Erase")
    dpo.picks(
        "If it is erased: on which ground",
        "No longer necessary for what it was collected for (a)",
    )
    dpo.writes("Why", "Nobody needs it.")
    dpo.presses("Decide")
    dpo.reads("Decided. Somebody else approves it.")
    lead.signs_in(the(Role.SAFEGUARDING_LEAD))
    lead.opens(f"/requests/erasures/{request.reference}/")
    lead.page.get_by_role("button", name="Approve").click()
    lead.reads("Approved.")


def then_it_is_answered_at_once_with_the_day_it_is_gone_by_and_again_when_it_is(
    dpo: Visitor,
) -> None:
    when_the_dpo_answers(dpo, Kind.ERASURE, "Done as they asked")
    dpo.reads("Not gone yet: 1 of what was decided.")
    # How the engine erases, with its own two people and proof, is walked in tests/retention.
    acted(item=ErasureItem.objects.get(), by=the(Role.DPO))
    dpo.opens(asked(Kind.ERASURE).get_absolute_url())
    dpo.reads("Still to be written: what was to be erased is gone.")
    writes_a_letter(dpo, "What was to be erased is gone")


def when_the_dpo_takes_out_what_she_gave(dpo: Visitor) -> None:
    request = asked(Kind.PORTABILITY)
    dpo.opens(request.get_absolute_url())
    link = dpo.page.get_by_role("link", name="CSV", exact=True).get_attribute("href")
    taken = dpo.page.request.get(f"{dpo.address}{link}")
    assert taken.status == 200
    assert "-provided.csv" in taken.headers["content-disposition"]


def when_the_dpo_tells_her_of_the_objection_by_word_of_mouth(dpo: Visitor) -> None:
    dpo.opens(asked(Kind.OBJECTION).get_absolute_url())
    dpo.follows("Answer by word of mouth")
    dpo.chooses("What was done", "Done in part")
    dpo.writes("What they were told, by whom and when", "At her visit, by Dean.")
    dpo.presses("They were told")
    dpo.is_answered(422)
    dpo.reads("Tell them the three ways to complain")
    dpo.page.get_by_label("They were told that they can complain").check()
    dpo.presses("They were told")
    dpo.reads("Answered.")
    assert dpo.can_do_now() == ["Correct where to write to them"]
