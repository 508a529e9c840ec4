"""From the course's faces to the finished submission. `snakemake --cores 4` builds all of it."""


# The configuration, the names of files, and how a run begins.
include: "workflow/rules/common.smk"


# The sums follow from everything else. Snakemake makes a file again that was deleted, or that a
# failed step has left missing, only if it is named here.
rule all:
    input:
        FACES,
        SPLIT,
        DATA,
        RESULTS,
        DRAFT,
        "results/SHA256SUMS",


# The faces, the grid search, the test set, and four figures.
include: "workflow/rules/search.smk"
# Four ways in which gradient descent goes wrong: figures and findings.
include: "workflow/rules/descents.smk"
# The PDF, the page and the zip, the check, and the handing over.
include: "workflow/rules/submission.smk"


show_progress(workflow, CELLS)
