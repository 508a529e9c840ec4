"""results/SHA256SUMS names each file that is not what it was when the results were made."""

COVERED = ("Snakefile", "config.yaml", "workflow/", "tests/handout/", "report/", "data/")
COVERED += ("results/",)
# The sums themselves, and what is between two results or only about them.
LEFT_OUT = ("results/SHA256SUMS", "results/checklist", "results/draft/", "results/logs/")
LEFT_OUT += ("results/settings/", "report/pictures/")


def test_make_verify_names_each_file_that_has_changed_or_is_missing(copy_of_built):
    (copy_of_built / "report/a student's copy.typ").touch()
    copy_of_built.build()
    assert copy_of_built.make("verify").stdout == ""
    (copy_of_built / "results/split/mean.npy").unlink()
    changed = ["config.yaml", "tests/handout/test_problem3.py", "data/raw/age_regression_yte.npy"]
    for path in changed:
        with (copy_of_built / path).open("ab") as file:
            file.write(b"\n")
    run = copy_of_built.make("verify")
    assert run.returncode != 0
    for path in ["results/split/mean.npy", *changed]:
        assert f"{path}: FAILED" in run.stdout


def test_what_is_deleted_is_made_again(copy_of_built):
    (copy_of_built / "results/split/mean.npy").unlink()
    assert "\nsplit_data " in copy_of_built.build("--dry-run", "--quiet", "host")


def test_the_sums_have_every_file_that_the_results_follow_from_and_every_result(built):
    sums = (built / "results/SHA256SUMS").read_text().splitlines()
    covered = {line.split("  ")[1] for line in sums}
    paths = [path for path in built.folder.rglob("*.*") if path.is_file()]
    files = {str(path.relative_to(built.folder)) for path in paths} | {"Snakefile"}
    expected = {path for path in files if path.startswith(COVERED) and "__pycache__" not in path}
    expected = {path for path in expected if not path.startswith(LEFT_OUT)}
    assert {path for path in covered if not path.startswith(LEFT_OUT)} == expected
