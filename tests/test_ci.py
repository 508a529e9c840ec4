"""The two places that run the checks run the same ones."""

import re

import yaml


def test_the_workflow_on_github_runs_what_ci_runs(root):
    jobs = yaml.safe_load((root / ".github/workflows/checks.yml").read_text())["jobs"]
    steps = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
    targets = jobs["debian"]["strategy"]["matrix"]["target"]
    steps += [f"make {target}" for target in targets]
    script = (root / ".ci/run").read_text()
    commands = re.findall(r"^(?:timeout \d+ )?((?:make|cmp)\b[^|>\n]*)", script, re.M)
    assert len(commands) > 5
    assert {command.strip() for command in commands} <= {*steps, "make slurm"}
