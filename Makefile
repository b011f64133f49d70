# Every target sets up what it needs; the first one takes some minutes and says so.
.PHONY: setup warm run test check types gates coverage slow bench docs lock clean
.DEFAULT_GOAL := run

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := .venv-bench
# two processes; the tests of one file stay in one, as they share what is simulated
PARALLEL := -n 2 --dist loadfile
SEED ?= $(shell date +%s)

$(READY): requirements.lock pyproject.toml
	@echo "Setting up: environment in $(VENV) with locked dependencies (a few minutes the first time) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  echo "Python could not make an environment. On Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary=:all: -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(READY)

warm: $(READY)
	@$(BIN)/python -m homeostat.model.warm

# the forecast is drawn while the plan is searched for; both speak at length, the last command on one screen
run: warm
	@mkdir -p out
	@echo "Planning examples/typical.toml and drawing its forecast …"
	@$(BIN)/homeostat forecast examples/typical.toml --continue --out out/typical-forecast >out/forecast.txt 2>&1 & drawn=$$!; \
	  $(BIN)/homeostat plan examples/typical.toml --out out/typical >out/plan.txt; planned=$$?; \
	  wait $$drawn || { cat out/forecast.txt; exit 1; }; exit $$planned
	@$(BIN)/homeostat show examples/typical.toml out/typical out/typical-forecast
	@echo "All that was said is in out/plan.txt and out/forecast.txt. Next: make test"

test: warm
	$(BIN)/pytest -m "not slow" $(PARALLEL)

# branches of care and facts; the compiled code lies in model/, where no tracer can look
coverage: warm
	$(BIN)/pytest -m "not slow" $(PARALLEL) --cov --cov-report=term

# all tests, on examples that are new in each run; SEED=… repeats a run
slow: warm
	@echo "Hypothesis: random examples with seed $(SEED); make slow SEED=$(SEED) repeats them"
	$(BIN)/pytest $(PARALLEL) --hypothesis-profile=random --hypothesis-seed=$(SEED)

# the types take nearly all of the time, so the rest is checked beside them
check: $(READY)
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target types gates

types: $(READY)
	$(BIN)/mypy

gates: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python tests/house/limits.py
	$(BIN)/python tests/house/commits.py

# the peers live in an environment of their own; one that cannot be installed is named, and is absent in the results
$(PEERS)/.ready: requirements.lock bench/requirements.txt
	@echo "Setting up the peers of the benchmark in $(PEERS) (some minutes the first time) …"
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@grep -v '^#' bench/requirements.txt | while read -r peer; do \
	  $(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check "$$peer" \
	  || echo "absent: $$peer could not be installed here"; done
	@touch $@

bench: $(PEERS)/.ready
	@$(PEERS)/bin/python -m bench $(ONLY)

docs: warm
	$(BIN)/python -m homeostat.care.case.docs
	$(BIN)/python -m homeostat.care.plan.docs
	$(BIN)/python -m homeostat.care.check.docs
	$(BIN)/python -m homeostat.study.pages
	$(BIN)/python -m homeostat.report.papers.wording_page
	@rm -rf out/docs
	@$(BIN)/homeostat forecast examples/typical.toml --to 0mg --over 16 --out out/docs >/dev/null
	$(BIN)/python tests/house/front_picture.py out/docs

lock:
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 --universal --all-extras --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) $(PEERS) out build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
