"""A suggestion as sentences.

``TEMPLATES`` holds one English sentence a code of ``score.Evidence``, with named
placeholders; the pages translate the template and put the same params into it.
"""

from collections.abc import Mapping

from focalpoint.engines.resolution.score import Evidence, Suggestion
from focalpoint.engines.resolution.weights import levels

OWN_TEMPLATES = {
    "repeats": "The number stands on %(number)s records: it may be a marking that "
    "several firearms carry.",
    "lot": "The numbers are %(steps)s apart, as in one delivery.",
    "part": "One record is of a component (%(part)s), the other of a firearm.",
    "rivals": "Other records fit too, which takes from the weight of this one.",
}
RELATION_TEMPLATES = {
    "same": "Possibly one firearm.",
    "clone": "Same marking, but by all appearance on firearms that differ.",
    "lot": "By all appearance two firearms of one delivery.",
    "part": "Possibly a component and the firearm that it belongs to.",
}
TEMPLATES: Mapping[str, str] = {
    **{code: level.sentence for code, level in levels().items()},
    **OWN_TEMPLATES,
}


def sentence(evidence: Evidence) -> str:
    """One reason as an English sentence."""
    return TEMPLATES[evidence.code] % evidence.params


def sentences(suggestion: Suggestion) -> list[str]:
    """The relation, then every reason, those of the number first."""
    reasons = [sentence(evidence) for evidence in suggestion.evidence]
    return [RELATION_TEMPLATES[suggestion.relation], *reasons]


def explanation(suggestion: Suggestion) -> str:
    """All sentences as one text."""
    return " ".join(sentences(suggestion))
