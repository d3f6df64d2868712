"""Drafts that several may write: nobody saves over words they have not seen.

An assessment or a plan is a draft for everybody in its case until it is finished or agreed. What somebody types
into it is kept besides, for them alone, until they save it (cases.models.Draft, features.md N2).
"""

from uuid import NAMESPACE_URL, UUID, uuid5

from accounts.models import User
from core.errors import Refused


class SavedMeanwhile(Refused):
    """The draft was saved by somebody else, or in another window, after this page was opened.

    `saves` is how often it is saved now: a page that knows so and is sent again stands in its place.
    """

    def __init__(self, saves: int) -> None:
        super().__init__(
            "This draft was saved in the meantime, by a colleague or in another window. What you wrote "
            "is still here: press the button again to put it in place of what was saved."
        )
        self.saves = saves


def number_of_form(reference: str, saves: int, by: User) -> UUID:
    """The number of the form in which `by` writes on; the same in all of their windows until it is saved."""
    return uuid5(NAMESPACE_URL, f"{reference}/{saves}/{by.pk}")
