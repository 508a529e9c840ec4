"""The course's four data files, known by their hashes."""

import hashlib
from pathlib import Path

ADDRESS = "https://s3.amazonaws.com/jrwprojects"
SHA256 = {
    "age_regression_Xtr.npy": "1b36355263268eb4a00032854887377a54f91e83398c28345880e1214f6273ef",
    "age_regression_ytr.npy": "209508d19f3b9e298d377eaed0c510375eb2487c0c887351672e5db22e80615f",
    "age_regression_Xte.npy": "a95e8d61e96b388155a146bcf3cf858a5c8e391bf4d473d3fec4be3f95ed93e6",
    "age_regression_yte.npy": "8b74c79ee44a550aa337bbc4d1d2a37486f41f69b32b01efa9bc6a92864b8d23",
}


def is_the_courses(path):
    """Whether the file is, byte for byte, the course's of that name."""
    return sha256(path) == SHA256[Path(path).name]


def sha256(path):
    """The file's SHA-256 in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
