import pytest

from focalpoint.values import codelists
from focalpoint.values.calibres import are_confusable, parse

CASES = [
    ("9 mm Para", "9x19"),
    ("9mm Luger", "9x19"),
    ("9mmP", "9x19"),
    ("9 mm NATO", "9x19"),
    ("9MM", "9x19"),
    ("7,65 Browning", "765x17"),
    (".32 ACP", "765x17"),
    ("7.65x17SR", "765x17"),
    ("7.62x25 TT", "762x25"),
    (".380 Auto", "9x17"),
    ("9 mm kratki", "9x17"),
    ("9 mm Kurz", "9x17"),
    ("9x17", "9x17"),
    ("9 corto", "9x17"),
    ("12/70", "12ga"),
    ("12 GA", "12ga"),
    ("cal. 12", "12ga"),
    ("calibre 12", "12ga"),
    ("kal. 12", "12ga"),
    ("кал. 12", "12ga"),
    ("к. 12", "12ga"),
    ("к.12/70", "12ga"),
    ("k 16", "16ga"),
    ("c. 20", "20ga"),
    ("12 к.", "12ga"),
    ("к. 7,62x39", "762x39"),
    ("к. 7,62", None),
    ("9 mm par.", "9x19"),
    ("9mm par", "9x19"),
    ("9mm para", "9x19"),
    ("9mmpara", "9x19"),
    ("9 мм пар.", "9x19"),
    ("9x19 par.", "9x19"),
    ("9 m/m para", "9x19"),
    ("7,65 par.", "765x21"),
    ("9 mm lug.", "9x19"),
    ("9 mm P.A.R.", "9_pa_rubber"),
    ("9 mm k.", None),
    ("16", "16ga"),
    ("20", "20ga"),
    (".410", "36ga"),
    ("7x57 Mauser", "7x57"),
    ("8x57IS", "8x57is"),
    ("7,92x57", "8x57is"),
    ("30-06", "3006"),
    (".308 Win", "308_win"),
    ("7.62x51", "762x51"),
    (".223 Rem", "223_rem"),
    ("5.56x45", "556x45"),
    ("9x18 Makarov", "9x18"),
    ("9 mm PAK", "9pa"),
    ("9 mm P.A.K.", "9pa"),
    ("8 mm K", "8k"),
    ("6.35", "635x15"),
    (".25 ACP", "635x15"),
    (".22 LR", "22lr"),
    (".22 short", "22short"),
    (".22 WMR", "22_wmr"),
    ("22", "22lr"),
    ("7.62", None),
    (".32", None),
    ("7,62х39", "762x39"),
    ("7,62 х 39 мм", "762x39"),
    ("калибар 7,62x39 mm", "762x39"),
    ("калибър 9х18", "9x18"),
    ("Kaliber 9 mm Luger", "9x19"),
    ("kalibri 7.62x39", "762x39"),
    ("çap 9 mm", "9x19"),
    ("9mm Parabelum", "9x19"),
    ("9mm Parabelllum", "9x19"),
    (".38", "38_spl"),
    (".38 SPL", "38_spl"),
    (".38 S&W", "38_sw"),
    (".38 Smith & Wesson Special", "38_spl"),
    ("32 S&W LONG", "32_sw_long"),
    (".357 MAG", "357_mag"),
    (".44 MAG", "44_mag"),
    (".44", None),
    ("44-40", "44_40"),
    (".45", "45_acp"),
    (".45 Long Colt", "45_colt"),
    ("40", "40_sw"),
    (".40 S&W", "40_sw"),
    ("10mm", "10_auto"),
    ("12 mm", None),
    ("9x19/9x21", None),
    (".308 Win / 7.62x51", None),
    ("9x19 (9 mm Luger)", "9x19"),
    ("5.56/.223", None),
    ("unknown", None),
    ("", None),
    ("N/A", None),
    ('12 gauge 3"', "12ga"),
    ("20 Gauge", "20ga"),
    ("5.7", "57x28"),
    (".30-06 Sprg", "3006"),
    ("7.62x54R", "762x54r"),
    ("7.62 x 54 R mm", "762x54r"),
    (".22 Long Rifle", "22lr"),
    ("cal .22lr", "22lr"),
    ("36", "36ga"),
    ("32", None),
    ("28", "28ga"),
    (".36", "36ga"),
    ("12 калибр", "12ga"),
    ("калибр 7,62", None),
    ("5,45х39", "545x39"),
    ("9 мм ПМ", "9x18"),
    ("6,35 mm Browning", "635x15"),
    ("7.65 mm", "765x17"),
    ("4,5 mm", "177_air"),
    ("9 mm Flobert", "9_flobert"),
    (".50 BMG", "127x99"),
    ("12,7", None),
    (".762", None),
    ("9 mm Steyr", "9x23_steyr"),
    ("9mm Glisenti", "9_glisenti"),
    (".300 Foo", None),
    ("9 mm Foo", None),
    (".17 HMR", "17_hmr"),
    ("8x57 JS", "8x57is"),
    (".40 CALIBER", "40_sw"),
    ("556 CALIBER", "556x45"),
    (".22 Magnum", "22_wmr"),
    ("9mm kuru sıkı", "9pa"),
    ("38 SPECIAL", "38_spl"),
    (".38 ESPECIAL", "38_spl"),
    ("380 AUTO", "9x17"),
    ("0.380", "9x17"),
    ("0.22", "22lr"),
    (".40MM", None),
    ("9.0", "9x19"),
    ("9,00 mm", "9x19"),
    ("7.62X39MM", "762x39"),
    ("CAL. 9MM", "9x19"),
    ("12,70 mm", None),
    ("12 CAL", "12ga"),
    ("380", "9x17"),
    ("9X19MM", "9x19"),
    ("9 X 19", "9x19"),
    ("7,62 NATO", "762x51"),
    ("9mm / 9x19", "9x19"),
]


@pytest.mark.parametrize(("raw", "code"), CASES)
def test_a_name_is_one_calibre_or_none(raw, code):
    found = parse(raw)
    assert found.calibre == code
    assert (found.score > 0) == (code is not None)


def test_no_name_belongs_to_two_calibres():
    wrong = {
        name: (code.code, parse(name).calibre)
        for code in codelists.load("calibres")
        for name in (*code.aliases, *code.several("loose"))
        if parse(name).calibre != code.code
    }
    assert wrong == {}


def test_calibres_that_are_confused_stay_apart_and_know_each_other():
    calibres = codelists.load("calibres")
    assert len(calibres) >= 250
    assert are_confusable("223_rem", "556x45")
    assert not are_confusable("223_rem", "12ga")
    for code in calibres:
        for other in code.several("confusable_with"):
            assert are_confusable(other, code.code)


def test_a_bare_number_is_less_sure_than_a_name():
    assert parse("9 mm").score < parse("9 mm Luger").score == 1
