"""The course's four data files, told by their hashes."""

import hashlib
from pathlib import Path

ADDRESS = "https://s3.amazonaws.com/jrwprojects"
SHA256 = {
    "age_regression_Xtr.npy": "1b36355263268eb4a00032854887377a54f91e83398c28345880e1214f6273ef",
    "age_regression_ytr.npy": "209508d19f3b9e298d377eaed0c510375eb2487c0c887351672e5db22e80615f",
    "age_regression_Xte.npy": None,  # not known; GIT_BLOB holds what is
    "age_regression_yte.npy": "8b74c79ee44a550aa337bbc4d1d2a37486f41f69b32b01efa9bc6a92864b8d23",
}
GIT_BLOB = {"age_regression_Xte.npy": "207172c42d575513dc3cb699739f4f2e91558903"}


def is_the_courses(path):
    """Whether the file is, byte for byte, the course's of that name."""
    content, name = Path(path).read_bytes(), Path(path).name
    if name in GIT_BLOB:
        return git_blob(content) == GIT_BLOB[name]
    return hashlib.sha256(content).hexdigest() == SHA256[name]


def git_blob(content):
    """The name that git gives a file of this content: SHA-1 of a header and the content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
