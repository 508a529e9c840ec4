"""What the README and CONTRIBUTING state is true."""

import re
from itertools import pairwise, product

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


def test_every_message_that_is_explained_is_one_of_the_programs(root, readme):
    sources = [
        root / "Makefile",
        root / "workflow/environment.sh",
        *(root / "workflow").glob("homework1_run/*.py"),
        *(root / "workflow").glob("scripts/**/*.py"),
    ]
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    code = re.sub(r'"\s+f?"', "", code)  # strings that go on in the next line
    rows = table(readme, "When something goes wrong")
    assert len(rows) > 5
    for message, _ in rows:
        assert message.strip("`") in code


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


def edges_of_the_diagram(readme):
    """The pairs of rules with an arrow between them in the README's diagram."""
    (diagram,) = re.findall("```mermaid\n(.*?)```", readme, re.DOTALL)
    edges = set()
    for line in diagram.splitlines():
        groups = [group.split(" & ") for group in line.strip().split(" --> ")]
        for before, after in pairwise(groups):
            edges |= set(product(before, after))
    return edges


def edges_between_rules(inputs_and_outputs):
    """The pairs of rules of which the second reads what the first makes."""
    rules = {name: rule_of(name) for name in inputs_and_outputs}
    maker = {}
    for name, (_, outputs) in inputs_and_outputs.items():
        maker |= dict.fromkeys(outputs, rules[name])
    edges = set()
    for name, (inputs, _) in inputs_and_outputs.items():
        edges |= {(maker[path], rules[name]) for path in inputs if path in maker}
    return {(first, second) for first, second in edges if first != second}


def rule_of(job):
    """The rule of a job that has a name of its own."""
    return re.sub("(?<=^draw_problem3)[abcd]$", "", re.sub("^batch.*", "train_cell", job))


def reachable(edges, start):
    """All rules that follow from this one, however far."""
    found, waiting = set(), {start}
    while waiting:
        rule = waiting.pop()
        after = {second for first, second in edges if first == rule} - found
        found |= after
        waiting |= after
    return found


def test_the_diagram_has_the_rules_and_what_follows_from_what(readme, inputs_and_outputs):
    drawn = edges_of_the_diagram(readme)
    real = {
        (first, second)
        for first, second in edges_between_rules(inputs_and_outputs)
        if "all" not in (first, second) and "draw_pictures" not in (first, second)
    }
    assert drawn <= real
    # An arrow that others imply may be left out.
    for rule in {first for first, _ in real}:
        assert reachable(drawn, rule) == reachable(real, rule)


def test_the_new_figure_of_contributing_can_be_added_and_drawn(root, copy_of_built):
    text = (root / "CONTRIBUTING.md").read_text()
    rule, script = re.findall("```python\n(.*?)```", text, re.DOTALL)
    rules = copy_of_built / "workflow/rules/search.smk"
    rules.write_text(f"{rules.read_text()}\n\n{rule}")
    (copy_of_built / "workflow/scripts/draw_errors.py").write_text(script)
    copy_of_built.build("results/figures/problem2_errors.svg")
    assert b"<svg" in (copy_of_built / "results/figures/problem2_errors.svg").read_bytes()
