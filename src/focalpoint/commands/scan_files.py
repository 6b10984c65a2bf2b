"""``focalpoint scan info``, ``show`` and ``prepare``."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from focalpoint.commands.arguments import Parser
from focalpoint.commands.output import whole_file


def info(argv: list[str]) -> int:
    """Say what an X3P file holds, and what is odd about it."""
    parser = Parser("focalpoint scan info", description=info.__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.x3p")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(argv)
    from focalpoint.engines.ballistics import x3p

    facts = facts_of(x3p.read(given.file), given.file.name)
    if given.json:
        print(json.dumps(facts, indent=1, ensure_ascii=False))
        return 0
    for name, value in facts.items():
        if isinstance(value, dict):
            print(f"{name}:")
            for key, part in value.items():
                print(f"  {key}: {part}")
        elif isinstance(value, list):
            print(f"{name}: {'; '.join(map(str, value)) or 'none'}")
        else:
            print(f"{name}: {value}")
    return 0


def facts_of(scan: Any, name: str) -> dict[str, Any]:
    """Plain facts about one scan."""
    import numpy as np

    surface = scan.surface
    valid = surface.valid
    known = surface.heights[valid].astype(float)
    rows, columns = surface.shape
    width, height = surface.size_m
    return {
        "file": name,
        "sha256": scan.sha256,
        "columns": columns,
        "rows": rows,
        "unit": surface.unit,
        "pitch_x": surface.pitch_x,
        "pitch_y": surface.pitch_y,
        "width": width,
        "height": height,
        "measured": int(valid.sum()),
        "missing_share": round(1 - float(valid.mean()), 6),
        "height_min": float(known.min()),
        "height_max": float(known.max()),
        "height_std": float(np.std(known)),
        "stored_as": scan.kind,
        "origin": scan.origin or "not stated",
        "metadata": scan.metadata,
        "attachments": sorted(scan.attachments),
        "warnings": list(scan.warnings),
        "corrections": list(scan.corrections),
    }


def show(argv: list[str]) -> int:
    """Draw a scan as a hill-shaded picture with a scale bar."""
    parser = Parser("focalpoint scan show", description=show.__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.x3p")
    parser.add_argument("--out", type=Path, required=True, metavar="picture.png")
    parser.add_argument(
        "--light",
        type=float,
        default=315.0,
        metavar="DEG",
        help="where the light comes from, clockwise from the top (default: 315)",
    )
    add_unit(parser)
    given = parser.parse_args(argv)
    from focalpoint.engines.ballistics import pictures

    surface = _surface(given)
    with whole_file(given.out) as draft:
        draft.write_bytes(pictures.png(surface, given.light))
    return 0


def add_unit(parser: Parser) -> None:
    """A unit for files that do not say theirs."""
    parser.add_argument(
        "--unit",
        choices=("m", "mm", "um", "nm"),
        help="unit of a file that does not say its own",
    )


def _surface(given: Namespace) -> Any:
    from focalpoint.engines.ballistics.matrix import Source

    return Source(unit=given.unit or "").surface(given.file)


def prepare(argv: list[str]) -> int:
    """Prepare a raw scan; keep the mask of every step, and take a corrected one."""
    parser = Parser("focalpoint scan prepare", description=prepare.__doc__)
    parser.add_argument("file", type=Path, metavar="RAW.x3p")
    parser.add_argument("--out", type=Path, required=True, metavar="PREPARED.x3p")
    parser.add_argument(
        "--mask-out",
        type=Path,
        metavar="MASK.png",
        help="write the mask of the face: white is used, black is not",
    )
    parser.add_argument(
        "--mask",
        type=Path,
        metavar="MASK.png",
        help="use this mask, corrected by a person, instead of looking for the face",
    )
    add_unit(parser)
    given = parser.parse_args(argv)
    from focalpoint.engines.ballistics import masks, x3p
    from focalpoint.engines.ballistics.preparation import prepared

    surface = _surface(given)
    drawn = masks.read(given.mask, surface) if given.mask else None
    result = prepared(surface, mask=drawn)
    if given.mask_out:
        with whole_file(given.mask_out) as draft:
            draft.write_bytes(masks.png(result.steps[0].mask))
    with whole_file(given.out) as draft:
        x3p.write(draft, masks.kept(result, x3p.read(given.file)))
    for step in result.steps:
        figures = ", ".join(f"{name} {value:g}" for name, value in step.figures.items())
        print(f"{step.name}: {int(step.mask.sum())} points, {figures}")
    return 0
