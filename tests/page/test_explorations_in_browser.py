"""What moves in the page moves, from the keyboard, too, and its words go with the picture."""

import csv

import pytest

pytestmark = pytest.mark.page

SLIDERS = ["problem3a-0", "problem3b-0", "problem3c-0", "problem3c-1"]


def of(page, name):
    """The exploration with that name."""
    return page.locator(f"#explore-{name}")


def shown(exploration):
    """What can be seen: the slider's text, the words and the picture."""
    return [
        exploration.locator("output").all_inner_texts(),
        exploration.locator(".words").inner_text(),
        exploration.locator("svg").evaluate_all("charts => charts.map(c => c.innerHTML)"),
    ]


def height(mark):
    """How far a mark lies below its chart's upper edge, in pixels."""
    return mark.evaluate("mark => mark.transform.baseVal[0].matrix.f")


@pytest.mark.parametrize("slider", SLIDERS)
def test_an_arrow_key_moves_a_slider_with_its_picture_and_words_and_back(page, slider):
    exploration = of(page, slider.split("-")[0])
    before = shown(exploration)
    page.locator(f"#{slider}").press("ArrowLeft")
    after = shown(exploration)
    assert all(one != other for one, other in zip(before, after, strict=True))
    page.locator(f"#{slider}").press("ArrowRight")
    assert shown(exploration) == before


@pytest.mark.parametrize("slider", SLIDERS)
def test_a_slider_says_its_name_and_its_value(page, slider):
    exploration = of(page, slider.split("-")[0])
    control = page.locator(f"#{slider}")
    control.press("Home")
    assert page.locator(f"label[for={slider}]").inner_text()
    said = control.get_attribute("aria-valuetext")
    assert said
    assert said in exploration.locator(".words").inner_text()


def test_each_chart_has_a_name_of_its_own_for_those_who_do_not_see_it(page):
    charts = page.locator(".chart")
    names = charts.evaluate_all("charts => charts.map(c => [c.role, c.ariaLabel])")
    assert len(names) == 5
    assert all(role == "img" and label and "Vega" not in label for role, label in names)


def test_0_333_creeps_and_one_third_lands(page):
    exploration = of(page, "problem3a")
    against_iterations = exploration.locator(".chart").last
    minimum = against_iterations.locator(".role-mark.mark-rule line").first
    last = against_iterations.locator(".role-mark.mark-symbol path").last

    exploration.get_by_role("button", name="0.333").click()
    assert "creeps towards 3.1" in exploration.locator(".words").inner_text()
    assert height(last) > height(minimum) + 20

    exploration.get_by_role("button", name="1/3").click()
    assert "lands on 6" in exploration.locator(".words").inner_text()
    assert height(last) == pytest.approx(height(minimum))


def test_contours_have_one_scale_in_both_directions(open_page):
    for width in (1280, 390):
        page = open_page(viewport={"width": width, "height": 800})
        ellipse = of(page, "problem3b").locator(".role-mark.mark-line path").first
        width, height = ellipse.evaluate("path => [path.getBBox().width, path.getBBox().height]")
        # The root of the curvatures' ratio
        assert width / height == pytest.approx((400 / 9) ** 0.5, rel=0.01)


def test_the_two_cycles_level_follows_the_learning_rate_alone(page):
    level = of(page, "problem3c").locator(".role-mark.mark-rule line")
    before = height(level)
    page.locator("#problem3c-1").press("Home")
    assert height(level) == before
    page.locator("#problem3c-0").press("Home")
    assert height(level) > before + 20  # pixels from above


@pytest.fixture
def costs(built):
    """The validation cost of each cell, with four significant digits, or that it diverged."""
    with (built / "results/grid.csv").open() as file:
        return [
            f"{float(cell['validation_fmse']):.4g}" if cell["validation_fmse"] else "diverged"
            for cell in csv.DictReader(file)
        ]


def test_each_cell_of_the_grid_shows_its_numbers_and_curve_when_pointed_at(page, costs):
    exploration = of(page, "grid")
    pictures = set()
    for row, cost in enumerate(costs):
        cell = page.locator(f"button[data-cell='{row}']")
        cell.hover()
        assert cost in exploration.locator(".words").inner_text()
        assert cell.get_attribute("aria-pressed") == "true"
        assert page.locator("button[aria-pressed=true]").count() == 1
        if cost != "diverged":
            pictures.add(exploration.locator("svg").inner_html())
    assert len(pictures) == len(costs) - costs.count("diverged")


def test_the_selected_cell_is_shown_first(page):
    assert "the selected cell" in of(page, "grid").locator(".words").inner_text()


def test_a_cell_is_shown_when_it_takes_the_focus_or_is_tapped(open_page, costs):
    page = open_page(viewport={"width": 390, "height": 800}, has_touch=True)
    words = of(page, "grid").locator(".words")
    page.locator("button[data-cell='1']").focus()
    assert costs[1] in words.inner_text()
    page.locator("button[data-cell='4']").tap()
    assert costs[4] in words.inner_text()
