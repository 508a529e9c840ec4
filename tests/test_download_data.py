"""Where the data comes from. The course's address is never asked."""

import hashlib
import json
import os
import pty
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import requests

import download_data
from shared import course_files

OUTPUTS = [*course_files.SHA256, "source.json"]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Small files that count as the course's, and a current folder with a data/raw/."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/raw").mkdir(parents=True)
    contents = {name: name.encode() for name in course_files.SHA256}
    for name, content in contents.items():
        monkeypatch.setitem(course_files.SHA256, name, hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(download_data, "ADDRESS", "http://127.0.0.1:9")  # nobody listens there
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


def put_by_hand(tmp_path, contents):
    for name, content in contents.items():
        (tmp_path / "data" / name).write_bytes(content)


@pytest.mark.parametrize("dataset", ["course", "auto"])
def test_files_put_by_hand_are_used_and_left_where_they_are(course, tmp_path, dataset):
    put_by_hand(tmp_path, course)
    assert provide(dataset)["dataset"] == "course"
    for name, content in course.items():
        assert (tmp_path / "data/raw" / name).read_bytes() == content
        assert (tmp_path / "data" / name).read_bytes() == content


@pytest.mark.parametrize("dataset", ["course", "auto"])
@pytest.mark.parametrize("name", course_files.SHA256)
def test_a_file_put_by_hand_that_is_not_the_courses_is_named(course, tmp_path, dataset, name):
    put_by_hand(tmp_path, course | {name: b"something else"})
    with pytest.raises(ValueError, match=f"data/{name}"):
        provide(dataset)
    assert list((tmp_path / "data/raw").glob("*.npy")) == []


@pytest.mark.parametrize("dataset", ["course", "auto"])
def test_a_single_bad_file_put_by_hand_is_named(course, tmp_path, dataset):
    put_by_hand(tmp_path, {"age_regression_ytr.npy": b"something else"})
    with pytest.raises(ValueError, match=r"data/age_regression_ytr\.npy"):
        provide(dataset)


class Handler(SimpleHTTPRequestHandler):
    """Serves files; what `bad` names for a file is done to requests for it, as often as it says."""

    bad = {}

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
        time.sleep(2)

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
    monkeypatch.setattr(Handler, "bad", {})
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)  # between the tries
    monkeypatch.setattr(download_data, "TIMEOUT", (1, 0.3))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(download_data, "ADDRESS", f"http://127.0.0.1:{server.server_port}")
        yield served
        server.shutdown()


@pytest.fixture
def terminal(monkeypatch):
    """What can be read from it is what the download draws on its terminal."""
    reader, terminal = pty.openpty()
    monkeypatch.setattr(download_data, "TERMINAL", terminal)
    yield reader
    os.close(terminal)
    os.close(reader)


@pytest.mark.parametrize("dataset", ["course", "auto"])
def test_the_courses_files_are_downloaded(course, server, tmp_path, dataset, terminal, capfd):
    assert provide(dataset)["dataset"] == "course"
    for name, content in course.items():
        assert (tmp_path / "data/raw" / name).read_bytes() == content
    assert "100%" in os.read(terminal, 10_000).decode()  # the progress bar
    assert "%" not in capfd.readouterr().err


def test_there_is_no_bar_in_a_pipe(server, capfd):
    provide("course")
    assert "%" not in capfd.readouterr().err


def test_there_is_no_bar_where_plain_text_is_asked_for(terminal, monkeypatch):
    assert download_data.bar("a.npy")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not download_data.bar("a.npy")


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
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # between the tries
    (server / name).write_text("<html>log in</html>")
    with pytest.raises(ValueError, match=f"{name} at .* is not the course's file"):
        provide("auto")
    assert list((tmp_path / "data/raw").glob("*.npy")) == []
    assert not (tmp_path / "data/raw/course" / name).exists()


@pytest.mark.parametrize("dataset", ["course", "auto"])
@pytest.mark.parametrize("kind", ["not_found", "broken", "hang", "cut_short"])
@pytest.mark.parametrize("name", ["age_regression_Xtr.npy", "age_regression_yte.npy"])
def test_a_server_that_fails_is_an_error_and_leaves_what_there_was(
    server, tmp_path, dataset, kind, name
):
    provide("synthetic")
    before = {path: (tmp_path / "data/raw" / path).read_bytes() for path in OUTPUTS}
    Handler.bad[name] = kind, 99
    with pytest.raises(OSError, match=f"{name} could not be downloaded.*Try again"):
        provide(dataset)
    assert {path: (tmp_path / "data/raw" / path).read_bytes() for path in OUTPUTS} == before


@pytest.mark.parametrize("kind", ["broken", "hang", "cut_short", "moved"])
def test_a_server_that_fails_once_is_asked_again(server, kind):
    Handler.bad["age_regression_Xtr.npy"] = kind, 1
    assert provide("auto")["dataset"] == "course"


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://no-such-host.invalid"])
def test_what_cannot_be_reached_is_an_error_in_course_and_no_reason_to_stop_in_auto(
    course, monkeypatch, address
):
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)
    monkeypatch.setattr(download_data, "ADDRESS", address)
    with pytest.raises(OSError, match="could not be downloaded"):
        provide("course")
    assert provide("auto")["dataset"] == "synthetic"


def test_a_proxy_that_refuses_is_no_network(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(OSError, match="could not be downloaded"):
        provide("course")
    assert provide("auto")["dataset"] == "synthetic"


def test_without_network_auto_says_so_and_uses_synthetic_faces(course, tmp_path, capsys):
    put_by_hand(tmp_path, {"age_regression_ytr.npy": course["age_regression_ytr.npy"]})
    assert provide("auto")["dataset"] == "synthetic"
    printed = capsys.readouterr().out
    assert "cannot be reached" in printed
    assert "data/ lacks age_regression_Xtr.npy, age_regression_Xte.npy" in printed
    assert "SYNTHETIC" in printed
    for name in course:  # all four or none
        assert np.load(tmp_path / "data/raw" / name).tolist() == [3, 3]


def test_without_network_course_ends_in_a_sentence_and_replaces_nothing(
    course, tmp_path, monkeypatch
):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    put_by_hand(tmp_path, {"age_regression_Xtr.npy": course["age_regression_Xtr.npy"]})
    provide("synthetic")
    before = {name: (tmp_path / "data/raw" / name).read_bytes() for name in OUTPUTS}
    with pytest.raises(OSError, match=r"age_regression_ytr\.npy could not be downloaded"):
        provide("course")
    assert {name: (tmp_path / "data/raw" / name).read_bytes() for name in OUTPUTS} == before


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
