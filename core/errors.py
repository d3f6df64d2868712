"""What the product says when the answer is no."""


class Refused(Exception):
    """A rule of the law or of the charity says no; `str(error)` is the sentence the person reads.

    Raised by verbs before anything is written. A form shows the sentence beside what was typed; where
    there is no form, the 409 page shows it.
    """


class LogUnavailable(Exception):
    """The log could not be written, so the record is not shown (503). Features N5: fails closed."""


class AskFirst(Refused):
    """Something must be answered on the page `address` first. A page that is only opened leads there, and
    back; what was sent is refused with the sentence.
    """

    def __init__(self, sentence: str, *, address: str) -> None:
        super().__init__(sentence)
        self.address = address


class LeadsElsewhere(Refused):
    """The number in the address leads to another record now: two records of one person were merged.

    A page that is only opened is asked for again under the other number; what was sent is refused with
    the sentence.
    """

    def __init__(self, *, asked: str, leads_to: str) -> None:
        super().__init__(
            f"{asked} and {leads_to} were two records of one person and are one now. Open {leads_to} and "
            "write it there."
        )
        self.asked = asked
        self.leads_to = leads_to


RESTRICTED = (
    "This would change something that is restricted: it is kept and not used (UK GDPR Art 18). Nothing was "
    "saved. Ask the Data Protection Officer, who can say until when and may give you leave."
)


def is_restricted(error: Exception) -> bool:
    """Whether the database refused because a record is restricted: its last word (docs/adr/0021)."""
    cause = getattr(error, "__cause__", None)
    return getattr(getattr(cause, "diag", None), "constraint_name", None) == "restricted"
