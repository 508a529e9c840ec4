"""What a run would do and why, in words: the answer to `make status` and to `snakemake -n`."""

import json
import sys
import textwrap
from collections import defaultdict
from pathlib import Path

from homework1_run.grid import grid_cells
from homework1_run.printing import Printer, in_short

# Snakemake's words for why a job would run; the files that it means may follow after a colon.
MISSING = "Missing output files"
CHANGED = "Updated input files"
OTHER_INPUTS = "Set of input files has changed since last execution"
FOLLOWS = "Input files updated by another job"
IN_OUR_WORDS = {
    "Incomplete output files": "interrupted the last time",
    "Code has changed since last execution": "the rule changed",
    "Forced execution": "asked for on the command line",
}
SETTINGS = "results/settings/"
WIDTH = 80


class Status(Printer):
    """Prints the records of a dry run: the steps that would run, grouped by why.

    rules: the names of all rules in the order in which they are printed; before: the configuration
    that the last results were made with, empty if there are none; now: that of this run.
    """

    def __init__(self, rules, before, now, stream=sys.stdout):
        super().__init__(stream)
        self.rules = rules
        self.changed_keys = {key for key in before if before[key] != now.get(key)}
        self.old_cells = grid_cells(before["grid"]) if "grid" in before else {}
        self.jobs = []
        self.total = 0
        self.handlers = {"run_info": self.run_planned, "job_info": self.job_planned}
        self.remarks["This was a dry-run"] = self.print_causes

    def run_planned(self, record):
        if self.total:  # Snakemake repeats this record at the end
            return
        self.total = record.stats["total"] - record.stats.get("all", 0)
        self.print("1 step would run:" if self.total == 1 else f"{self.total} steps would run:")

    def job_planned(self, job):
        if job.rule_name != "all":
            self.jobs.append(job)

    def print_causes(self):
        """A line for each cause, with the rules; causes of the same rules share a line."""
        rules = defaultdict(list)
        followers = []
        for job in sorted(self.jobs, key=lambda job: self.rules.index(job.rule_name)):
            causes = list(self.causes(job))
            for cause in causes:
                rules[cause].append(job.rule_name)
            if not causes:
                followers.append(job.rule_name)
        shared = defaultdict(list)
        for cause, names in rules.items():
            shared[in_short(names)].append(cause)
        for names, causes in shared.items():
            self.print_wrapped(f"{', '.join(causes)} → {names}")
        if followers:
            self.print_wrapped(f"and what follows: {in_short(followers)}")

    def print_wrapped(self, line):
        self.print(textwrap.fill(line, WIDTH, subsequent_indent="    ", break_on_hyphens=False))

    def causes(self, job):
        """Why the job would run, in words; none where it only follows from another one."""
        reasons = {}
        for text in job.reason.split("; "):
            reason, _, files = text.partition(": ")
            reasons[reason] = files
        if MISSING in reasons:
            yield changed(["grid"]) if self.is_new_cell(job) else "missing results"
            return
        if FOLLOWS in reasons:
            reasons.pop(OTHER_INPUTS, None)  # they are the other job's
        keys = self.changed_keys & settings_of(job)
        yield from (changed([key]) for key in sorted(keys))
        for reason, files in reasons.items():
            if reason == CHANGED:
                yield from changed_files(files.split(", "), keys)
            elif reason == OTHER_INPUTS and not keys:
                yield self.why_other_inputs(job)
            elif reason not in (FOLLOWS, OTHER_INPUTS):
                yield IN_OUR_WORDS.get(reason, reason)

    def is_new_cell(self, job):
        """Whether the job trains a cell that the grid has not had before."""
        return self.is_of_changed_grid(job) and job.wildcards["cell"] not in self.old_cells

    def why_other_inputs(self, job):
        """The grid's numbers of epochs decide from which cell another one is trained on."""
        if self.is_of_changed_grid(job):
            return changed(["grid"])
        return "other input files than the last time"

    def is_of_changed_grid(self, job):
        return job.rule_name == "train_cell" and "grid" in self.changed_keys


def changed(keys):
    return f"{' or '.join(keys)} changed in config.yaml"


def changed_files(paths, keys):
    """A cause for each file; a file of settings is not named where the changed keys are known."""
    for path in sorted(paths):
        if not path.startswith(SETTINGS):
            yield f"{path} changed"
        elif path.startswith(f"{SETTINGS}brought"):
            yield "the files in data/ changed"
        elif not keys and keys_in(path):
            yield changed(keys_in(path))


def settings_of(job):
    """The keys of the configuration that the job follows from."""
    return {key for path in job.input if path.startswith(SETTINGS) for key in keys_in(path)}


def keys_in(path):
    """The keys of a file of settings; one with a list of files has none."""
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    return list(content) if isinstance(content, dict) else []


def last_configuration(checklist="results/checklist.json"):
    """The configuration that the results were last checked with, empty if they never were."""
    try:
        return json.loads(Path(checklist).read_text(encoding="utf-8"))["config"]
    except (OSError, ValueError, KeyError):
        return {}
