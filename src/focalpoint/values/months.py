"""Names of the months in the languages of registers.

Cyrillic and Latin words are kept apart, because the same word can be two months:
``listopad`` is October in Croatian, ``листопад`` November in Ukrainian.
"""

from functools import cache

from focalpoint.values.folding import fold

# One line for the first half of the year, one for the second; without marks.
_LATIN_MONTHS = (
    "january february march april may june "
    "july august september october november december",
    "janar shkurt mars prill maj qershor korrik gusht shtator tetor nentor dhjetor",
    "januar februar mart april maj juni "
    "juli august septembar oktobar novembar decembar",
    "januara februara marta aprila maja juna "
    "jula avgusta septembra oktobra novembra decembra",
    "sijecanj veljaca ozujak travanj svibanj lipanj "
    "srpanj kolovoz rujan listopad studeni prosinac",
    "sijecnja veljace ozujka travnja svibnja lipnja "
    "srpnja kolovoza rujna listopada studenoga prosinca",
    "ianuarie februarie martie aprilie mai iunie "
    "iulie august septembrie octombrie noiembrie decembrie",
    "janeiro fevereiro marco abril maio junho "
    "julho agosto setembro outubro novembro dezembro",
    "enero febrero marzo abril mayo junio "
    "julio agosto septiembre octubre noviembre diciembre",
    "janvier fevrier mars avril mai juin "
    "juillet aout septembre octobre novembre decembre",
    "gennaio febbraio marzo aprile maggio giugno "
    "luglio agosto settembre ottobre novembre dicembre",
    "januar februar marz april mai juni "
    "juli august september oktober november dezember",
    "janner feber maerz april mai juno "
    "julei august september oktober november dezember",
    "ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik",
)
_CYRILLIC_MONTHS = (
    "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
    "јануара фебруара марта априла маја јуна "
    "јула августа септембра октобра новембра децембра",
    "јануари февруари март април мај јуни "
    "јули август септември октомври ноември декември",
    "януари февруари март април май юни юли август септември октомври ноември декември",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січень лютий березень квітень травень червень "
    "липень серпень вересень жовтень листопад грудень",
    "січня лютого березня квітня травня червня "
    "липня серпня вересня жовтня листопада грудня",
)


def month_of(word: str) -> int | None:
    """The number of the month that a word names, whole or from its third letter on.

    An abbreviation of two months names none.
    """
    text = word.lower().rstrip(".")
    if any("а" <= letter <= "ӿ" for letter in text):
        return _prefixes(_CYRILLIC_MONTHS).get(text)
    return _prefixes(_LATIN_MONTHS).get(fold(text))


@cache
def _prefixes(tables: tuple[str, ...]) -> dict[str, int]:
    """Every beginning, three letters or longer, that belongs to one month alone."""
    months: dict[str, set[int]] = {}
    whole: dict[str, int] = {}
    for table in tables:
        for number, name in enumerate(table.split(), 1):
            whole[name] = number
            for length in range(3, len(name) + 1):
                months.setdefault(name[:length], set()).add(number)
    return {
        **{text: min(found) for text, found in months.items() if len(found) == 1},
        **whole,
    }
