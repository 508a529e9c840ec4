"""Where the data comes from. The course's address is never asked."""

import hashlib
import json
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import numpy as np
import pytest

import download_data
from shared import course_files

FACES = np.random.default_rng(0).random((7, 48, 48), np.float32)
AGES = np.arange(7.0)


def save_four(folder, **changes):
    """Save four files as the course names them, some of their arrays changed."""
    arrays = {"Xtr": FACES, "ytr": AGES, "Xte": FACES[:5] / 2, "yte": AGES[:5]}
    for part, array in (arrays | changes).items():
        np.save(Path(folder, f"age_regression_{part}.npy"), array)


def contents(folder):
    return {path.name: path.read_bytes() for path in Path(folder).glob("*.npy")}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A folder of small files that count as the course's, in a current folder with a data/raw/."""
    monkeypatch.chdir(tmp_path)
    Path("data/raw").mkdir(parents=True)
    course = tmp_path / "course"
    course.mkdir()
    save_four(course)
    for name, content in contents(course).items():
        monkeypatch.setitem(course_files.SHA256, name, hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(download_data, "ADDRESS", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setattr("pooch.core.time", SimpleNamespace(sleep=lambda seconds: None))
    drawn = {name.removesuffix(".npy"): AGES for name in contents(course)}
    monkeypatch.setattr(download_data, "synthetic_dataset", lambda seed: drawn)
    return course


def provide(dataset):
    """Run the script in the current folder; returns whose data its note says it is."""
    Path("settings.json").write_text(json.dumps({"dataset": dataset, "seed": 3}))
    download_data.main(settings="settings.json", raw="data/raw")
    note = json.loads(Path("data/raw/source.json").read_text())
    made = contents("data/raw").items()
    assert note["sha256"] == {name: hashlib.sha256(file).hexdigest() for name, file in made}
    return note["dataset"]


def error_of(dataset):
    """The message with which the script ends. Nothing is made then."""
    with pytest.raises((ValueError, OSError)) as error:
        provide(dataset)
    assert contents("data/raw") == {}
    return str(error.value)


either = pytest.mark.parametrize("dataset", ["course", "auto"])


@either
def test_files_in_data_are_used_and_left_where_they_are(course, dataset):
    save_four("data")
    assert provide(dataset) == "course"
    assert contents("data/raw") == contents("data") == contents(course)
    assert provide("own") == "course"  # which their hashes say


@either
def test_a_file_that_is_not_the_courses_is_named_with_what_to_do(course, dataset):
    save_four("data", ytr=AGES + 1)
    message = error_of(dataset)
    assert message.startswith("data/age_regression_ytr.npy is not the course's file: its hash")
    assert "set `dataset: own`" in message
    assert "set `dataset: synthetic`" in message


class Handler(SimpleHTTPRequestHandler):
    """Serves files, but fails as often as `failures` says: with a status, or in the middle."""

    status = None
    failures = 0

    def do_GET(self):  # noqa: N802
        if self.failures == 0:
            super().do_GET()
            return
        Handler.failures -= 1
        self.send_response(self.status)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"only this")


@pytest.fixture
def server(course, monkeypatch):
    """The folder of the course's files, which this machine serves."""
    monkeypatch.setattr(Handler, "failures", 0)
    handler = partial(Handler, directory=course)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setattr(download_data, "ADDRESS", f"http://127.0.0.1:{server.server_port}")
        yield course
        server.shutdown()


@either
def test_what_is_missing_is_downloaded_once(server, dataset):
    served = contents(server)
    shutil.copy(server / "age_regression_Xtr.npy", "data")
    (server / "age_regression_Xtr.npy").unlink()
    assert provide(dataset) == "course"
    assert contents("data/raw") == served
    # The next time, only what is damaged is downloaded again.
    Path("data/raw/course/age_regression_ytr.npy").write_text("<html>")
    (server / "age_regression_Xte.npy").unlink()
    assert provide(dataset) == "course"
    assert contents("data/raw") == served


@pytest.mark.parametrize(("status", "why"), [(200, "broken"), (500, "500")])
def test_a_server_that_fails_is_asked_again_but_not_for_ever(server, monkeypatch, status, why):
    monkeypatch.setattr(Handler, "status", status)
    monkeypatch.setattr(Handler, "failures", 99)
    message = error_of("auto")
    assert message.startswith("age_regression_Xtr.npy could not be downloaded from http")
    assert why in message
    monkeypatch.setattr(Handler, "failures", 1)
    assert provide("auto") == "course"


@either
def test_a_download_of_something_else_is_an_error_and_not_kept(server, dataset):
    (server / "age_regression_yte.npy").write_text("<html>log in</html>")
    assert "age_regression_yte.npy could not be downloaded" in error_of(dataset)
    assert not Path("data/raw/course/age_regression_yte.npy").exists()


def test_without_network_auto_says_so_and_course_ends(course, capsys):
    assert "Put the course's four files into data/" in error_of("course")
    assert provide("auto") == "synthetic"
    printed = capsys.readouterr().out
    assert "cannot be reached" in printed
    assert "SYNTHETIC" in printed
    assert set(contents("data/raw")) == set(contents(course))


@either
def test_with_some_files_and_no_network_a_missing_one_is_named(course, dataset):
    shutil.copy(course / "age_regression_Xtr.npy", "data")
    assert error_of(dataset).startswith("age_regression_ytr.npy could not be downloaded")


def test_synthetic_takes_no_other_faces(server):
    save_four("data")
    assert provide("synthetic") == "synthetic"
    assert contents("data/raw") != contents(server)
