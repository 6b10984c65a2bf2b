"""Blocks become PDF: every page framed, nothing read from the data is run."""

import dataclasses
import re
import subprocess
import sys
import zlib

import pytest

from focalpoint.engines.documents.blocks import (
    Cell,
    Document,
    Facts,
    Handling,
    Pictures,
    Section,
    Signatures,
    Table,
    Text,
)
from focalpoint.engines.documents.label import Label
from focalpoint.engines.documents.pdf import FONTS, typeset, typeset_label
from focalpoint.values.errors import BadInput

DOCUMENT = Document(
    title="Zastava M70 pistol",
    subtitle="Dossier RS-F-2026-000123",
    number="RS-Q-2026-000001",
    author="Ana Primer",
    date="20 Nov 2026, 11:40",
    handling=(Handling("H1", "Not in court"), Handling("H2", "No onward sharing")),
    blocks=(
        Section("Identity", "as read"),
        Facts((("Type", "Pistol"), ("Име", "Ђорђевић ѓќѕџ"))),
        Text("A paragraph", "muted"),
        Table(
            ("Mark", "As read", "Condition"),
            ((Cell("Serial", "strong", "Slide"), Cell("218?71", "serial"), Cell("x")),)
            * 90,
            (1, 2, 1),
        ),
        Signatures((("Witness", "Witness W"),)),
    ),
    notices=("Invented data", "* References to Kosovo"),
)


H2_FILL = re.compile(rb"0\.541\d* 0\.231\d* 0 ")  # the band of the highest code


def streams(content):
    """Return what the compressed streams of a PDF hold."""
    found = []
    for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            found.append(zlib.decompress(part))
        except zlib.error:
            continue
    return found


def test_every_page_has_its_handling_band_at_the_top_and_at_the_bottom():
    content = typeset(DOCUMENT)
    assert content.startswith(b"%PDF-")
    count = int(re.search(rb"/Type/Pages/Count (\d+)", content)[1])
    bands = [len(H2_FILL.findall(one)) for one in streams(content)]
    assert count > 1
    assert [one for one in bands if one] == [2] * count


@pytest.mark.parametrize(
    "text",
    [
        '#panic("x")',
        "$x$ *bold* _it_",
        '#read("/etc/passwd")',
        '<a> & \\ "q"',
        "\u200b",
    ],
)
def test_text_is_text_and_never_markup(text):
    hostile = dataclasses.replace(
        DOCUMENT,
        title=text,
        author=text,
        notices=(text,),
        blocks=(
            Section(text),
            Text(text),
            Facts(((text, text),)),
            Table((text,), ((Cell(text, "serial", text),),)),
        ),
    )
    assert typeset(hostile).startswith(b"%PDF-")


def test_the_digest_follows_the_content_and_nothing_else():
    same = dataclasses.replace(DOCUMENT)
    other = dataclasses.replace(DOCUMENT, blocks=(Text("Another paragraph"),))
    picture = dataclasses.replace(DOCUMENT, files={"a.png": b"1"})
    assert DOCUMENT.digest() == same.digest()
    digests = {DOCUMENT.digest(), other.digest(), picture.digest()}
    assert len(digests) == 3


def test_a_picture_that_is_none_is_refused_in_words():
    broken = dataclasses.replace(
        DOCUMENT,
        blocks=(Pictures((("a.png", "left side"),)),),
        files={"a.png": b"no picture"},
    )
    with pytest.raises(BadInput, match="cannot be printed"):
        typeset(broken)
    with pytest.raises(BadInput, match="cannot be printed"):
        typeset(dataclasses.replace(DOCUMENT, files={"../a.png": b""}))


def test_a_label_as_pdf_and_as_picture():
    label = Label("E-1/2026", ("RS-H-2026-000001", "North"), "http://localhost/x", "H1")
    assert typeset_label(label).startswith(b"%PDF-")
    picture = typeset_label(label, "png")
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (1063, 591)  # 90 x 50 mm at 300 dots an inch


def test_a_label_with_long_text_still_fits():
    long = Label("N" * 60, ("x" * 300,) * 4, "http://localhost/" + "y" * 200)
    assert typeset_label(long).startswith(b"%PDF-")


def test_nothing_heavy_is_loaded_before_something_is_printed():
    code = (
        "import sys, focalpoint.engines.documents.pdf;"
        "sys.exit(bool({'typst', 'segno'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_fonts_come_with_their_licence():
    assert {path.suffix for path in FONTS.iterdir()} == {".ttf", ".txt"}
    assert "SIL Open Font License" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
