"""Drawn photographs of exhibits: a schematic outline, a marking plate, a scale.

They show that a record has pictures and hold the place of real ones; nobody can take
them for real: each says "invented data" across its foot. Written as PNG, the same bytes
for the same exhibit.
"""

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from focalpoint.simulation.happenings import Item
from focalpoint.simulation.lives import Lives

Picture = NDArray[np.uint8]

WIDTH, HEIGHT = 640, 420
PAPER, INK, STEEL, PLATE, RULE = (
    (236, 236, 230),
    (38, 44, 48),
    (92, 99, 104),
    (176, 180, 182),
    (120, 60, 40),
)
OUTLINES: dict[str, tuple[tuple[float, float], ...]] = {
    "pistol": (
        (0.2, 0.2),
        (0.8, 0.2),
        (0.8, 0.38),
        (0.46, 0.38),
        (0.44, 0.5),
        (0.36, 0.5),
        (0.3, 0.85),
        (0.16, 0.85),
        (0.22, 0.4),
        (0.2, 0.36),
    ),
    "revolver": (
        (0.22, 0.25),
        (0.42, 0.18),
        (0.84, 0.2),
        (0.84, 0.3),
        (0.56, 0.34),
        (0.54, 0.46),
        (0.42, 0.48),
        (0.32, 0.6),
        (0.28, 0.86),
        (0.13, 0.84),
        (0.22, 0.45),
    ),
    "long": (
        (0.03, 0.38),
        (0.26, 0.34),
        (0.4, 0.34),
        (0.97, 0.37),
        (0.97, 0.42),
        (0.62, 0.44),
        (0.6, 0.5),
        (0.42, 0.5),
        (0.38, 0.62),
        (0.34, 0.62),
        (0.33, 0.5),
        (0.05, 0.62),
    ),
    "rifle": (
        (0.03, 0.36),
        (0.28, 0.34),
        (0.97, 0.37),
        (0.97, 0.41),
        (0.6, 0.44),
        (0.56, 0.5),
        (0.6, 0.74),
        (0.53, 0.76),
        (0.48, 0.5),
        (0.4, 0.5),
        (0.36, 0.7),
        (0.31, 0.7),
        (0.32, 0.5),
        (0.05, 0.58),
    ),
}
LONG = {"rifle_bolt", "rifle_straight_pull", "shotgun_break_double", "shotgun_break_ss"}
_FONT = (
    "A0E11111F111111 B1E11111E11111E C0F10101010100F D1E11111111111E "
    "E1F10101E10101F F1F10101E101010 G0F10101711110F H1111111F111111 "
    "I0E04040404040E J0702020202120C K11121418141211 L1010101010101F "
    "M111B1515111111 N11191513111111 O0E11111111110E P1E11111E101010 "
    "Q0E11111115120D R1E11111E141211 S0F10100E01011E T1F040404040404 "
    "U1111111111110E V11111111110A04 W1111111515150A X11110A040A1111 "
    "Y11110A04040404 Z1F01020408101F 00E11131519110E 1040C040404040E "
    "20E11010204081F 31F02040201110E 402060A121F0202 51F101E0101110E "
    "60608101E11110E 71F010204080808 80E11110E11110E 90E11110F01020C "
    "-0000001F000000 .00000000000C0C /01010204081010 :000C0C000C0C00 "
    "Б1F10101E11111E Г1F101010101010 Д06060A0A121F11 Ж15150E040E1515 "
    "З0E11010601110E П1F111111111111 В1E11111E11111E Н1111111F111111 "
    "Р1E11111E101010 С0F10101010100F А0E11111F111111 Е1F10101E10101F "
    "К11121418141211 М111B1515111111 О0E11111111110E Т1F040404040404"
)
FONT = {word[0]: word[1:] for word in _FONT.split()}
"""Letters of five by seven points: a sign, then its rows as hexadecimal bytes."""


def photograph(item: Item, *, legible: bool = True) -> Picture:
    """The drawn photograph of one exhibit, shape (HEIGHT, WIDTH, 3).

    Where the number is not ``legible`` the plate is scored all over.
    """
    random = np.random.default_rng([item.gun.id, 40])
    picture = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    picture[:] = PAPER
    outline = np.array(OUTLINES[_shape(item.gun.type)])
    points = outline * (WIDTH - 60, 250) + (30, 10)
    picture[_inside(points)] = STEEL
    picture[290:350, 180:460] = PLATE
    serial = item.gun.serial.upper() or "-"
    if legible:
        _write(picture, serial, (304, 320 - 15 * len(serial)), 5, INK)
    else:
        rows, columns = np.mgrid[290:350, 180:460]
        scores = (rows * 3 + columns + random.integers(0, 9, rows.shape)) % 17 < 6
        picture[290:350, 180:460][scores] = STEEL
    for place in range(11):
        left = 40 + 50 * place
        picture[270 : 276 if place % 5 else 282, left : left + 2] = RULE
    picture[270:272, 40:542] = RULE
    _write(picture, f"ITEM {item.number}", (366, 30), 2, INK)
    _write(picture, "INVENTED DATA - DRAWN BY THE SIMULATION", (394, 30), 2, RULE)
    grain = random.integers(-6, 7, picture.shape)
    return np.clip(picture.astype(int) + grain // 2, 0, 255).astype(np.uint8)


def png(picture: Picture) -> bytes:
    """The picture as a PNG file."""
    height, width, _ = picture.shape
    lines = np.zeros((height, 1 + width * 3), np.uint8)
    lines[:, 1:] = picture.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"tEXt", b"Comment\0Invented data: drawn by the simulation")
        + _chunk(b"IDAT", zlib.compress(lines.tobytes(), 1))
        + _chunk(b"IEND", b"")
    )


def write_pictures(
    lives: Lives, folder: Path, chosen: set[str], scored: set[str]
) -> None:
    """Draw the chosen items, one file each; ``scored`` ones show no number."""
    folder.mkdir(parents=True, exist_ok=True)
    for event in lives.events:
        for item in event.items:
            if item.number in chosen:
                name = f"{item.number.replace('/', '-')}.png"
                legible = item.number not in scored
                picture = photograph(item, legible=legible)
                (folder / name).write_bytes(png(picture))


def chosen_items(lives: Lives, number: int) -> set[str]:
    """Items of the police that get a picture: the latest, which pages show first."""
    latest = [e for e in reversed(lives.events) if e.sender == "police"]
    numbers = [item.number for event in latest for item in event.items]
    return set(numbers[:number])


def _shape(kind: str) -> str:
    if kind in LONG or kind.startswith("shotgun"):
        return "long"
    if kind == "revolver":
        return "revolver"
    rifles = ("rifle", "assault", "battle", "dmr", "mg", "smg")
    return "rifle" if kind.startswith(rifles) else "pistol"


def _inside(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which pixels lie inside a polygon given as (x, y): the even-odd rule."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    inside = np.zeros((HEIGHT, WIDTH), bool)
    for (x1, y1), (x2, y2) in zip(points, np.roll(points, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        crosses = (y1 > y) != (y2 > y)
        inside ^= crosses & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return inside


def _write(
    picture: Picture,
    text: str,
    at: tuple[int, int],
    scale: int,
    colour: tuple[int, int, int],
) -> None:
    top, left = at
    for sign in text.upper():
        rows = FONT.get(sign)
        if rows:
            bits = bytes.fromhex(rows)
            cell = np.array([[row >> (4 - i) & 1 for i in range(5)] for row in bits])
            shape = np.kron(cell, np.ones((scale, scale), int)).astype(bool)
            area = picture[top : top + shape.shape[0], left : left + shape.shape[1]]
            area[shape[: area.shape[0], : area.shape[1]]] = colour
        left += 6 * scale


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
