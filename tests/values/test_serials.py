import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.values.serials import STATUSES, light_key, parse

CASES = [
    ("ABC123 (on the frame)", "intact", "ABC123"),
    ("AB 12345", "intact", "AB12345"),
    ("A12?45", "partial", "A12?45"),
    ("1234XX", "partial", "1234??"),
    ("....567", "partial", "????567"),
    ("***", "unreadable", ""),
    ("xxx", "unreadable", ""),
    ('="00123"', "intact", "00123"),
    ('=T("AB-12")', "intact", "AB12"),
    ('=CONCATENATE("AB";"123")', "intact", "AB123"),
    ("'00123", "intact", "00123"),
    ("12345.0", "intact", "12345"),
    ("1.23457E+11", "partial", "123457??????"),
    ("бр. 12345", "intact", "12345"),
    ("Nr. 12345", "intact", "12345"),
    ("No 12345", "intact", "12345"),
    ("n° 12345", "intact", "12345"),
    ("nº AB-123", "intact", "AB123"),
    ("Seri no: 12345", "intact", "12345"),
    ("ser. br. 12345", "intact", "12345"),
    ("S/N: 12345", "intact", "12345"),
    ("S/N", "absent", ""),
    ("№ 12345", "intact", "12345"),
    ("NO64055F", "intact", "64055F"),
    ("Ber020830", "intact", "BER020830"),
    ("АВ 1234", "intact", "AB1234"),
    ("Ж 1234", "intact", "Z1234"),
    ("raspado", "removed", ""),
    ("numeração raspada", "removed", ""),
    ("numeração suprimida por ação mecânica", "removed", ""),
    ("sem numeração aparente", "absent", ""),
    ("não identificado", "unreadable", ""),
    ("ilegível", "unreadable", ""),
    ("избришан", "removed", ""),
    ("без број", "absent", ""),
    ("нечитлив", "unreadable", ""),
    ("obrisan serijski broj", "removed", ""),
    ("bez broja", "absent", ""),
    ("nečitljiv", "unreadable", ""),
    ("i fshirë", "removed", ""),
    ("pa numër", "absent", ""),
    ("i palexueshëm", "unreadable", ""),
    ("fără serie", "absent", ""),
    ("serie ștearsă", "removed", ""),
    ("ilizibil", "unreadable", ""),
    ("sin número", "absent", ""),
    ("limado", "removed", ""),
    ("ilegible", "unreadable", ""),
    ("numéro limé", "removed", ""),
    ("sans numéro", "absent", ""),
    ("illisible", "unreadable", ""),
    ("ohne Nummer", "absent", ""),
    ("ausgeschliffen", "removed", ""),
    ("unleserlich", "unreadable", ""),
    ("matricola abrasa", "removed", ""),
    ("senza matricola", "absent", ""),
    ("illeggibile", "unreadable", ""),
    ("silinmiş", "removed", ""),
    ("seri no yok", "absent", ""),
    ("okunmuyor", "unreadable", ""),
    ("номер спилен", "removed", ""),
    ("без номера", "absent", ""),
    ("нечитаемый", "unreadable", ""),
    ("номер знищено", "removed", ""),
    ("немає номера", "absent", ""),
    ("нерозбірливий", "unreadable", ""),
    ("the serial number is AB12345 on the frame", "intact", "AB12345"),
    ("partially illegible, visible AB12", "partial", "AB12"),
    ("ends in 567", "partial", "567"),
    ("last two digits illegible 12345", "partial", "12345"),
    ("frame 12345, slide 67890", "narrative", ""),
    ("12345/12345", "intact", "12345"),
    ("12345 / 67890", "narrative", ""),
    ("AB12345; CD67890", "narrative", ""),
    ("123.456", "intact", "123456"),
    ("1,234,567", "intact", "1234567"),
    ("12[38]45", "partial", "12?45"),
    ("12(?)45", "partial", "12?45"),
    ("5xxx89", "partial", "5???89"),
    ("?ABC123", "partial", "?ABC123"),
    ("*123456", "partial", "?123456"),
    ("123456 (aparente)", "intact", "123456"),
    ("... legible on the frame ab?1??2", "partial", "AB?1??2"),
    ("T1234-16 AI 056xx", "partial", None),
    ("gun to be examined", "narrative", ""),
    ("NULL", "blank", ""),
    ("", "blank", ""),
    ("-", "blank", ""),
    ("n/a", "blank", ""),
    ("unknown", "unreadable", ""),
    ("none", "absent", ""),
    ("No serial number", "absent", ""),
    ("never had one", "absent", ""),
    ("obliterated", "removed", ""),
    ("ground off", "removed", ""),
    ("tampered with", "removed", ""),
    ("not visible", "absent", ""),
    ("Glock 17 ABC123", "intact", "ABC123"),
    ("Pistola Taurus PT 92 n. ABC12345", "intact", "ABC12345"),
    ("removed 9mm", "removed", ""),
    ("12 345 678", "intact", "12345678"),
    ("A-123-456", "intact", "A123456"),
    ("АБ-1234", "intact", "AB1234"),
    ("12345_", "partial", "12345?"),
    ("12_45", "partial", "12?45"),
    ("12#45", "partial", "12?45"),
    ("#12345", "intact", "12345"),
    ("12--45", "partial", "12??45"),
    ("A12…45", "partial", "A12???45"),
    ("[AB123]", "intact", "AB123"),
    ("1234 (cano raspado)", "intact", "1234"),
    ("número raspado, final 567", "partial", "567"),
    ("no signs of removal, 12345", "intact", "12345"),
    ("numri i serisë 12345 i palexueshëm", "partial", "12345"),
    ("nr 12345 pe cadru", "intact", "12345"),
    ("Nr. de serie AB 12345", "intact", "AB12345"),
    ("Fabriknummer: 12345 A", "intact", "12345A"),
    ("заводской номер ВЛ 1234", "intact", None),
    ("серийный номер 1234 М", "intact", "1234M"),
    ("broj pištolja C-12345, kalibar 9 mm", "intact", "C12345"),
    ("12345 i 67890", "narrative", ""),
    ("12345 e 67890", "narrative", ""),
    ("12x45", "partial", None),
    ("AB12x45", "partial", "AB12?45"),
    ("X7157486", "intact", "X7157486"),
    ("A117056X", "intact", "A117056X"),
    ("12345?", "partial", "12345?"),
    ("12345 (?)", "partial", "12345?"),
    ("1234 5678", "intact", "12345678"),
    ("seria A nr. 12345", "intact", "A12345"),
    ("матрикула 123", "intact", "123"),
    ("#N/A", "blank", ""),
    ("sn", "absent", ""),
    ("P", "narrative", ""),
    ("BVEU", "narrative", ""),
    ("br. A-12345/78", "intact", "A1234578"),
    ("без бр.", "absent", ""),
    ("б/н", "absent", ""),
    ("нема видлив сериски број", "absent", ""),
    ("серискиот број е избришан", "removed", ""),
    ("serijski broj uklonjen brušenjem", "removed", ""),
    ("numéro de série 12345 (carcasse)", "intact", "12345"),
    ("АБ № 1234", "intact", "AB1234"),
    ("seria AB nr 123456", "intact", "AB123456"),
    ("NR 12345 E 67890", "narrative", ""),
    ("O NUMERO 12345 E ILEGIVEL", "partial", "12345"),
    ("##345", "partial", "??345"),
    ("# 345", "intact", "345"),
    ("série ВГ № 1234", "intact", "VG1234"),
    ("Sem nº de série", "absent", ""),
    ("Nº DE SÉRIE SUPRIMIDO", "removed", ""),
    ("NUMERAÇÃO PINADA", "removed", ""),
    ("PREJUDICADO", "unreadable", ""),
    ("NAO CONSTA", "absent", ""),
    ("não visível", "absent", ""),
    ("apenas os dígitos 45 legíveis", "partial", "45"),
    ("12345 numaralı tabanca", "intact", "12345"),
    ("seri numarası 12345 olan", "intact", "12345"),
]


@pytest.mark.parametrize(("raw", "status", "normal"), CASES)
def test_a_cell_is_read_for_what_it_is(raw, status, normal):
    found = parse(raw)
    assert found.status == status
    assert found.raw == raw
    if normal is not None:
        assert found.normal == normal


@pytest.mark.parametrize(
    ("raw", "known", "unknown"),
    [
        ("No. 12345", 5, 0),
        ("AB-12345 (on the frame)", 7, 0),
        ("A12?45", 5, 1),
        ("1234XX", 4, 2),
        ("....567", 3, 4),
        ("12345, last two digits illegible", 5, 1),
        ("12345, last 2 digits illegible", 5, 2),
        ("1.23457E+11", 6, 6),
        ("*****", 0, 5),
        ("removed", 0, 0),
        ("", 0, 0),
    ],
)
def test_characters_read_and_positions_unread_are_counted(raw, known, unknown):
    found = parse(raw)
    assert (found.known, found.unknown) == (known, unknown)


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [("АВ 123456", "AB123456"), ("БВ-1234", "BV1234"), ("Ђ-1234", "DJ1234")],
)
def test_one_gun_typed_in_two_scripts_meets(cyrillic, latin):
    assert parse(cyrillic).normal == parse(latin).normal == latin


def test_digits_are_never_folded_into_each_other():
    assert parse("0123456789").normal == "0123456789"
    assert light_key("0123456789") == "0123456789"
    assert light_key("OIBSZG") == "018526"


SERIAL = st.text(string.ascii_uppercase.replace("X", "") + string.digits, min_size=4)


@settings(max_examples=80)
@given(SERIAL.filter(lambda text: sum(map(str.isdigit, text)) >= 3))
def test_a_plain_number_survives_wrapping(number):
    if number.startswith(("NO", "NR", "NUM")):
        number = "A" + number
    for wrapped in (number, f" {number} ", f'="{number}"', f"'{number}"):
        found = parse(wrapped)
        assert (found.status, found.normal) == ("intact", number)


@settings(max_examples=120)
@given(st.text(max_size=40))
def test_any_text_has_an_answer_that_fits_its_status(text):
    found = parse(text)
    assert found.status in STATUSES
    assert found.known >= 0
    assert found.unknown >= 0
    if found.status == "intact":
        assert found.unknown == 0
        assert found.normal
        assert "?" not in found.normal
    elif found.status == "partial":
        assert found.unknown >= 1
        assert found.known >= 1
    else:
        assert found.normal == ""
    json.dumps(found.status)
