# What the PDF and the page are set from.
TYPESETTING = [LAUNCHER, "workflow/scripts/shared/typesetting.py"]
TYPESETTING += expand("report/{k}.typ", k=["numbers", "equations"])
REPORTED = expand("results/{k}", k=["best.json", "search.json", "metrics.json"])
REPORTED += ["data/raw/source.json", "workflow/scripts/homework1_problem1.py"]
REPORTED += FINDINGS + FIGURES


# What can fail writes into results/draft/: the last good PDF, page and zip stay until hand_over,
# which only copies, replaces them all.
rule compile_report:
    "Set the PDF"
    input:
        TYPESETTING,
        REPORTED,
        "report/pdf.typ",
        script="workflow/scripts/compile_report.py",
        report="report/homework1.typ",
        settings=settings("authors", "seed", "validation_fraction"),
    output:
        "results/draft/homework1.pdf",
    log:
        "results/logs/compile_report.log",
    localrule: True
    shell:
        "python {LAUNCHER} {input.script} {input.report} {input.settings} {output} >{log} 2>&1"


rule write_problem2:
    "Write the configuration's values into Problem 2's module"
    input:
        LAUNCHER,
        script="workflow/scripts/write_problem2.py",
        module="workflow/scripts/homework1_problem2.py",
        settings=settings("seed", "validation_fraction", "grid"),
    output:
        "results/draft/homework1_problem2.py",
    log:
        "results/logs/write_problem2.log",
    localrule: True
    shell:
        "python {LAUNCHER} {input.script} {input.module} {input.settings} {output} >{log} 2>&1"


rule zip_submission:
    "Pack the zip"
    input:
        LAUNCHER,
        script="workflow/scripts/zip_submission.py",
        pdf="results/draft/homework1.pdf",
        modules=HANDED_IN,
    output:
        "results/draft/homework1.zip",
    log:
        "results/logs/zip_submission.log",
    localrule: True
    shell:
        "python {LAUNCHER} {input.script} archive={output} {input.pdf} {input.modules} >{log} 2>&1"


# Most code is checked early: after the last cell, the cores have enough to do.
rule check_problems_1_and_3:
    "Check the code of Problems 1 and 3 by itself, in an empty folder"
    input:
        CHECKING,
        "results/gradient_descent_sequence.txt",
        script="workflow/scripts/check_problem.py",
        tests=expand("tests/handout/test_problem{k}.py", k=[1, 3]),
        modules=expand("workflow/scripts/homework1_problem{k}.py", k=[1, 3]),
        settings=settings("problem3a", "problem3c"),
    output:
        "results/draft/problems_1_and_3.json",
    log:
        "results/logs/check_problems_1_and_3.log",
    localrule: True
    shell:
        """
        python {LAUNCHER} {input.script} tests="{input.tests}" modules="{input.modules}" \
            settings={input.settings} checked={output} >{log} 2>&1
        """


# `use rule` inherits the shell command, but not that the rule runs locally.
use rule check_problems_1_and_3 as check_problem2 with:
    "Check the code of Problem 2 by itself, and the results"
    input:
        CHECKING,
        FACES,
        "data/raw/source.json",
        "results/best.json",
        "results/metrics.json",
        "results/grid.csv",
        expand("results/cells/{cell}/weights.npz", cell=CELLS),
        script="workflow/scripts/check_problem.py",
        tests="tests/handout/test_problem2.py",
        modules="results/draft/homework1_problem2.py",
        settings=settings("seed", "validation_fraction", "grid"),
    output:
        "results/draft/problem2.json",
    log:
        "results/logs/check_problem2.log",
    priority: -1  # the PDF does not wait for it, and a core is free while the PDF is set
    localrule: True


rule check_submission:
    "Check the PDF in the zip, and that the code beside it is what was checked"
    input:
        CHECKING,
        "results/metrics.json",
        script="workflow/scripts/check_submission.py",
        tests="tests/handout/test_written_answers.py",
        checked=CHECKED,
        archive="results/draft/homework1.zip",
        settings=settings(*config),
        source="data/raw/source.json",
        sequence="results/gradient_descent_sequence.txt",
    output:
        touch("results/draft/holds"),
    log:
        "results/logs/check_submission.log",
        # These stay when the check fails, as an output would not.
        checklist="results/checklist.json",
        table="results/checklist.txt",
    localrule: True
    shell:
        """
        python {LAUNCHER} {input.script} archive={input.archive} tests={input.tests} \
            settings={input.settings} source={input.source} sequence={input.sequence} \
            checklist={log.checklist} table={log.table} {input.checked} >{log[0]} 2>&1
        """


rule compile_page:
    "Set the web page"
    input:
        TYPESETTING,
        REPORTED,
        "workflow/scripts/shared/checklist.py",
        "report/page.typ",
        "results/curves.json",
        script="workflow/scripts/compile_page.py",
        report="report/homework1.typ",
        settings=settings("authors", "seed", "validation_fraction"),
        metrics="results/metrics.json",
        problem3b="results/problem3b.json",
        font="report/page/math.woff",
        styles=["report/page/page.css", "report/page/explore.css"],
        scripts=expand("report/page/{k}.js", k=["descents", "chart", "explore"]),
    output:
        "results/draft/homework1.html",
    log:
        "results/logs/compile_page.log",
    priority: -1  # the check of the PDF does not wait for it
    localrule: True
    shell:
        """
        python {LAUNCHER} {input.script} report={input.report} settings={input.settings} \
            metrics={input.metrics} problem3b={input.problem3b} font={input.font} \
            page={output} {input.styles} {input.scripts} >{log} 2>&1
        """


rule hand_over:
    "Replace the last PDF, page and zip, now that the check has passed"
    input:
        "results/draft/holds",
        files=expand("results/draft/homework1.{kind}", kind=KINDS),
    output:
        expand("results/homework1.{kind}", kind=KINDS),
    log:
        "results/logs/hand_over.log",
    localrule: True
    shell:
        "cp {input.files} results >{log} 2>&1"


# What the results follow from, and the results, but for the arrays, whose sums are there already.
COVERED = ["Snakefile", "config.yaml", settings(*config)] + glob("workflow/*.*")
COVERED += glob("workflow/rules/*.smk") + glob("workflow/homework1_run/*.py")
COVERED += glob("workflow/scripts/*.py") + glob("workflow/scripts/shared/*.*")
COVERED += glob("tests/handout/*.py") + glob("report/*.typ") + glob("report/page/*.*")
COVERED += DATA + RESULTS


rule write_sums:
    "Write down the hash of every file that the results follow from, and of the results"
    input:
        COVERED,
        # The paths are in a file: with a thousand cells, a command line has no room for them.
        paths=write_settings("sums", sorted(COVERED)),
    output:
        "results/SHA256SUMS",
    log:
        "results/logs/write_sums.log",
    localrule: True
    shell:
        """
        cat {SUMS} >{output} 2>{log}
        cut -d '"' -f 2 -s {input.paths} | tr '\\n' '\\0' \
            | xargs -0 $(command -v sha256sum || echo shasum -a 256) >>{output} 2>>{log}
        """
