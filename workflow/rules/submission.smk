# What can fail writes into results/unchecked/: the last good PDF and zip stay until hand_over, which
# only copies, replaces both.
rule compile_report:
    "Set the PDF"
    input:
        "workflow/scripts/shared/command_line.py",
        "workflow/scripts/shared/typesetting.py",
        "report/pdf.typ",
        "report/numbers.typ",
        "report/equations.typ",
        "data/raw/source.json",
        "results/grid.csv",
        "results/best.json",
        "results/search.json",
        "results/metrics.json",
        FINDINGS,
        FIGURES,
        script="workflow/scripts/compile_report.py",
        report="report/homework1.typ",
        settings=settings("authors", "seed", "validation_fraction"),
    output:
        "results/unchecked/homework1.pdf",
    log:
        "results/logs/compile_report.log",
    localrule: True
    shell:
        "python {input.script} {input.report} {input.settings} {output} >{log} 2>&1"


rule zip_submission:
    "Pack the zip"
    input:
        "workflow/scripts/shared/command_line.py",
        script="workflow/scripts/zip_submission.py",
        metrics="results/metrics.json",
        pdf="results/unchecked/homework1.pdf",
        modules=MODULES,
        settings=settings("seed", "validation_fraction", "grid"),
    output:
        "results/unchecked/homework1.zip",
    log:
        "results/logs/zip_submission.log",
    localrule: True
    shell:
        """
        python {input.script} archive={output} metrics={input.metrics} \
            settings={input.settings} {input.pdf} {input.modules} >{log} 2>&1
        """


# The checklist is a log, because it stays when the check fails.
rule check_submission:
    "Unpack the zip elsewhere and check all that the handout asks for"
    input:
        "workflow/scripts/shared/command_line.py",
        "workflow/scripts/shared/course_files.py",
        "workflow/scripts/shared/checklist.py",
        "workflow/checks/__main__.py",
        "workflow/checks/answers.py",
        "workflow/checks/submission.py",
        "workflow/checks/problem1.py",
        "workflow/checks/problem2.py",
        "workflow/checks/problem3.py",
        FACES,
        "data/raw/source.json",
        expand("results/cells/{cell}/weights.npz", cell=CELLS),
        script="workflow/scripts/check_submission.py",
        archive="results/unchecked/homework1.zip",
        settings=settings(*config),
        best="results/best.json",
        metrics="results/metrics.json",
        grid="results/grid.csv",
        problem3b="results/problem3b.json",
    output:
        touch("results/unchecked/holds"),
    log:
        "results/logs/check_submission.log",
        checklist="results/checklist.json",
        table="results/checklist.txt",
    localrule: True
    threads: 3  # one for each problem
    shell:
        """
        python {input.script} archive={input.archive} settings={input.settings} \
            checks=workflow/checks data=data/raw cells=results/cells best={input.best} \
            metrics={input.metrics} grid={input.grid} problem3b={input.problem3b} \
            checklist={log.checklist} table={log.table} >{log[0]} 2>&1
        """


rule hand_over:
    "Replace the PDF and the zip by those that were checked"
    input:
        "results/unchecked/holds",
        files=["results/unchecked/homework1.pdf", "results/unchecked/homework1.zip"],
    output:
        "results/homework1.pdf",
        "results/homework1.zip",
    log:
        "results/logs/hand_over.log",
    localrule: True
    shell:
        "cp {input.files} results >{log} 2>&1"


rule bundle_vega:
    "Get the library that draws the page's charts in the browser"
    input:
        "workflow/scripts/shared/command_line.py",
        script="workflow/scripts/bundle_vega.py",
    output:
        "results/vega.js",
    log:
        "results/logs/bundle_vega.log",
    localrule: True
    shell:
        "python {input.script} {output} >{log} 2>&1"


# It links to the PDF and the zip, so it is made after these were handed over.
rule compile_page:
    "Set the web page"
    input:
        "workflow/scripts/shared/command_line.py",
        "workflow/scripts/shared/course_files.py",
        "workflow/scripts/shared/checklist.py",
        "workflow/scripts/shared/typesetting.py",
        "report/page.typ",
        "report/numbers.typ",
        "report/equations.typ",
        "data/raw/source.json",
        "results/homework1.pdf",
        "results/grid.csv",
        "results/best.json",
        "results/search.json",
        FINDINGS,
        FIGURES,
        script="workflow/scripts/compile_page.py",
        report="report/homework1.typ",
        settings=settings("authors", "seed", "validation_fraction"),
        metrics="results/metrics.json",
        problem3b="results/problem3b.json",
        font="report/page/math.woff",
        styles=["report/page/page.css", "report/page/explore.css"],
        scripts=["results/vega.js", "report/page/tables.js", "report/page/explore.js"],
        explorations=EXPLORATIONS,
    output:
        "results/homework1.html",
    log:
        "results/logs/compile_page.log",
    localrule: True
    shell:
        """
        python {input.script} report={input.report} settings={input.settings} \
            metrics={input.metrics} problem3b={input.problem3b} font={input.font} \
            page={output} {input.styles} {input.scripts} {input.explorations} >{log} 2>&1
        """


# All that the results follow from, and the results.
COVERED = ["Snakefile", "config.yaml", "workflow/config.schema.yaml", settings(*config)]
COVERED += ["workflow/environment.sh", "workflow/interruption.pth"]
COVERED += glob("workflow/rules/*.smk") + glob("workflow/homework1_run/*.py")
COVERED += glob("workflow/scripts/*.py") + glob("workflow/scripts/shared/*.*")
COVERED += glob("workflow/checks/*.py") + glob("report/*.typ") + glob("report/page/*.*")
COVERED += SEQUENCE + FACES + SPLIT + RESULTS
COVERED += ["data/raw/source.json", "results/split/sha256.json"]


rule write_manifest:
    "Write down the hash of every file that the results follow from, and of the results"
    input:
        COVERED,
        script="workflow/scripts/write_manifest.py",
        # The paths stand in a file: with a thousand cells, a command line has no room for them.
        paths=write_settings("manifest", sorted(COVERED)),
    output:
        "results/manifest.json",
    log:
        "results/logs/write_manifest.log",
    localrule: True
    shell:
        "python {input.script} {input.paths} {output} >{log} 2>&1"


# Only `make pictures` asks for it.
rule draw_pictures:
    "Draw the README's pictures"
    input:
        "workflow/scripts/shared/command_line.py",
        "workflow/scripts/shared/synthetic_faces.py",
        script="workflow/scripts/draw_pictures.py",
        pdf="results/homework1.pdf",
    output:
        "report/pictures/report.png",
        "report/pictures/faces.png",
    log:
        "results/logs/draw_pictures.log",
    localrule: True
    shell:
        "python {input.script} {input.pdf} {output} >{log} 2>&1"
