"""What a run says: a line for each step, why one failed, and at the end what came of it.

Snakemake's own, longer account of the run is in .snakemake/log/.
"""

import json
import logging
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

# What Snakemake says besides of a failed step, or of every run.
ECHOES = [
    "CalledProcessError",
    "Exiting because a job",
    "At least one job did not complete",
    "Cannot restore",
    "Restored previous version",
    "Assuming unrestricted shared filesystem usage",
]
ROOM_FOR_A_LOG = 100_000  # bytes
MOST_LINES = 30  # of a failed step's log; the rest is in the file


class Progress(logging.Handler):
    """Takes the place of the handler that prints Snakemake's log records.

    words: what each rule does, by the rule's name; a record has only the name.
    """

    def __init__(self, words, stream=sys.stderr):
        super().__init__()
        self.words = words
        self.stream = stream
        self.total, self.told, self.steps, self.lowest = 0, 0, {}, float("inf")
        self.interrupted = False
        # A download's bar may stand in the line, but only on a terminal, where it can be cleared.
        on_terminal = stream and stream.isatty() and not os.environ.get("NO_COLOR")
        self.fresh_line = "\r\033[K" if on_terminal else ""

    def emit(self, record):
        try:
            self.tell_of(record)
        # Snakemake would wait for ever for the job that the record tells of.
        except Exception:  # noqa: BLE001
            self.handleError(record)

    def tell_of(self, record):
        react = {
            "run_info": self.count,
            "job_info": self.begin,
            "job_finished": self.finish,
            "job_error": self.fail,
            "group_error": self.fail_group,
        }.get(getattr(record, "event", None))
        if react:
            react(record)
        elif str(record.msg).startswith("Terminating processes on user request"):
            self.tell_interrupted()
        elif record.levelno >= logging.WARNING and not is_echo(record.getMessage()):
            self.say(record.getMessage())
        elif str(record.msg).startswith("Nothing to be done"):
            self.say("Nothing to be done: everything that was asked for is up to date.")

    def say(self, text):
        with suppress(BrokenPipeError):  # whoever has listened is gone; the work goes on
            print(f"{self.fresh_line}{text}", file=self.stream, flush=True)

    def count(self, record):
        self.total = record.stats["total"] - record.stats.get("all", 0)

    def begin(self, step):
        """Name the step; a cell of the grid, of which there are many, is named when it ends."""
        if step.rule_name == "all" or step.jobid in self.steps:  # there from its first attempt
            return
        self.steps[step.jobid] = step
        if step.rule_name != "train_cell":
            self.tell_step(f"{step.rule_name}: {self.words[step.rule_name]}")

    def tell_step(self, text):
        """Steps are numbered as they are told."""
        self.told += 1
        self.say(f"[{self.told:{len(str(self.total))}}/{self.total}] {text}")

    def finish(self, record):
        """Pass on what the step has said in its log."""
        if record.job_id not in self.steps:
            return
        step = self.steps[record.job_id]
        said = lines(step.log[0])
        if step.rule_name == "train_cell":
            cell, result = step.wildcards["cell"], " ".join(said[-1:])
            self.tell_step(f"train_cell {cell}: {result}{self.mark(result)}")
        else:
            self.quote(said)
        if step.rule_name == "write_manifest":  # the last one
            self.conclude()

    def conclude(self):
        for line in outcome():
            self.say(line)

    def quote(self, said):
        for line in said:
            self.say(f"    {line}")

    def mark(self, result):
        """A mark where no cell of this run has a lower validation cost."""
        if not result.startswith("validation"):
            return ""
        cost = float(result.split()[-1])
        best_so_far, self.lowest = cost < self.lowest, min(cost, self.lowest)
        return "  <- best of this run" if best_so_far else ""

    def fail(self, record):
        """The end of the failed step's log, where a sentence says what to do."""
        self.tell(record.rule_name, record.log)

    def fail_group(self, record):
        for step in record.job_error_info:
            self.tell(step["rule_name"], step["log"])

    def tell(self, name, logs):
        if logs and lines(logs[0])[-1:] == ["KeyboardInterrupt"]:
            self.tell_interrupted()
        if self.interrupted:
            return
        self.say(f"FAILED: {name}. The end of {logs[0]}:" if logs else f"FAILED: {name}.")
        if logs:
            self.quote(lines(logs[0])[-MOST_LINES:] or told_by_the_disk(Path(logs[0]).parent))

    def tell_interrupted(self):
        """Once, though every job that was at work ends so."""
        if not self.interrupted:
            self.say("Interrupted. The same command goes on from here.")
        self.interrupted = True


def told_by_the_disk(folder):
    """What a log in the folder would say, were there room for it."""
    if folder.exists() and shutil.disk_usage(folder).free < ROOM_FOR_A_LOG:
        yield "The disk is full: free some space and run the same command again."
    else:
        yield "It ended without a word, perhaps killed. Run the same command again."


def is_echo(message):
    return any(echo in message for echo in ECHOES)


def lines(path):
    """The lines of a text file, none where there is no file."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def show_progress(workflow):
    """Print by a Progress what Snakemake would print of a run.

    Snakemake takes other loggers only as installed packages, and a profile that names one stops
    every Snakemake that lacks it; so this goes beside the handler that prints, which is found by
    its name. In a Snakemake that names it otherwise, a run prints Snakemake's own words.
    """
    logging.raiseExceptions = False  # no room for a log is no reason for a traceback
    logger = logging.getLogger("snakemake.logging")
    progress = Progress({rule.name: rule.docstring for rule in workflow.rules})

    def running(record):
        """Whether this process runs the workflow, and does not plan it or do a cluster's job."""
        return (
            workflow.executor_plugin is not None
            and workflow.is_main_process
            and not workflow.dryrun
            and not workflow.touch
        )

    for handler in list(logger.handlers):
        if handler.name == "DefaultStreamHandler":
            handler.addFilter(lambda record: not running(record) and not is_echo(str(record.msg)))
            progress.addFilter(running)
            logger.addHandler(progress)


def outcome(best="results/best.json", metrics="results/metrics.json"):
    """Three lines: the best cell, what it costs, and where the submission is."""
    best, metrics = (json.loads(Path(path).read_text()) for path in (best, metrics))
    synthetic = metrics["dataset"] == "synthetic"
    warning = "; SYNTHETIC, not to be handed in" if synthetic else ""
    yield (
        f"Best cell: batch size {best['batch_size']}, learning rate {best['learning_rate']}, "
        f"{best['epochs']} epochs."
    )
    yield f"f_MSE: train {metrics['train_fmse']:.3f}, test {metrics['test_fmse']:.3f}."
    yield f"PDF: results/homework1.pdf, zip: results/homework1.zip (checked{warning})."
