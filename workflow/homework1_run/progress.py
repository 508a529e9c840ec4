"""What a run prints: a line for each step, why a step failed, and at the end the results.

Snakemake's own, longer account of the run is in .snakemake/log/.
"""

import json
import logging
import os
import shutil
import sys
from pathlib import Path

from homework1_run.grid import in_words
from homework1_run.interruption import INTERRUPTED
from homework1_run.printing import Printer, in_short, is_repeated
from homework1_run.status import Status, last_configuration

ROOM_FOR_A_LOG = 100_000  # bytes
# How the log of an interrupted step ends, with workflow/interruption.pth and without it.
INTERRUPTED_LOGS = (["Interrupted."], ["KeyboardInterrupt"])
MOST_LINES = 30  # of a failed step's log; the rest is in the file


class Progress(Printer):
    """Prints the records of a run.

    descriptions: what each rule does, by the rule's name, which is all that a record has;
    cells: the grid's cells by their names.
    """

    def __init__(self, descriptions, cells, stream=sys.stderr):
        super().__init__(stream)
        self.descriptions = descriptions
        self.cells = in_words(cells)
        self.total = 0
        self.finished = 0
        self.running = {}  # the record of each job's start, by the job's number
        self.lowest_cost = float("inf")
        self.interrupted = False
        self.on_terminal = can_be_cleared(stream)
        self.handlers = {
            "run_info": self.run_planned,
            "job_info": self.job_started,
            "job_finished": self.job_finished,
            "job_error": self.job_failed,
            "group_error": lambda record: None,  # an error of each of its jobs follows
        }
        self.remarks["Terminating processes on user request"] = self.print_interrupted

    def write(self, text):
        """Below the lines, a terminal shows what runs; a download's bar may stand there, too."""
        if not self.on_terminal:
            super().write(text)
            return
        running = in_short(job.rule_name for job in self.running.values())
        columns = shutil.get_terminal_size().columns
        last_line = f"running: {running}"[: columns - 1] if running else ""
        super().write(f"\r\033[K{text}{last_line}")

    def other_message(self, record):
        """After an interruption, errors are only its consequences."""
        if not self.interrupted:
            super().other_message(record)

    def run_planned(self, record):
        self.total = record.stats["total"] - record.stats.get("all", 0)

    def job_started(self, job):
        if job.rule_name != "all":
            self.running[job.jobid] = job
            self.write("")

    def job_finished(self, record):
        """One line for the step, and what it has written into its log."""
        job = self.running.pop(record.job_id, None)
        if job is None:
            return
        log = lines(job.log[0])
        self.finished += 1
        number = f"[{self.finished:{len(str(self.total))}}/{self.total}]"
        # Both in milliseconds; on a cluster, the time in its queue is included.
        seconds = (record.relativeCreated - job.relativeCreated) / 1000
        if job.rule_name == "train_cell":
            text = f"{self.cells[job.wildcards['cell']]}  {self.outcome(log)}"
            log = []
        else:
            text = f"{job.rule_name}: {self.descriptions[job.rule_name]}"
        self.print(f"{number} {seconds:5.1f} s  {text}")
        self.print_indented(log)
        if job.rule_name == "write_manifest":  # the last one
            for line in summary(record.relativeCreated / 1000):
                self.print(line)

    def outcome(self, log):
        """What a cell's log says: its validation cost, or that it has diverged."""
        outcome = log[-1] if log else ""
        if not outcome.startswith("validation f_MSE"):
            return outcome
        cost = float(outcome.split()[-1])
        best = cost < self.lowest_cost
        self.lowest_cost = min(cost, self.lowest_cost)
        return f"validation {cost:7.2f}" + ("  best so far" if best else "")

    def print_indented(self, texts):
        for text in texts:
            self.print(f"    {text}")

    def job_failed(self, record):
        self.running.pop(record.jobid, None)
        self.print_failure(record.rule_name, record.log)

    def print_failure(self, rule, logs):
        """The end of the failed step's log, where a sentence says what to do."""
        if not logs:
            self.print(f"FAILED: {rule}.")
            return
        log = lines(logs[0])
        if log[-1:] in INTERRUPTED_LOGS:
            self.print_interrupted()
        if self.interrupted:
            return
        self.print(f"FAILED: {rule}. The end of {logs[0]}:")
        self.print_indented(log[-MOST_LINES:] or [why_empty(Path(logs[0]).parent)])

    def print_interrupted(self):
        """Once, though every job that was running ends so."""
        self.running.clear()
        if not self.interrupted:
            self.print(INTERRUPTED)
        self.interrupted = True
        # On a cluster, Snakemake takes its handlers away while jobs of this machine still run. What
        # it says after that has no handler, and Python would print it.
        logging.lastResort = None


def can_be_cleared(stream):
    """Whether the stream is a terminal whose last line can be overwritten, and may be."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream is not None and stream.isatty() and not plain


def duration(seconds):
    """The time in words."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def why_empty(folder):
    """Why a failed step's log in the folder may be empty."""
    if folder.exists() and shutil.disk_usage(folder).free < ROOM_FOR_A_LOG:
        return "The disk is full: free some space and run the same command again."
    return "It ended without a message, perhaps killed. Run the same command again."


def lines(path):
    """The lines of a text file, none if there is no file."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def show_progress(workflow, config, cells):
    """Let a Progress print what Snakemake would print of a run, and a Status of a dry run.

    Snakemake takes other loggers only as installed packages, and a profile that names one stops
    every Snakemake that lacks it; so these go beside the handler that prints, which is found by
    its name. In a Snakemake that names it otherwise, a run prints Snakemake's own words, as it
    does with --verbose.
    """
    logger = logging.getLogger("snakemake.logging")
    if logger.isEnabledFor(logging.DEBUG):
        return
    logging.raiseExceptions = False  # no room for a log is no reason for a traceback
    descriptions = {rule.name: rule.docstring for rule in workflow.rules}
    progress = Progress(descriptions, cells)
    status = Status(list(descriptions), last_configuration(), config)

    def printer():
        """What prints; None where this process only touches files or does a cluster's job."""
        if workflow.executor_plugin is None or not workflow.is_main_process or workflow.touch:
            return None
        return status if workflow.dryrun else progress

    for handler in list(logger.handlers):
        if handler.name == "DefaultStreamHandler":
            handler.addFilter(lambda record: not printer() and not is_repeated(str(record.msg)))
            progress.addFilter(lambda record: printer() is progress)
            status.addFilter(lambda record: printer() is status)
            logger.addHandler(progress)
            logger.addHandler(status)


def summary(seconds):
    """The lines at the end of a run: the best cell, its costs, the submission, what is to do.

    seconds: how long the run took.
    """
    best = json.loads(Path("results/best.json").read_text())
    metrics = json.loads(Path("results/metrics.json").read_text())
    checklist = json.loads(Path("results/checklist.json").read_text())
    (cell,) = in_words({"best": best}).values()
    yield f"Best cell: {cell}"
    yield (
        f"f_MSE: training {metrics['train_fmse']:.3f}, "
        f"validation {metrics['validation_fmse']:.3f}, test {metrics['test_fmse']:.3f}."
    )
    yield f"Time: {duration(seconds)}."
    yield "PDF: results/homework1.pdf"
    yield "Page: results/homework1.html"
    whose = "; your own faces, not the course's" if metrics["dataset"] == "own" else ""
    yield f"Zip: results/homework1.zip (checked{whose})"
    yield "Checklist: results/checklist.txt"
    yield from checklist["to_do"]
