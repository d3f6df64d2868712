"""Addresses of answers, assessments, outcomes and plans. Public references, never the numbers of rows."""

from django.urls import URLPattern, path

from assessments.views import assessments, outcomes, plans, printing, service_answers

app_name = "assessments"

urlpatterns: list[URLPattern] = [
    path(
        "cases/<reference:reference>/service/",
        service_answers.service_answers,
        name="service-answers",
    ),
    path(
        "cases/<reference:reference>/service/answer/",
        service_answers.service_answer,
        name="service-answer",
    ),
    path("cases/<reference:reference>/assessments/", assessments.assessments, name="assessments"),
    path(
        "cases/<reference:reference>/assessments/add/",
        assessments.assessment_add,
        name="assessment-add",
    ),
    path("cases/<reference:reference>/assessments/compare/", assessments.compare, name="compare"),
    path("assessments/<reference:reference>/", assessments.assessment, name="assessment"),
    path(
        "assessments/<reference:reference>/write/",
        assessments.assessment_write,
        name="assessment-write",
    ),
    path(
        "assessments/<reference:reference>/write/draft/",
        assessments.assessment_keep,
        name="assessment-keep",
    ),
    path(
        "assessments/<reference:reference>/discard/",
        assessments.assessment_discard,
        name="assessment-discard",
    ),
    path(
        "assessments/<reference:reference>/correct/",
        assessments.assessment_correct,
        name="assessment-correct",
    ),
    path("cases/<reference:reference>/outcomes/", outcomes.outcomes, name="outcomes"),
    path("cases/<reference:reference>/outcomes/print/", printing.outcomes, name="outcomes-print"),
    path("assessments/<reference:reference>/print/", printing.assessment, name="assessment-print"),
    path("cases/<reference:reference>/goals/add/", outcomes.goal_add, name="goal-add"),
    path("goals/<reference:reference>/review/", outcomes.goal_review, name="goal-review"),
    path("goals/<reference:reference>/end/", outcomes.goal_end, name="goal-end"),
    path("cases/<reference:reference>/plans/", plans.plans, name="plans"),
    path("cases/<reference:reference>/plans/add/", plans.plan_add, name="plan-add"),
    path("plans/<reference:reference>/", plans.plan, name="plan"),
    path("plans/<reference:reference>/write/", plans.plan_write, name="plan-write"),
    path("plans/<reference:reference>/write/draft/", plans.plan_keep, name="plan-keep"),
    path("plans/<reference:reference>/agree/", plans.plan_agree, name="plan-agree"),
    path("plans/<reference:reference>/copy/", plans.plan_copy, name="plan-copy"),
    path("plans/<reference:reference>/review/", plans.plan_review, name="plan-review"),
    path("plans/<reference:reference>/discard/", plans.plan_discard, name="plan-discard"),
    path("plans/<reference:reference>/paper/", plans.plan_paper, name="plan-paper"),
]
