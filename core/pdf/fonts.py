"""The fonts a PDF of ours may be set in: a list of files, and no others."""

from pathlib import Path

FAMILY = "Atkinson Hyperlegible Next"

BUILT = Path(__file__).resolve().parents[2] / "static" / "build" / "fonts"

# Put there by the front-end build, each a variable font for all weights; with its style, and the
# width we declare for it. The letters of one font come in two files. WeasyPrint 70 tells files
# apart by family, style, weight and width alone and would draw the letters of the one with the
# shapes of the other, so the second is given a width that nobody asks for.
OURS = {
    "atkinson-hyperlegible-next-latin-wght-normal.woff2": ("normal", "normal"),
    "atkinson-hyperlegible-next-latin-ext-wght-normal.woff2": ("normal", "semi-expanded"),
    "atkinson-hyperlegible-next-latin-wght-italic.woff2": ("italic", "normal"),
    "atkinson-hyperlegible-next-latin-ext-wght-italic.woff2": ("italic", "semi-expanded"),
}

# For letters that ours lacks (Greek, Cyrillic, Arabic, Hebrew), where distributions install it.
SYSTEM = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path("/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf"),
    Path("/usr/share/fonts/TTF/DejaVuSans.ttf"),
)


class FontMissing(Exception):
    """No font to write with: the front-end is not built and DejaVu Sans is not installed."""


def assets() -> dict[str, Path]:
    """Return the names a stylesheet may use (`asset:fonts/…`), each with the file behind it."""
    return {f"fonts/{name}": BUILT / name for name in OURS if (BUILT / name).is_file()}


def faces() -> str:
    """Return the @font-face rules for those of our fonts that are there; none is not an error."""
    return "\n".join(
        f'@font-face {{ font-family: "{FAMILY}"; '
        f'font-style: {style}; font-stretch: {width}; src: url("asset:fonts/{name}"); }}'
        for name, (style, width) in OURS.items()
        if (BUILT / name).is_file()
    )


def upright() -> list[Path]:
    """Return the upright fonts to write page numbers and names with, the preferred one first.

    Raises FontMissing when there is none.
    """
    ours = [BUILT / name for name, (style, _) in OURS.items() if style == "normal"]
    found = [path for path in (*ours, *SYSTEM) if path.is_file()]
    if not found:
        raise FontMissing(
            "There is no font to number the pages with. Run tools/build_frontend.sh, or install "
            "the package fonts-dejavu-core."
        )
    return found
