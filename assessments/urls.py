"""Addresses of answers, assessments, outcomes and plans. Public references, never the numbers of rows."""

from django.urls import URLPattern, path

from assessments.views import service_answers

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
]
