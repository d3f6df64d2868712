"""References as people say and write them (docs/adr/0007).

Until November 2026 five kinds of record shared the letter A, and on the telephone one was taken for another.
What was written before that, in letters, tasks and bookmarks, still leads to the record.
"""

import re

AGENCY, PROFESSIONAL, AGREEMENT = "AGY", "PRO", "DSA"
CONSENT, ASSESSMENT = "CON", "ASM"
ONCE = "A"
RENAMED = (AGENCY, PROFESSIONAL, AGREEMENT, CONSENT, ASSESSMENT)

_AS_NOW = re.compile(rf"\b(?:{'|'.join(RENAMED)})-(?=\d{{6}})")


def as_now(prefix: str, reference: str) -> str:
    """`reference` of a record whose kind begins with `prefix`, also where it was written with the old A."""
    return re.sub(rf"^{ONCE}-(?=\d)", f"{prefix}-", reference)


def as_written(text: str) -> tuple[str, ...]:
    """`text` with references as they are now and, where it has one that changed, as they were."""
    before = _AS_NOW.sub(f"{ONCE}-", text)
    return (text,) if before == text else (text, before)
