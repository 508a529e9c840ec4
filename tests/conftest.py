import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
UP_TO_DATE = "Nothing to be done (all requested files are present and up to date)."
PARTS = ["Snakefile", "profiles", "report", "tests/handout", "workflow"]
# The default configuration: whoever runs the tests may have changed config.yaml.
CONFIGURATION = ROOT / "tests/default_config.yaml"


class Project:
    """A copy of the project in a folder of its own, and Snakemake run in it."""

    def __init__(self, folder):
        self.folder = folder

    @classmethod
    def copied_to(cls, folder):
        """The project's own files, and the default configuration, in an empty folder."""
        shutil.copy(CONFIGURATION, folder / "config.yaml")
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, folder / part)
        return cls(folder)

    def __truediv__(self, path):
        return self.folder / path

    def start(self, *arguments, **environment):
        """Snakemake's process, as from a terminal; its output is text, standard error included."""
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
            cwd=self.folder,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # What was started in the background, like these tests perhaps, ignores Ctrl-C.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )

    def snakemake(self, *arguments, **environment):
        """The finished process."""
        run = self.start(*arguments, **environment)
        printed, _ = run.communicate()
        return subprocess.CompletedProcess(run.args, run.returncode, printed)

    def build(self, *arguments):
        run = self.snakemake(*arguments)
        assert run.returncode == 0, run.stdout
        return run.stdout

    def make(self, *targets, **options):
        """The finished process of make, which uses this environment and makes none."""
        shutil.copy(ROOT / "Makefile", self / "Makefile")
        if not (self / ".venv").exists():
            (self / ".venv").symlink_to(sys.prefix)
        return subprocess.run(
            ["make", "--no-print-directory", "-o", ".venv/ready", *targets],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    def hashes(self):
        """SHA-256 of the data and of every result, the logs apart, by the path."""
        paths = [*(self / "data").rglob("*"), *(self / "results").rglob("*")]
        return {
            str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in paths
            if path.is_file() and "logs" not in path.parts
        }

    def configure(self, **changes):
        """Change config.yaml; nested keys are written section__key."""
        path = self / "config.yaml"
        config = yaml.safe_load(path.read_text())
        for key, value in changes.items():
            *sections, last = key.split("__")
            part = config
            for section in sections:
                part = part[section]
            part[last] = value
        path.write_text(yaml.safe_dump(config, sort_keys=False, allow_unicode=True))


SMALL = {
    "authors": ["Ada Lovelace", "Søren Åström"],
    "dataset": "synthetic",
    "grid__batch_size": [50, 500],
    "grid__learning_rate": ["1e-3", 1],
    "grid__epochs": [1, 3],
    "problem3c__iterations": 200,
}


@pytest.fixture(scope="session")
def root():
    """The project's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id):
    """The whole workflow, run on a small configuration. Tests leave it as they found it.

    The first of several test processes builds it, and each has a copy of its own.
    """
    own = tmp_path_factory.mktemp("a project of someone")
    if worker_id == "master":  # the only process
        return build_small(own)
    shared = own.parents[1] / "built"
    with (own.parents[1] / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            shared.mkdir()
            build_small(shared)
    return Project(shutil.copytree(shared, own, dirs_exist_ok=True))


def build_small(folder):
    """The built project; `printed` has what the run printed, `plan` all jobs with their files."""
    project = Project.copied_to(folder)
    project.configure(**SMALL)
    (folder / "printed").write_text(project.build())
    plan = project.build("--dry-run", "--verbose", "--forceall")
    (folder / "plan").write_text(plan)
    return project


@pytest.fixture
def unbuilt(tmp_path):
    """A project in which nothing is built yet."""
    project = Project.copied_to(tmp_path)
    project.configure(**SMALL)
    return project


@pytest.fixture
def copy_of_built(built, tmp_path):
    """A copy of the built project, which a test may change."""
    return Project(shutil.copytree(built.folder, tmp_path / "copy"))


def jobs(plan):
    """(name, details) of each job in a verbose dry run's output.

    One of several jobs of a rule has the name of its log: a cell's, or draw_problem3a.
    """
    for block in re.split(r"\n(?=\[|Job stats)", plan):
        if rule := re.search(r"^(?:local)?rule (\w+):", block, re.MULTILINE):
            details = dict(re.findall(r"^    (\w+): (.*)$", block, re.MULTILINE))
            yield Path(details["log"]).stem if "wildcards" in details else rule[1], details


@pytest.fixture(scope="session")
def inputs_and_outputs(built):
    """The input files and the output files of every job of a whole build, by the job's name."""
    return {
        name: [set(details.get(kind, "").split(", ")) for kind in ("input", "output")]
        for name, details in jobs((built / "plan").read_text())
    }
