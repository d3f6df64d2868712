"""What can be done to a request, as one table: the words, the form, who may, and the verb.

The pages and the admin offer the same levers and call the same verbs; a lever that is shown works.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cases.forms.restrictions import RestrictForm
from cases.models import Person
from sar import permissions
from sar.actions import (
    answering,
    conflicts,
    correcting,
    evidence,
    pack,
    rectification,
    release,
    requests,
    restricting,
    search,
    status,
    stops,
    time,
)
from sar.desk_permissions import can_restrict_for, can_send_to_service
from sar.forms import events
from sar.forms.requests import CorrectRequestForm, FindPersonForm
from sar.forms.rights import SendToServiceForm
from sar.models import RightsRequest


@dataclass(frozen=True, slots=True)
class Lever:
    """One verb that a member of staff may do to a request now."""

    name: str
    label: str
    button: str
    done: str
    form: Callable[..., BaseForm]
    can: Callable[[User, RightsRequest], bool]
    verb: Callable[..., Any]
    # Whose task it is at all, whatever the state of the request.
    may: Callable[[User], bool] = permissions.may_work
    # Something that cannot be taken back: the button says so by its colour.
    is_final: bool = False
    # Whoever does it signs in afresh before (`core.fresh_sign_in`).
    is_dangerous: bool = False

    def url(self, request: RightsRequest) -> str:
        return reverse("sar:request-lever", args=[request.reference, self.name])

    def make_form(
        self,
        data: QueryDict | None,
        *,
        request: RightsRequest,
        by: User,
        find: Callable[[str], Person | None],
        auto_id: str = "id_%s",
    ) -> Any:
        """The lever's form, with today and oneself filled in where it asks who and when."""
        today = timezone.localdate()
        initial = dict.fromkeys(
            ("asked_on", "seen_on", "answered_on", "assessed_on", "notice_sent_on", "withdrawn_on"),
            today,
        )
        extra: dict[str, Any] = {}
        if self.form is FindPersonForm:
            extra["find"] = find
        if getattr(self.form, "needs_request", False):
            extra["request"] = request
        form = self.form(
            data, initial={**initial, "seen_by": by.email, "assessed_by": by.email}, **extra
        )
        form.auto_id = auto_id
        return form


LEVERS: tuple[Lever, ...] = (
    Lever(
        name="find-person",
        label="Say which person it is about",
        button="This is the person",
        done="The person is named.",
        form=FindPersonForm,
        can=permissions.can_find_person,
        verb=requests.find_person,
    ),
    Lever(
        name="acknowledge",
        label="Acknowledge",
        button="The person was told that it has come",
        done="Acknowledged.",
        form=events.NothingToSay,
        can=permissions.can_acknowledge,
        verb=requests.acknowledge,
    ),
    Lever(
        name="conflicts",
        label="Look for conflicts",
        button="Look what is on record now",
        done="Looked. What has to be weighed stands on the request.",
        form=events.NothingToSay,
        can=permissions.can_look_for_conflicts,
        verb=conflicts.look_for_conflicts,
    ),
    Lever(
        name="warning",
        label="Decide on a warning",
        button="Decide",
        done="Decided.",
        form=events.WarningForm,
        can=permissions.can_decide_on_warnings,
        verb=conflicts.decide_on_warning,
    ),
    Lever(
        name="identity-asked",
        label="Ask for evidence of identity",
        button="Evidence was asked for",
        done="The time starts when the evidence comes.",
        form=events.AskIdentityForm,
        can=permissions.can_ask_identity,
        verb=evidence.ask_identity,
    ),
    Lever(
        name="identity-seen",
        label="Identity seen",
        button="It is established who asks",
        done="It is recorded how we know who asks.",
        form=events.SeeIdentityForm,
        can=permissions.can_see_identity,
        verb=evidence.see_identity,
    ),
    Lever(
        name="authority-asked",
        label="Ask for authority to act for the person",
        button="Authority was asked for",
        done="The time starts when it comes.",
        form=events.AskAuthorityForm,
        can=permissions.can_ask_authority,
        verb=evidence.ask_authority,
    ),
    Lever(
        name="authority-seen",
        label="Authority seen",
        button="It is established that they may ask",
        done="It is recorded what shows that they may ask.",
        form=events.SeeAuthorityForm,
        can=permissions.can_see_authority,
        verb=evidence.see_authority,
    ),
    Lever(
        name="competence",
        label="Assess the child’s competence",
        button="Record the assessment",
        done="It is recorded what the child understands and wants.",
        form=events.CompetenceForm,
        can=permissions.can_assess_competence,
        verb=conflicts.assess_competence,
    ),
    Lever(
        name="care",
        label="Say how they would like to be answered",
        button="Save",
        done="It is written down.",
        form=events.CareForm,
        can=permissions.can_say_care,
        verb=requests.say_care,
    ),
    Lever(
        name="status-link",
        label="Send a link to the status page",
        button="Send the link",
        done="The link is sent. It opens once, and shows nothing about anybody.",
        form=events.NothingToSay,
        can=permissions.can_send_status_link,
        verb=status.send_status_link,
    ),
    Lever(
        name="late",
        label="Say why it is late",
        button="Save the reason",
        done="It is written down for the figures.",
        form=events.LateForm,
        can=permissions.can_say_why_late,
        verb=requests.say_why_late,
    ),
    Lever(
        name="search",
        label="Begin the search",
        button="Put the places of the list on the request",
        done="Ask colleagues for each place, or say what came of it.",
        form=events.NothingToSay,
        can=permissions.can_begin_search,
        verb=search.begin_search,
    ),
    Lever(
        name="gap",
        label="Answer as a part only",
        button="State the gap",
        done="A part may go out. The answer states what is missing.",
        form=events.GapForm,
        can=permissions.can_say_gap,
        verb=search.say_gap,
    ),
    Lever(
        name="nothing-held",
        label="Answer that nothing is held",
        button="Nothing is held",
        done="Answered. Send the letter that says so.",
        form=events.NothingToSay,
        can=permissions.can_find_nothing,
        verb=search.answer_nothing_held,
        is_final=True,
    ),
    Lever(
        name="clarification-asked",
        label="Ask what they mean",
        button="The question was asked",
        done="The clock stands still until they answer.",
        form=events.AskClarificationForm,
        can=permissions.can_ask_clarification,
        verb=time.ask_clarification,
    ),
    Lever(
        name="clarification-answered",
        label="Record their answer",
        button="The answer came",
        done="The clock goes on.",
        form=events.AnswerClarificationForm,
        can=permissions.can_answer_clarification,
        verb=time.answer_clarification,
    ),
    Lever(
        name="extend",
        label="Extend the time",
        button="Extend to three months",
        done="The time is extended, once.",
        form=events.ExtendForm,
        can=permissions.can_extend,
        verb=time.extend,
    ),
    Lever(
        name="build",
        label="Build the pack",
        button="Build the pack",
        done="The pack is being built.",
        form=events.NothingToSay,
        can=permissions.can_build,
        verb=pack.ask_for_pack,
    ),
    Lever(
        name="sign-off",
        label="Sign off as the second person",
        button="I have read it: it may go out",
        done="Signed off. Any change to the pack undoes it.",
        form=events.SignOffForm,
        can=permissions.can_sign_off,
        verb=pack.sign_off,
        may=permissions.may_check,
    ),
    Lever(
        name="release",
        label="Release",
        button="Release the pack",
        done="Released.",
        form=events.ReleaseForm,
        can=permissions.can_release,
        verb=release.release,
        may=permissions.may_release,
        is_final=True,
        is_dangerous=True,
    ),
    Lever(
        name="release-part",
        label="Release a part",
        button="Release this part",
        done="The part is released, and the request stays open. Send the letter that goes with it.",
        form=events.ReleaseForm,
        can=permissions.can_release_part,
        verb=release.release_part,
        may=permissions.may_release,
        is_final=True,
        is_dangerous=True,
    ),
    Lever(
        name="answer-spoken",
        label="Answer by word of mouth",
        button="They were told",
        done="Answered.",
        form=events.SpokenAnswerForm,
        can=permissions.can_answer_spoken,
        verb=answering.answer_spoken,
        is_final=True,
    ),
    Lever(
        name="stop-told",
        label="Tell them by word of mouth what is not erased",
        button="They were told",
        done="It is written down what they were told.",
        form=events.SpokenForm,
        can=permissions.can_tell_stop,
        verb=stops.tell_stop_by_word,
    ),
    Lever(
        name="restrict",
        label="Hold back from using it",
        button="Restrict it",
        done="It is restricted, and those who were told before are listed to be told.",
        form=RestrictForm,
        can=can_restrict_for,
        verb=restricting.restrict_for,
    ),
    Lever(
        name="send-to-service",
        label="Send what is disputed to the service",
        button="Send it",
        done="The person in charge has a task, and the entry is restricted meanwhile.",
        form=SendToServiceForm,
        can=can_send_to_service,
        verb=rectification.send_to_service,
    ),
    Lever(
        name="correct",
        label="Correct how it was written down",
        button="Correct it",
        done="Corrected. What stood there stays readable, and the day is worked out anew.",
        form=CorrectRequestForm,
        can=permissions.can_correct,
        verb=correcting.correct_request,
    ),
    Lever(
        name="withdraw",
        label="They take it back",
        button="They have withdrawn it",
        done="It is written down, and the time has ended. Send the letter that confirms it.",
        form=events.WithdrawForm,
        can=permissions.can_withdraw,
        verb=requests.withdraw,
        is_final=True,
    ),
    Lever(
        name="refuse",
        label="Refuse",
        button="Refuse the request",
        done="Refused. Send the letter with the reasons and the ways to complain.",
        form=events.RefuseForm,
        can=permissions.can_refuse,
        verb=requests.refuse,
        is_final=True,
    ),
)


def levers_for(user: User, request: RightsRequest) -> list[Lever]:
    """What `user` may do to `request` now, in the order of the work."""
    return [lever for lever in LEVERS if lever.can(user, request)]


def lever_named(name: str) -> Lever | None:
    """The lever that an address names."""
    return next((lever for lever in LEVERS if lever.name == name), None)
