"""Starts a printer (`core.pdf.printer`) in half the time: `python -m core.pdf.printer_start`.

WeasyPrint makes itself ready for a network that a printer does not use, and asks for its libraries by names of
several systems: for each that there is not, a compiler would be started to look for it.
"""

import ctypes.util
import os
import sys


def _nowhere(name: str) -> str | None:
    """Say that there is no library of this name. By its full name, Linux finds it itself."""
    return None


def main() -> None:
    """Spare it both, and have it print until the press hangs up."""
    os.environ["SSL_CERT_FILE"] = os.environ["SSL_CERT_DIR"] = os.devnull
    if sys.platform == "linux":
        ctypes.util.find_library = _nowhere
    from core.pdf import printer  # noqa: PLC0415  # it loads what the lines above make ready

    printer.main()


if __name__ == "__main__":
    main()
