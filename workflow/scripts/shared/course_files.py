"""The four data files, known by their hashes: the course's, and the synthetic ones."""

import hashlib
from pathlib import Path

ADDRESS = "https://s3.amazonaws.com/jrwprojects"
SHA256 = {
    "age_regression_Xtr.npy": "1b36355263268eb4a00032854887377a54f91e83398c28345880e1214f6273ef",
    "age_regression_ytr.npy": "209508d19f3b9e298d377eaed0c510375eb2487c0c887351672e5db22e80615f",
    "age_regression_Xte.npy": "a95e8d61e96b388155a146bcf3cf858a5c8e391bf4d473d3fec4be3f95ed93e6",
    "age_regression_yte.npy": "8b74c79ee44a550aa337bbc4d1d2a37486f41f69b32b01efa9bc6a92864b8d23",
}
# Those that synthetic_faces.py draws for the seed 541, the same on every machine.
SYNTHETIC_SEED = 541
SYNTHETIC_SHA256 = {
    "age_regression_Xtr.npy": "b4a20ee7fb35ab6e3ade98c85db1b27f202f5b5d0100758f20ef3e5eb3b989f2",
    "age_regression_ytr.npy": "392164e4935113f7dd20a0d7294001ab2f1b3d6aad44632688e82a15ab852a35",
    "age_regression_Xte.npy": "3a181489fff65bcb9c4d56f3fc32b617d0605580f9cb88cf33979644b44cd8ee",
    "age_regression_yte.npy": "5c22c50e847fa8d96ec84957ae7d4fc78e99741586d2ea3909197a9aec4091c0",
}


def known_dataset(sha256):
    """Whose four files have these hashes, by name: "course", "synthetic", or None."""
    if sha256 == SHA256:
        return "course"
    if sha256 == SYNTHETIC_SHA256:
        return "synthetic"
    return None


def is_the_courses(path):
    """Whether the file is, byte for byte, the course's of that name."""
    return sha256(path) == SHA256[Path(path).name]


def sha256(path):
    """The file's SHA-256 in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
