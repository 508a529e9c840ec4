"""What surrounds a run, such as the shell, the home, a profile or the clock, changes no result."""

import errno
import fcntl
import os
import subprocess
import time
from pathlib import Path

from homework1_run import start

CELL = "results/cells/batch50_rate0.001_epochs3"
FIGURES = ["results/figures/problem3a.svg", "results/figures/problem2_grid.svg"]
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


def test_no_surrounding_changes_a_byte(copy_of_built, tmp_path):
    environment = {}
    for number, surrounding in enumerate(SURROUNDINGS):
        place = tmp_path / f"surrounding {number}"
        place.mkdir()
        environment |= surrounding(copy_of_built, place)
    before = {path: (copy_of_built / path).read_bytes() for path in FILES}
    for path in FILES:
        (copy_of_built / path).unlink()
    run = copy_of_built.snakemake(*FIGURES, f"{CELL}/weights.npz", **environment)
    assert run.returncode == 0, run.stdout
    assert {path: (copy_of_built / path).read_bytes() for path in FILES} == before


def test_a_changed_setting_is_noticed_whatever_a_users_profile_has(copy_of_built, tmp_path):
    copy_of_built.configure(seed=7)
    run = copy_of_built.snakemake("--dry-run", "--verbose", **profile(copy_of_built, tmp_path))
    assert "rule split_data:" in run.stdout


def test_a_file_dated_in_the_future_ends_no_run(copy_of_built):
    script = copy_of_built / "workflow/scripts/draw_network.py"
    script.write_text(script.read_text() + "# changed\n")
    os.utime(script, times=(time.time() + 1e6, time.time() + 1e6))
    copy_of_built.build("results/figures/problem2_weights.svg")
    assert script.stat().st_mtime <= time.time()


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
