"""What the server's log says of an error: which kind, and where in the code.

What an error quotes stays out: PostgreSQL repeats the row that it refused, and Python the words that it could not
read. Whoever looks after the machine reads this log and sees no client's data (features.md S9).
"""

import logging
import traceback
from typing import Any, override


class WhereAndWhich(logging.Formatter):
    """Errors by their kind and the lines of the code; of those that led to them as well."""

    @override
    def formatException(self, ei: Any) -> str:
        lines: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
            lines = [*frames, f"{type(error).__module__}.{type(error).__qualname__}", *lines]
            error = error.__cause__ or error.__context__
        return "\n".join(line.rstrip() for line in lines)

    @override
    def format(self, record: logging.LogRecord) -> str:
        # Another handler may have put the whole error into words already.
        before, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = before
