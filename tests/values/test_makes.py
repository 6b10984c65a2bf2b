import pytest

from focalpoint.values import codelists
from focalpoint.values.makes import parse

CASES = [
    ("SMITH AND WESSO", "smith_wesson"),
    ("HIGHPOINT", "hi_point"),
    ("S&W", "smith_wesson"),
    ("Crvena Zastava", "zastava"),
    ("ЗАСТАВА", "zastava"),
    ("Застава", "zastava"),
    ("zastva", "zastava"),
    ("CZ", "cz"),
    ("Ceska Zbrojovka", "cz"),
    ("Česká zbrojovka", "cz"),
    ("Zastava M70", "zastava"),
    ("GLOCK 19 Gen4", "glock"),
    ("Smith & Wesson Mod. 36", "smith_wesson"),
    ("unknown", None),
    ("непознато", None),
    ("i panjohur", None),
    ("home made", None),
    ("craft", None),
    ("TAURAS", "taurus"),
    ("SARASILMAZ", "sarsilmaz"),
    ("DELTON", "del_ton"),
    ("FNFAL", "fn"),
    ("BURSA", "bersa"),
    ("HIPOINT", "hi_point"),
    ("NORNICO", "norinco"),
    ("SIG SAVER EQUIN", "sig_sauer"),
    ("HARRINGTON & RI", "harrington_richardson"),
    ("REMINGJTON", "remington"),
    ("AERIAL PRECISIO", "aero_precision"),
    ("MOSSBURG", "mossberg"),
    (".22 MARLIN", "marlin"),
    ("BARETTA", "beretta"),
    ("N AMERICAN ARMS", "naa"),
    ("RUGAR", "ruger"),
    ("JENNINGS J22", "jennings"),
    ("FMJ", None),
    ("MAGNUM 357", None),
    ("TASCO", None),
    ("HARRIS", None),
    ("WELLS FARGO", None),
    ("SAVAGE", "savage"),
    ("ROUGH RIDER", "heritage"),
    ("SCAR 17", "fn"),
    ("FIRESTART", "star"),
    ("Pistola Taurus PT 92", "taurus"),
    ("pištolj Zastava M57", "zastava"),
    ("CZ 99", "zastava"),
    ("CZ 75", "cz"),
    ("HK MP5", "heckler_koch"),
    ("H&K", "heckler_koch"),
    ("Walther PPK", "walther"),
    ("WALTHER PK 380", "walther"),
    ("Glock GmbH", "glock"),
    ("GLOCK17", "glock"),
    ("Glok 17", "glock"),
    ("Beretta 92FS", "beretta"),
    ("Forjas Taurus", "taurus"),
    ("Amadeo Rossi", "rossi"),
    ("Boito", "boito"),
    ("Ekol Voltran", "ekol"),
    ("Zoraki 914", "zoraki"),
    ("Байкал ИЖ-79", "baikal"),
    ("Ижмаш", "izhmash"),
    ("Форт-12", "fort"),
    ("Steyr Mannlicher", "steyr"),
    ("Zastava or Norinco", None),
    ("copy of Beretta", None),
    ("Artesanal", None),
    ("N/A", None),
    ("", None),
    ("SA", None),
    ("MP", None),
    ("F.N.", "fn"),
    ("Fabrique Nationale", "fn"),
    ("FN Browning", "fn"),
    ("Браунинг", "browning"),
    ("Colt's", "colt"),
    ("COLT 1911", "colt"),
    ("Sturm, Ruger & Co., Inc.", "ruger"),
    ("springfield xd", "springfield_armory"),
    ("STAR", "star"),
    ("star wars", None),
    ("Llama", "llama"),
    ("Norinco Type 56", "norinco"),
    ("Rock Island Armory", "armscor"),
    ("Kırıkkale", "mke"),
    ("Canik TP9", "canik"),
    ("Sarsılmaz", "sarsilmaz"),
    ("Arsenal", "arsenal"),
    ("arsenal unknown", None),
    ("Cugir", "cugir"),
    ("FÉG", "feg"),
    ("FEG PA-63", "feg"),
    ("Tula TT", "tula"),
    ("HS 2000", "hs_produkt"),
    ("HS Produkt", "hs_produkt"),
    ("Izhevsky Mekhanichesky Zavod", "baikal"),
    ("E.R. Amantino", "boito"),
    ("C.B.C.", "cbc"),
    ("CBC", "cbc"),
    ("PHOENIX ARMS", "phoenix_arms"),
    ("EAA", "eaa"),
    ("Smith i Wesson", "smith_wesson"),
    ("smith&wesson 686", "smith_wesson"),
    ("S & W mod 10", "smith_wesson"),
    ("SW40", None),
    ("Mauser K98", "mauser"),
    ("Маузер", "mauser"),
    ("Zastave", "zastava"),
    ("Zastavva", "zastava"),
    ("Zstava", "zastava"),
    ("Crvena zastva", "zastava"),
    ("Bereta M92", "beretta"),
    ("Browning HP", "browning"),
    ("ITHACA", "ithaca"),
]


@pytest.mark.parametrize(("raw", "code"), CASES)
def test_a_name_is_one_maker_or_none(raw, code):
    found = parse(raw)
    assert found.make == code
    assert (found.score > 0) == (code is not None) == (found.country is not None)


def test_every_name_of_every_maker_finds_it():
    wrong = {
        name: (maker.code, parse(name).make)
        for maker in codelists.load("makes")
        for name in (*maker.aliases, maker.label("en"))
        if parse(name).make != maker.code
    }
    assert wrong == {}


def test_there_are_makers_of_every_continent_with_their_countries():
    makes = codelists.load("makes")
    assert len(makes) >= 400
    countries = {maker.extra["country"] for maker in makes}
    assert {"RS", "US", "BR", "ZA", "CN", "AU", "EG", "TR"} <= countries
    assert all(len(country) in {2, 4} for country in countries)


def test_a_maker_that_went_with_its_state_keeps_the_code_of_that_state():
    assert parse("Ernst Thälmann Suhl").country == "DDDE"
    assert parse("Crvena Zastava").country == "RS"


def test_models_and_conversion_sources_name_known_makers_and_calibres():
    makes, calibres = codelists.load("makes"), codelists.load("calibres")
    types = codelists.load("firearm_types")
    for model in codelists.load("models"):
        assert model.extra.get("maker", "") in (*makes.codes, "")
        assert model.extra.get("calibre", "") in (*calibres.codes, "")
        assert model.extra["firearm_type"] in types
    for model in codelists.load("conversion_source_models"):
        assert model.extra["maker"] in makes
        assert model.extra["origin_class"] in codelists.load("origin_classes")
