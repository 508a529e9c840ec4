"""results/SHA256SUMS names each file that is not what it was when the results were made."""

import pytest

# What the sums leave out: themselves, and what is between two results or only about them.
LEFT_OUT = ("results/SHA256SUMS", "results/checklist", "results/draft/", "results/logs/")
COVERED = ("Snakefile", "config.yaml", "workflow/", "tests/handout/", "report/", "data/")
COVERED += ("results/",)


def test_make_verify_names_each_file_that_has_changed_or_is_missing(copy_of_built):
    assert copy_of_built.make("verify").stdout == ""
    changed = {"config.yaml", "tests/handout/test_problem3.py", "data/raw/age_regression_yte.npy"}
    for path in changed:
        with (copy_of_built / path).open("ab") as file:
            file.write(b"\n")
    (copy_of_built / "results/figures/problem3a.svg").unlink()
    run = copy_of_built.make("verify")
    assert run.returncode != 0
    for path in changed | {"results/figures/problem3a.svg"}:
        assert f"{path}: FAILED" in run.stdout


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("data/raw/source.json", "download_data"),
        ("results/split/mean.npy", "split_data"),
        ("results/gradient_descent_sequence.txt", "make_sequence"),
    ],
)
def test_what_is_deleted_is_made_again(copy_of_built, path, rule):
    (copy_of_built / path).unlink()
    assert f"\n{rule} " in copy_of_built.build("--dry-run", "--quiet", "host")


def test_the_sums_have_every_file_that_the_results_follow_from_and_every_result(built):
    sums = (built / "results/SHA256SUMS").read_text().splitlines()
    covered = {line.split("  ")[1] for line in sums}
    settings = {path for path in covered if path.startswith("results/settings/")}
    assert len(settings) == 1  # the whole configuration
    files = {str(path.relative_to(built.folder)) for path in built.folder.rglob("*.*")}
    expected = {
        path
        for path in files
        if path.startswith(COVERED)
        and (built / path).is_file()
        and not path.startswith((*LEFT_OUT, "results/settings/", "report/pictures/"))
        and "__pycache__" not in path
    }
    assert covered - settings == expected | {"Snakefile"}
