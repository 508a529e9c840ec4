"""What the README and CONTRIBUTING state is true."""

import re
from itertools import pairwise

import pytest
import yaml

from conftest import CONFIGURATION
from homework1_run.configuration import allowed, check, load


@pytest.fixture(scope="module")
def readme(root):
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def schema(root):
    return load(root / "workflow/config.schema.yaml")


def table(text, title):
    """The rows of the table under a heading, each a list of its cells."""
    section = text.split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:1] == "|"]
    return rows[2:]


def test_every_common_change_is_a_good_configuration(readme, schema):
    changes = table(readme, "Change and look")
    assert len(changes) >= 6
    for _, change in changes:
        for key, value in re.findall("`([a-z0-9_.]+): ([^`]+)`", change):
            config = load(CONFIGURATION)
            *section, last = key.split(".")
            part = config[section[0]] if section else config
            assert last in part
            part[last] = yaml.safe_load(value)
            check(config, schema)


def settings_table(schema):
    """Every setting of the schema as a table in Markdown."""
    lines = ["| setting | what it is | allowed |", "|---|---|---|"]
    for key, part in schema["properties"].items():
        if "properties" in part:
            for name, inner in part["properties"].items():
                lines.append(table_row(f"{key}.{name}", inner))
        else:
            lines.append(table_row(key, part))
    return "\n".join(lines)


def table_row(name, part):
    return f"| `{name}` | {part['description']} | {allowed(part)} |"


def test_the_table_of_settings_is_the_schemas(readme, schema):
    expected = settings_table(schema)
    assert expected in readme, f"README.md lacks this table:\n{expected}"


def test_the_diagram_has_arrows_of_snakemakes_own(readme, built):
    (diagram,) = re.findall("```mermaid\n(.*?)```", readme, re.DOTALL)
    paths = [line.strip().split(" --> ") for line in diagram.splitlines()[1:]]
    arrows = {arrow for path in paths for arrow in pairwise(path)}
    assert len(arrows) > 5
    graph = built.build("--rulegraph", "mermaid-js", "--forceall")
    rules = dict(re.findall(r"(id\d+)\[(\w+)\]", graph))
    real = {(rules[a], rules[b]) for a, b in re.findall(r"(id\d+) --> (id\d+)", graph)}
    assert arrows <= real


def test_the_new_figure_of_contributing_can_be_added_and_drawn(root, copy_of_built):
    text = (root / "CONTRIBUTING.md").read_text()
    rule, script = re.findall("```python\n(.*?)```", text, re.DOTALL)
    rules = copy_of_built / "workflow/rules/search.smk"
    rules.write_text(f"{rules.read_text()}\n\n{rule}")
    (copy_of_built / "workflow/scripts/draw_errors.py").write_text(script)
    copy_of_built.build("results/figures/problem2_errors.svg")
    assert b"<svg" in (copy_of_built / "results/figures/problem2_errors.svg").read_bytes()
