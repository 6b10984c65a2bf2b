"""Reasons as sentences in the reader's language; the engine's own are the measure."""

import pytest
from django.utils.translation import override

from focalpoint.engines.resolution.explain import RELATION_TEMPLATES, TEMPLATES
from focalpoint.engines.resolution.persons import levels as person_levels
from focalpoint.leads.triage import POINTS
from focalpoint.web import evidence, pairs


def test_every_reason_of_the_engine_has_its_sentence_here():
    with override("en"):
        ours = {code: str(text) for code, text in evidence.SENTENCES.items()}
        assert ours == dict(TEMPLATES)
        persons = {code: str(text) for code, text in evidence.PERSON_SENTENCES.items()}
        told = {code: level.sentence for code, level in person_levels().items()}
        assert {code: persons.get(code) for code in told} == told
        relations = {code: str(text) for code, text in evidence.RELATIONS.items()}
        assert relations == dict(RELATION_TEMPLATES)


def test_every_reason_of_the_order_has_its_sentence():
    assert set(POINTS) <= set(evidence.TRIAGE)


def test_codes_are_shown_as_their_labels():
    item = {"code": "make.differs", "params": {"a": "zastava", "b": "~crvena"}}
    assert evidence.sentence(item) == "The makes differ: Zastava Arms and “crvena”."
    known = {"code": "cross_border", "params": {"first": "rs", "second": "xk"}}
    assert "Serbia and Kosovo*" in evidence.urgency(known)


def test_a_reason_that_is_not_known_yet_breaks_nothing():
    assert evidence.sentence({"code": "new.reason", "weight": 1}) == "new.reason"
    assert "%(a)s" in evidence.sentence({"code": "make.equal", "params": {}})


@pytest.mark.parametrize(
    ("weight", "shown"), [(9.64, "+9.6"), (-0.6, "−0.6"), (0.01, "0.0")]
)
def test_weights_carry_their_sign(weight, shown):
    assert evidence.bits(weight) == shown


# ---- numbers, character by character


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("218471", "218471", "22 11 88 44 77 11"),
        ("21847", "218471", "22 11 88 44 77 -1"),
        ("AB12", "A12", "AA B- 11 22"),
        ("", "7", "-7"),
    ],
)
def test_numbers_are_set_under_each_other(first, second, together):
    found = " ".join(
        f"{one or '-'}{other or '-'}" for one, other in pairs.aligned(first, second)
    )
    assert found == together


def test_every_differing_character_is_marked_in_both():
    one, other = pairs.numbers("2I8?71X", "218479")
    assert '<span class="dbt">I' in one and '<span class="dbt">1' in other
    assert 'class="unk"' in one
    assert one.count('class="dif"') == 2  # 1 against 9 and the X
    assert 'class="dif gone"' in other
    assert "<script>" not in "".join(pairs.numbers("<script>", "218"))
