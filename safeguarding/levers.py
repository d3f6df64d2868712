"""What can be done about a concern or an allegation, as one table: words, form, who may, and the verb."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from cases.models import Person
from safeguarding import permissions
from safeguarding.actions import allegations, concerns, raising, reports
from safeguarding.forms import desk
from safeguarding.models import Allegation, Concern


@dataclass(frozen=True, slots=True)
class Lever:
    """One verb that somebody may do now; a lever that is shown works."""

    name: str
    label: str
    button: str
    done: str
    form: type[desk.DeskForm]
    can: Callable[[User, Any], bool]
    verb: Callable[..., Any]
    # The name of the verb's argument.
    takes: str = "concern"

    def url(self, opened: Concern | Allegation) -> str:
        kind = "concern" if isinstance(opened, Concern) else "allegation"
        return reverse(f"safeguarding:{kind}-lever", args=[opened.reference, self.name])

    def make_form(
        self,
        data: QueryDict | None,
        *,
        opened: Concern | Allegation,
        by: User,
        find: Callable[[str], Person | None],
    ) -> desk.DeskForm:
        return self.form(data, by=by, find=find, opened=opened)


CONCERN_LEVERS: tuple[Lever, ...] = (
    Lever(
        name="read",
        label="I have read it",
        button="I have read it and see to it",
        done="You see to it now.",
        form=desk.NothingToSay,
        can=permissions.can_take_on,
        verb=concerns.take_on,
    ),
    Lever(
        name="decide",
        label="Decide",
        button="Save the decision",
        done="The decision is written down.",
        form=desk.DecideForm,
        can=permissions.can_decide,
        verb=concerns.decide,
    ),
    Lever(
        name="report",
        label="Tell the council or the police",
        button="Write it in the sharing log",
        done="Written in the sharing log. You are reminded to ask for the answer.",
        form=desk.ReportForm,
        can=permissions.can_report,
        verb=reports.report,
    ),
    Lever(
        name="chase",
        label="Asked again",
        button="Save",
        done="Written down; you are reminded again.",
        form=desk.ChaseForm,
        can=permissions.can_chase,
        verb=reports.chase,
    ),
    Lever(
        name="answer",
        label="They answered",
        button="Save the answer",
        done="The answer is written down. Decide again with what you know now.",
        form=desk.AnswerForm,
        can=permissions.can_chase,
        verb=reports.answer,
    ),
    Lever(
        name="ask-opinion",
        label="Ask for a second opinion",
        button="Ask",
        done="They are told.",
        form=desk.AskOpinionForm,
        can=permissions.can_ask_opinion,
        verb=concerns.ask_opinion,
    ),
    Lever(
        name="opinion",
        label="Give a second opinion",
        button="Save the opinion",
        done="Your opinion is written down.",
        form=desk.OpinionForm,
        can=permissions.can_give_opinion,
        verb=concerns.give_opinion,
    ),
    Lever(
        name="person",
        label="Name a person of the record",
        button="It is about this person",
        done="The person is named.",
        form=desk.NamePersonForm,
        can=permissions.can_name_person,
        verb=concerns.name_person,
    ),
    Lever(
        name="tell-workers",
        label="Put an alert on the record",
        button="Put the alert",
        done="The alert stands on the record, and the workers of the case read it.",
        form=desk.TellWorkersForm,
        can=permissions.can_tell_workers,
        verb=concerns.tell_workers,
    ),
    Lever(
        name="add",
        label="Add something",
        button="Add it",
        done="Added.",
        form=desk.TextForm,
        can=permissions.can_add,
        verb=raising.add_to,
        takes="raised",
    ),
    Lever(
        name="end",
        label="It is dealt with",
        button="It is dealt with",
        done="Dealt with. Whoever raised it is told so.",
        form=desk.OutcomeForm,
        can=permissions.can_end,
        verb=concerns.end,
    ),
    Lever(
        name="reopen",
        label="Open it again",
        button="Open it again",
        done="It is open again.",
        form=desk.ReasonForm,
        can=permissions.can_reopen,
        verb=concerns.reopen,
    ),
)

ALLEGATION_LEVERS: tuple[Lever, ...] = (
    Lever(
        name="read",
        label="I have read it",
        button="I have read it and see to it",
        done="You see to it now.",
        form=desk.NothingToSay,
        can=permissions.can_read,
        verb=allegations.read_allegation,
        takes="allegation",
    ),
    Lever(
        name="step",
        label="Write down what was done",
        button="Save",
        done="Written down.",
        form=desk.TextForm,
        can=permissions.can_work,
        verb=allegations.write_step,
        takes="allegation",
    ),
    Lever(
        name="report",
        label="Tell somebody outside",
        button="Save",
        done="Written down.",
        form=desk.AllegationReportForm,
        can=permissions.can_work,
        verb=allegations.report_allegation,
        takes="allegation",
    ),
    Lever(
        name="chase",
        label="Asked again",
        button="Save",
        done="Written down.",
        form=desk.ChaseForm,
        can=permissions.can_chase_allegation,
        verb=allegations.chase_allegation,
        takes="allegation",
    ),
    Lever(
        name="answer",
        label="They answered",
        button="Save the answer",
        done="The answer is written down.",
        form=desk.AnswerForm,
        can=permissions.can_chase_allegation,
        verb=allegations.answer_allegation,
        takes="allegation",
    ),
    Lever(
        name="propose",
        label="Propose the outcome",
        button="Propose it",
        done="Another named person is told, and confirms it or sends it back.",
        form=desk.ProposeForm,
        can=permissions.can_work,
        verb=allegations.propose_outcome,
        takes="allegation",
    ),
    Lever(
        name="confirm",
        label="Confirm the outcome",
        button="Confirm it",
        done="Dealt with. Whoever raised it is told so.",
        form=desk.WordsForm,
        can=permissions.can_confirm,
        verb=allegations.confirm_outcome,
        takes="allegation",
    ),
    Lever(
        name="send-back",
        label="Send it back",
        button="Send it back",
        done="It is looked into again.",
        form=desk.ReasonForm,
        can=permissions.can_confirm,
        verb=allegations.send_back,
        takes="allegation",
    ),
)


def lever_named(levers: tuple[Lever, ...], name: str) -> Lever | None:
    return next((lever for lever in levers if lever.name == name), None)


def offered(
    levers: tuple[Lever, ...], user: User, opened: Concern | Allegation
) -> list[tuple[Lever, str]]:
    """What `user` can do now, each with its address."""
    return [(lever, lever.url(opened)) for lever in levers if lever.can(user, opened)]
