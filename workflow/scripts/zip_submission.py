"""Pack what is handed in: the three modules and the PDF, nothing else."""

import json
import zipfile
from pathlib import Path

from shared.command_line import run


def main(*members, archive, source):
    """members: the files to pack; source: the note of where the data came from.

    The same members give the same bytes. Synthetic faces are named in the archive's comment.
    """
    dataset = json.loads(Path(source).read_text())["dataset"]
    with zipfile.ZipFile(archive, "w") as file:  # stored: bytes don't depend on zlib's version
        for member in map(Path, members):
            # A ZipInfo of one's own has a fixed date.
            entry = zipfile.ZipInfo(member.name)
            entry.external_attr = 0o644 << 16
            file.writestr(entry, member.read_bytes())
        if dataset == "synthetic":
            file.comment = b"SYNTHETIC FACES: not the course's data, not to be handed in."
            print(file.comment.decode())


if __name__ == "__main__":
    run(main)
