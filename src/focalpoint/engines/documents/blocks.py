"""What a printed product is made of: plain data, no layout and no markup.

Every word comes from the caller, in the reader's language. The template draws strings
as text and never evaluates them, so nothing that was read in a file changes the page.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

Style = Literal["", "strong", "muted", "mono", "serial", "ok", "warn", "bad", "lead"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a table.

    Parameters
    ----------
    text : str
        What is shown. With the style ``serial``, ``?`` is drawn as an unread place.
    style : str, optional
        How it is shown; ``ok``, ``warn``, ``bad`` and ``lead`` draw a framed word.
    under : str, optional
        A second line in small print.
    """

    text: str
    style: Style = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading."""

    title: str
    about: str = ""
    kind: str = field(default="section", init=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    style: Style = ""
    kind: str = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of name and value, two to a line."""

    rows: tuple[tuple[str, str], ...]
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that repeats on each page; a row is never split.

    ``widths`` are shares of the line, one for each column.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...] = ()
    kind: str = field(default="table", init=False)


@dataclass(frozen=True, slots=True)
class Pictures:
    """Photographs in a row of three; ``names`` are keys of ``Document.files``."""

    names: tuple[tuple[str, str], ...]  # name of the file, caption
    kind: str = field(default="pictures", init=False)


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on: what the person is, and the name where it is known."""

    rows: tuple[tuple[str, str], ...]
    kind: str = field(default="signatures", init=False)


Block = Section | Text | Facts | Table | Pictures | Signatures


@dataclass(frozen=True, slots=True)
class Handling:
    """A handling code and its rule in words."""

    code: str
    rule: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words that the layout itself needs, in the reader's language."""

    product: str = "Product"
    author: str = "Author"
    date: str = "Date"
    recipients: str = "Recipients"
    page: str = "Page"
    of: str = "of"
    digest: str = "SHA-256 of the content"
    unread: str = "unread"
    signature: str = "Signature"


@dataclass(frozen=True, slots=True)
class Document:
    """A printed product.

    Parameters
    ----------
    title, subtitle : str
        What it is, in plain words, and under it the reference.
    number, author, date : str
        Number of the product, who made it, when.
    handling : tuple of Handling
        Stands at the top and the bottom of every page.
    blocks : tuple of Block
        The content in order.
    notices : tuple of str, optional
        Sentences at the foot of every page, such as the footnote on Kosovo*.
    recipients : str, optional
        For whom it is.
    language : str, optional
        BCP 47, for hyphenation and readers: ``sr-Cyrl``.
    files : mapping of str to bytes, optional
        Pictures by name. The names end in ``.png``, ``.jpg`` or ``.webp``.
    """

    title: str
    subtitle: str
    number: str
    author: str
    date: str
    handling: tuple[Handling, ...]
    blocks: tuple[Block, ...]
    notices: tuple[str, ...] = ()
    recipients: str = ""
    language: str = "en"
    words: Words = Words()
    files: Mapping[str, bytes] = field(default_factory=dict)

    def data(self) -> dict[str, object]:
        """Return the content as JSON holds it; of each picture its digest."""
        found = asdict(self)
        found["files"] = {
            name: hashlib.sha256(content).hexdigest()
            for name, content in sorted(self.files.items())
        }
        return found

    def digest(self) -> str:
        """Return the SHA-256 of the content, which is printed on every page."""
        canonical = json.dumps(
            self.data(), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode()).hexdigest()
