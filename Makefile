# The workbench's commands. A machine needs Python 3.11 or newer and make, nothing else.
#   make report            sets up .venv once, then turns the default period into a report
#   make PYTHON=/path/to/python3.11 setup
.DEFAULT_GOAL = help
.PHONY: help setup report test pictures check lab bench reproduce coverage clean

VENV = .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.installed
PARAMS = params/2023-1.yaml
DATA =
PYTHON =

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

setup: $(STAMP) ## make .venv from requirements.lock (done by the other targets where needed)

report: $(STAMP) ## run a period and write its report [PARAMS=params/2023-2.yaml] [DATA=answers.csv]
	@$(BIN)/kbnn run "$(PARAMS)" $(if $(DATA),--data "$(DATA)")

test: $(STAMP) ## run the tests
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto -q -m "not coverage" tests

pictures: $(STAMP) ## draw the reference pictures anew, after looking at what changed
	@KBNN_NEW_PICTURES=1 $(BIN)/python -m pytest -q tests/presentation/test_pictures.py

check: $(STAMP) ## style, types, floors, docstrings, doctests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@find kbnn_analysis -name '*.py' -print0 | xargs -0 $(BIN)/numpydoc lint
	$(BIN)/python -m pytest -q kbnn_analysis

lab: $(STAMP) ## open the notebooks in JupyterLab
	@$(BIN)/kbnn lab

bench: $(STAMP) ## time the workbench beside its peers
	@for each in benchmarks/*.py; do echo "== $$each"; $(BIN)/python "$$each" || exit 1; done

reproduce: ## two environments (uv, pip), two of all else: is every byte equal? [PARAMS=...]
	@sh tools/reproduce.sh "$(PARAMS)"

coverage: $(STAMP) ## long simulations: do intervals and rank sets cover the known truth?
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto -q -m coverage tests
	@for each in intervals change comparisons:variances "ranking:first --processes 2" drivers; do \
		study=$${each#*:}; page=$${each%%:*}; \
		OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/coverage/study_$${study%% *}.py \
			$${study#$${study%% *}} --write docs/validation/$$page.md || exit 1; done

clean: ## remove .venv, caches and the workbench's own store; finished runs stay
	rm -rf $(VENV) .kbnn .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml
	@VENV="$(VENV)" PYTHON="$(PYTHON)" sh tools/setup.sh
	@touch $@
