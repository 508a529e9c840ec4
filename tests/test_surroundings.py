"""What surrounds a run, such as the shell, the home, a profile or the clock, changes no result."""

import errno
import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

from homework1_run import start

CELL = "results/cells/batch50_rate0.001_epochs3"
FIGURES = [f"results/figures/problem3{part}.svg" for part in "abcd"]
FIGURES += ["results/figures/problem2_grid.svg", "results/figures/problem2_weights.svg"]
FILES = [*FIGURES, f"{CELL}/weights.npz", f"{CELL}/history.csv"]
LOOKS = "axes.grid: True\nfont.family: serif\nfont.size: 20\ntext.usetex: True\n"
# Snakemake itself imports numpy; what is foreign is what the steps must not see.
FOREIGN_NUMPY = """
import sys
if "snakemake" not in sys.argv[0]:
    raise RuntimeError("a foreign numpy")
class ndarray:
    pass
def __getattr__(name):
    return ndarray
"""
PROFILE = """
rerun-triggers: mtime
executor: slurm
software-deployment-method: conda
printshellcmds: true
keep-going: true
"""


def notebook(project, folder):
    """The terminal of a notebook."""
    return {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}


def looks(project, folder):
    """Other looks in the folder of the project and by MATPLOTLIBRC."""
    (project / "matplotlibrc").write_text(LOOKS)
    (folder / "matplotlibrc").write_text(LOOKS)
    return {"MATPLOTLIBRC": str(folder / "matplotlibrc")}


def looks_at_home(project, folder):
    place = folder / "home/.config/matplotlib"
    place.mkdir(parents=True)
    (place / "matplotlibrc").write_text(LOOKS)
    return {"HOME": str(folder / "home")}


def foreign_modules(project, folder):
    """Modules with the names of ours, and a numpy, where Python looks first."""
    (folder / "numpy.py").write_text(FOREIGN_NUMPY)
    for name in ("workflow", "shared", "configuration", "homework1_problem3"):
        (folder / f"{name}.py").write_text(f"raise RuntimeError('a foreign {name}')\n")
    return {"PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}


def shell(project, folder):
    """A shell that prints at its start, and a locale with ASCII alone."""
    (folder / "bashenv").write_text("echo 'Welcome!'\n")
    return {"BASH_ENV": str(folder / "bashenv"), "LC_ALL": "C"}


def no_home(project, folder):
    return {"HOME": "/dev/null/home"}


def profile(project, folder):
    """A user's profile, whose options are not meant for this workflow."""
    (folder / "config.yaml").write_text(PROFILE)
    return {"SNAKEMAKE_PROFILE": str(folder)}


SURROUNDINGS = [notebook, looks, foreign_modules, shell, no_home, profile]


def bytes_in(project, surroundings, folder):
    """The bytes of figures and a cell that are made again in these surroundings."""
    environment = {}
    for number, surrounding in enumerate(surroundings):
        place = folder / f"surrounding {number}"
        place.mkdir()
        environment |= surrounding(project, place)
    for path in FILES:
        (project / path).unlink()
    run = project.snakemake(*FIGURES, f"{CELL}/weights.npz", **environment)
    assert run.returncode == 0, run.stdout
    return {path: (project / path).read_bytes() for path in FILES}


def test_no_surrounding_changes_a_byte(built, copy_of_built, tmp_path):
    expected = {path: (built / path).read_bytes() for path in FILES}
    assert bytes_in(copy_of_built, SURROUNDINGS, tmp_path) == expected


@pytest.mark.stress
@pytest.mark.parametrize("surrounding", [*SURROUNDINGS, looks_at_home])
def test_no_surrounding_changes_a_byte_alone(built, copy_of_built, tmp_path, surrounding):
    expected = {path: (built / path).read_bytes() for path in FILES}
    assert bytes_in(copy_of_built, [surrounding], tmp_path) == expected


def test_a_changed_setting_is_noticed_whatever_a_users_profile_has(copy_of_built, tmp_path):
    copy_of_built.configure(problem3b__slowdown=50)
    run = copy_of_built.snakemake("--dry-run", "--verbose", **profile(copy_of_built, tmp_path))
    assert "rule draw_problem3b:" in run.stdout


def test_what_a_job_imports_is_compiled_once_whatever_the_shell_has(copy_of_built):
    scripts = copy_of_built / "workflow/scripts"
    shutil.rmtree(scripts / "shared/__pycache__", ignore_errors=True)
    (copy_of_built / "results/gradient_descent_sequence.txt").unlink()
    run = copy_of_built.snakemake(
        "results/gradient_descent_sequence.txt", PYTHONDONTWRITEBYTECODE="1"
    )
    assert run.returncode == 0, run.stdout
    assert list((scripts / "shared/__pycache__").glob("command_line.*.pyc"))


def no_locks(file, how):
    raise OSError(errno.ENOLCK, "No locks available")


def test_without_locks_a_run_goes_on_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path(".snakemake").mkdir()
    monkeypatch.setattr(fcntl, "flock", no_locks)
    start.lock_out_others()
    assert capsys.readouterr().out.startswith("Nothing keeps a second run out of this folder:")


def test_make_runs_without_a_terminal_and_with_many_jobs(copy_of_built):
    (copy_of_built / "results/homework1.zip").unlink()
    run = copy_of_built.make("-j8", stdin=subprocess.DEVNULL)
    assert run.returncode == 0, run.stdout
    assert (copy_of_built / "results/homework1.zip").exists()


def test_make_can_be_asked_what_it_would_do(copy_of_built):
    (copy_of_built / "results/homework1.zip").unlink()
    run = copy_of_built.make("-n")
    assert run.returncode == 0, run.stdout
    assert not (copy_of_built / "results/homework1.zip").exists()
