"""The clock of a rights request: when it starts, when it stands still, when the answer is due.

Nobody types a deadline in. It is worked out from what happened (`Clock`) and comes with a sentence
for each step (`Deadline.explanation`). No database, no settings, no "today": the same facts give
the same answer everywhere, so every page, letter, e-mail and command shows the same day.

The rules are UK GDPR Art 12 and 12A, as amended by the Data (Use and Access) Act 2025 s.76:

* **Start** (12A(2)): the latest of the request, the evidence of identity, the third party's
  authority and the fee, each of the last three only if it was asked for. It counts even if it is
  not a working day.
* **Length** (12A(1), 12A(3)): one month, or three from the start once extended: the same-numbered
  day, else that month's last day (Regulation 1182/71 Art 3(2)(c)).
* **Pause** (12A(5)), access only: the days between asking and answering are added to that day.
* **Roll** (Regulation 1182/71 Art 3(4)): once, at the end, to the next working day.

Two readings of the pause are kept side by side. By the *difference*, 8 to 15 February is 7 days:
the earlier and safe day, `due`, which staff work to. By the *statute*, the day of asking and the
day of the answer are both left out, 8 days: `statutory_due`. Either way a pause is a set of days,
and several pauses are the union of their sets, so the order in which they are entered does not
matter, and a day that two of them share is never counted twice:

* difference: asked <= day < answered. One pause 8 to 20 and two pauses 8 to 15 and 15 to 20 are the
  same 12 days. 8 to 15 and 16 to 20 are 11: the clock ran from the 15th to the 16th.
* statute: asked <= day <= answered. All three are the same 13 days.
* asked and answered on one day: no day, and one day.

A pause cannot bring back time that has run out: one asked for after the deadline (as the statute
counts it) pauses nothing, and the explanation says so.

`facts` is what happened, `period` the sum, `explanation` the sentences, `deadline` the clock.
"""

from sar.clock.deadline import (
    Clock,
    Deadline,
    check_extension,
    check_pause,
    complaint_acknowledge_by,
)
from sar.clock.facts import Extension, Gate, Ground, Pause, Right, Started, SupposedExtension

__all__ = [
    "Clock",
    "Deadline",
    "Extension",
    "Gate",
    "Ground",
    "Pause",
    "Right",
    "Started",
    "SupposedExtension",
    "check_extension",
    "check_pause",
    "complaint_acknowledge_by",
]
