"""What a run prints: a line for each step, why a step failed, and at the end the results.

Snakemake's own, longer account of the run is in .snakemake/log/.
"""

import json
import logging
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

# Snakemake's remarks on every run, and what it repeats when a step fails.
REPEATED = [
    "CalledProcessError",
    "Exiting because a job",
    "At least one job did not complete",
    "Assuming unrestricted shared filesystem usage",
]
INTERRUPTED = "Interrupted. The same command continues from here."
NOTHING = "Nothing to be done: everything that was asked for is up to date."
ROOM_FOR_A_LOG = 100_000  # bytes
MOST_LINES = 30  # of a failed step's log; the rest is in the file


class Progress(logging.Handler):
    """Takes the place of the handler that prints Snakemake's log records.

    descriptions: what each rule does, by the rule's name, which is all that a record has.
    """

    def __init__(self, descriptions, stream=sys.stderr):
        super().__init__()
        self.descriptions = descriptions
        self.stream = stream
        self.total = 0
        self.printed = 0
        self.steps = {}
        self.lowest_cost = float("inf")
        self.interrupted = False
        # A download's bar may stand in the line, but only on a terminal, where it can be cleared.
        on_terminal = stream and stream.isatty() and not os.environ.get("NO_COLOR")
        self.line_start = "\r\033[K" if on_terminal else ""

    def emit(self, record):
        try:
            self.handle_event(record)
        # Snakemake would wait forever for the job that the record is about.
        except Exception:  # noqa: BLE001
            self.handleError(record)

    def handle_event(self, record):
        handlers = {
            "run_info": self.run_planned,
            "job_info": self.job_started,
            "job_finished": self.job_finished,
            "job_error": self.job_failed,
            "group_error": self.group_failed,
        }
        handler = handlers.get(getattr(record, "event", None), self.other_message)
        handler(record)

    def other_message(self, record):
        """Pass on warnings and errors, and reword two of Snakemake's remarks."""
        message = record.getMessage()
        if message.startswith("Terminating processes on user request"):
            self.print_interrupted()
        elif message.startswith("Nothing to be done"):
            self.print(NOTHING)
        elif record.levelno >= logging.WARNING and not is_repeated(message):
            self.print(message)

    def print(self, text):
        with suppress(BrokenPipeError):  # nobody reads any more; the work goes on
            print(f"{self.line_start}{text}", file=self.stream, flush=True)

    def run_planned(self, record):
        self.total = record.stats["total"] - record.stats.get("all", 0)

    def job_started(self, job):
        """Name the step; a cell of the grid, of which there are many, is named when it ends."""
        is_retry = job.jobid in self.steps
        if job.rule_name == "all" or is_retry:
            return
        self.steps[job.jobid] = job
        if job.rule_name != "train_cell":
            self.print_step(f"{job.rule_name}: {self.descriptions[job.rule_name]}")

    def print_step(self, text):
        """Steps are numbered in the order in which they are printed."""
        self.printed += 1
        width = len(str(self.total))
        self.print(f"[{self.printed:{width}}/{self.total}] {text}")

    def job_finished(self, record):
        """Pass on what the step has written into its log."""
        if record.job_id not in self.steps:
            return
        job = self.steps[record.job_id]
        log = lines(job.log[0])
        if job.rule_name == "train_cell":
            result = log[-1] if log else ""
            self.print_step(f"train_cell {job.wildcards['cell']}: {result}{self.mark(result)}")
        else:
            self.print_indented(log)
        if job.rule_name == "write_manifest":  # the last one
            for line in summary():
                self.print(line)

    def print_indented(self, texts):
        for text in texts:
            self.print(f"    {text}")

    def mark(self, result):
        """A mark for a cell with a lower validation cost than all before it in this run."""
        if not result.startswith("validation"):
            return ""
        cost = float(result.split()[-1])
        if cost >= self.lowest_cost:
            return ""
        self.lowest_cost = cost
        return "  <- best of this run"

    def job_failed(self, record):
        self.print_failure(record.rule_name, record.log)

    def group_failed(self, record):
        for job in record.job_error_info:
            self.print_failure(job["rule_name"], job["log"])

    def print_failure(self, rule, logs):
        """The end of the failed step's log, where a sentence says what to do."""
        if not logs:
            self.print(f"FAILED: {rule}.")
            return
        log = lines(logs[0])
        if log[-1:] == ["KeyboardInterrupt"]:
            self.print_interrupted()
        if self.interrupted:
            return
        self.print(f"FAILED: {rule}. The end of {logs[0]}:")
        self.print_indented(log[-MOST_LINES:] or [why_empty(Path(logs[0]).parent)])

    def print_interrupted(self):
        """Once, though every job that was running ends so."""
        if not self.interrupted:
            self.print(INTERRUPTED)
        self.interrupted = True


def why_empty(folder):
    """Why a failed step's log in the folder may be empty."""
    if folder.exists() and shutil.disk_usage(folder).free < ROOM_FOR_A_LOG:
        return "The disk is full: free some space and run the same command again."
    return "It ended without a message, perhaps killed. Run the same command again."


def is_repeated(message):
    return any(text in message for text in REPEATED)


def lines(path):
    """The lines of a text file, none if there is no file."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def show_progress(workflow):
    """Let a Progress print what Snakemake would print of a run.

    Snakemake takes other loggers only as installed packages, and a profile that names one stops
    every Snakemake that lacks it; so this goes beside the handler that prints, which is found by
    its name. In a Snakemake that names it otherwise, a run prints Snakemake's own words.
    """
    logging.raiseExceptions = False  # no room for a log is no reason for a traceback
    progress = Progress({rule.name: rule.docstring for rule in workflow.rules})

    def is_run():
        """Whether this process runs the workflow, and does not plan it or do a cluster's job."""
        return (
            workflow.executor_plugin is not None
            and workflow.is_main_process
            and not workflow.dryrun
            and not workflow.touch
        )

    logger = logging.getLogger("snakemake.logging")
    for handler in list(logger.handlers):
        if handler.name == "DefaultStreamHandler":
            handler.addFilter(lambda record: not is_run() and not is_repeated(str(record.msg)))
            progress.addFilter(lambda record: is_run())
            logger.addHandler(progress)


def summary(results="results"):
    """The lines at the end of a run: the best cell, its costs, the submission, what is to do."""
    results = Path(results)
    best = json.loads((results / "best.json").read_text())
    metrics = json.loads((results / "metrics.json").read_text())
    checklist = json.loads((results / "checklist.json").read_text())
    yield (
        f"Best cell: batch size {best['batch_size']}, learning rate {best['learning_rate']}, "
        f"{best['epochs']} epochs."
    )
    yield f"f_MSE: train {metrics['train_fmse']:.3f}, test {metrics['test_fmse']:.3f}."
    whose = "; your own faces, not the course's" if metrics["dataset"] == "own" else ""
    yield f"PDF: results/homework1.pdf, zip: results/homework1.zip (checked{whose})."
    yield from checklist["to_do"]
