# `make` on a fresh clone does everything: environment, data, training, figures, PDF, zip.
PYTHON ?= python3
CORES ?= 4
BIN := $(CURDIR)/.venv/bin
export PATH := $(BIN):$(PATH)

.PHONY: all submit test check lock clean help

all: .venv/ready  ## build the PDF and the zip and say where they are (default)
	snakemake --cores $(CORES)
	@echo "The PDF is results/homework1.pdf, the zip results/homework1.zip."
	@! grep -q '"dataset": "synthetic"' results/metrics.json \
		|| echo "They come from SYNTHETIC FACES, not from the course's data: not to be handed in."

submit: all  ## build the zip to hand in (the same build)

test: .venv/ready  ## run all tests
	pytest

check: .venv/ready  ## lint the workflow and the code
	snakemake --lint
	snakefmt --check Snakefile
	ruff check
	ruff format --check

lock:  ## renew requirements.txt from requirements.in (needs uv)
	uv pip compile --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
		--no-annotate --no-header --upgrade requirements.in -o requirements.txt

clean:  ## remove everything that was built
	rm -rf data/raw results

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/:/'

.venv/ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; $(PYTHON) is `$(PYTHON) -V`. Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@
