"""Points of a picture that are in the file and are not drawn, since a mask leaves them out.

Whoever rubs a face out of a picture often makes it see-through: the face is there still.
"""

from pikepdf import Dictionary, Name, Object, PdfImage, Stream
from PIL import Image, ImageFilter, ImageStat

from core.pdf.pictured import drawings_of, has_picture

# Of 255: what is drawn fainter than this is not seen.
FAINTEST = 16
# Behind what a program cut out itself there is one colour.
ONE_COLOUR = 8
EDGE = ImageFilter.MinFilter(5)


def hides_points(thing: Object, seen: set[tuple[int, int]] | None = None) -> bool:
    """Whether a page or a drawing leaves out some of a picture; also where nobody can tell."""
    seen = set() if seen is None else seen
    if thing.get("/Subtype") == Name.Image:
        has_mask = isinstance(thing.get("/SMask", thing.get("/Mask")), Stream)
        return has_mask and _is_cut(thing)
    resources = thing.get("/Resources", Dictionary())
    # A picture in a pattern, or under a mask of the page itself, is seen as far as that goes.
    looks = resources.get("/ExtGState", Dictionary()).values()
    masked = any(isinstance(look.get("/SMask"), Dictionary) for look in looks)
    if (masked and has_picture(thing)) or any(
        has_picture(pattern) for pattern in resources.get("/Pattern", Dictionary()).values()
    ):
        return True
    for drawing in drawings_of(thing):
        if not drawing.is_indirect or drawing.objgen not in seen:
            seen.add(drawing.objgen)
            if hides_points(drawing, seen):
                return True
    return False


def _is_cut(picture: Object) -> bool:
    """Whether behind the points that are left out is more than one colour; True where nobody can tell."""
    mask_of = picture.get("/SMask")
    if not isinstance(picture, Stream) or not isinstance(mask_of, Stream):
        return True
    try:
        points = PdfImage(picture).as_pil_image().convert("RGB")
        mask = PdfImage(mask_of).as_pil_image().convert("L")
    except Exception:  # noqa: BLE001  # a kind that is not read here
        return True
    left_out = mask.point(lambda tone: 255 if tone < FAINTEST else 0)
    # Without the edge, where what is seen fades out.
    left_out = left_out.resize(points.size, Image.Resampling.NEAREST).filter(EDGE)
    if left_out.getbbox() is None:
        return False
    behind = ImageStat.Stat(points, mask=left_out).extrema
    return any(high - low > ONE_COLOUR for low, high in behind)
