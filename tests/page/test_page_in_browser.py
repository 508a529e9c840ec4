"""The page as a browser shows it; `make test-page` runs this, plain `make test` does not."""

import pytest

pytestmark = pytest.mark.page

WIDTHS = [1280, 768, 390]
SCHEMES = ["light", "dark"]


def figures(page):
    """Of each figure, the natural width of the picture in it, and its width on the screen."""
    return page.eval_on_selector_all(
        "figure img", "images => images.map(image => [image.naturalWidth, image.clientWidth])"
    )


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
        .map(element => element.className)"""
    )
    assert set(scrolling) <= {"table", "heat-map"}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_figure_is_visible(open_page, scheme):
    page = open_page(color_scheme=scheme, viewport={"width": 768, "height": 800})
    assert page.locator("figure").count() == 9
    for figure in page.locator("figure").all():
        shown = figure.locator("img, .heat-map").filter(visible=True)
        assert shown.count() == 1
    assert all(natural > 0 for natural, _ in figures(page))


def test_without_javascript_the_pictures_stand_where_they_stood(open_page):
    page = open_page(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    assert page.locator("figure img").filter(visible=True).count() == 9
    assert page.locator("[hidden]").filter(visible=True).count() == 0


def test_a_heading_is_a_link_to_itself(page):
    link = page.get_by_role("link", name="3 (c) A gradient that is not Lipschitz").last
    link.click()
    assert page.url.endswith("#3-c-a-gradient-that-is-not-lipschitz")


def test_every_link_in_the_page_leads_somewhere(page):
    missing = page.evaluate(
        """[...document.querySelectorAll('a[href^="#"]')]
        .map(link => link.getAttribute("href").slice(1))
        .filter(name => !document.getElementById(name))"""
    )
    assert missing == []


def column(page, number):
    """The visible fields of one column of the table that sorts, from above."""
    rows = page.locator(".sortable tbody tr").filter(visible=True)
    return [row.locator("td").nth(number).inner_text() for row in rows.all()]


def test_the_table_sorts_by_a_column_and_back(page):
    header = page.get_by_role("button", name="validation", exact=True)
    header.click()
    costs = [cost for cost in column(page, 5) if cost != "–"]
    assert costs == sorted(costs, key=float)
    missing = ["–"] * (8 - len(costs))  # of cells that have diverged
    assert column(page, 5) == costs + missing
    assert page.locator("[aria-sort=ascending]").count() == 1
    header.click()
    assert column(page, 5) == costs[::-1] + missing
    assert page.locator("[aria-sort=descending]").count() == 1


def test_the_table_sorts_from_the_keyboard(page):
    page.get_by_role("button", name="batch", exact=True).focus()
    page.keyboard.press("Enter")
    assert column(page, 0) == sorted(column(page, 0), key=int)


def test_the_table_finds(page):
    everything = column(page, 0)
    page.get_by_role("searchbox").fill("500 1e-3")
    assert set(column(page, 0)) == {"500"}
    assert set(column(page, 1)) == {"1e-3"}
    page.get_by_role("searchbox").fill("")
    assert column(page, 0) == everything


def test_printed_it_is_black_on_white_with_every_picture(page):
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.locator("figure img").filter(visible=True).count() == 9
