"""What happens to a serial number between the metal and the register."""

import numpy as np
from numpy.typing import NDArray

from focalpoint.simulation import scripts
from focalpoint.simulation.linkage_levels import (
    ERRORS,
    WIDTH,
    Codes,
    Flags,
    Ints,
    Level,
    Random,
)

_NO_NUMBER = (
    "obrisan|избрисан|БРИСАН|skinut|nečitko|нечитко|bez broja|БЕЗ БРОЈА|nema|"
    "нема|struganjem uklonjen|uništen|уништен|i fshirë|e fshirë|pa numër|"
    "i palexueshëm|nuk lexohet|dëmtuar|șters|fără număr|ilizibil|răzuit|"
    "нечитлив|отстранет|без број|izbrušen|избрушен|korodirano|оштећен|oštećen|"
    "-|N/A|?|удаљен|otpiljen|nepoznat|непознат|nije vidljiv|nije utvrđen"
)
NO_NUMBER = tuple(_NO_NUMBER.split("|"))
AFFIXES = ("No ", "No.", "Nr. ", "nr.", "бр. ", "бр.", "br. ", "Nr", "№", "SN ")
_CONFUSED = (
    "0:O68D 1:I7L 2:Z7 3:85 4:9A 5:S63 6:G05 7:12 8:B30 9:4G A:4 B:8 D:0O E:F "
    "F:E G:6C H:N K:X L:1 M:N N:M P:R R:P S:5 T:7 U:V V:U W:V X:K Y:V Z:2 C:G "
    "J:1"
)
CONFUSED = dict(pair.split(":") for pair in _CONFUSED.split())
"""What a character is taken for by somebody who reads it badly."""


def serial_text(
    serial: Codes, length: Ints, random: Random, dirt: Level
) -> tuple[NDArray[np.str_], Ints]:
    """The number as somebody wrote it down, and what went wrong on the way."""
    size = len(serial)
    signs, length = serial.copy(), length.copy()
    happens = {
        name: random.random(size) < getattr(dirt, name)
        for name in ("confusable", "edit", "obliterated", "missing", "affix")
    }
    happens["separator"] = random.random(size) < dirt.separator
    happens["case"] = random.random(size) < dirt.case
    happens["script"] = _script(signs, random, dirt)
    happens["confusable"] &= _confuse(signs, length, happens["confusable"], random)
    _edit(signs, length, happens["edit"], random)
    _obliterate(signs, length, happens["obliterated"], random)
    _separate(signs, length, happens["separator"], random)
    _lower(signs, happens["case"])
    _affix(signs, length, happens["affix"], random)
    text = np.ascontiguousarray(signs).view(f"<U{WIDTH}")[:, 0]
    words = np.array(NO_NUMBER)[random.integers(0, len(NO_NUMBER), size)]
    words[random.random(size) >= dirt.words] = ""
    text = np.where(happens["missing"], words.astype(f"<U{WIDTH}"), text)
    bits = np.zeros(size, np.int64)
    for bit, name in enumerate(ERRORS[:8]):
        hidden = happens["missing"] & (name != "missing")
        bits |= (happens[name] & ~hidden).astype(np.int64) << bit
    return text, bits


def _table(pairs: dict[str, str]) -> Codes:
    """A table from code point to code point, for signs below 0x500."""
    table = np.arange(0x500, dtype=np.uint32)
    for old, new in pairs.items():
        table[ord(old)] = ord(new)
    return table


def _script(signs: Codes, random: Random, dirt: Level) -> Flags:
    """Cyrillic letters typed by somebody at a Latin keyboard."""
    cyrillic = ((signs >= 0x400) & (signs < 0x500)).any(axis=1)
    draw = random.random(len(signs))
    sound = cyrillic & (draw < dirt.transliterated)
    shape = cyrillic & ~sound & (draw < dirt.transliterated + dirt.look_alike)
    latin = {a: scripts.to_latin(a) for a in scripts.SERIAL_LETTERS}
    signs[sound] = _table(latin)[signs[sound]]
    signs[shape] = _table(latin | scripts.LOOK_ALIKES)[signs[shape]]
    return sound | shape


def _confuse(signs: Codes, length: Ints, chosen: Flags, random: Random) -> Flags:
    """One character taken for another that looks like it; says where it could be."""
    rows = np.flatnonzero(chosen)
    place = _place(length[rows], random)
    done = np.zeros(len(signs), bool)
    old = signs[rows, place]
    draw = random.random(len(rows))
    for sign, others in CONFUSED.items():
        at = np.flatnonzero(old == ord(sign))
        picked = (draw[at] * len(others)).astype(np.int64)
        codes = np.array([ord(other) for other in others], np.uint32)
        signs[rows[at], place[at]] = codes[picked]
        done[rows[at]] = True
    return done


def _place(length: Ints, random: Random) -> Ints:
    return (random.random(len(length)) * length).astype(np.int64)


def _edit(signs: Codes, length: Ints, chosen: Flags, random: Random) -> None:
    rows = np.flatnonzero(chosen & (length > 2))
    kind = random.integers(0, 4, len(rows))
    place = (random.random(len(rows)) * (length[rows] - 1)).astype(np.int64)
    swap, put = kind == 0, kind == 1
    left, right = signs[rows[swap], place[swap]], signs[rows[swap], place[swap] + 1]
    signs[rows[swap], place[swap]], signs[rows[swap], place[swap] + 1] = right, left
    digits = random.integers(ord("0"), ord("9") + 1, int(put.sum()))
    signs[rows[put], place[put]] = digits.astype(np.uint32)
    for mask, step in ((kind == 2, 1), (kind == 3, -1)):
        _shift(signs, rows[mask], place[mask] + 1, step)
        length[rows[mask]] -= step


def _shift(signs: Codes, rows: Ints, place: Ints, step: int) -> None:
    """Move what stands from ``place`` on to the left (1) or to the right (-1)."""
    if not len(rows):
        return
    padded = np.pad(signs[rows], ((0, 0), (0, 1)))
    at = np.arange(WIDTH)[None, :]
    source = at + step * (at >= place[:, None])
    signs[rows] = np.take_along_axis(padded, np.clip(source, 0, WIDTH), axis=1)


def _obliterate(signs: Codes, length: Ints, chosen: Flags, random: Random) -> None:
    rows = np.flatnonzero(chosen)
    tail = random.random(len(rows)) < 0.3
    signs[rows, _place(length[rows], random)] = ord("?")
    second = rows[random.random(len(rows)) < 0.4]
    signs[second, _place(length[second], random)] = ord("?")
    lost = random.integers(1, 3, int(tail.sum()))
    cut = rows[tail]
    keep = np.maximum(2, length[cut] - lost)
    signs[cut] = np.where(np.arange(WIDTH)[None, :] < keep[:, None], signs[cut], 0)
    signs[cut, keep] = ord("*")
    length[cut] = keep + 1


def _separate(signs: Codes, length: Ints, chosen: Flags, random: Random) -> None:
    rows = np.flatnonzero(chosen & (length > 3) & (length < WIDTH - 5))
    place = 1 + (random.random(len(rows)) * (length[rows] - 2)).astype(np.int64)
    _shift(signs, rows, place + 1, -1)
    marks = np.array([ord(mark) for mark in " -/."], np.uint32)
    signs[rows, place] = marks[random.integers(0, len(marks), len(rows))]
    length[rows] += 1


def _lower(signs: Codes, chosen: Flags) -> None:
    letters = "".join(chr(c) for c in range(0x500) if chr(c).isupper())
    table = _table({a: a.lower() for a in letters if len(a.lower()) == 1})
    signs[chosen] = table[signs[chosen]]


def _affix(signs: Codes, length: Ints, chosen: Flags, random: Random) -> None:
    which = random.integers(0, len(AFFIXES), len(signs))
    for number, affix in enumerate(AFFIXES):
        width = len(affix)
        rows = np.flatnonzero(chosen & (which == number) & (length + width <= WIDTH))
        signs[rows, width:] = signs[rows, :-width]
        signs[rows, :width] = [ord(sign) for sign in affix]
        length[rows] += width
