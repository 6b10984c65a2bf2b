# ruff: noqa: S608 - the names in these statements come from the code, never from a file
"""Learn the table of weights from unlabelled records with Splink.

The only module that imports Splink. It estimates, by expectation maximisation among
records that share a serial number, how often make, model, calibre and type of one
firearm stand at each level of ``weights.csv``. What the weights are for is in
``score.py`` and ``pairs.py``; why they are not applied by Splink too is in
``docs/explanation/methods/linkage.md``.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from focalpoint.engines.resolution.weights import levels

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FEWEST = 2_000
"""Records with a number below which nothing is learnt."""
_EQUAL = {name: f"{name}_l = {name}_r" for name in ("make", "model", "calibre", "type")}
_NEAR = {
    "model": ("related", "list_contains(near_models_l, model_r)"),
    "calibre": ("confusable", "list_contains(near_calibres_l, calibre_r)"),
    "type": ("related", "family_l = family_r AND family_l <> 0"),
}


def learn(connection: "DuckDBPyConnection", *, side: str = "a") -> dict[str, float]:
    """How often records of one firearm stand at each level of each field.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds the tables that ``prepare.Preparation`` makes.
    side : str
        The table whose records are paired with one another.

    Returns
    -------
    dict
        Code of a level (``make.equal``) to a share; empty where there are fewer than
        ``FEWEST`` records.

    Notes
    -----
    Records that share a light key of six signs or more with no unread sign are taken as
    pairs; expectation maximisation parts those of one firearm from those that share a
    number by chance. The fields are held to be independent, which they are not (a model
    tells its make): the shares are for the table, not for a decision.
    """
    number = connection.execute(f"SELECT count(*) FROM rec_{side}").fetchall()[0][0]
    if number < FEWEST:
        return {}
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE learnt_from AS
        SELECT rid AS unique_id, key, make, model, calibre, type, family,
            coalesce(near_models, []) AS near_models,
            coalesce(near_calibres, []) AS near_calibres
        FROM rec_{side}
        LEFT JOIN (SELECT one AS model, list(two ORDER BY two) AS near_models
            FROM model_related GROUP BY one) USING (model)
        LEFT JOIN (SELECT one AS calibre, list(two ORDER BY two) AS near_calibres
            FROM calibre_confusable GROUP BY one) USING (calibre)
        WHERE unread = 0 AND size >= 6
        """
    )
    found = _trained(connection)
    connection.execute("DROP TABLE learnt_from")
    return found


def write_table(learnt: Mapping[str, float], path: Path) -> None:
    """Write ``weights.csv`` anew with what was learnt in place of what stood there."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["comparison", "level", "match", "ways", "sentence"])
        for code, level in levels().items():
            match = round(learnt.get(code, level.match), 4)
            writer.writerow(
                [
                    level.comparison,
                    level.level,
                    match,
                    f"{level.ways:g}",
                    level.sentence,
                ]
            )


def _settings() -> Any:
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(name) for name in _EQUAL],
        blocking_rules_to_generate_predictions=[block_on("key")],
        probability_two_random_records_match=1e-6,
        retain_matching_columns=False,
    )


def _comparison(name: str) -> Any:
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl

    unstated = f"{name}_l <= 0 OR {name}_r <= 0"
    found: list[Any] = [
        cll.CustomLevel(unstated, "not stated").configure(is_null_level=True),
        cll.CustomLevel(_EQUAL[name], f"{name}.equal"),
    ]
    if name in _NEAR:
        level, condition = _NEAR[name]
        found.append(cll.CustomLevel(condition, f"{name}.{level}"))
    found.append(cll.ElseLevel().configure(label_for_charts=f"{name}.differs"))
    return cl.CustomComparison(found, output_column_name=name)


def _trained(connection: "DuckDBPyConnection") -> dict[str, float]:
    from splink import DuckDBAPI, Linker, block_on

    api = DuckDBAPI(connection=connection)
    linker = Linker(api.register("learnt_from"), _settings(), log_level=40)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("key"), record_sample_proportion=1.0
    )
    model = linker.misc.save_model_to_json(out_path=None)
    return {
        level["label_for_charts"]: float(level["m_probability"])
        for comparison in model["comparisons"]
        for level in comparison["comparison_levels"]
        if level.get("m_probability") is not None
    }
