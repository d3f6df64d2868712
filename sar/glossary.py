"""The charity's short forms that stand in a text."""

import re
from collections.abc import Iterable

from sar.models import Acronym


def acronyms_in(texts: Iterable[str]) -> list[tuple[str, str]]:
    """The short forms of the list that stand in `texts` as words of their own, each with its meaning."""
    left = {one.letters: one.meaning for one in Acronym.objects.all()}
    found: dict[str, str] = {}
    patterns = {letters: re.compile(rf"(?<!\w){re.escape(letters)}(?!\w)") for letters in left}
    for text in texts:
        for letters in [one for one in left if patterns[one].search(text)]:
            found[letters] = left.pop(letters)
        if not left:
            break
    return sorted(found.items(), key=lambda one: one[0].casefold())
