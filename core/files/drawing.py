"""The program that opens a file that may mean harm: `python -m core.files.drawing TASK KIND FILE PAGES`.

It has no database, no settings and no secrets; memory, time and what it may write are bounded. It draws
pages beside FILE as 1, 2, 3 and says as JSON how many there are and which words they hold.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageOps, ImageSequence
from pypdfium2 import raw

WIDE = 1200  # pixels: a page as it is drawn
TALL = 3000
MOST_PIXELS = 150_000_000  # of a picture as it came
MEMORY = 2 * 1024**3  # bytes
PROCESSOR = 90  # seconds
WRITTEN = 200 * 1024**2  # bytes
MOST_WORDS = 20_000  # characters of one page

PIL_NAMES = {
    "jpg": ["JPEG"],
    "png": ["PNG"],
    "tif": ["TIFF"],
    "heic": ["HEIF", "HEIC"],
    # Only as a part of an e-mail.
    "gif": ["GIF"],
    "bmp": ["BMP"],
    "webp": ["WEBP"],
}


def main(task: str, kind: str, path: Path, most: int) -> dict[str, Any]:
    """Do `task`, "check" or "draw", and say what there is."""
    if kind == "pdf":
        return pdf(task, path, most)
    return picture(task, kind, path, most)


def pdf(task: str, path: Path, most: int) -> dict[str, Any]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            return {"locked": True}
        raise
    pages = len(document)
    if not pages:
        raise ValueError("no pages")
    texts = []
    if task == "draw":
        for number in range(min(pages, most)):
            page = document[number]
            scale = min(WIDE / page.get_width(), TALL / page.get_height())
            # Forms and comments are not drawn over the page: they are not what was sent on paper.
            bitmap = page.render(scale=scale, may_draw_forms=True)
            save(bitmap.to_pil(), path.parent / str(number + 1), "PNG")
            texts.append(page.get_textpage().get_text_bounded()[:MOST_WORDS])
    else:
        document[0]
    return {"pages": pages, "texts": texts}


def picture(task: str, kind: str, path: Path, most: int) -> dict[str, Any]:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses at twice this
    known = Image.registered_extensions().values()
    with Image.open(path, formats=[name for name in PIL_NAMES[kind] if name in known]) as image:
        pages = getattr(image, "n_frames", 1)
        if task == "draw":
            drawn = 0
            for frame in frames(image, most):
                drawn += 1
                save(frame, path.parent / str(drawn), "JPEG" if kind in {"jpg", "heic"} else "PNG")
            return {"pages": pages, "texts": [""] * drawn}
        image.load()
    return {"pages": pages, "texts": []}


def frames(image: Image.Image, most: int) -> Iterator[Image.Image]:
    for number, frame in enumerate(ImageSequence.Iterator(image)):
        if number == most:
            return
        # As it was held: the turn is noted in metadata, which does not go along.
        turned = ImageOps.exif_transpose(frame)
        turned.thumbnail((WIDE, TALL))
        yield turned


def save(image: Image.Image, path: Path, kind: str) -> None:
    """Write the points alone into a new picture: no metadata goes with them."""
    flat = Image.new("RGB", image.size, "white")
    layered = image.convert("RGBA")
    flat.paste(layered, mask=layered.getchannel("A"))
    flat.save(path, format=kind, quality=85, optimize=True)


def bound() -> None:
    """Take away what a harmful file would like to have."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    bound()
    _, wanted, ending, given, at_most = sys.argv
    print(json.dumps(main(wanted, ending, Path(given), int(at_most))))
