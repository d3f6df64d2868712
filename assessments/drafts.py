"""Drafts that several may write: nobody saves over words they have not seen."""

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
