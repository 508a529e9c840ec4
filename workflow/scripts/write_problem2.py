"""Write Problem 2's module as it is handed in: with the configuration's values in it."""

import json
import re
from pathlib import Path


def main(module, settings, handed_in):
    """settings: the file with what the numbers were made with."""
    values = json.loads(Path(settings).read_text())
    code = Path(module).read_text(encoding="utf-8")
    Path(handed_in).write_text(with_settings(code, values), encoding="utf-8")


def with_settings(code, settings):
    """The code with the configuration's values at its head."""
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
