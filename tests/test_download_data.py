"""Where the data comes from. The course's address is never asked."""

import hashlib
import io
import json
import os
import pty
import re
import select
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace

import numpy as np
import pytest
import requests

import download_data
import homework1_problem2 as problem2
from shared import course_files


def npy(array):
    """The content of an npy file."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Small files that count as the course's, and a current folder with a data/raw/."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/raw").mkdir(parents=True)
    contents = {
        "age_regression_Xtr.npy": npy(np.zeros((4, 48, 48), np.float32)),
        "age_regression_ytr.npy": npy(np.arange(4.0)),
        "age_regression_Xte.npy": npy(np.ones((3, 48, 48), np.float32)),
        "age_regression_yte.npy": npy(np.arange(3.0)),
    }
    for name, content in contents.items():
        monkeypatch.setitem(course_files.SHA256, name, hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(download_data, "ADDRESS", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setattr("pooch.core.time", SimpleNamespace(sleep=lambda seconds: None))
    monkeypatch.setattr(
        download_data,
        "synthetic_dataset",
        lambda seed: {n[:-4]: np.ones(2) * seed for n in contents},
    )
    return contents


def provide(dataset):
    """Run the script in the current folder; returns the note it writes."""
    Path("settings.json").write_text(json.dumps({"dataset": dataset, "seed": 3}))
    download_data.main(settings="settings.json", raw="data/raw")
    return json.loads(Path("data/raw/source.json").read_text())


def put_into_data(tmp_path, contents):
    for name, content in contents.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def refusal(dataset):
    """The message with which the script ends. Nothing is made then."""
    with pytest.raises((ValueError, OSError)) as error:
        provide(dataset)
    assert not list(Path("data/raw").glob("*.npy"))
    return str(error.value)


@pytest.mark.parametrize("dataset", ["course", "auto"])
def test_files_in_data_are_used_and_left_where_they_are(course, tmp_path, dataset):
    put_into_data(tmp_path, course)
    assert provide(dataset)["dataset"] == "course"
    for name, content in course.items():
        assert (tmp_path / "data/raw" / name).read_bytes() == content
        assert (tmp_path / "data" / name).read_bytes() == content


@pytest.mark.parametrize("dataset", ["course", "auto"])
@pytest.mark.parametrize("name", course_files.SHA256)
def test_a_file_in_data_that_is_not_the_courses_is_named(course, tmp_path, dataset, name):
    put_into_data(tmp_path, course | {name: b"something else"})
    with pytest.raises(ValueError, match=f"data/{name}"):
        provide(dataset)
    assert list((tmp_path / "data/raw").glob("*.npy")) == []


class Handler(SimpleHTTPRequestHandler):
    """Serves files; what `bad` names for a file is done to requests for it, as often as it says."""

    bad = {}
    over = Event()  # set when nobody is interested any more

    def do_GET(self):  # noqa: N802
        name = self.path.strip("/")
        kind, times = self.bad.get(name, (None, 0))
        if times:
            self.bad[name] = kind, times - 1
            getattr(self, kind)()
        else:
            super().do_GET()

    def not_found(self):
        self.send_error(404)

    def broken(self):
        self.send_error(500)

    def hang(self):
        self.over.wait(60)

    def cut_short(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"only this")

    def moved(self):
        self.send_response(302)
        self.send_header("Location", "/elsewhere" + self.path)
        self.end_headers()


@pytest.fixture
def server(course, tmp_path, monkeypatch):
    """The course's files, served on this machine."""
    served = tmp_path / "served"
    (served / "elsewhere").mkdir(parents=True)
    for name, content in course.items():
        (served / name).write_bytes(content)
        (served / "elsewhere" / name).write_bytes(content)
    handler = partial(Handler, directory=served)
    over = Event()
    monkeypatch.setattr(Handler, "bad", {})
    monkeypatch.setattr(Handler, "over", over)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setattr(download_data, "ADDRESS", f"http://127.0.0.1:{server.server_port}")
        yield served
        over.set()
        server.shutdown()


@pytest.fixture
def terminal(monkeypatch):
    """What can be read from it is what the download draws on its terminal."""
    reader, terminal = pty.openpty()
    monkeypatch.setattr(download_data, "TERMINAL", terminal)
    yield reader
    os.close(terminal)
    os.close(reader)


def wait_for(terminal, text):
    """Read until the text has come; what is written arrives in pieces."""
    output = b""
    while text not in output:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, output
        output += os.read(terminal, 10_000)


@pytest.mark.parametrize("dataset", ["course", "auto"])
def test_the_courses_files_are_downloaded(course, server, tmp_path, dataset, terminal, capfd):
    assert provide(dataset)["dataset"] == "course"
    for name, content in course.items():
        assert (tmp_path / "data/raw" / name).read_bytes() == content
    wait_for(terminal, b"%|")  # of the progress bar
    assert "%" not in capfd.readouterr().err


def test_there_is_no_bar_in_a_pipe(server, capfd):
    provide("course")
    assert "%" not in capfd.readouterr().err


def test_what_was_downloaded_is_not_downloaded_again(course, server, monkeypatch):
    provide("course")
    monkeypatch.setattr(download_data, "ADDRESS", "http://127.0.0.1:9")
    assert provide("course")["dataset"] == "course"


def test_a_damaged_copy_of_an_earlier_download_is_downloaded_again(course, server, tmp_path):
    staging = tmp_path / "data/raw/course"
    staging.mkdir()
    (staging / "age_regression_Xte.npy").write_bytes(b"<html>")
    assert provide("course")["dataset"] == "course"
    content = (tmp_path / "data/raw/age_regression_Xte.npy").read_bytes()
    assert content == course["age_regression_Xte.npy"]


@pytest.mark.parametrize("name", course_files.SHA256)
def test_a_download_of_something_else_is_an_error_in_auto_too(server, tmp_path, monkeypatch, name):
    (server / name).write_text("<html>log in</html>")
    with pytest.raises(OSError, match=f"{name} could not be downloaded.*hash"):
        provide("auto")
    assert not (tmp_path / "data/raw/course" / name).exists()


@pytest.mark.parametrize("dataset", ["course", "auto"])
@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("not_found", "404"),
        ("broken", "500"),
        ("hang", "timed out"),
        ("cut_short", "Connection broken"),
    ],
)
@pytest.mark.parametrize("name", ["age_regression_Xtr.npy", "age_regression_yte.npy"])
def test_a_server_that_fails_is_an_error(server, monkeypatch, dataset, kind, why, name):
    if kind == "hang":
        monkeypatch.setattr(download_data, "TIMEOUT", (60, 0.3))
    Handler.bad[name] = kind, 99
    with pytest.raises(OSError, match=f"{name} could not be downloaded.*Try again.*{why}"):
        provide(dataset)


@pytest.mark.parametrize("kind", ["broken", "hang", "cut_short", "moved"])
def test_a_server_that_fails_once_is_asked_again(server, monkeypatch, kind):
    monkeypatch.setattr(download_data, "TIMEOUT", (60, 2 if kind == "hang" else 60))
    Handler.bad["age_regression_Xtr.npy"] = kind, 1
    assert provide("auto")["dataset"] == "course"


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://no-such-host.invalid"])
def test_what_cannot_be_reached_is_an_error_in_course_and_no_reason_to_stop_in_auto(
    course, monkeypatch, address
):
    monkeypatch.setattr(download_data, "ADDRESS", address)
    with pytest.raises(OSError, match="could not be downloaded"):
        provide("course")
    assert provide("auto")["dataset"] == "synthetic"


def test_without_network_auto_says_so_and_uses_synthetic_faces(course, tmp_path, capsys):
    (tmp_path / "data/gradient_descent_sequence.txt").write_text("1 -3\n")  # of Problem 3
    (tmp_path / "data/README.md").write_text("Put your files here.\n")
    assert provide("auto")["dataset"] == "synthetic"
    printed = capsys.readouterr().out
    assert "cannot be reached" in printed
    assert "SYNTHETIC" in printed
    for name in course:
        assert np.load(tmp_path / "data/raw" / name).tolist() == [3, 3]


@pytest.mark.parametrize("dataset", ["course", "auto"])
def test_with_some_files_and_no_network_a_missing_one_is_named(course, tmp_path, dataset):
    put_into_data(tmp_path, {"age_regression_ytr.npy": course["age_regression_ytr.npy"]})
    message = refusal(dataset)
    assert message.startswith("age_regression_Xtr.npy could not be downloaded")
    assert "set `dataset: synthetic`" in message


@pytest.mark.parametrize("dataset", ["course", "auto"])
def test_with_some_files_the_missing_ones_are_downloaded(course, server, tmp_path, dataset):
    put_into_data(tmp_path, {"age_regression_ytr.npy": course["age_regression_ytr.npy"]})
    (server / "age_regression_ytr.npy").unlink()
    assert provide(dataset)["dataset"] == "course"


# The user's own data


def examples(n, n_test):
    """Four arrays like the course's, with these numbers of faces, by name."""
    rng = np.random.default_rng(0)
    return {
        "age_regression_Xtr.npy": rng.random((n, 48, 48), dtype=np.float32),
        "age_regression_ytr.npy": rng.integers(0, 100, n).astype(float),
        "age_regression_Xte.npy": rng.random((n_test, 48, 48), dtype=np.float32),
        "age_regression_yte.npy": rng.integers(0, 100, n_test).astype(float),
    }


def put_own(tmp_path, **changes):
    """Put four files into data/, some of the arrays changed, and return their contents."""
    changes = {f"age_regression_{part}.npy": array for part, array in changes.items()}
    contents = {name: npy(array) for name, array in (examples(7, 5) | changes).items()}
    put_into_data(tmp_path, contents)
    return contents


def test_own_files_are_used_whatever_their_hashes_and_number(course, tmp_path, capsys):
    contents = put_own(tmp_path)
    note = provide("own")
    assert note["dataset"] == "own"
    assert "your own" in capsys.readouterr().out
    for name, content in contents.items():
        assert (tmp_path / "data/raw" / name).read_bytes() == content
        assert note["sha256"][name] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "changes",
    [
        {"Xtr": np.eye(7, 2304)},
        {"Xtr": np.eye(7, 2304, dtype=np.uint8).reshape(7, 48, 48, 1)},
        {"yte": np.eye(5, 1)},
        {"Xtr": np.eye(9, 2304).reshape(9, 48, 48), "ytr": np.arange(9)},
    ],
)
def test_own_files_may_have_other_shapes_and_types(course, tmp_path, changes):
    put_own(tmp_path, **changes)
    assert provide("own")["dataset"] == "own"
    for part in ("tr", "te"):
        problem2.load_examples(
            f"data/raw/age_regression_X{part}.npy", f"data/raw/age_regression_y{part}.npy"
        )


def with_nan(array, *indices):
    array = array.copy()
    for index in indices:
        array[index] = np.nan
    return array


FACES = examples(7, 5)["age_regression_Xtr.npy"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"Xtr": FACES[:, 1:]}, r"data/age_regression_Xtr\.npy has the shape \(7, 47, 48\)"),
        ({"yte": np.arange(6)}, r"data/age_regression_yte\.npy the shape \(6,\)"),
        ({"ytr": np.eye(7, 2)}, r"data/age_regression_ytr\.npy the shape \(7, 2\)"),
        ({"Xte": np.float32(1)}, r"data/age_regression_Xte\.npy has no two different numbers"),
        ({"Xtr": FACES[:0]}, r"data/age_regression_Xtr\.npy has no two different numbers"),
        ({"ytr": np.full(7, 30.0)}, r"data/age_regression_ytr\.npy has no two different numbers"),
        ({"ytr": np.array([{}] * 7)}, r"own` needs numbers in data/age_regression_ytr\.npy"),
        ({"ytr": np.array(["old"] * 7)}, r"own` needs numbers in data/age_regression_ytr\.npy"),
        (
            {"Xtr": with_nan(FACES, (2, 4, 1), (3, 0, 0))},
            r"data/age_regression_Xtr\.npy lacks 2 numbers \(NaN or inf\), first at \[2, 4, 1\]",
        ),
    ],
)
def test_own_files_that_cannot_be_used_are_refused(course, tmp_path, changes, named):
    put_own(tmp_path, **changes)
    assert re.search(named, refusal("own"))


def test_an_own_file_that_is_cut_short_is_refused(course, tmp_path):
    contents = put_own(tmp_path)
    put_into_data(tmp_path, {"age_regression_Xte.npy": contents["age_regression_Xte.npy"][:-1]})
    assert "needs numbers in data/age_regression_Xte.npy" in refusal("own")


def test_own_needs_all_four_files_and_asks_no_network(course, server, tmp_path):
    put_own(tmp_path)
    for part in ("ytr", "Xte"):
        (tmp_path / f"data/age_regression_{part}.npy").unlink()
    assert "`dataset: own` needs numbers in data/age_regression_ytr.npy" in refusal("own")


@pytest.mark.parametrize("dataset", ["course", "auto"])
def test_another_edition_is_refused_with_the_way_to_use_it(course, tmp_path, dataset):
    put_own(tmp_path)
    message = refusal(dataset)
    assert "data/age_regression_Xtr.npy is not the course's file" in message
    assert "set `dataset: own`" in message
    assert "set `dataset: synthetic`" in message
    assert provide("own")["dataset"] == "own"


def test_the_courses_files_are_known_by_their_hashes_and_not_by_the_setting(
    course, tmp_path, monkeypatch
):
    own = put_own(tmp_path)
    for name, content in own.items():
        monkeypatch.setitem(course_files.SHA256, name, hashlib.sha256(content).hexdigest())
    assert provide("own")["dataset"] == "course"


def test_synthetic_asks_nobody(course, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(requests, "head", refuse)
    monkeypatch.setattr(download_data, "download", refuse)
    assert provide("synthetic")["dataset"] == "synthetic"


def test_the_source_names_every_files_hash(course, tmp_path):
    note = provide("synthetic")
    for name in course:
        content = (tmp_path / "data/raw" / name).read_bytes()
        assert note["sha256"][name] == hashlib.sha256(content).hexdigest()
