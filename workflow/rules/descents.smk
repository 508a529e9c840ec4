PROBLEM3 = ["workflow/scripts/homework1_problem3.py", "workflow/scripts/shared/problem3.py"]


rule draw_problem3a:
    "Descend a function with a plateau"
    input:
        DRAWING,
        PROBLEM3,
        script="workflow/scripts/draw_problem3a.py",
        data=settings("problem3a"),
    output:
        "results/figures/problem3a.svg",
        "results/problem3a.json",
    log:
        "results/logs/draw_problem3a.log",
    priority: 2
    localrule: True
    shell:
        "python {input.script} {output} {input.data} >{log} 2>&1"


use rule draw_problem3a as draw_problem3a_iv with:
    "Descend the same function with very many learning rates"
    input:
        DRAWING,
        PROBLEM3,
        script="workflow/scripts/draw_problem3a_iv.py",
        data=settings("problem3a"),
    output:
        "results/figures/problem3a_iv.svg",
        "results/problem3a_iv.json",
    log:
        "results/logs/draw_problem3a_iv.log",
    localrule: True


rule make_sequence:
    "Copy the user's sequence of Problem 3 (b), or recompute it"
    input:
        "workflow/scripts/shared/command_line.py",
        script="workflow/scripts/make_sequence.py",
        given=in_data("gradient_descent_sequence.txt"),
    output:
        "results/gradient_descent_sequence.txt",
    log:
        "results/logs/make_sequence.log",
    priority: 2
    localrule: True
    shell:
        "python {input.script} {output} {input.given} >{log} 2>&1"


use rule draw_problem3a as draw_problem3b with:
    "Fit a paraboloid to the zig-zag, and descend it"
    input:
        DRAWING,
        PROBLEM3,
        script="workflow/scripts/draw_problem3b.py",
        data=[settings("problem3b"), "results/gradient_descent_sequence.txt"],
    output:
        "results/figures/problem3b.svg",
        "results/problem3b.json",
    log:
        "results/logs/draw_problem3b.log",
    localrule: True


use rule draw_problem3a as draw_problem3c with:
    "Descend where the gradient is not Lipschitz"
    input:
        DRAWING,
        PROBLEM3,
        script="workflow/scripts/draw_problem3c.py",
        data=settings("problem3c"),
    output:
        "results/figures/problem3c.svg",
        "results/problem3c.json",
    log:
        "results/logs/draw_problem3c.log",
    localrule: True


use rule draw_problem3a as draw_problem3d with:
    "Descend to a local maximum"
    input:
        DRAWING,
        "workflow/scripts/homework1_problem3.py",
        script="workflow/scripts/draw_problem3d.py",
        data=[],
    output:
        "results/figures/problem3d.svg",
    log:
        "results/logs/draw_problem3d.log",
    localrule: True
