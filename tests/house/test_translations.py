"""Catalogues: complete where promised, with the same placeholders, compiled."""

import re

import pytest

from focalpoint.web.management.commands import write_messages as messages

COMPLETE = ("sq", "sr_Latn", "sr")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w+\}")


def broken(entry):
    """Return whether a translation lost or invented a placeholder."""
    originals = [entry.msgid, entry.msgid_plural or entry.msgid]
    allowed = {frozenset(PLACEHOLDER.findall(text)) for text in originals}
    given = [entry.msgstr] if entry.msgstr else list(entry.msgstr_plural.values())
    # A singular may say "one" instead of the number.
    wide = set().union(*allowed)
    return any(not set(PLACEHOLDER.findall(text)) <= wide for text in given if text)


@pytest.mark.parametrize("locale", COMPLETE)
def test_a_complete_catalogue_is_complete(locale):
    found = messages.texts(messages.catalogue(locale))
    assert [entry.msgid for entry in found if not entry.translated()] == []


@pytest.mark.parametrize("locale", [*messages.WRITTEN, *messages.MADE])
def test_placeholders_survive_translation(locale, capsys):
    found = messages.catalogue(locale)
    assert [entry.msgid for entry in messages.texts(found) if broken(entry)] == []
    with capsys.disabled():
        print(f"  {locale}: {messages.share(found):.0%}", end="")


@pytest.mark.parametrize("locale", [*messages.WRITTEN, *messages.MADE])
def test_what_is_compiled_is_what_is_written(locale):
    import polib

    path = messages.path_of(locale)
    compiled = polib.mofile(str(path.with_suffix(".mo")))
    written = messages.catalogue(locale).translated_entries()
    assert {(e.msgctxt, e.msgid, e.msgstr) for e in compiled} == {
        (e.msgctxt, e.msgid, e.msgstr) for e in written
    }


@pytest.mark.parametrize(("locale", "source"), messages.MADE.items())
def test_cyrillic_is_made_of_latin(locale, source):
    latin = {
        (e.msgctxt, e.msgid): e.msgstr
        for e in messages.texts(messages.catalogue(source))
    }
    for entry in messages.texts(messages.catalogue(locale)):
        made = messages.to_cyrillic(latin[entry.msgctxt, entry.msgid])
        assert entry.msgstr == made
