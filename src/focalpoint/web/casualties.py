"""Casualties of an event, typed as lines: outcome, sex, age group, number."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from focalpoint.records.wording import CASUALTIES, casualty_lines
from focalpoint.values import codelists
from focalpoint.values.folding import fold


class CasualtiesField(forms.CharField):
    """One group of casualties a line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = _(
            "One group a line: outcome, sex, age group, number. “Killed, male, 2”"
        )
        super().__init__(widget=forms.Textarea(attrs={"rows": 2}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(casualty_lines(value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[dict[str, Any]]:
        text = super().clean(value)
        rows = enumerate(str(text).splitlines(), 1)
        return [_group(number, line) for number, line in rows if line.strip()]


def _group(number: int, line: str) -> dict[str, Any]:
    """Read one line; the words may stand in any order and any language."""
    group: dict[str, Any] = {}
    for word in (part.strip() for part in line.split(",")):
        if word.isdigit():
            group["count"] = int(word)
            continue
        key, code = _named(word, set(group))
        if not code:
            raise ValidationError(
                _(
                    "Line %(number)s: “%(word)s” is no outcome, sex or age group "
                    "of the lists."
                ),
                params={"number": number, "word": word},
            )
        group[key] = code
    group.setdefault("count", 1)
    return group


def _named(word: str, taken: set[str]) -> tuple[str, str]:
    """Return what a word names: the first list that has it and is still free."""
    wanted = fold(word).strip()
    for key, name in CASUALTIES:
        if key in taken:
            continue
        for entry in codelists.load(name):
            names = (entry.code, *entry.labels.values(), *entry.aliases)
            if wanted in (fold(one).strip() for one in names):
                return key, entry.code
    return "", ""
