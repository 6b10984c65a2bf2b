"""A comparison as a PDF: pictures, profile, cells, strength of evidence, limits."""

import io
import json
import tempfile
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from focalpoint.engines.ballistics import x3p
from focalpoint.engines.ballistics.arrays import chosen
from focalpoint.engines.ballistics.compare import Comparison, ready
from focalpoint.engines.ballistics.figures import Overlay, Profile, overlay
from focalpoint.engines.ballistics.many import compare_many
from focalpoint.engines.ballistics.matrix import Source
from focalpoint.engines.ballistics.parameters import Parameters
from focalpoint.engines.ballistics.pictures import bar_um, length
from focalpoint.engines.ballistics.statement import CAUTION, evidence

AGREES, DISAGREES, LINE = "#2fd0b4", "#e0904a", "#f1c066"
LIMITS = (
    "The likelihood ratio weighs this comparison and nothing else of the case. It is not "
    "the probability that one firearm was used.",
    "The likelihood ratio holds for the reference population named above and for "
    "nothing else: one make, one calibre, one ammunition, scanned by one instrument.",
    "Consecutively made parts may share subclass marks. The comparison cannot tell them "
    "from individual marks; an examiner must.",
    "Cells count agreement of shape. Absence of agreement may come from other "
    "ammunition, a damaged case or a scan of another area, and is no exclusion.",
    "The mask decides what is compared. Check both masks on the pictures.",
    "A rank in a search is not evidence: among many scans, some agree by chance.",
)
RAW_LIMIT = (
    "These scans were prepared here from raw. The scans of the reference population were "
    "masked and prepared by their publishers."
)


def pdf(
    a: Path,
    b: Path,
    parameters: Parameters,
    source: Source,
    fonts: Path,
    device: str = "cpu",
) -> bytes:
    """Compare two files and set the result as a PDF.

    ``fonts`` is the folder of the typefaces; signs that they lack come from DejaVu.

    Raises
    ------
    BadInput
        If a file cannot be read or compared.
    """
    one, two = source.surface(a), source.surface(b)
    made = [ready(surface, parameters) for surface in (one, two)]
    (result,) = compare_many(made[0], made[1:], parameters, chosen(device))
    laid = overlay(one, two, result)
    files = [(path.name, x3p.read(path)) for path in (a, b)]
    facts = _facts(result, laid, files, source)
    return _set(facts, laid, fonts)


def _set(facts: dict[str, Any], laid: Overlay, fonts: Path) -> bytes:
    import typst
    from matplotlib import get_data_path, rc_context

    template = resources.files("focalpoint.engines.ballistics") / "report.typ"
    with (
        tempfile.TemporaryDirectory() as name,
        rc_context({"font.family": [_family(fonts), "DejaVu Sans"]}),
    ):
        folder = Path(name)
        (folder / "report.typ").write_bytes(template.read_bytes())
        (folder / "report.json").write_text(json.dumps(facts), encoding="utf-8")
        (folder / "a.png").write_bytes(picture(laid, on_target=False))
        (folder / "b.png").write_bytes(picture(laid, on_target=True))
        (folder / "profile.svg").write_bytes(profile_chart(laid.profile))
        if facts["scale"] is not None:
            (folder / "scale.svg").write_bytes(scale_chart(**facts["scale"]))
        made: bytes = typst.compile(
            str(folder / "report.typ"),
            root=name,
            font_paths=[str(fonts), str(Path(get_data_path()) / "fonts" / "ttf")],
            ignore_system_fonts=True,
        )
    return made


def _family(fonts: Path) -> str:
    """The typeface of the charts."""
    from matplotlib.font_manager import FontProperties, fontManager

    file = fonts / "IBMPlexSans-Regular.ttf"
    if not any(Path(one.fname) == file for one in fontManager.ttflist):
        fontManager.addfont(file)
    return str(FontProperties(fname=file).get_name())


def _facts(
    result: Comparison, laid: Overlay, files: list[tuple[str, Any]], source: Source
) -> dict[str, Any]:
    said = evidence(result)
    given = result.parameters
    profile = laid.profile
    agreement = (
        "no point measured in both"
        if np.isnan(profile.correlation)
        else f"correlation {profile.correlation:.2f}"
    )
    return {
        "title": "Comparison of two surface scans",
        "subtitle": f"{result.reference} and {result.target}, method {given.method}",
        "caution_title": CAUTION[0].upper() + CAUTION[1:],
        "caution_sentence": f"Focalpoint {result.version} · {CAUTION}",
        "summary": f"{result.cmc} of {result.cells} cells agree on one shift and one "
        f"turn. This was computed; no examiner has confirmed it.",
        "reference": result.reference,
        "target": result.target,
        "turned": f"turned {result.angle_deg:.1f}° to fit",
        "legend": "Solid with a label: congruent cell, the same label on both. Dashed "
        "with a cross: cell without agreement. Dotted: line of the profile. Both "
        "surfaces at one scale, lit from the upper left.",
        "profile": f"Heights without form, in micrometres, along the dotted line; "
        f"{agreement}. Gaps: points not measured.",
        **_strength(said),
        "limits": [*LIMITS, *([RAW_LIMIT] if source.raw else [])],
        "sign": ["Examiner", "Date", "Seen under the microscope", "Conclusion"],
        "cell_head": ["Cell", "x, µm", "y, µm", "x on B", "y on B", "Turn, °", "r"],
        "cells": [
            [
                cell.label,
                f"{cell.x_um:.0f}",
                f"{cell.y_um:.0f}",
                f"{cell.on_x_um:.0f}" if cell.congruent else "–",
                f"{cell.on_y_um:.0f}" if cell.congruent else "–",
                f"{cell.angle_deg:.1f}" if cell.congruent else "–",
                f"{cell.correlation:.2f}  congruent"
                if cell.congruent
                else "no agreement",
            ]
            for cell in result.details
        ],
        "made": _made(result, files, source),
        "credit": "x to the right and y down, from the middle of what was measured on "
        "each scan. r: correlation on the points measured in both.",
    }


def _strength(said: dict[str, Any]) -> dict[str, Any]:
    if said["log10_lr"] is None:
        return {
            "lr_head": "No likelihood ratio",
            "lr_text": said["verbal"],
            "scale": None,
            "evidence": [],
        }
    low, high = said["lr_bounds"]
    held, value = said["reference"], said["log10_lr"]
    times = 10 ** abs(value)
    times_said = f"{float(f'{times:.2g}'):,.0f}" if times >= 10 else f"{times:.1f}"
    one = "if one firearm marked both cases"
    two = "if two different firearms did"
    first, second = (one, two) if value >= 0 else (two, one)
    if second == one:
        first, second = "if two different firearms marked the cases", "if one did both"
    text = (
        f"Finding this many congruent cells is about {times_said} times more probable "
        f"{first} than {second}: {said['verbal']}."
    )
    if said["at_bound"]:
        text += (
            " This stands at the bound: the reference data cannot support a stronger "
            "statement, whatever the count."
        )
    return {
        "lr_head": f"Likelihood ratio about {'' if value >= 0 else '1 / '}{times_said}",
        "lr_text": text,
        "scale": {"value": value, "low": low, "high": high},
        "evidence": [
            ["Log10 LR", f"{value:.2f}, bounds {low:.2f} to {high:.2f} (ELUB)"],
            [
                "Reference",
                f"{held['same_firearm_pairs']} pairs of one firearm, "
                f"{held['different_firearm_pairs']} of two, {held['firearms']} firearms",
            ],
            ["Population", held["population"]],
            ["Mark", held["mark"]],
            [
                "Propositions",
                "one firearm marked both cases; or two firearms of the reference "
                "population did",
            ],
        ],
    }


def _made(
    result: Comparison, files: list[tuple[str, Any]], source: Source
) -> list[list[str]]:
    given = asdict(result.parameters)
    evening = given.pop("evening")
    rows = [["Version", f"Focalpoint {result.version}"]]
    for letter, (name, scan) in zip("AB", files, strict=True):
        rows.append([f"File {letter}", name])
        rows.append(["SHA-256", "\u200b".join(_grouped(scan.sha256))])
        for note in (*scan.warnings, *scan.corrections):
            rows.append(["Note", note])
    rows.append(
        ["Prepared here", "yes, from raw" if source.raw else "no, as in the files"]
    )
    rows.append(
        ["Parameters", "; ".join(f"{name} {_plain(v)}" for name, v in given.items())]
    )
    if evening is not None:
        rows.append(
            ["Evening", "; ".join(f"{name} {_plain(v)}" for name, v in evening.items())]
        )
    rows.append(["Digest of these", result.parameters.digest])
    return rows


def _grouped(text: str) -> list[str]:
    return [text[i : i + 8] for i in range(0, len(text), 8)]


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def picture(laid: Overlay, *, on_target: bool) -> bytes:
    """One surface with its cells, as PNG."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Polygon

    colours = laid.target if on_target else laid.reference
    side = colours.shape[0]
    figure = Figure(figsize=(6, 6), dpi=170)
    axes: Any = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.imshow(colours, interpolation="nearest")
    for cell in laid.cells:
        corners = cell.on if on_target else cell.at
        if not corners:
            continue
        colour = AGREES if cell.congruent else DISAGREES
        axes.add_patch(
            Polygon(
                corners,
                closed=True,
                fill=cell.congruent,
                facecolor=(*_rgb(AGREES), 0.10),
                edgecolor=colour,
                linewidth=1.3 if cell.congruent else 0.9,
                linestyle="-" if cell.congruent else "--",
            )
        )
        middle = np.mean(corners, axis=0)
        axes.text(
            *middle,
            cell.label if cell.congruent else "×",
            color="white" if cell.congruent else DISAGREES,
            fontsize=8,
            ha="center",
            va="center",
            bbox=(
                {"facecolor": "#11211f", "alpha": 0.6, "pad": 0.8, "linewidth": 0}
                if cell.congruent
                else None
            ),
        )
    axes.axhline(laid.profile.row, color=LINE, linewidth=0.9, linestyle=":")
    wide = bar_um(side * laid.pixel_um)
    start, level = side / 2 - wide / laid.pixel_um / 2, side * 0.97
    axes.plot([start, start + wide / laid.pixel_um], [level, level], color="white")
    axes.text(
        side / 2,
        level - 0.012 * side,
        length(wide),
        color="white",
        ha="center",
        va="bottom",
    )
    axes.set_xlim(0, side)
    axes.set_ylim(side, 0)
    return _saved(figure, "png")


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def profile_chart(profile: Profile) -> bytes:
    """Heights of both surfaces along the line, as SVG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 1.9), layout="constrained")
    axes: Any = figure.subplots()
    along = profile.along_um / 1000
    axes.plot(along, profile.reference_um, color="#15506b", linewidth=1, label="A")
    axes.plot(
        along,
        profile.target_um,
        "--",
        color="#b5651d",
        linewidth=1,
        label="B, moved to fit",
    )
    axes.set_xlabel("mm", fontsize=8)
    axes.set_ylabel("µm", fontsize=8)
    axes.tick_params(labelsize=8)
    axes.grid(axis="y", color="#d3d8d4", linewidth=0.5)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=8, frameon=False, ncols=2, loc="upper right")
    known = np.isfinite(profile.reference_um) | np.isfinite(profile.target_um)
    if known.any():
        axes.set_xlim(along[known][0], along[known][-1])
    return _saved(figure, "svg")


def scale_chart(value: float, low: float, high: float) -> bytes:
    """A log10 likelihood ratio on its scale with its bounds, as SVG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.6, 0.95), layout="constrained")
    axes: Any = figure.subplots()
    axes.axvspan(low, high, ymin=0.25, ymax=0.75, color="#cfdde6")
    axes.plot([value, value], [0, 1], color="black", linewidth=2.5)
    axes.set_xlim(-4, 4)
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axes.set_xticks(range(-4, 5))
    axes.tick_params(labelsize=8)
    axes.spines[["left", "top", "right"]].set_visible(False)
    axes.set_xlabel("log10 LR:  two firearms  ←  0  →  one firearm", fontsize=8)
    return _saved(figure, "svg")


def _saved(figure: Any, kind: str) -> bytes:
    stream = io.BytesIO()
    # No date and a fixed salt: the same comparison gives the same bytes.
    metadata = {"Date": None} if kind == "svg" else {"Software": None}
    figure.savefig(stream, format=kind, metadata=metadata)
    return stream.getvalue()
