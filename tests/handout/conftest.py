"""The handout's requirements, each a test or a few under `@requirement(...)`.

`make test` runs them on workflow/scripts and a small build of the workflow, with the unit tests
beside them. The check of what is handed in (run_tests in workflow/scripts/shared/checklist.py) runs
only them, in a folder that has nothing else, by a Python that cannot see the project.
"""

import gc
import importlib
import json
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

# Its arguments are the columns of the checklist. In another file, the name alone adds to it.
requirement = pytest.mark.requirement
COLUMNS = ["id", "points", "where", "check"]

rows = {}  # of the checklist, by their requirement's name
tested = []  # the requirement's name of each test, whether it runs now or has run before


def pytest_addoption(parser):
    parser.addoption("--project", type=Path, help="the project with the results to compare with")
    parser.addoption("--settings", type=Path, help="a JSON file with the configuration")
    parser.addoption("--rows", type=Path, help="the rows of the checklist, to be continued")


def pytest_configure(config):
    if is_check(config):
        gc.disable()  # Python would search all that is imported for garbage, again and again
        sys.path.insert(0, str(Path.cwd()))  # what is handed in
        rows.update(read(config.getoption("rows"))["rows"])


def is_check(config):
    """Whether what is handed in is checked, and not the project tested."""
    return config.getoption("rows", None) is not None


def name_of_requirement(item):
    marker = item.get_closest_marker("requirement")
    return marker and marker.args[0]


def pytest_collection_modifyitems(config, items):
    """In a check, the requirements that have no row yet, one after the other."""
    if is_check(config):
        tested.extend(filter(None, map(name_of_requirement, items)))
        waiting = [name for name in dict.fromkeys(tested) if name not in rows]
        items[:] = [item for name in waiting for item in items if name_of_requirement(item) == name]


def pytest_runtest_setup(item):
    """Before the code that is handed in is run: it may end this process."""
    marker = item.get_closest_marker("requirement")
    if marker:
        new = dict(zip(COLUMNS, marker.args, strict=False)) | {"to_do": None}
        rows.setdefault(marker.args[0], new)
        write_rows(item.config, all_ran=False)


def pytest_runtest_makereport(item, call):
    row = rows.get(name_of_requirement(item))
    if row and call.excinfo and not row["to_do"]:
        row["to_do"] = what_to_do(call.excinfo.value, row.get("where", "homework1.pdf"))


def what_to_do(error, where):
    """The sentence of the assertion that failed; where it has none, the answers are wrong."""
    module, _, function = where.partition(": ")
    if not isinstance(error, AssertionError):
        reason = str(error).rstrip(".")
        return f"{type(error).__name__}: {reason}. Fix {module}."
    return str(error) or f"{function} gives wrong answers: fix it in {module}."


def pytest_sessionfinish(session, exitstatus):
    write_rows(session.config, all_ran=exitstatus != pytest.ExitCode.INTERRUPTED)
    if is_check(session.config):
        gc.freeze()  # disabled or not, Python searches once more before it ends


def write_rows(config, all_ran):
    if is_check(config):
        found = {"all_ran": all_ran, "rows": rows, "tests": len(tested)}
        config.getoption("rows").write_text(json.dumps(found), encoding="utf-8")


@pytest.fixture(scope="session")
def project(request):
    """The folder of the project with the results."""
    return request.config.getoption("project", None) or request.getfixturevalue("built").folder


@pytest.fixture(scope="session")
def folder(request):
    """The folder of what is handed in."""
    if is_check(request.config):
        return Path.cwd()
    return request.getfixturevalue("built") / "results/draft"


@pytest.fixture(scope="session")
def settings(request, project):
    """The configuration, or the parts of it that the rule gives to the check."""
    path = request.config.getoption("settings", None)
    return read(path) if path else read(project / "results/checklist.json")["config"]


@pytest.fixture(scope="session")
def metrics(project):
    return read(project / "results/metrics.json")


@pytest.fixture(scope="session")
def given(project):
    """The lines of the sequence of 3 (b): the user's own, or else, after a note, recomputed."""
    path = project / "results/gradient_descent_sequence.txt"
    return path.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="session")
def problem1():
    return imported("homework1_problem1")


@pytest.fixture(scope="session")
def problem2():
    return imported("homework1_problem2")


@pytest.fixture(scope="session")
def problem3():
    return imported("homework1_problem3")


def imported(name):
    assert find_spec(name), f"{name}.py is missing."
    return importlib.import_module(name)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))
