import json
import subprocess
import sys

import pytest


def run(kind: str, text: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "focalpoint", "normalise", kind],
        input=text,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("serial", ["raw", "status", "normal", "known", "unknown"]),
        ("make", ["raw", "make", "country", "score"]),
        ("calibre", ["raw", "calibre", "score"]),
    ],
)
def test_every_line_gets_its_answer_in_order(kind, fields):
    text = "Застава М70\r\n\n9 mm Para\nбр. 12?45".encode()
    done = run(kind, text)
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert done.returncode == 0
    assert done.stderr == b""
    raws = [answer["raw"] for answer in answers]
    assert raws == ["Застава М70", "", "9 mm Para", "бр. 12?45"]
    assert all(list(answer) == fields for answer in answers)


def test_bytes_that_are_not_text_do_not_stop_the_command():
    done = run("serial", b"\xff\xfe12345\nAB1234\n")
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert done.returncode == 0
    assert answers[1]["normal"] == "AB1234"


def test_an_unknown_kind_is_refused_in_one_line():
    done = run("colour", b"")
    assert done.returncode == 2
    assert done.stdout == b""
    assert len(done.stderr.decode().splitlines()) == 1


def test_django_is_not_loaded():
    code = (
        "import sys, io; sys.stdin = io.StringIO('12345\\n');"
        "from focalpoint.cli import main; main(['normalise', 'make']);"
        "sys.exit('django' in sys.modules or 'numpy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False
    )
    assert done.returncode == 0
