"""Latin and Cyrillic of the region, as offices of the region write them."""

_SERBIAN = (
    "аa бb вv гg дd ђđ еe жž зz иi јj кk лl љlj мm нn њnj оo пp рr сs тt ћć уu "
    "фf хh цc чč џdž шš"
)
SERBIAN = {pair[0]: pair[1:] for pair in _SERBIAN.split()}
MACEDONIAN = {
    **{key: value for key, value in SERBIAN.items() if key not in "ђћ"},
    "ѓ": "gj",
    "ќ": "kj",
    "ѕ": "dz",
}
LOOK_ALIKES = dict(zip("АВЕКМНОРСТХ", "ABEKMHOPCTX", strict=True))
_SHAPES = {latin: cyrillic for cyrillic, latin in LOOK_ALIKES.items()}
SERIAL_LETTERS = "АБВГДЕЖЗКМНОПРСТ"
"""Cyrillic capitals that stand in serial numbers; each has a one-letter Latin form."""


def to_cyrillic(text: str, *, letters: dict[str, str] = SERBIAN) -> str:
    """Write a Latin text in Cyrillic; signs without a counterpart stay."""
    pairs = sorted(
        ((latin, cyrillic) for cyrillic, latin in letters.items()),
        key=lambda pair: -len(pair[0]),
    )
    for latin, cyrillic in pairs:
        text = text.replace(latin.capitalize(), cyrillic.upper())
        text = text.replace(latin.upper(), cyrillic.upper()).replace(latin, cyrillic)
    return text


def to_latin(text: str, *, letters: dict[str, str] = SERBIAN) -> str:
    """Write a Cyrillic text in Latin; signs without a counterpart stay."""
    table: dict[str, str | int | None] = dict(letters.items())
    table |= {key.upper(): value.capitalize() for key, value in letters.items()}
    return text.translate(str.maketrans(table))


def shaped_as_latin(text: str) -> str:
    """Cyrillic letters replaced by the Latin ones that look the same, where any do."""
    return "".join(LOOK_ALIKES.get(sign, sign) for sign in text)


def shaped_as_cyrillic(text: str) -> str:
    """Latin letters replaced by the Cyrillic ones that look the same, where any do."""
    return "".join(_SHAPES.get(sign, sign) for sign in text)
