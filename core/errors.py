"""What the product says when the answer is no."""


class Refused(Exception):
    """A rule of the law or of the charity says no; `str(error)` is the sentence the person reads.

    Raised by verbs before anything is written. A form shows the sentence beside what was typed; where
    there is no form, the 409 page shows it.
    """


class LogUnavailable(Exception):
    """The log could not be written, so the record is not shown (503). Features N5: fails closed."""
