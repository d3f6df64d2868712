"""References as people say and write them (docs/adr/0007).

Until November 2026 several kinds of record shared a letter, and on the telephone one was taken for another: five
the A, three about rights the Y, and complaints the J with two kinds of other areas. What was written before that,
in letters, tasks and bookmarks, still leads to the record.
"""

import re

AGENCY, PROFESSIONAL, AGREEMENT = "AGY", "PRO", "DSA"
CONSENT, ASSESSMENT = "CON", "ASM"
RIGHTS_LETTER, RECTIFICATION, BREACH, COMPLAINT = "LTR", "REC", "BRE", "CMP"
ONCE = "A"
# The letter with which the references of each kind began before.
BEFORE = {
    **dict.fromkeys((AGENCY, PROFESSIONAL, AGREEMENT, CONSENT, ASSESSMENT), ONCE),
    **dict.fromkeys((RIGHTS_LETTER, RECTIFICATION, BREACH), "Y"),
    COMPLAINT: "J",
}

_AS_NOW = re.compile(rf"\b({'|'.join(BEFORE)})-(?=\d{{6}})")


def as_now(prefix: str, reference: str) -> str:
    """`reference` of a record whose kind begins with `prefix`, also where it was written with its old letter."""
    return re.sub(rf"^{BEFORE[prefix]}-(?=\d)", f"{prefix}-", reference)


def as_written(text: str) -> tuple[str, ...]:
    """`text` with references as they are now and, where it has one that changed, as they were."""
    before = _AS_NOW.sub(lambda found: f"{BEFORE[found[1]]}-", text)
    return (text,) if before == text else (text, before)
