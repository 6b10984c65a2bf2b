"""A passkey is the second factor: added, asked for at the next sign-in, removed.

The browser's own virtual authenticator holds the key, so that the whole ceremony of
WebAuthn runs: challenge, signature, counter.
"""

from tests.cast import PASSWORD


def authenticator(page):
    """Give the browser a key that is there and knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page, url):
    page.goto(f"{url}/account/login/")
    page.locator("#id_login").fill("keyholder")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")


def test_an_administrator_signs_in_with_a_passkey(instance, visit):
    visitor = visit()
    # A key belongs to a name; an address of figures is none.
    visitor.url = url = instance.url.replace("127.0.0.1", "localhost")
    page = visitor.page
    authenticator(page)
    sign_in(page, url)
    page.wait_for_url(f"{url}/mfa/")  # nothing else opens until there is one
    page.goto(f"{url}/mfa/webauthn/add/")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.locator("#id_name").fill("Key on the desk")
    page.get_by_role("button", name="Add").click()
    page.get_by_label("Unused codes").wait_for()
    page.goto(f"{url}/mfa/webauthn/")
    assert "Key on the desk" in page.locator("main").inner_text()

    page.goto(f"{url}/account/logout/")
    page.locator("main form button").first.click()
    sign_in(page, url)
    page.get_by_role("button", name="Use a security key").wait_for()
    page.goto(f"{url}/oversight/people")
    assert page.url == f"{url}/mfa/authenticate/"  # the password alone opens nothing
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url(f"{url}/")
    assert page.goto(f"{url}/oversight/people").status == 200
    assert visitor.complaints == []
    assert visitor.strangers == []
