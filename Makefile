# Shortcuts. PYTHON names the interpreter of an environment that has the test tools (tests/run makes .venv).
PYTHON ?= .venv/bin/python
NATLANE = $(PYTHON) -m natlane

.PHONY: generate lint fmt goldens docs counts test fast
generate: .venv/bin/natlane
	$(NATLANE) generate

lint:
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy

fmt:
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

# Every file that a test compares whole. Read the diff before you commit it.
goldens:
	$(NATLANE) generate
	for root in tests/roots/*/; do $(NATLANE) --root "$$root" generate || exit; done
	$(PYTHON) -m tests.impact.cases

# Every file that is written from the code: schemas, the reference, the rules.
docs:
	$(NATLANE) schema partner > schemas/partner.json
	$(NATLANE) schema landing-zone > schemas/landing-zone.json
	$(PYTHON) -m natlane.describe.reference > docs/descriptor.md
	$(PYTHON) -m tests.examples
	$(NATLANE) rules --format markdown > docs/rules.md
	$(PYTHON) -m tests.readme
	NATLANE_COUNTS=write $(PYTHON) -m pytest tests/forwarding/test_second_walk.py tests/verify/test_proofs.py -k the_page

# Every count in docs/proof.md that takes minutes to measure, then those that take seconds.
counts:
	NATLANE_COUNTS=write $(PYTHON) -m pytest -n 2 tests/verify/test_mutants.py
	$(MAKE) docs

test:
	bash tests/run

fast:
	bash tests/run --fast

.venv/bin/natlane: pyproject.toml
	python3 -m venv .venv
	.venv/bin/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

include tests/lab/lab.mk
