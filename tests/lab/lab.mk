# make lab PARTNER=acme-clearing: a shell in the partner's network, built of kernel namespaces (docs/lab.md).
.PHONY: lab
lab: $(if $(filter .venv/%,$(PYTHON)),.venv/bin/natlane)
	$(PYTHON) -m tests.lab '$(subst ','\'',$(or $(PARTNER),$(error say which partner: make lab PARTNER=acme-clearing)))'
