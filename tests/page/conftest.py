"""The built page in a headless browser that has no network."""

import pytest

import debian

OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
OPTIONS += ["--disable-background-networking", "--disable-component-update"]
DRAWN = """[...document.querySelectorAll(".explore")]
    .every(place => place.querySelector(".words:not(:empty)"))"""


@pytest.fixture(scope="session")
def browser():
    if reason := debian.missing(["chromium"]):
        pytest.exit(reason, returncode=1)
    from playwright.sync_api import sync_playwright  # not here unless the page is tested

    debian.install(["chromium"], ["chromium"])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, built):
    """A function that opens the page, with its charts drawn, and options of the browser's context.

    After the test, the browser must have asked for nothing but the page, and have had nothing to
    say about it.
    """
    address = (built / "results/homework1.html").as_uri()
    contexts, requests, messages = [], [], []

    def opened(**options):
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.goto(address)
        if options.get("java_script_enabled", True):
            page.wait_for_function(DRAWN)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert {url for url in requests if not url.startswith("data:")} <= {address}
    assert messages == []


@pytest.fixture
def page(open_page):
    """The page on a laptop's screen."""
    return open_page(viewport={"width": 1280, "height": 800})
