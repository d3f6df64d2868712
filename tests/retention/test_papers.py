"""The Data Protection Officer's file: papers in force, their days, and who made the undertaking."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import Task
from core.errors import LogUnavailable, Refused
from retention.actions.papers import ask_for_paper_reviews, end_paper, put_in_force
from retention.models import OfficerPaper
from retention.queries.papers import starting_text
from tests.cases.world import signed_in
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.base import noted

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return UserFactory(full_name="Ada One", roles=[Role.DPO])


def kept(officer, **given):
    today = timezone.localdate()
    words = {
        "kind": "policy",
        "title": "Why we may",
        "text": "# Because\n\nOf paragraph 18.",
        "in_force_on": today,
        "review_by": today + timedelta(days=365),
    } | given
    return put_in_force(**words, by=officer)


def test_a_paper_is_replaced_and_never_changed(officer):
    first = kept(officer)
    with entries_since() as entries:
        second = kept(officer, text="Anew.")
    assert [entry.verb for entry in entries] == [Verb.PAPER_PUT_IN_FORCE]
    first.refresh_from_db()
    assert (first.ended_by, second.version) == (officer, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        noted(lambda: OfficerPaper.objects.create(**_same(second, officer)))
    with entries_since() as entries:
        end_paper(paper=second, by=officer)
    assert [entry.verb for entry in entries] == [Verb.PAPER_ENDED]
    with entries_since() as entries, pytest.raises(Refused, match="ended already"):
        end_paper(paper=second, by=officer)
    assert entries == []


def _same(paper, officer):
    names = ("kind", "title", "text", "in_force_on", "review_by")
    return {name: getattr(paper, name) for name in names} | {"recorded_by": officer}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"title": " "}, "Give it a title"),
        ({"review_by": timezone.localdate()}, "lies ahead"),
    ],
)
def test_refused_it_leaves_no_trace(officer, given, says):
    with entries_since() as entries, pytest.raises(Refused, match=says):
        kept(officer, **given)
    assert entries == []


def test_without_the_log_nothing_is_put_in_force(officer, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        kept(officer)
    assert not OfficerPaper.objects.exists()


def test_on_its_day_the_officer_is_asked_to_look_again(officer):
    paper = kept(officer)
    kept(officer, title="Another", review_by=paper.review_by + timedelta(days=1))
    assert ask_for_paper_reviews(on=paper.review_by) == 1
    assert ask_for_paper_reviews(on=paper.review_by) == 0
    task = Task.objects.get()
    assert (task.for_user, task.link) == (officer, paper.get_absolute_url())
    kept(officer, text="Looked at.")
    task.refresh_from_db()
    assert task.ended_at is not None


def test_the_officer_begins_with_a_starting_text_and_reads_it_in_force(officer):
    reader = signed_in(officer)
    where = reverse("retention:paper-add", args=["dpia"])
    page = reader.get(where).content.decode()
    assert "What could go wrong, and what we do about it" in page
    today = timezone.localdate()
    form = {
        "title": "The system",
        "kind": "dpia",
        "text": "# Risks\n\n<script>alert(1)</script>\n\n* few",
        **{f"in_force_on_{n}": part for n, part in enumerate((today.day, today.month, today.year))},
        **{f"review_by_{n}": part for n, part in enumerate((1, 1, today.year))},
    }
    refused = reader.post(where, form)
    assert refused.status_code == 422
    assert "The system" in refused.content.decode()
    form["review_by_2"] = today.year + 1
    page = reader.post(where, form, follow=True).content.decode()
    assert "The system (version 1)" in page
    assert "alert(1)" not in page
    file = reader.get(reverse("retention:papers")).content.decode()
    assert "The system (version 1)" in file
    assert "Nothing of this kind is in force: agreement." in file
    assert "Nothing of this kind is in force: impact assessment." not in file
    assert reader.get(reverse("retention:paper-add", args=["nothing"])).status_code == 404


def test_every_kind_but_the_last_has_a_text_to_begin_with():
    assert [kind for kind in OfficerPaper.Kind if not starting_text(kind)] == ["other"]
