# Shortcuts; the commands behind them are the README's.
.PHONY: generate test fast
generate: .venv/bin/natlane
	.venv/bin/natlane generate

test:
	bash tests/run

fast:
	bash tests/run --fast

.venv/bin/natlane: pyproject.toml
	python3 -m venv .venv
	.venv/bin/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

-include tests/lab/lab.mk
