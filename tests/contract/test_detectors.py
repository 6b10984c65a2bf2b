"""Every detector of the table: silent on the flat, loud on the planted, repeatable."""

from argparse import Namespace
from importlib import import_module

import numpy as np
import pytest

from focalpoint.commands.detection import METHODS, classic_run
from focalpoint.engines.detection import DETECTORS, default
from focalpoint.engines.detection.explain import LOCALES, explain, phrase
from focalpoint.engines.detection.pooled import Params
from focalpoint.engines.detection.series import Panel
from focalpoint.engines.detection.signals import SIGNALS

WEEKS = 330


def panel(planted):
    rng = np.random.default_rng(8)
    y = rng.poisson(1.5, size=(6, WEEKS)).astype(float)
    y[:, -20:] = [1, 2] * 10
    if planted:
        y[2, -1] = 15
    return Panel([f"s{i}" for i in range(6)], np.arange(1, WEEKS + 1), y)


def alarms(code, counts):
    if code == "default":
        return default.detect(counts, WEEKS - 1, Params()).alarm
    arguments = Namespace(method=code, compat=None)
    last = classic_run(counts, {}, arguments, (WEEKS - 1, WEEKS - 1))[-1]
    return np.nan_to_num(last.alarm) > 0


@pytest.mark.parametrize("code", DETECTORS)
def test_a_detector_finds_the_planted_and_leaves_the_flat(code):
    assert not alarms(code, panel(planted=False)).any()
    assert alarms(code, panel(planted=True))[2]


@pytest.mark.parametrize("code", DETECTORS)
def test_a_detector_changes_nothing_and_repeats_itself(code):
    counts = panel(planted=True)
    before = counts.values.copy()
    assert (alarms(code, counts) == alarms(code, counts)).all()
    assert np.array_equal(counts.values, before)


@pytest.mark.parametrize("code", DETECTORS)
def test_a_row_names_a_function_with_a_sentence_for_its_user(code):
    module, _, name = DETECTORS[code].target.partition(":")
    function = getattr(import_module(module), name)
    assert function.__doc__.strip().splitlines()[0].endswith(".")
    assert code in METHODS


@pytest.mark.parametrize("locale", LOCALES)
def test_an_alarm_is_explained_in_every_locale(locale):
    event = default.detect(panel(planted=True), WEEKS - 1, Params()).events[0]
    text = explain(event, locale)
    assert "15" in text
    assert "{" not in text
    assert event.series in text
    if locale in {"sr", "mk"}:
        letters = [c for c in text if c.isalpha()]
        assert sum("Ѐ" <= c <= "ӿ" for c in letters) > 0.6 * len(letters)


def test_every_sentence_has_all_locales_and_the_same_placeholders():
    from string import Formatter

    from focalpoint.engines.detection.explain import _table

    def names(text):
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for key, row in _table().items():
        assert set(row) == {"key", *LOCALES}, key
        assert all(names(row[x]) == names(row["en"]) for x in LOCALES), key
        assert all(row[x].strip() for x in LOCALES), key


def test_an_unknown_locale_is_refused():
    with pytest.raises(ValueError, match="no locale"):
        phrase("since", "xx", since="2024")


def test_the_eighteen_signals_each_have_a_row_with_a_detector():
    codes = {code.partition("-")[0] for code in SIGNALS}
    assert codes == {f"S{i:02}" for i in range(1, 19)}
    for signal in SIGNALS.values():
        module, _, name = signal.target.partition(":")
        found = import_module(f"focalpoint.engines.detection.{module}")
        assert callable(getattr(found, name))
        assert signal.needs
