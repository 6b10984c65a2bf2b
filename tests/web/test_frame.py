"""The frame around every page: banners, menu, language, security policy."""

import re

import pytest
from django.conf import settings
from django.test import Client

from focalpoint.web.tables import address
from tests import make

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(?:src=|json))", re.I)
PAGES = [
    "/",
    "/record/",
    "/record/new",
    "/records/",
    "/records/firearm/",
    "/records/incident/new",
    "/records/firearm/new",
    "/you/",
    "/you/keys",
    "/you/purpose",
    "/sessions/",
    "/mfa/",
    "/account/password/change/",
]


@pytest.fixture
def alice(people, sign_in):
    make.firearm(people.alice)
    return sign_in(people.alice)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_inline_script_or_style(alice, path):
    answer = alice.get(path, follow=True)
    assert answer.status_code == 200
    assert not INLINE.search(answer.content.decode())
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_and_every_field_a_label(alice, path):
    text = alice.get(path, follow=True).content.decode()
    assert len(re.findall(r"<h1[ >]", text)) == 1
    shown = re.sub(r"<template>.*?</template>", "", text, flags=re.S)
    shown = re.sub(r"<label>.*?</label>", "", shown, flags=re.DOTALL)  # wraps its box
    labelled = set(re.findall(r'for="([^"]+)"', shown))
    fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", shown)
    for field in fields:
        if 'type="hidden"' in field or "aria-label" in field:
            continue
        identifier = re.search(r'\sid="([^"]+)"', field)
        assert identifier, field
        assert identifier[1] in labelled, field


@pytest.mark.parametrize("path", PAGES)
def test_no_identifier_stands_twice_on_a_page(alice, path):
    text = alice.get(path, follow=True).content.decode()
    shown = re.sub(r"<template>.*?</template>", "", text, flags=re.S)
    found = re.findall(r'\sid="([^"]+)"', shown)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_page_opens_in_every_language(alice, language):
    alice.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for path in PAGES:
        assert alice.get(path, follow=True).status_code == 200


def test_the_page_names_its_language_and_script(alice):
    alice.cookies[settings.LANGUAGE_COOKIE_NAME] = "sr"
    assert '<html lang="sr-Cyrl"' in alice.get("/").content.decode()


def test_kosovo_has_its_footnote_on_every_page(alice):
    assert "resolution 1244 (1999)" in alice.get("/").content.decode()


def test_the_handling_code_stands_above_and_below(people, alice):
    incident = make.incident(people.alice, handling="h1+h2")
    text = alice.get(address(incident)).content.decode()
    assert text.count('<section class="handling h2"') == 2
    assert text.count("<b>H1</b>") == 2


def test_the_look_is_chosen_with_the_account(people, alice):
    alice.post("/you/", {"language": "en", "theme": "dark"})
    text = alice.get("/").content.decode()
    assert 'data-theme="dark"' in text
    assert 'data-keys="off"' in text


def test_the_menu_holds_only_what_one_may_open(people, sign_in):
    text = sign_in(people.bob).get("/").content.decode()
    assert "/records/firearm/" in text
    assert "/records/person/" not in text
    assert 'href="/record/"' not in text


def test_a_stranger_is_sent_to_the_sign_in(db):
    answer = Client().get("/records/firearm/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


def test_the_sign_in_page_needs_nobody(db):
    answer = Client().get("/account/login/")
    assert answer.status_code == 200
    assert "password/reset" not in answer.content.decode()
    assert not INLINE.search(answer.content.decode())
