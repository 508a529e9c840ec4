# The settings of (d) are constants in the module.
SETTINGS3 = {part: settings(f"problem3{part}") for part in ["a", "b", "c"]} | {"d": []}


rule make_sequence:
    "Copy the user's sequence of Problem 3 (b), or recompute it"
    input:
        LAUNCHER,
        script="workflow/scripts/make_sequence.py",
        given=in_data("gradient_descent_sequence.txt"),
    output:
        "results/gradient_descent_sequence.txt",
    log:
        "results/logs/make_sequence.log",
    priority: 1  # a figure and a check wait for it, and would be the last to end
    localrule: True
    shell:
        "python {LAUNCHER} {input.script} {output} {input.given} >{log} 2>&1"


rule draw_problem3:
    "Descend one of Problem 3's functions"
    input:
        DRAWING,
        "workflow/scripts/homework1_problem3.py",
        script="workflow/scripts/draw_problem3.py",
        settings=lambda w: SETTINGS3[w.part],
        sequence=lambda w: "results/gradient_descent_sequence.txt" if w.part == "b" else [],
    output:
        svg="results/figures/problem3{part}.svg",
        findings="results/problem3{part}.json",
    log:
        "results/logs/draw_problem3{part}.log",
    wildcard_constraints:
        part="[abcd]",
    localrule: True
    shell:
        """
        python {LAUNCHER} {input.script} part={wildcards.part} settings={input.settings} \
            sequence={input.sequence} svg={output.svg} findings={output.findings} >{log} 2>&1
        """


rule draw_problem3a_iv:
    "Descend the function of (a) with very many learning rates"
    input:
        DRAWING,
        "workflow/scripts/homework1_problem3.py",
        script="workflow/scripts/draw_problem3a_iv.py",
    output:
        svg="results/figures/problem3a_iv.svg",
        findings="results/problem3a_iv.json",
    log:
        "results/logs/draw_problem3a_iv.log",
    localrule: True
    shell:
        "python {LAUNCHER} {input.script} svg={output.svg} findings={output.findings} >{log} 2>&1"
