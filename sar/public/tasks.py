"""What can be done on the public site, step by step: plain data."""

from dataclasses import dataclass

from django import forms

from sar.public.forms import (
    ComplainerForm,
    ComplaintForm,
    FormatForm,
    PersonForm,
    ReachForm,
    ServiceForm,
    WhatForm,
    WhoForm,
    WhyForm,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One page of questions."""

    slug: str
    title: str
    form: type[forms.Form]


@dataclass(frozen=True, slots=True)
class PublicTask:
    """A task with its steps in their order."""

    slug: str
    title: str
    steps: tuple[Step, ...]

    def step(self, slug: str) -> Step | None:
        return next((one for one in self.steps if one.slug == slug), None)

    def after(self, step: Step) -> Step | None:
        """The step that comes next; None after the last."""
        place = self.steps.index(step) + 1
        return self.steps[place] if place < len(self.steps) else None

    def number(self, step: Step) -> int:
        return self.steps.index(step) + 1


TASKS = {
    task.slug: task
    for task in (
        PublicTask(
            "request",
            "Ask about your information",
            (
                Step("what", "What you would like", WhatForm),
                Step("who", "Who it is about", WhoForm),
                Step("reach", "How to reach you safely", ReachForm),
                Step("answer", "How you would like our answer", FormatForm),
            ),
        ),
        PublicTask(
            "refer",
            "Ask for help",
            (
                Step("service", "Which help", ServiceForm),
                Step("person", "Who it is for", PersonForm),
                Step("why", "What it is about", WhyForm),
                Step("reach", "How to reach you safely", ReachForm),
            ),
        ),
        PublicTask(
            "complain",
            "Complain to us",
            (
                Step("what", "What went wrong", ComplaintForm),
                Step("who", "Who you are", ComplainerForm),
                Step("reach", "How to reach you safely", ReachForm),
            ),
        ),
    )
}
