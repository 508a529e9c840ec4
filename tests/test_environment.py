"""`make` makes .venv with a Python that fits, and again where the old one no longer works."""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TOOLS = ["awk", "bash", "cat", "cksum", "cp", "dirname", "env", "grep", "make", "mkdir", "rm",
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
    -V) echo Python {version}.0 ;;
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

    def has_python(self, name, version, unsupported=0, spec_missing=0, pip="true"):
        program = FAKE_PYTHON.format(
            version=version, unsupported=unsupported, spec_missing=spec_missing, pip=pip
        )
        self.has(name, program)

    def log(self):
        return (self.project / ".venv/install.log").read_text()

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
    for version in ("3.10", "3.11", "3.13", "3.15"):
        machine.has_python(f"python{version}", version)
    machine.has_python("python3", "3.10", unsupported=1)
    assert machine.make().stdout == f"{INSTALLS} Python 3.13.0 (once; it takes about a minute).\n"


def test_a_name_without_a_python_behind_it_is_passed_over(machine):
    machine.has(
        "python3.14", "#!/bin/sh\necho 'pyenv: python3.14: command not found' >&2; exit 127"
    )
    machine.has_python("python3.13", "3.13", unsupported=1)
    machine.has_python("python3", "3.12")
    assert "Python 3.12.0" in machine.make().stdout


def test_the_python_that_is_asked_for_is_taken(machine):
    machine.has_python("python3.13", "3.13")
    machine.has_python("my python", "3.11")
    assert "Python 3.11.0" in machine.make(".venv/ready", "PYTHON=my python").stdout


def test_a_python_that_is_asked_for_and_missing_is_named(machine):
    machine.has_python("python3.13", "3.13")
    run = machine.make(".venv/ready", "PYTHON=python3.12")
    assert run.returncode != 0
    assert run.stdout.startswith(
        "Not found: a Python 3.11 to 3.14 with its venv module, called python3.12."
    )


def test_where_no_python_fits_a_sentence_says_what_helps(machine):
    machine.has_python("python3", "3.10", unsupported=1)
    run = machine.make()
    assert run.returncode != 0
    sentence, makes_own = run.stdout.splitlines()
    assert sentence.startswith("Not found: a Python 3.11 to 3.14 with its venv module")
    for command in ("apt install python3-venv", "dnf install python3", "brew install python"):
        assert command in sentence
    assert makes_own.startswith("make: ***")
    assert not (machine.project / ".venv").exists()


def test_an_environment_that_somebody_else_has_made_stays(machine):
    machine.has_python("python3", "3.12")
    (machine.project / ".venv").mkdir()
    (machine.project / ".venv/pyvenv.cfg").write_text("home = /usr/bin\n")
    run = machine.make()
    assert run.returncode != 0
    assert run.stdout.startswith("The folder .venv is not one that `make` has made")
    assert (machine.project / ".venv/pyvenv.cfg").exists()


def test_python_and_cores_come_from_the_command_line_alone(machine):
    machine.has_python("python3", "3.12")
    assert "Python 3.12.0" in machine.make(PYTHON="/nowhere/python").stdout
    assert "--cores 4" in machine.make("--dry-run", "all", CORES="a lot").stdout


def test_a_colon_in_the_folders_name_is_a_sentence(machine):
    machine.project = machine.project.rename(machine.home / "homework: 1")
    run = machine.make("help")
    assert run.returncode != 0
    (line,) = run.stdout.splitlines()
    assert "has a colon" in line


def test_uv_makes_the_environment_if_it_is_there(machine):
    machine.has_python("python3.13", "3.13")
    machine.has("uv", f'#!/bin/sh\necho "$*" >> "{machine.home}/calls"')
    assert f"{INSTALLS} uv" in machine.make().stdout
    calls = (machine.home / "calls").read_text()
    assert "venv --allow-existing --seed --python >=3.11,<3.15 .venv" in calls
    assert "--require-hashes -r requirements.txt" in calls


def test_the_environment_is_made_once(machine):
    machine.has_python("python3", "3.12")
    machine.make()
    run = machine.make()
    assert (run.returncode, run.stdout) == (0, "")


def test_other_requirements_are_installed(machine):
    machine.has_python("python3", "3.12")
    machine.make()
    (machine.project / "requirements.txt").write_text("# nothing\n")
    assert machine.make().stdout.startswith(INSTALLS)


def test_an_environment_whose_python_is_gone_is_made_again(machine):
    machine.has_python("python3", "3.12")
    machine.make()
    (machine.project / ".venv/bin/python").unlink()
    assert machine.make().stdout.startswith(INSTALLS)


def test_an_environment_of_another_version_is_made_again(machine):
    """After an upgrade, its Python looks for packages in another folder."""
    machine.has_python("python3", "3.12")
    machine.make()
    machine.has_python("../homework 1/.venv/bin/python", "3.13", spec_missing=1)
    assert machine.make().stdout.startswith(INSTALLS)


@pytest.mark.parametrize("put", [shutil.move, shutil.copytree])
def test_a_folder_that_was_moved_or_copied_gets_an_environment_of_its_own(machine, put):
    machine.has_python("python3", "3.12")
    machine.make()
    machine.project = Path(put(machine.project, machine.home / "moved"))
    assert machine.make().stdout.startswith(INSTALLS)


def test_an_installation_that_fails_says_why_and_where_its_log_is(machine):
    machine.has_python("python3", "3.12", pip="echo 'ERROR: no network'; exit 1")
    run = machine.make()
    assert run.returncode != 0
    _, failed, reason, makes_own = run.stdout.splitlines()
    assert failed == "The installation failed. The end of .venv/install.log:"
    assert reason == "ERROR: no network"
    machine.has_python("python3", "3.12")
    assert machine.make().returncode == 0


def wheel(folder, name, version):
    """A package with a program of its name in it; the line of requirements.txt for it."""
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}/__init__.py", f"def main():\n    print('{name} of', __file__)\n")
        for module in ("cli", "pyplot"):
            file.writestr(f"{name}/{module}.py", "")
        file.writestr(f"{info}/entry_points.txt", f"[console_scripts]\n{name} = {name}:main\n")
        file.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", "")
    return (
        f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"
    )


@pytest.fixture
def real(machine):
    """A machine with a real Python, and small packages to install without a network.

    Where they are stands in pip's configuration, beside much that is meant for other work.
    """
    python = "python{}.{}".format(*sys.version_info)
    (machine.programs / python).symlink_to(Path(sys.executable).resolve())
    packages = machine.home / "packages"
    packages.mkdir()
    names = ["immutables", "matplotlib", "numpy", "snakemake", "typst"]
    requirements = [wheel(packages, name, "1") for name in names]
    (machine.project / "requirements.txt").write_text("".join(requirements))
    (machine.home / "constraints.txt").write_text("numpy==2\n")
    (machine.home / ".pip").mkdir()
    (machine.home / ".pip/pip.conf").write_text(
        f"[global]\nno-index = true\nfind-links =\n    /nowhere\n    {packages}\n"
        f"[install]\nuser = true\ntarget = {machine.home}/target\n"
    )
    return machine


def snakemake(project):
    """What the program says in the activated environment."""
    return subprocess.run(
        ["bash", "-c", ". .venv/bin/activate && snakemake"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ).stdout


@pytest.mark.stress
def test_what_is_set_for_other_work_has_no_influence(real):
    """pip's configuration, foreign modules, a shell that prints, and conda's Python on the PATH."""
    foreign = real.home / "foreign"
    foreign.mkdir()
    for module in ("venv", "ensurepip", "pip", "snakemake"):
        (foreign / f"{module}.py").write_text("raise SystemExit('foreign')")
    (foreign / "profile").write_text("echo foreign")
    conda = real.home / "conda/bin"
    conda.mkdir(parents=True)
    real.has_python("../home/conda/bin/python3", "3.10")
    run = real.make(
        PATH=f"{conda}:{real.programs}",
        CONDA_PREFIX=str(conda.parent),
        PIP_USER="1",
        PIP_DRY_RUN="1",
        PIP_PREFIX=str(real.home / "prefix"),
        PIP_CONSTRAINT=str(real.home / "constraints.txt"),
        PYTHONPATH=str(foreign),
        PYTHONHOME=str(foreign),
        PYTHONSAFEPATH="1",
        BASH_ENV=str(foreign / "profile"),
    )
    assert run.returncode == 0, run.stdout + real.log()
    assert run.stdout.startswith(INSTALLS)
    assert len(run.stdout.splitlines()) == 1
    assert snakemake(real.project).startswith(f"snakemake of {real.project}/")
    moved = real.project = real.project.rename(real.home / "moved")
    real.make()
    assert snakemake(moved).startswith(f"snakemake of {moved}/")


def test_windows_is_refused_in_a_sentence(machine):
    run = machine.make("help", OS="Windows_NT")
    assert run.returncode != 0
    assert len(run.stdout.splitlines()) == 1
    assert "on Windows, run it in WSL" in run.stdout
