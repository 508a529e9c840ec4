"""The page as a browser shows it; `make test-page` runs this, plain `make test` does not."""

import pytest

pytestmark = pytest.mark.page

WIDTHS = [1280, 768, 390]
SCHEMES = ["light", "dark"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_no_violation(open_page, width, scheme):
    from axe_playwright_python.sync_playwright import Axe  # not here unless the page is tested

    page = open_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen_but_what_scrolls_by_itself(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    scrolling = page.evaluate(
        """[...document.querySelectorAll("body *")]
        .filter(element => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1)
        .filter(element => getComputedStyle(element).overflowX !== "visible")
        .map(element => element.className || element.localName)"""
    )
    assert set(scrolling) <= {"frame", "heat-map", "pre"}


def test_what_scrolls_takes_the_focus_only_where_the_window_is_narrow(open_page):
    page = open_page(viewport={"width": 390, "height": 800})
    scrolling = page.locator(".frame[tabindex='0']")
    assert scrolling.count() > 5
    page.set_viewport_size({"width": 1280, "height": 800})
    scrolling.first.wait_for(state="detached")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_figure_is_visible(open_page, scheme):
    page = open_page(color_scheme=scheme, viewport={"width": 390, "height": 800})
    assert page.locator("figure").count() == 9
    for figure in page.locator("figure").all():
        shown = figure.locator("img, .heat-map").filter(visible=True)
        assert shown.count() == 1
    page.evaluate("for (const image of document.images) image.loading = 'eager'")
    page.wait_for_function("[...document.images].every(image => image.naturalWidth > 0)")
    sizes = "images => images.map(image => [image.naturalWidth, image.clientWidth])"
    for natural, width in page.eval_on_selector_all("figure img:not(.replaced *)", sizes):
        # On a phone, too: so letters of 8 points have 11 pixels.
        assert width == pytest.approx(1.04 * natural, abs=1)


def test_without_javascript_there_are_the_pictures_and_nothing_empty(open_page):
    page = open_page(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    assert page.locator("figure img").filter(visible=True).count() == 9
    assert page.locator(".heat-map, .explore, .rate button").filter(visible=True).count() == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_it_opens_with_an_exploration_before_what_is_not_yet_done(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    tops = [
        page.locator(part).first.bounding_box()["y"]
        for part in [".notice", "explore-problem3a", "explore-problem3a svg", ".to-do"]
    ]
    assert tops == sorted(tops)
    assert tops[2] < 600
    assert tops[3] > 700


def test_the_first_tab_stop_skips_to_the_report(page):
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_every_link_in_the_page_leads_somewhere(page):
    missing = page.evaluate(
        """[...document.querySelectorAll('a[href^="#"]')]
        .map(link => link.getAttribute("href").slice(1))
        .filter(name => !document.getElementById(name))"""
    )
    assert missing == []


def test_printed_it_is_black_on_white_with_every_picture(page):
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".explore, .heat-map, nav").filter(visible=True).count() == 0
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.locator("figure img").filter(visible=True).count() == 9
