"""What a file is by its content, and whether it is safe to open.

Spreadsheets are archives of XML: before a parser sees one, its table of contents is
checked for bombs, for names that climb out of the folder, for macros, for document
type definitions and for damage.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NoReturn

from focalpoint.interop.limits import MIB, Limits
from focalpoint.values.errors import BadInput

ENDINGS = {
    "xlsx": ("xlsx",),
    "xlsb": ("xlsb",),
    "xls": ("xls",),
    "ods": ("ods",),
    "text": ("csv", "tsv", "tab", "txt", "asc", "dat", "dsv", "psv", "prn", ""),
    "gzip": ("gz",),
}
WORKBOOKS = frozenset({"xlsx", "xlsb", "xls", "ods"})
NAMES = {
    "xlsx": "an Excel workbook (XLSX)",
    "xlsb": "a binary Excel workbook (XLSB)",
    "xls": "an old Excel workbook (XLS)",
    "ods": "an OpenDocument spreadsheet (ODS)",
    "text": "a text table",
    "gzip": "a gzip archive",
    "html": "a web page",
    "xml": "an XML document",
    "pdf": "a PDF document",
    "document": "a word-processor document",
    "archive": "an archive without a workbook",
    "image": "an image",
    "program": "a program",
    "empty": "an empty file",
}
_STARTS = (
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM\x00", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"{\\rtf", "document"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACRO = re.compile(
    r"(?:^|/)(?:vbaProject\.bin|vbaData\.xml|macrosheets/.+|intlMacrosheets/.+|"
    r"dialogsheets/.+|activeX/.+\.bin)$|^(?:Basic|Scripts)/(?!script-l[bc]\.xml$).+[^/]$",
    re.IGNORECASE,
)
_HEAD = 64 * 1024


def check_size(path: Path, limits: Limits) -> None:
    """Refuse a file that is missing, empty or larger than an upload may be."""
    if not path.is_file():
        raise BadInput("there is no file %(file)s", file=str(path))
    size = path.stat().st_size
    if size == 0:
        raise BadInput("%(file)s is empty: nothing to read", file=path.name)
    if size > limits.upload:
        raise BadInput(
            "%(file)s has %(size)d MB; at most %(limit)d MB are accepted: "
            "divide it into several files",
            file=path.name,
            size=size // MIB,
            limit=limits.upload // MIB,
        )


def kind_of(path: Path) -> str:
    """Say what a file is by its first bytes and, for an archive, by its members."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        return "empty"
    if head.startswith(_OLE):
        return "xls"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _kind_of_archive(path)
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if re.match(rb"<(?:!doctype html|html|table|body|head|meta)\b", text):
        return "html"
    if text.startswith(b"<?xml"):
        return "html" if b"<html" in text else "xml"
    return "text"


def refuse_wrong_kind(path: Path, kind: str, name: str | None = None) -> None:
    """Refuse what is no table, and a table whose ending says something else.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        What ``kind_of`` said about it.
    name : str, optional
        The name it was sent under, where that differs from the path's.
    """
    shown = name or path.name
    ending = PurePosixPath(shown).suffix.lower().lstrip(".")
    if kind not in ENDINGS:
        raise BadInput(
            "%(file)s is %(kind)s, not a table: open it and save it as XLSX or CSV",
            file=shown,
            kind=NAMES[kind],
        )
    if ending in {"xlsm", "xltm", "xlam"}:
        refuse_macros(shown)
    wanted = {end for ends in ENDINGS.values() for end in ends if end}
    claims_other = ending in wanted and ending not in ENDINGS[kind]
    if claims_other or (ending not in wanted and ending and kind != "text"):
        raise BadInput(
            "%(file)s is %(kind)s by its content, but its name ends in .%(ending)s: "
            "rename it, or save it again in the format of its name",
            file=shown,
            kind=NAMES[kind],
            ending=ending,
        )


def members(path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    """Check an archive's table of contents and return it.

    Raises
    ------
    BadInput
        For a damaged archive, too many members, too much or too dense content,
        a name that leaves the folder, an encrypted member or a macro.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise damaged(path) from problem
    if len(found) > limits.members:
        raise BadInput(
            "%(file)s holds %(count)d files inside; a workbook has at most "
            "%(limit)d: it is not opened",
            file=path.name,
            count=len(found),
            limit=limits.members,
        )
    for member in found:
        _check_member(path, member, limits)
    total = sum(member.file_size for member in found)
    if total > limits.unpacked:
        raise BadInput(
            "%(file)s would unpack to %(size)d MB; at most %(limit)d MB are "
            "accepted: divide it into several files",
            file=path.name,
            size=total // MIB,
            limit=limits.unpacked // MIB,
        )
    return found


def stream(path: Path, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give the content of a member in pieces; damage is ``BadInput``.

    Reading to the end compares length and checksum with what the archive declares,
    so a member that unpacks to more than it says is refused as damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            while piece := file.read(MIB):
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as problem:
        raise damaged(path) from problem
    except NotImplementedError as problem:
        raise damaged(path) from problem


def refuse_document_type(path: Path, name: str, head: bytes) -> None:
    """Refuse XML that brings a document type definition of its own.

    A workbook never needs one; parsers may follow it, or drop the sheet in silence.
    """
    plain = head[:_HEAD].replace(b"\x00", b"").lower()
    if b"<!doctype" in plain or b"<!entity" in plain:
        raise BadInput(
            "%(file)s holds a document type definition (in %(member)s), which no "
            "spreadsheet needs: it is not opened",
            file=path.name,
            member=name,
        )
    if len(plain) >= _HEAD // 2 and not re.search(rb"<[a-z_]", plain):
        raise damaged(path)


def is_encrypted(path: Path) -> bool:
    """Tell whether an OLE file is a workbook locked with a password."""
    return _ole_names(path, ("EncryptedPackage", "EncryptionInfo"))


def has_old_macros(path: Path) -> bool:
    """Tell whether an old Excel workbook carries a macro project."""
    return _ole_names(path, ("_VBA_PROJECT_CUR", "_VBA_PROJECT"))


def damaged(path: Path) -> BadInput:
    """The one message for a file that cannot be read to its end."""
    return BadInput(
        "%(file)s is damaged or cut off: ask the sender for the file again",
        file=path.name,
    )


def refuse_macros(name: str) -> NoReturn:
    """Refuse a workbook that carries programs."""
    raise BadInput(
        "%(file)s holds macros (programs): save it without them as .xlsx and send that",
        file=name,
    )


def _check_member(path: Path, member: zipfile.ZipInfo, limits: Limits) -> None:
    name = member.orig_filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
        raise BadInput(
            "%(file)s holds a file named %(member)s, which would be written outside "
            "its folder: it is not opened",
            file=path.name,
            member=name[:80],
        )
    if _MACRO.search(name):
        refuse_macros(path.name)
    if member.flag_bits & 0x1:
        raise locked(path)
    dense = member.file_size > limits.ratio * max(member.compress_size, 1)
    if dense and member.file_size > 10 * MIB:
        raise BadInput(
            "%(file)s holds %(member)s, which unpacks to %(ratio)d times its size "
            "(%(size)d MB): it is not opened",
            file=path.name,
            member=name[:80],
            ratio=member.file_size // max(member.compress_size, 1),
            size=member.file_size // MIB,
        )


def locked(path: Path) -> BadInput:
    """The message for a file locked with a password."""
    return BadInput(
        "%(file)s is locked with a password: save it without one and send that",
        file=path.name,
    )


def _kind_of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {info.filename for info in archive.infolist()}
            kind = b""
            if "mimetype" in names:
                with archive.open("mimetype") as file:
                    kind = file.read(200)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError) as problem:
        raise damaged(path) from problem
    except (NotImplementedError, RuntimeError) as problem:
        raise damaged(path) from problem
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if b"opendocument.spreadsheet" in kind:
        return "ods"
    if "word/document.xml" in names or b"opendocument" in kind:
        return "document"
    if "[Content_Types].xml" in names and any(n.startswith("xl/") for n in names):
        return "xlsx"
    return "archive"


def _ole_names(path: Path, names: tuple[str, ...]) -> bool:
    """Look for names of streams: UTF-16 in the directory of the compound file."""
    wanted = [name.encode("utf-16-le") + b"\x00\x00" for name in names]
    keep = max(len(name) for name in wanted)
    rest = b""
    with io.BufferedReader(path.open("rb", buffering=0), MIB) as file:
        while piece := file.read(MIB):
            block = rest + piece
            if any(name in block for name in wanted):
                return True
            rest = block[-keep:]
    return False
