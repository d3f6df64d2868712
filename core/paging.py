"""Pages of a list, counted only where one page does not hold all of it."""

from typing import Any, override

from django.core.paginator import Page, Paginator

__all__ = ["Page", "ShortFirst"]


class ShortFirst(Paginator):
    """A list whose first page is mostly all there is: its rows say so by themselves.

    One row more than the page holds is read with it. Where it is not there, nobody counts: counting asks
    again who may see each row, which costs a page of cases as much as its rows do.
    """

    @override
    def get_page(self, number: Any) -> Page:
        if str(number) != "1":
            return super().get_page(number)
        rows = list(self.object_list[: self.per_page + 1])
        if len(rows) <= self.per_page:
            self.__dict__["count"] = len(rows)  # in place of the cached property, which asks
        return Page(rows[: self.per_page], 1, self)
