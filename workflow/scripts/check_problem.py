"""Check the code of one problem by itself, in an empty folder."""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.checklist import evidence, run_check
from shared.command_line import run
from shared.course_files import sha256


def main(module, problem, checks, found, settings=None, **results):
    """module: the problem's, which stands alone; checks: the folder of the check.

    settings: those that the problem has; results: for Problem 2, what `evidence` takes. Writes the
    requirements and the hash of the module, as JSON, whether they hold or not: the check of the zip
    says what does not.
    """
    config = json.loads(Path(settings).read_text()) if settings else {}
    compared = evidence(config, **results) if results else {"config": config}
    with TemporaryDirectory() as folder:
        copy = shutil.copy(module, folder)
        digest = sha256(copy)  # the module may be edited while its copy is checked
        rows = run_check(checks, folder, problem, compared)
    checked = {"module": Path(module).name, "sha256": digest, "rows": rows}
    Path(found).write_text(json.dumps(checked, indent=1))


if __name__ == "__main__":
    run(main)
