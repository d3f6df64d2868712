"""What a camera or a program writes into a photograph: where it was taken, by what, and a small picture of the whole."""

import re

# Of the parts that programs add, those that say how the colours are meant stay (JFIF, ICC, Adobe).
NEEDED = {0xE0, 0xE2, 0xEE}
APPS, COMMENT = range(0xE0, 0xF0), 0xFE
START, END, SCAN = 0xD8, 0xD9, 0xDA
COLOURS = b"ICC_PROFILE\0"
# In the points themselves 0xFF comes with a nought, or as a mark to begin again.
AFTER_POINTS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def without_notes(jpeg: bytes) -> bytes:
    """The photograph with its points and colours alone; what follows its end is cut off as well."""
    kept = [jpeg[:2]]
    place = 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        mark = jpeg[place + 1]
        if mark == 0xFF:
            place += 1
            continue
        if mark == END:
            break
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4])
        if mark == SCAN:
            after = AFTER_POINTS.search(jpeg, end)
            end = after.start() if after else len(jpeg)
        if not _is_note(mark, jpeg[place + 4 : place + 4 + len(COLOURS)]):
            kept.append(jpeg[place:end])
        place = end
    return b"".join([*kept, b"\xff\xd9"])


def _is_note(mark: int, begins: bytes) -> bool:
    if mark == 0xE2:
        # Several pictures in one come under the same number as the colours.
        return begins != COLOURS
    return mark == COMMENT or (mark in APPS and mark not in NEEDED)
