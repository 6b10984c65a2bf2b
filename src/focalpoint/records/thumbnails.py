"""Small pictures of attached photographs: made at the first look, kept beside the file.

The photograph itself is only read. What is made of it holds pixels and nothing else: no
place, no time, no name of a camera. A picture that is too large to be unpacked with care,
or that cannot be read, has no small one; that, too, is kept, so that it is tried once.
"""

import warnings
from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageOps

from focalpoint.records import attachments, storage
from focalpoint.records.media_types import PHOTOGRAPHS
from focalpoint.records.models import Attachment

MEDIA_TYPE = "image/jpeg"
EDGE = 320  # pixels of the longer side: sharp at 116 of a page on a fine screen
MOST_PIXELS = 60_000_000  # above any telephone's camera in everyday use
LARGEST = 64 * 1_048_576  # bytes that are read for a small picture
QUALITY = 78
FORMATS = ("JPEG", "PNG", "WEBP")
# Whatever a broken file makes the library say: it is somebody else's file.
UNREADABLE = (
    *(OSError, ValueError, SyntaxError, EOFError, TypeError, MemoryError),
    *(IndexError, KeyError, ZeroDivisionError, Image.DecompressionBombError),
)


def of(attachment: Attachment) -> bytes | None:
    """Return the small picture of a photograph as JPEG; None where there can be none.

    Whoever asks has been asked for the right to see the attachment.
    """
    if attachment.media_type not in PHOTOGRAPHS:
        return None
    kept = storage.read_made(attachment.pk)
    if kept is None:
        kept = _made(attachment)
        with suppress(OSError):  # a full disk: shown now, kept another time
            storage.put_made(attachment.pk, kept)
    return kept or None


def _made(attachment: Attachment) -> bytes:
    """Return the small picture of a photograph; nothing where it cannot be read."""
    if attachment.size > LARGEST:
        return b""
    return small(attachments.content(attachment))


def small(photograph: bytes) -> bytes:
    """Return a picture as a small JPEG without anything but its pixels, or nothing."""
    try:
        with warnings.catch_warnings():
            # The size is tested here, before anything is unpacked.
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(photograph), formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    return b""
                return _drawn(image)
    except UNREADABLE:
        return b""


def _drawn(image: Image.Image) -> bytes:
    image.draft("RGB", (EDGE, EDGE))  # a JPEG is unpacked at an eighth of its size
    image.thumbnail((EDGE, EDGE), reducing_gap=3.0)
    turned = ImageOps.exif_transpose(image)
    plain = Image.new("RGB", turned.size, "white")
    if turned.has_transparency_data:
        clear = turned.convert("RGBA")
        plain.paste(clear, mask=clear.getchannel("A"))
    else:
        plain.paste(turned.convert("RGB"))
    out = BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
