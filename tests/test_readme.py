"""What the README and CONTRIBUTING tell is true."""

import json
import re
import shutil
import subprocess

import figure_files
import pytest
import yaml

import draw_pictures
from conftest import CONFIGURATION
from homework1_run.configuration import check, load


@pytest.fixture(scope="module")
def readme(root):
    return (root / "README.md").read_text(encoding="utf-8")


def table(text, title):
    """The rows of the table under a heading, each a list of its cells."""
    section = text.split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:1] == "|"]
    return rows[2:]


def test_every_message_that_is_explained_is_one_of_the_programs(root, readme):
    sources = [root / "Makefile", *(root / "workflow/scripts").glob("*.py"), root / "Snakefile"]
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    code = re.sub(r'"\s+f?"', "", code)  # strings that go on in the next line
    rows = table(readme, "When something goes wrong")
    assert len(rows) > 8
    for message, _ in rows:
        assert message.strip("`") in code


def test_every_wish_is_a_good_configuration(root, readme):
    wishes = table(readme, "Six wishes")
    assert len(wishes) == 6
    for _, wish in wishes:
        for key, value in re.findall("`([a-z0-9_.]+): ([^`]+)`", wish):
            config = load(CONFIGURATION)
            *section, last = key.split(".")
            part = config[section[0]] if section else config
            assert last in part
            part[last] = yaml.safe_load(value)
            check(config, load(root / "workflow/config.schema.yaml"))


def test_the_picture_of_the_rules_is_todays(root, built, tmp_path):
    steps = json.loads((built / "results/manifest.json").read_text())["steps"]
    with figure_files.style():
        drawn = draw_pictures.draw_rules(draw_pictures.follows(steps))
        figure_files.save(drawn, tmp_path / "rules.svg")
    committed = root / "report/pictures/rules.svg"
    assert (tmp_path / "rules.svg").read_bytes() == committed.read_bytes()


@pytest.mark.skipif(shutil.which("git") is None, reason="There is no git, which the diff is for.")
def test_the_new_figure_of_contributing_can_be_added_and_drawn(root, copy_of_built):
    (diff,) = re.findall("```diff\n(.*?)```", (root / "CONTRIBUTING.md").read_text(), re.DOTALL)
    assert len(diff.splitlines()) < 20
    subprocess.run(["git", "apply"], cwd=copy_of_built.folder, input=diff, text=True, check=True)
    copy_of_built.build("results/figures/problem2_errors.svg")
    assert b"<svg" in (copy_of_built / "results/figures/problem2_errors.svg").read_bytes()
