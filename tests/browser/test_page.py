"""The HTML report in a real browser; `make test-html` runs this, plain `make test` does not."""

import csv
import json
import shutil

import browser as chromium
import debian
import pytest
import tabulate_grid
from conftest import ROOT, Project

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    if reason := debian.missing(chromium.PROGRAMS):
        pytest.exit(reason, returncode=1)
    debian.install(chromium.PROGRAMS, chromium.PACKAGES)
    with chromium.Browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def project(browser, built, tmp_path_factory):
    """The small project with its HTML report, as `make html` makes it in this environment.

    The browser first: where it is missing, nothing need be built.
    """
    project = Project(shutil.copytree(built.folder, tmp_path_factory.mktemp("html") / "project"))
    run = project.make("html")
    assert run.returncode == 0, run.stdout
    return project


@pytest.fixture
def page(project, browser):
    """The report, opened. Whatever a test does there, it needs no network and fails nowhere."""
    browser.open(project / "results/report.html")
    yield browser
    browser.leave_frame()
    said = browser.log("browser")
    assert [entry["message"] for entry in said if entry["level"] == "SEVERE"] == []
    kinds = {url.split(":")[0] for url in asked_for(browser)}
    assert {"file"} <= kinds <= {"file", "data"}


def asked_for(browser):
    """The addresses of everything that the page has loaded or tried to."""
    for entry in browser.log("performance"):
        event = json.loads(entry["message"])["message"]
        if event["method"] == "Network.requestWillBeSent":
            yield event["params"]["request"]["url"]


def results_of(page, category):
    """(path, caption) of one result after the other; each is shown meanwhile."""
    page.click(f"//nav//span[.='{category}']")
    page.find("//nav//tbody/tr")
    count = page.evaluate("return document.querySelectorAll('nav tbody tr').length")
    for number in range(1, count + 1):
        page.click(f"//nav//tbody/tr[{number}]//a[1]")
        page.click(f"//nav//tbody/tr[{number}]//a[2]")
        page.find("//nav//li[.='Description']")
        yield page.evaluate(
            "return [document.querySelector('nav ol li.grow').textContent,"
            " document.querySelector('nav .prose').textContent]"
        )
        page.click(f"//nav//ol//a[.='{category}']")
    page.click("//nav//ol/li[1]/a")


# Of the picture itself, once it is decoded, or of the place it has, if that is smaller.
SIZE = """
const image = arguments[0], box = image.getBoundingClientRect();
return image.decode().then(() => [
    Math.min(image.naturalWidth, box.width), Math.min(image.naturalHeight, box.height),
]);
"""


def test_every_figure_is_shown_with_its_caption(project, page):
    figures = sorted(path.name for path in (project / "results/figures").iterdir())
    seen = []
    for category in ("Problem 2", "Problem 3"):
        for path, caption in results_of(page, category):
            if not path.endswith(".svg"):
                continue
            name = path.split("/")[-1]
            image = page.find(f"//img[contains(@src, 'filename={name};')]")
            width, height = page.evaluate(SIZE, image)
            assert width > 300
            assert height > 100
            told = (ROOT / f"report/captions/{name}").with_suffix(".rst").read_text()
            assert caption.split() == told.split()
            seen.append(name)
    assert sorted(seen) == figures


def test_the_first_page_and_every_list_of_problem_2_say_that_the_faces_are_synthetic(page):
    page.find("//h1[.='Homework 1']")
    page.find("//strong[contains(., 'SYNTHETIC FACES')]")
    page.click("//nav//span[.='Problem 2']")
    page.find("//nav//tr[td='Weights' and td='SYNTHETIC']")
    page.type("//nav//input", "weights\ue007")  # and Enter
    page.find("//nav//li[.='Search results']")
    page.find("//nav//tr[td='Weights' and td='SYNTHETIC']")


DRAWN = """
const canvas = arguments[0];
const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
return new Set(new Uint32Array(pixels.buffer)).size;
"""


def colours(page, place):
    """How many the drawing in this place has."""
    return page.evaluate(DRAWN, page.find(f"//*[@id='{place}']//canvas"))


def test_the_rules_and_the_time_of_every_job_are_drawn(project, page):
    rules = {"all"} | {path.stem for path in (project / "results/logs").glob("*.log")}
    rules |= {"train_cell"}
    assert colours(page, "rulegraph") > 10
    nodes = page.evaluate("return rulegraph_spec.data[0].values.map(node => node.rule)")
    assert set(nodes) == rules
    page.click("//nav//span[.='Statistics']")
    for place in ("runtimes", "timeline"):
        assert colours(page, place) > 10
    times = page.evaluate("return runtimes_spec.data.values")
    assert {job["rule"] for job in times} == rules - {"all"}
    assert len(times) == len(rules) - 2 + 8  # as many cells
    assert all(0 < job["runtime"] < 60 for job in times)


# The table

VISIBLE = """
return [...document.querySelectorAll("tbody tr")]
    .filter(row => row.getClientRects().length)
    .map(row => [...row.cells].map(cell => cell.textContent));
"""


def table(browser):
    """The rows that can be seen, each a list of texts."""
    return browser.evaluate(VISIBLE)


def costs(browser):
    """Those of the validation column, and how many cells there are after them without one."""
    column = [row[5] for row in table(browser)]
    numbers = [float(text) for text in column if text]
    assert column[len(numbers) :] == [""] * (len(column) - len(numbers))
    return numbers, len(column) - len(numbers)


def sort_by(browser, head):
    browser.click(f"//th[.='{head}']/button")


def search(browser, words):
    browser.type("//input", words)
    return [row[0] for row in table(browser)]


@pytest.fixture
def grid(page):
    """The table, opened from the menu."""
    page.click("//nav//span[.='Problem 2']")
    page.click("//nav//tr[td='Grid, as a table']//a[1]")
    page.enter_frame()
    page.find("//p[contains(., 'SYNTHETIC FACES')]")
    return page


def test_the_costs_sort_both_ways_and_cells_without_one_stay_last(project, grid):
    with open(project / "results/grid.csv", newline="") as file:
        told = [cell["validation_fmse"] for cell in csv.DictReader(file)]
    expected = sorted(round(float(cost), 3) for cost in told if cost)
    assert expected  # and some have diverged
    assert "" in told
    sort_by(grid, "validation cost")
    assert costs(grid) == (expected, told.count(""))
    sort_by(grid, "validation cost")
    assert costs(grid) == (expected[::-1], told.count(""))


def test_words_sort_too(grid):
    sort_by(grid, "status")
    column = [row[6] for row in table(grid)]
    assert column == sorted(column)
    assert column.count("selected") == 1


def test_the_search_finds_a_cell_by_its_name_or_by_its_hyperparameters(grid):
    assert search(grid, "batch500_rate0.001_epochs3") == ["batch500_rate0.001_epochs3"]
    for words in ("500 0.001", "500 1e-3"):
        assert search(grid, words) == [f"batch500_rate0.001_epochs{n}" for n in (1, 3)]
    assert search(grid, "no such cell") == []
    assert len(search(grid, "batch")) == 8


def test_the_search_does_not_find_the_digits_of_costs(grid):
    digits = table(grid)[0][5]
    assert digits
    assert search(grid, digits) == []


def test_the_selected_cell_is_marked(project, grid):
    best = json.loads((project / "results/best.json").read_text())
    (row,) = [row for row in table(grid) if row[6] == "selected"]
    assert (int(row[1]), float(row[2]), int(row[3])) == tuple(best.values())
    looks = "return getComputedStyle(document.querySelector('tr.selected')).fontWeight"
    assert grid.evaluate(looks) == "700"


def test_a_thousand_cells_sort_and_are_found(tmp_path, browser):
    lines = [f"{n},0.001,7,ok,1,{(n * 7919) % 1000 + 0.5}" for n in range(1, 1000)]
    columns = "batch_size,learning_rate,epochs,status,train_fmse,validation_fmse"
    (tmp_path / "grid.csv").write_text("\n".join([columns, *lines, "1000,0.1,7,diverged,,"]))
    (tmp_path / "best.json").write_text("{}")
    (tmp_path / "source.json").write_text('{"dataset": "course"}')
    files = [tmp_path / name for name in ("grid.csv", "best.json", "source.json", "grid.html")]
    tabulate_grid.main(ROOT / "report/grid.html", *files)
    browser.open(files[-1])
    sort_by(browser, "validation cost")
    assert costs(browser) == ([n + 0.5 for n in range(1, 1000)], 1)
    assert search(browser, "batch123_ epochs7") == ["batch123_rate0.001_epochs7"]
    assert "SYNTHETIC" not in browser.evaluate("return document.body.textContent")
