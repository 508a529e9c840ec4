"""`make` makes .venv with a Python that fits, and again where the old one no longer works."""

import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = ["awk", "bash", "cat", "cksum", "cp", "dirname", "env", "find", "grep", "make", "mkdir",
         "sort", "tail", "tr"]  # fmt: skip
# What `make` needs to make an environment.
FILES = ["Makefile", "workflow/environment.sh", "requirements.txt"]
INSTALLS = "Installing the Python packages into .venv with"
# A Python that answers what the script asks, and whose pip does nothing.
FAKE_PYTHON = """#!/bin/sh
case "$*" in
    *ensurepip*) exit {unsupported} ;;
    *find_spec*) exit {spec_missing} ;;
    "-m pip config list") ;;
    "-m venv .venv") mkdir .venv/bin && cp "$0" .venv/bin/python ;;
    "-m pip "*) {pip} ;;
esac
"""


class Machine:
    """A machine that has these tools and no Python, and the project in a folder of it."""

    def __init__(self, root, folder):
        self.programs = folder / "bin"
        self.project = folder / "homework 1"
        self.home = folder / "home"
        for new in (self.programs, self.project / "workflow", self.home):
            new.mkdir(parents=True)
        for tool in TOOLS:
            (self.programs / tool).symlink_to(shutil.which(tool))
        for file in FILES:
            shutil.copy(root / file, self.project / file)

    def has(self, name, program):
        (self.programs / name).write_text(program)
        (self.programs / name).chmod(0o755)

    def has_python(self, name, unsupported=0, spec_missing=0, pip="true"):
        answers = {"unsupported": unsupported, "spec_missing": spec_missing, "pip": pip}
        self.has(name, FAKE_PYTHON.format(**answers))

    def make(self, *arguments, **environment):
        """The finished process; its output is text, standard error included."""
        return subprocess.run(
            ["make", "--no-print-directory", *(arguments or [".venv/ready"])],
            cwd=self.project,
            env={"PATH": str(self.programs), "HOME": str(self.home)} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture
def machine(root, tmp_path):
    return Machine(root, tmp_path)


def test_the_newest_supported_python_is_taken(machine):
    for version in ("3.10", "3.11", "3.12", "3.15"):
        machine.has_python(f"python{version}")
    machine.has_python("python3.13", unsupported=1)
    machine.has("python3.14", "#!/bin/sh\necho 'pyenv: python3.14: not found' >&2; exit 127")
    taken = machine.programs / "python3.12"
    assert machine.make().stdout == f"{INSTALLS} pip and {taken} (once; it takes about a minute).\n"


def test_the_python_that_is_asked_for_is_taken(machine):
    machine.has_python("python3.13")
    machine.has_python("my python")
    assert "/my python (once" in machine.make(".venv/ready", "PYTHON=my python").stdout


@pytest.mark.parametrize(
    ("arguments", "named", "others"),
    [
        ([], "python3 on the PATH", []),
        (["PYTHON=python3.10"], "PYTHON=python3.10", []),
        (["PYTHON=python3.10"], "PYTHON=python3.10", ["uv"]),
    ],
)
def test_where_no_python_fits_a_sentence_says_what_helps(machine, arguments, named, others):
    for name in others:
        machine.has(name, "#!/bin/sh")
    machine.has_python("python3", unsupported=1)
    machine.has_python("python3.10", unsupported=1)
    run = machine.make(".venv/ready", *arguments)
    assert run.returncode != 0
    sentence, makes_own = run.stdout.splitlines()
    assert f"{named}. Install one with `sudo apt install python3-venv`" in sentence
    assert makes_own.startswith("make: ***")
    assert not (machine.project / ".venv").exists()


@pytest.mark.parametrize("put_there", [Path.mkdir, lambda path: path.symlink_to("elsewhere")])
def test_an_environment_that_somebody_else_has_made_stays(machine, put_there):
    machine.has_python("python3")
    theirs = machine.project / ".venv"
    put_there(theirs)
    before = theirs.lstat().st_ino
    run = machine.make()
    assert run.returncode != 0
    assert run.stdout.startswith("The folder .venv is not one that your `make` has made")
    assert theirs.lstat().st_ino == before


def test_python_and_cores_come_from_the_command_line_alone(machine):
    machine.has_python("python3")
    assert "/python3 (once" in machine.make(PYTHON="/nowhere/python").stdout
    assert "--cores 4" in machine.make("--dry-run", "all", CORES="a lot").stdout


@pytest.mark.parametrize(
    ("folder", "arguments", "message"),
    [
        ("homework: 1", [], "has a colon"),
        ("homework $1", [], "or a dollar sign"),
        ("homework 1", ["OS=Windows_NT"], "on Windows, run it in WSL"),
        ("homework", ["--directory=/", "--file={}/Makefile"], "Start it in the project's folder"),
    ],
)
def test_where_make_cannot_begin_a_sentence_says_why(machine, folder, arguments, message):
    place = machine.project.rename(machine.home / folder)
    machine.project = place
    run = machine.make("help", *(argument.format(place) for argument in arguments))
    assert run.returncode != 0
    assert message in run.stdout.splitlines()[-1]


def test_uv_makes_the_environment_if_it_is_there(machine):
    machine.has_python("python3.13")
    machine.has("uv", f'#!/bin/sh\necho "$* $UV_INDEX $UV_LINK_MODE" >> "{machine.home}/calls"')
    assert f"{INSTALLS} uv" in machine.make(UV_INDEX="a mirror", UV_LINK_MODE="none").stdout
    calls = (machine.home / "calls").read_text()
    assert "venv --allow-existing --seed --python cpython>=3.11,<3.15 .venv a mirror \n" in calls
    assert "--require-hashes -r requirements.txt a mirror \n" in calls


def test_the_environment_is_made_once(machine):
    machine.has_python("python3")
    machine.make()
    run = machine.make()
    assert (run.returncode, run.stdout) == (0, "")


def other_requirements(machine):
    (machine.project / "requirements.txt").write_text("# nothing\n")


def without_its_python(machine):
    (machine.project / ".venv/bin/python").unlink()


def with_another_version(machine):
    """After an upgrade, its Python looks for packages in another folder."""
    machine.has_python("../homework 1/.venv/bin/python", spec_missing=1)


def moved(machine):
    machine.project = machine.project.rename(machine.home / "moved")


def copied(machine):
    machine.project = Path(shutil.copytree(machine.project, machine.home / "copied"))


@pytest.mark.parametrize(
    "change", [other_requirements, without_its_python, with_another_version, moved, copied]
)
def test_an_environment_that_does_not_work_any_more_is_made_again(machine, change):
    machine.has_python("python3")
    machine.make()
    change(machine)
    assert machine.make().stdout.startswith(INSTALLS)


def test_an_installation_that_fails_says_why_and_where_its_log_is(machine):
    machine.has_python("python3", pip="echo 'ERROR: no network'; exit 1")
    run = machine.make()
    assert run.returncode != 0
    _, failed, reason, makes_own = run.stdout.splitlines()
    end = "The end of .venv/install.log, which is empty if the disk is full:"
    assert failed == f"The installation failed. {end}"
    assert reason == "ERROR: no network"
    machine.has_python("python3")
    assert machine.make().returncode == 0
