"""The tags that turn values into words and shapes."""

import pytest
from django.utils import translation

from focalpoint.web.templatetags import focalpoint as tags


def test_an_unread_place_is_boxed_and_said_aloud():
    shown = tags.mark("218?71")
    assert shown.count('class="unk"') == 1
    assert "unread" in shown


def test_agreement_with_the_query_is_highlighted_place_by_place():
    assert tags.mark("2184", query="2?84").count("<mark>") == 3


def test_what_was_read_is_escaped():
    assert "<script>" not in tags.mark("<script>1")


def test_a_lead_and_a_hit_share_no_shape():
    assert tags.chip("lead", "Lead").count("i-hit") == 0
    assert tags.chip("hit", "Hit").count("i-lead") == 0


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2021", "2021"),
        ("2021-05", "May 2021"),
        ("2021-05-17", "17 May 2021"),
        ("", ""),
        ("about 1980", "about 1980"),
        ("2021-13-01", "2021-13-01"),
    ],
)
def test_a_date_is_shown_as_precise_as_it_is(value, shown):
    with translation.override("en"):
        assert tags.partial(value) == shown


@pytest.mark.parametrize("language", ["en", "sq", "bs", "sr-latn", "sr", "mk", "ro"])
def test_kosovo_keeps_its_asterisk_in_every_language(language):
    with translation.override(language):
        assert tags.jurisdiction("xk").endswith("*")
        assert not tags.jurisdiction("rs").endswith("*")


def test_several_handling_codes_are_all_shown_and_the_highest_colours():
    assert [one.code for one in tags.handling_codes("h1+h2")] == ["H1", "H2"]
    assert tags.highest_handling("h1+h2") == "h2"
    assert tags.highest_handling("") == "h0"


def test_every_built_file_is_in_the_manifest():
    for name in ("src/app.js", "src/app.scss"):
        address = tags.asset(name)
        assert (tags.BUILT / address.partition("focalpoint/")[2]).is_file()
