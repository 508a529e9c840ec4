"""What a user can cause ends in a sentence, and nothing good is lost by it."""

import hashlib

import pytest

NO_NETWORK = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}


def digests(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.glob("*")
        if path.is_file()
    }


def test_a_download_that_fails_leaves_the_data_and_the_zip(built):
    before = digests(built / "data/raw"), digests(built / "results")
    run = built.snakemake("--config", "dataset=course", **NO_NETWORK)
    assert run.returncode != 0
    assert "could not be downloaded" in run.stdout
    assert "into data/ by hand" in run.stdout
    assert "Traceback" not in run.stdout
    assert (digests(built / "data/raw"), digests(built / "results")) == before
    built.build()


def test_auto_says_that_it_uses_synthetic_faces(fresh):
    run = fresh.snakemake("--config", "dataset=auto", "--", "data/raw/source.json", **NO_NETWORK)
    assert run.returncode == 0
    assert "cannot be reached" in run.stdout
    assert "Synthetic faces stand in" in run.stdout


@pytest.mark.parametrize("name", ["homework1.pdf", "homework1.zip"])
def test_a_report_that_cannot_be_set_leaves_the_last_one(built, name):
    report = built / "report/homework1.typ"
    good, before = report.read_text(), (built / "results" / name).read_bytes()
    report.write_text(good + "\n#unknown-function()\n")
    try:
        run = built.snakemake()
        assert run.returncode != 0
        assert "report/homework1.typ could not be set: unknown variable" in run.stdout
        assert (built / "results" / name).read_bytes() == before
    finally:
        report.write_text(good)
        built.build()


def test_a_grid_that_diverges_everywhere_says_what_to_do(fresh):
    fresh.configure(grid__learning_rate=[10, 100], grid__batch_size=[500], grid__epochs=[1])
    run = fresh.snakemake("results/best.json")
    assert run.returncode != 0
    assert "diverged in every cell of the grid, with learning rates 10.0, 100.0" in run.stdout
    assert "ten times smaller" in run.stdout
    assert "Traceback" not in run.stdout
