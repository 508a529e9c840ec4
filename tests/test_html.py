"""The HTML report's bytes, and what it says of the faces; tests/browser looks at it."""

import pytest

NOTICE = "SYNTHETIC FACES"


@pytest.fixture
def report(copy_of_built):
    """A function that writes the report anew and returns its bytes."""

    def write():
        copy_of_built.build("results/grid.html")
        copy_of_built.build("--report", "results/report.html", "all", "results/grid.html")
        return (copy_of_built / "results/report.html").read_bytes()

    return write


def test_the_report_has_the_same_bytes_each_time_and_calls_only_synthetic_faces_so(
    report, copy_of_built
):
    table, source = copy_of_built / "results/grid.html", copy_of_built / "data/raw/source.json"
    page = report()
    assert report() == page
    assert NOTICE.encode() in page
    assert NOTICE in table.read_text()
    source.write_text(source.read_text().replace("synthetic", "course"))
    assert NOTICE.encode() not in report()
    assert NOTICE not in table.read_text()
