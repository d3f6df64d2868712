"""What services, assessments and measures ask, at the desk: settings of the charity, no client's answer."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from assessments.actions import questions as verbs
from assessments.models import Edition, Question, Questionnaire
from assessments.permissions import can_define
from assessments.workflow import EditionStatus
from audit.admin_base import Lever, ReadingDesk
from audit.purposes import Purpose
from cases.models import Service


class NewQuestionnaireForm(forms.Form):
    """A new set of questions."""

    name = forms.CharField(label="Name", max_length=100)
    kind = forms.ChoiceField(label="What it is", choices=Questionnaire.Kind.choices)
    service = forms.ModelChoiceField(
        label="Of which service",
        queryset=Service.objects.all(),
        required=False,
        empty_label="Every service",
        help_text="The questions of a service name it; an assessment may be every service’s.",
    )
    purpose = forms.CharField(label="What it is for", widget=forms.Textarea, required=False)
    repeat_after_weeks = forms.IntegerField(
        label="To be repeated after, in weeks",
        min_value=1,
        max_value=520,
        required=False,
        help_text="Whoever finishes one is asked to do the next by then.",
    )


class QuestionnaireForm(forms.Form):
    """What may change about a set of questions. Its name and kind stay: old answers carry them."""

    purpose = NewQuestionnaireForm.base_fields["purpose"]
    repeat_after_weeks = NewQuestionnaireForm.base_fields["repeat_after_weeks"]
    is_open = forms.BooleanField(label="Still asked", required=False)


class QuestionForm(forms.Form):
    """One question."""

    section = forms.CharField(
        label="Under which heading",
        max_length=100,
        required=False,
        help_text="Questions with the same heading, one after the other, stand together.",
    )
    wording = forms.CharField(label="The question", max_length=300)
    help_text = forms.CharField(label="Help below it", max_length=500, required=False)
    kind = forms.ChoiceField(label="How it is answered", choices=Question.Kind.choices)
    options = forms.CharField(
        label="Answers to choose from",
        widget=forms.Textarea,
        required=False,
        help_text="One a line. Where answers count towards a score, write “= 2” behind.",
    )
    lowest = forms.DecimalField(
        label="Lowest number", max_digits=10, decimal_places=2, required=False
    )
    low_words = forms.CharField(
        label="which means",
        max_length=100,
        required=False,
        help_text="With words at both ends a number becomes a scale.",
    )
    highest = forms.DecimalField(
        label="Highest number", max_digits=10, decimal_places=2, required=False
    )
    high_words = forms.CharField(label="which means", max_length=100, required=False)
    unit = forms.CharField(label="Unit of the number", max_length=30, required=False)
    is_scored = forms.BooleanField(label="Counts towards the score", required=False)
    is_required = forms.BooleanField(label="Must be answered", required=False)
    category = forms.ChoiceField(
        label="Kind of information",
        choices=Question.Category.choices,
        initial=Question.Category.PERSONAL,
    )
    reason = forms.CharField(
        label="Why we ask",
        max_length=500,
        required=False,
        help_text="Needed for special category information and offences; workers and clients read it.",
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        opened = dict(initial or {})
        if "options_as_lines" in opened:
            opened["options"] = opened.pop("options_as_lines")
        super().__init__(data, initial=opened)


def _allowed(user: Any, _record: Any) -> bool:
    return can_define(user)


def _has_draft(record: Questionnaire) -> bool:
    return any(one.status == EditionStatus.DRAFT for one in record.editions.all())


def _of_draft(user: Any, question: Question) -> bool:
    return can_define(user) and question.edition.status == EditionStatus.DRAFT


@admin.register(Questionnaire)
class QuestionnaireDesk(ReadingDesk):
    """The sets of questions, each with its editions."""

    permission = "assessments.define_questions"
    purpose = Purpose.MANAGEMENT
    change_form_template = "admin/assessments/questionnaire.html"
    list_display = ("name", "kind", "service", "is_open")
    list_filter = ("kind", "service")
    list_select_related = ("service",)
    fields = ("name", "kind", "service", "purpose", "repeat_after_weeks", "is_open")
    adding = Lever(
        name="add",
        words="Add a set of questions",
        pull=verbs.add_questionnaire,
        allowed=_allowed,
        form=NewQuestionnaireForm,
        done="It is added. Write its questions, then put them into use.",
    )
    levers = (
        Lever(
            name="add-question",
            words="Add a question",
            pull=lambda record, **given: verbs.add_question(questionnaire=record, **given),
            allowed=lambda user, record: can_define(user) and _has_draft(record),
            form=QuestionForm,
            done="The question is in the draft.",
        ),
        Lever(
            name="put-into-use",
            words="Put the draft into use",
            pull=lambda record, **given: verbs.put_into_use(questionnaire=record, **given),
            allowed=lambda user, record: can_define(user) and _has_draft(record),
            explanation="From now on these questions are asked. They cannot be changed any more; what "
            "was answered to those before stays with the words in which it was asked.",
            done="The questions are in use.",
        ),
        Lever(
            name="begin-edition",
            words="Change the questions",
            pull=lambda record, **given: verbs.begin_edition(questionnaire=record, **given),
            allowed=lambda user, record: can_define(user) and not _has_draft(record),
            explanation="Makes a draft with the questions in use, in which you change, add and take "
            "out. Nothing changes for anybody until you put it into use.",
            done="Here is the draft.",
        ),
        Lever(
            name="change",
            words="Change what it is for",
            pull=lambda record, **given: verbs.change_questionnaire(questionnaire=record, **given),
            allowed=_allowed,
            form=QuestionnaireForm,
            opens_with=("purpose", "repeat_after_weeks", "is_open"),
            explanation="What is no longer asked keeps its answers.",
            done="It is changed.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Questionnaire]:
        return Questionnaire.objects.prefetch_related("editions")

    def page_of(self, record: Any) -> dict[str, Any]:
        """Its editions, the newest first, each with its questions."""
        editions = Edition.objects.filter(questionnaire=record)
        return {
            "editions": editions.select_related("published_by").prefetch_related("questions"),
            "draft": EditionStatus.DRAFT,
        }


@admin.register(Question)
class QuestionDesk(ReadingDesk):
    """Each question. Of a draft it can be worded anew, moved and taken out."""

    permission = "assessments.define_questions"
    purpose = Purpose.MANAGEMENT
    list_display = ("wording", "edition", "kind", "category")
    list_filter = ("edition__status", "kind", "category")
    search_fields = ("wording",)
    list_select_related = ("edition__questionnaire",)
    exclude = ("key", "place", "options")
    readonly_fields = ("options_as_lines",)
    levers = (
        Lever(
            name="change",
            words="Change it",
            pull=lambda question, **given: verbs.change_question(question=question, **given),
            allowed=_of_draft,
            form=QuestionForm,
            opens_with=(
                "section",
                "wording",
                "help_text",
                "kind",
                "options_as_lines",
                "lowest",
                "low_words",
                "highest",
                "high_words",
                "unit",
                "is_scored",
                "is_required",
                "category",
                "reason",
            ),
            done="The question is changed, in the draft.",
        ),
        *(
            Lever(
                name=name,
                words=words,
                pull=partial(
                    lambda question, *, up, **given: verbs.move_question(
                        question=question, up=up, **given
                    ),
                    up=up,
                ),
                allowed=_of_draft,
                done="It is moved.",
            )
            for name, words, up in (
                ("move-up", "Ask it earlier", True),
                ("move-down", "Ask it later", False),
            )
        ),
        Lever(
            name="take-out",
            words="Take it out",
            pull=lambda question, **given: verbs.take_out_question(question=question, **given),
            allowed=_of_draft,
            explanation="It is left out of the draft. What was answered to it before stays.",
            done="It is taken out of the draft.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return Question.objects.select_related("edition__questionnaire")

    def address_of(self, record: models.Model) -> str:
        """After a lever one is back at the set of questions, where the whole draft is seen."""
        question = record if isinstance(record, Question) else None
        number = question.edition.questionnaire_id if question else 0
        return reverse("admin:assessments_questionnaire_change", args=[number])
