# Two commands do everything, each alone on a fresh machine with Python 3.11: make report, make test.
.PHONY: report test coverage check format bench gallery golden standin accuracy notebooks clean
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
READY_TO_REPORT := $(VENV)/ready-to-report
FOR_REPORT := report,simulate
FOR_ALL := $(FOR_REPORT),cluster,account,import,loadtest,loadtest-real,notebook,dev
INSTALL := sh tools/install.sh $(BIN)/python
COMPILE := @echo "compiling the simulator's engine: half a minute, once"; \
	$(BIN)/python -c "from simulations.workers import compile_once; compile_once()"
OUT := out
PYTHON ?= python3

report: $(READY_TO_REPORT)  ## a page per document, with every stage's bill and diagram
	$(BIN)/stageplan report -o $(OUT)

test: check  ## format, lint, types, layers, tests
	$(BIN)/pytest -n auto -q

coverage: check  ## the same tests with branch coverage, which makes them half as slow again
	$(BIN)/pytest -n auto -q --cov --cov-report=term:skip-covered

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy model pricing simulations studies loadtests reports account stageplan
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)  ## speeds, as ratios side by side
	$(BIN)/python benchmarks/bench_pricing.py
	$(BIN)/python benchmarks/bench_simulator.py
	$(BIN)/python benchmarks/bench_loadtest.py

gallery: $(READY)  ## the diagrams of reports/gallery
	$(BIN)/python -m reports.gallery

golden: $(READY)  ## rewrite the golden files; review the diff
	$(BIN)/python tests/golden/rewrite.py
	$(BIN)/python tests/golden/rewrite_diagram.py

notebooks: $(READY)  ## run the notebooks and keep their outputs
	$(BIN)/python notebooks/rewrite.py

standin: $(READY)  ## drive every stand-in beside the simulator, about twenty quiet minutes; then make accuracy
	$(BIN)/python -m loadtests.agreement

accuracy: $(READY)  ## measure again how right we are: reports/accuracy.md
	$(BIN)/python -m reports.accuracy

$(BIN)/python:
	@$(PYTHON) -m venv $(VENV) || sh tools/install-venv.sh $(PYTHON) $(VENV)

$(READY_TO_REPORT): pyproject.toml constraints.txt | $(BIN)/python
	@echo "setting up $(VENV) for reports: about a minute the first time"
	$(INSTALL) $(FOR_REPORT)
	$(COMPILE)
	@touch $@

$(READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo "setting up $(VENV) for everything: about a minute the first time"
	$(INSTALL) $(FOR_ALL)
	$(COMPILE)
	@touch $@ $(READY_TO_REPORT)

clean:
	rm -rf $(VENV) $(OUT)
