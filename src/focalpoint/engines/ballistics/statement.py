"""What may be said about one comparison: figures with their bounds, in words."""

from dataclasses import asdict
from typing import Any

from focalpoint.engines.ballistics.compare import Comparison
from focalpoint.engines.ballistics.likelihood import model_for

# ENFSI, "Guideline for evaluative reporting in forensic science" (2015): words for LRs.
SCALE = (
    (1, "weak"),
    (2, "moderate"),
    (3, "moderately strong"),
    (4, "strong"),
    (6, "very strong"),
)
EXTREME = "extremely strong"
CAUTION = "candidate link, needs an examiner"
NO_REFERENCE = (
    "no reference population was compared with these parameters, so the count has no "
    "likelihood ratio"
)


def words(log10_lr: float) -> str:
    """A likelihood ratio in words of the verbal scale."""
    size = abs(log10_lr)
    if size < 0.301:
        return "no support for either proposition"
    strength = next((word for top, word in SCALE if size <= top), EXTREME)
    favoured = "one firearm" if log10_lr > 0 else "two firearms"
    return f"{strength} support for the proposition of {favoured}"


def evidence(result: Comparison) -> dict[str, Any]:
    """Likelihood ratio, bounds, what it rests on, and how to say it.

    All values but ``caution`` are None or empty where no reference population was
    compared with the same parameters.
    """
    model = model_for(result.parameters)
    if model is None:
        return {
            "log10_lr": None,
            "lr_bounds": None,
            "verbal": NO_REFERENCE,
            "at_bound": None,
            "reference": None,
            "caution": CAUTION,
        }
    value = model.log10(result.cmc, result.cells)
    same = model.population.same
    low, high = model.bounds
    return {
        "log10_lr": round(value, 3),
        "lr_bounds": [round(low, 3), round(high, 3)],
        "verbal": words(value),
        "at_bound": value <= low + 1e-9 or value >= high - 1e-9,
        "reference": {
            "population": model.population.title,
            "mark": model.population.mark,
            "same_firearm_pairs": int(same.sum()),
            "different_firearm_pairs": int((~same).sum()),
            "firearms": len(model.population.firearms),
        },
        "caution": CAUTION,
    }


def as_json(result: Comparison) -> dict[str, Any]:
    """One comparison as plain values."""
    parameters = {**asdict(result.parameters), "digest": result.parameters.digest}
    return {
        "reference": result.reference,
        "target": result.target,
        "cmc": result.cmc,
        "cells": result.cells,
        "score": result.score,
        "angle_deg": result.angle_deg,
        "dx_um": result.dx_um,
        "dy_um": result.dy_um,
        **{
            ("population" if k == "reference" else k): v
            for k, v in evidence(result).items()
        },
        "details": [asdict(cell) for cell in result.details],
        "parameters": parameters,
        "version": result.version,
    }


def as_text(result: Comparison) -> str:
    """One comparison as lines for a terminal."""
    said = evidence(result)
    lines = [
        f"{result.reference} and {result.target}",
        f"  {result.cmc} of {result.cells} cells agree on one motion "
        f"(score {result.score:g})",
        f"  turn {result.angle_deg:g} degrees, shift {result.dx_um:g} um right, "
        f"{result.dy_um:g} um down",
    ]
    if said["log10_lr"] is None:
        lines.append(f"  {said['verbal']}")
    else:
        low, high = said["lr_bounds"]
        held = said["reference"]
        lines += [
            f"  log10 likelihood ratio {said['log10_lr']:g}, bounds {low:g} to "
            f"{high:g}: {said['verbal']}",
            f"  reference: {held['same_firearm_pairs']} pairs of one firearm, "
            f"{held['different_firearm_pairs']} of two; {held['population']}",
        ]
    lines.append(f"  {said['caution']}")
    return "\n".join(lines)
