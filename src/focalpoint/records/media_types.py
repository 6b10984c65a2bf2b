"""Which files may be attached: told by their bytes, never by their names."""

import zipfile
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO

import filetype

from focalpoint.values.errors import BadInput

ALLOWED = {
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/tiff",
    "image/heic",
    "application/pdf",
    "video/mp4",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PHOTOGRAPHS = {"image/jpeg", "image/png", "image/webp"}
X3P = "application/x-x3p"
TEXT = "text/plain"


def media_type(source: BinaryIO) -> str:
    """Return the media type of an allowed file; the stream stands at its start after."""
    head = source.read(8192)
    source.seek(0)
    kind = filetype.guess(head)
    found = kind.mime if kind else _text_or_nothing(head)
    if found == "application/zip":
        found = _kind_of_archive(source)
    if found not in ALLOWED | {X3P, TEXT}:
        raise BadInput(
            "Files of this kind cannot be attached. Send a photograph (JPEG, PNG, "
            "WebP, TIFF), PDF, Word or Excel document, X3P scan, MP4 or plain text."
        )
    return found


def safe_name(name: str) -> str:
    """Return a file name without folders and control characters."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    printable = "".join(mark for mark in last if mark.isprintable()).strip(" .")
    return printable[-160:] or "file"


def _text_or_nothing(head: bytes) -> str:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    # Markup can carry script, whatever it calls itself.
    is_markup = text.lstrip("\ufeff \t\r\n").startswith("<")
    is_binary = any(
        (mark < " " or mark == "\x7f") and mark not in "\t\r\n\f" for mark in text
    )
    return "" if is_markup or is_binary else TEXT


def _kind_of_archive(source: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return ""
    finally:
        source.seek(0)
    return X3P if any(name.endswith("main.xml") for name in names) else ""
