"""Pack what is handed in: the three modules and the PDF, nothing else."""

import json
import re
import zipfile
from pathlib import Path

from shared.command_line import run


def main(*members, archive, metrics, settings):
    """members: the files to pack; settings: the file with what the numbers were made with.

    The same members give the same bytes. Synthetic faces are named in the archive's comment.
    """
    dataset = json.loads(Path(metrics).read_text())["dataset"]
    settings = json.loads(Path(settings).read_text())
    with zipfile.ZipFile(archive, "w") as file:  # stored: bytes don't depend on zlib's version
        for member in map(Path, members):
            content = member.read_bytes()
            if member.name == "homework1_problem2.py":
                content = with_settings(content.decode(), settings).encode()
            # A ZipInfo of one's own has a fixed date.
            entry = zipfile.ZipInfo(member.name)
            entry.external_attr = 0o644 << 16
            file.writestr(entry, content)
        if dataset == "synthetic":
            file.comment = b"SYNTHETIC FACES: not the course's data, not to be handed in."
            print(file.comment.decode())


def with_settings(code, settings):
    """Problem 2's module with the configuration's values at its head, since it runs alone, too."""
    values = {
        "SEED": settings["seed"],
        "VALIDATION_FRACTION": settings["validation_fraction"],
        "BATCH_SIZES": settings["grid"]["batch_size"],
        "LEARNING_RATES": settings["grid"]["learning_rate"],
        "EPOCHS": settings["grid"]["epochs"],
    }
    for name, value in values.items():
        code, found = re.subn(rf"^{name} = .*$", f"{name} = {value}", code, flags=re.MULTILINE)
        if found != 1:
            raise ValueError(
                f"homework1_problem2.py has {found} lines like `{name} = {value}`: it needs one."
            )
    return code


if __name__ == "__main__":
    run(main)
