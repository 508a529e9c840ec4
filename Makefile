# `make` on a fresh clone does everything: environment, data, training, figures, PDF, page, zip.
# macOS's make looks for programs in .venv/bin only if the shell is not its default one.
SHELL := /bin/bash
CORES ?= 4
CHECKS := check_problem1 check_problem2 check_problem3 check_submission
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --upgrade
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# What the user has set for other work must not change the environment or what runs in it.
export PIP_USER := 0
export PYTHONUTF8 := 1
unexport BASH_ENV CDPATH PYTHONHOME PYTHONPATH PYTHONSAFEPATH PYTHONDONTWRITEBYTECODE

ifeq ($(OS),Windows_NT)
$(error This project runs on Linux and macOS; on Windows, run it in WSL, the Windows Subsystem for Linux)
endif

benchmark: export PYTHONPATH = workflow:workflow/scripts

.PHONY: all status adopt submit check-zip html pictures test check verify stress slurm test-slurm test-pdf test-page test-fresh benchmark lock clean help

all: adopt  ## build the PDF, the page and the checked zip (default)
	@snakemake --cores $(CORES)

status: adopt  ## say what would run and why, without running it
	@snakemake --dry-run

# What is NOT YET done stands at the top of the checklist, and the run has just printed it.
submit: adopt  ## build the zip to hand in, check it, and show the checklist
	@mkdir -p .snakemake
	@touch .snakemake/submit
	@snakemake --cores $(CORES) --forcerun $(CHECKS); status=$$?; \
		[ ! results/checklist.txt -nt .snakemake/submit ] || sed '/^NOT YET/d' results/checklist.txt; \
		exit $$status

check-zip: .venv/ready  ## check any zip, like the one you uploaded: make check-zip ZIP=path
	@python workflow/scripts/check_zip.py "archive=$(ZIP)"

test: .venv/ready  ## run all tests
	pytest

check: .venv/ready  ## lint the workflow and the code
	snakefmt --check Snakefile workflow/rules
	ruff check
	ruff format --check

html: all  ## build everything, and say where the page is
	@echo "The page is results/homework1.html."

pictures: export PYTHONPATH = .venv/page:tests
pictures: all .venv/page/ready  ## draw the README's pictures again (needs Chromium)
	@snakemake --cores $(CORES) draw_pictures
	@python tests/page/draw_picture.py results/homework1.html report/pictures/page.png

verify: .venv/ready  ## name the files that are not what they were when the results were made
	@python workflow/scripts/verify.py

stress: .venv/ready  ## kill runs at every step, fill disks, make mistakes (ten minutes)
	pytest -m stress

slurm: .venv/slurm  ## add what `snakemake --profile profiles/slurm` needs

test-slurm: .venv/slurm  ## test the workflow on a SLURM cluster of its own (needs root on Debian)
	pytest -n 0 -m slurm tests/slurm

test-pdf: .venv/pdf/ready  ## test the PDF with a validator and pdftotext (installs them, pdftotext as root on Debian)
	pytest -n 0 -m pdf tests/pdf

test-page: export PYTHONPATH = .venv/page
test-page: .venv/page/ready  ## test the page in Chromium (installs it as root on Debian)
	pytest -n 0 -m page tests/page

test-fresh: .venv/ready  ## run make and make test on a bare Debian testing (needs root on Debian)
	pytest -n 0 -m fresh tests/fresh

benchmark: .venv/benchmark all  ## measure again what benchmarks/README.md shows (25 minutes)
	python benchmarks/kernel.py benchmarks/measured/kernel.csv benchmarks/measured/costs.csv results/split
	python benchmarks/commands.py benchmarks/measured/commands.csv
	python benchmarks/grids.py benchmarks/measured/grids.csv
	python benchmarks/page.py

lock:  ## renew the locked requirements from the requirements.in files (needs uv)
	$(LOCK) --fork-strategy fewest requirements.in -o requirements.txt
	$(LOCK) --no-deps profiles/slurm/requirements.in -o profiles/slurm/requirements.txt
	$(LOCK) tests/pdf/requirements.in -o tests/pdf/requirements.txt
	$(LOCK) tests/page/requirements.in -o tests/page/requirements.txt

clean:  ## remove everything that was built
	rm -rf data/raw results

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# `make PYTHON=python3.12` makes the environment with that Python. The script runs each time: it
# notices that the folder was moved, and that its Python is gone.
.venv/ready: always
	@workflow/environment.sh "$(PYTHON)"

.PHONY: always
always:

# Results copied from elsewhere, without Snakemake's bookkeeping, are taken over if they can be
# verified; otherwise what does not follow is built.
adopt: .venv/ready
	@if [ -e results/manifest.json ] && [ -z "$$(ls -A .snakemake/metadata 2> /dev/null)" ] \
		&& python workflow/scripts/verify.py 2> /dev/null; then snakemake --cores 1 --touch --quiet all; fi

.venv/slurm: .venv/ready profiles/slurm/requirements.txt
	python $(PIP_INSTALL) --no-deps --require-hashes -r profiles/slurm/requirements.txt
	touch $@

.venv/pdf/ready: .venv/ready tests/pdf/requirements.txt
	python -m venv .venv/pdf
	.venv/pdf/bin/python $(PIP_INSTALL) --require-hashes -r tests/pdf/requirements.txt
	touch $@

.venv/page/ready: .venv/ready tests/page/requirements.txt
	rm -rf .venv/page
	python $(PIP_INSTALL) --require-hashes --target .venv/page -r tests/page/requirements.txt
	touch $@

.venv/benchmark: .venv/ready benchmarks/requirements.txt
	python $(PIP_INSTALL) -r benchmarks/requirements.txt
	touch $@
