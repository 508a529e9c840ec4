"""README's first command on a bare Debian testing, by a user who has no compiler and is not root.

`make test-fresh` runs this, plain `make test` does not. The folder with the system is made for each
run, because Debian testing changes every day. Mirror, proxies, certificates and pip's configuration
are those of this machine.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import debian

pytestmark = pytest.mark.fresh

PACKAGES = "python3,python3-venv,make,ca-certificates"
NETWORK = ["etc/resolv.conf", "etc/hosts", "etc/ssl/certs/ca-certificates.crt", "etc/pip.conf"]
# What is set for other work, and would stop the installation, or leave .venv empty.
OTHER_WORK = {"PYTHONPATH": "/nowhere", "PYTHONHOME": "/nowhere", "PIP_CONSTRAINT": "/nowhere"}
OTHER_WORK |= {"PIP_DRY_RUN": "1", "PIP_TARGET": "/nowhere", "PIP_USER": "1"}
OTHER_WORK |= {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}  # as in a notebook
# The namespaces end with the command, and with them its mounts and all processes in them.
ENTER = """
mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && exec chroot "$0" "$@"
"""


def run(*command, **options):
    """The command's output; AssertionError with all that it said if it fails."""
    finished = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    assert finished.returncode == 0, finished.stdout
    return finished.stdout


def mirror():
    """The address that this machine gets Debian from."""
    targets = run(
        "apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian", "Label: Debian"
    )
    assert targets, "apt's sources name no mirror of Debian; `apt-get update` may help."
    return targets.splitlines()[0]


class Machine:
    """A Debian system in a folder, with a user called student."""

    def __init__(self, folder):
        self.folder = folder
        self.home = folder / "home/student"

    def install(self):
        self.folder.chmod(0o755)  # it is the root folder of all users
        options = ["--variant=minbase", f"--include={PACKAGES}"]
        run("debootstrap", *options, "testing", self.folder, mirror())
        for path in NETWORK:
            if Path("/", path).exists():
                shutil.copy(Path("/", path), self.folder / path)
        if Path("/etc/xdg/pip").exists():
            shutil.copytree("/etc/xdg/pip", self.folder / "etc/xdg/pip")
        run("chroot", self.folder, "useradd", "--create-home", "--shell", "/bin/bash", "student")
        if Path("~/.config/pip").expanduser().exists():
            shutil.copytree(Path("~/.config/pip").expanduser(), self.home / ".config/pip")

    def clone(self, repository):
        run("git", "clone", "--quiet", "--no-hardlinks", repository, self.home / "homework1")
        run("chroot", self.folder, "chown", "--recursive", "student:", "/home/student")

    def student(self, command):
        """The output of the user's command in the clone."""
        network = {
            name: value
            for name, value in os.environ.items()
            if name.startswith("PIP_") or name.lower().endswith("_proxy")
        }
        enter = ["unshare", "--mount", "--pid", "--fork", "sh", "-c", ENTER, self.folder]
        as_student = ["su", "student", "--command", f"cd ~/homework1 && {command}"]
        environment = network | OTHER_WORK | {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}
        return run(*enter, *as_student, env=environment)


@pytest.fixture(scope="module")
def machine(root, tmp_path_factory):
    if missing := debian.missing(["debootstrap"]):
        pytest.skip(missing)
    debian.install(["debootstrap"], ["debootstrap"])
    machine = Machine(tmp_path_factory.mktemp("debian"))
    try:
        machine.install()
        machine.clone(root)
        yield machine
    finally:
        shutil.rmtree(machine.folder)


def test_make_needs_no_compiler_and_ignores_what_is_set_for_other_work(machine):
    for program in ("cc", "gcc", "clang"):
        assert machine.student(f"command -v {program} || echo none").strip() == "none"
    output = machine.student("make")
    assert output.startswith("Installing the Python packages into .venv with pip and /usr/bin")
    assert len(output.splitlines()) < 100
    for result in ("homework1.pdf", "homework1.zip"):
        assert (machine.home / "homework1/results" / result).exists()


def test_immutables_still_has_no_wheel(machine):
    """Its C code is in a wheel only. With one, workflow/environment.sh need not build it."""
    machine.student("make .venv/ready")
    assert not list(machine.home.glob("homework1/.venv/lib/python3*/site-packages/immutables/*.so"))
