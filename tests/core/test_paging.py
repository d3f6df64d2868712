"""Pages of a list, counted only where one page does not hold all of it."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.paging import ShortFirst

pytestmark = pytest.mark.django_db

ROLES = 7  # rows of the table that is listed here


@pytest.mark.parametrize(
    ("length", "number", "rows", "questions", "pages"),
    [
        (30, 1, ROLES, 1, 1),
        (ROLES, 1, ROLES, 1, 1),
        (ROLES - 1, "1", ROLES - 1, 2, 2),
        (ROLES - 1, "2", 1, 2, 2),
        (3, "x", 3, 2, 3),
        (3, "99", 1, 2, 3),
    ],
)
def test_one_page_is_not_counted_and_more_are_as_ever(length, number, rows, questions, pages):
    with CaptureQueriesContext(connection) as asked:
        page = ShortFirst(Group.objects.order_by("name"), length).get_page(number)
        found = list(page)
        assert (page.paginator.count, page.paginator.num_pages) == (ROLES, pages)
    assert (len(found), len(asked)) == (rows, questions)
    assert page.has_next() is (page.number < pages)


def test_an_empty_list_has_one_page():
    page = ShortFirst(Group.objects.none(), 30).get_page(1)
    assert (list(page), page.paginator.count, page.paginator.num_pages) == ([], 0, 1)
