"""Turn a document into PDF with Typst, from templates and fonts of this package.

Typst sees one folder with what is given here, loads no package and asks no other host.
"""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Literal

from focalpoint.engines.documents.blocks import Document
from focalpoint.engines.documents.label import Label
from focalpoint.values.errors import BadInput

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
TEMPLATES = HERE / "templates"
PICTURES = (".png", ".jpg", ".jpeg", ".webp")
Form = Literal["pdf", "png"]


def typeset(document: Document) -> bytes:
    """Return a document as PDF.

    Parameters
    ----------
    document : Document
        What to print.

    Returns
    -------
    bytes
        A PDF with tags for readers.

    Raises
    ------
    BadInput
        If a picture cannot be drawn.

    Notes
    -----
    Costs about 0.3 s the first time in a process and 0.05 s after that.
    """
    for name in document.files:
        if not name.endswith(PICTURES) or "/" in name:
            raise BadInput("the picture %(name)s cannot be printed", name=name)
    data = {**document.data(), "digest": document.digest()}
    return _compile("document.typ", data, dict(document.files), "pdf")


def typeset_label(label: Label, form: Form = "pdf") -> bytes:
    """Return a label as ``pdf`` or ``png`` (300 dots an inch)."""
    data: dict[str, object] = {
        "number": label.number,
        "lines": list(label.lines),
        "handling": label.handling,
        "notice": label.notice,
    }
    return _compile("label.typ", data, {"code.svg": label.code_as_svg()}, form)


def _compile(
    template: str, data: dict[str, object], files: dict[str, bytes], form: Form
) -> bytes:
    import typst  # 80 MB: loaded when the first product is printed

    with tempfile.TemporaryDirectory(prefix="focalpoint-print-") as name:
        folder = Path(name)
        shutil.copy(TEMPLATES / template, folder / "main.typ")
        content = json.dumps(data, ensure_ascii=False)
        (folder / "data.json").write_text(content, encoding="utf-8")
        for file, picture in files.items():
            (folder / file).write_bytes(picture)
        try:
            made = typst.compile(
                str(folder / "main.typ"),
                root=str(folder),
                format=form,
                font_paths=[str(FONTS)],
                ignore_system_fonts=True,
                ppi=300 if form == "png" else None,
            )
        except typst.TypstError as problem:
            raise BadInput(
                "the product cannot be printed: %(problem)s", problem=str(problem)
            ) from problem
    if not isinstance(made, bytes):
        raise BadInput("the label does not fit on one page; shorten its text")
    return made
