# Every way into the project. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
UV := .cache/uv-venv/bin/uv
# One more than there are cores: some tests wait for disks and for other processes.
WORKERS ?= $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)")
MINUTES ?= 480

.DEFAULT_GOAL := help
.PHONY: help setup runtime demo run test test-full soak check docs fix bench screens reports package sbom audit wheel clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | expand -t 12

setup:  ## .venv with everything locked, system libraries, the tests' JavaScript verifier
	@$(PYTHON) packaging/set_up.py test

runtime:
	@$(PYTHON) packaging/set_up.py runtime

demo: runtime  ## the whole loop with a sample lab: a window if there is a screen, otherwise offscreen
	$(BIN)/assay demo

run: runtime  ## the program
	$(BIN)/assay

test: setup  ## the tests
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not full"

test-full: setup audit  ## the tests, slow forms too
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

audit: setup  ## known weaknesses of what is locked, by pip-audit (asks the package registry)
	@mkdir -p build
	$(UV) export --frozen --no-dev --all-extras --no-emit-project --quiet --output-file build/requirements.txt > /dev/null
	$(UV) tool run pip-audit==2.10.1 --requirement build/requirements.txt --require-hashes --disable-pip

sbom: setup  ## what the program is made of, as CycloneDX, into dist
	@mkdir -p dist
	$(UV) export --frozen --no-dev --format cyclonedx1.5 --quiet --output-file dist/assay.cdx.json > /dev/null

wheel: setup  ## the wheel into dist; the same bytes each time
	$(UV) build --wheel --quiet --out-dir dist .

soak: setup  ## the long forms of the promises for MINUTES (480), their numbers into docs/promises.md
	$(BIN)/python packaging/promises.py --soak $(MINUTES)

check: runtime  ## style, types, import contracts, sizes, words, translations, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy packaging benchmarks
	$(BIN)/lint-imports
	$(BIN)/python packaging/check_imports.py
	$(BIN)/python packaging/check_sizes.py
	$(BIN)/python packaging/check_words.py
	$(BIN)/python packaging/check_translations.py
	$(BIN)/python packaging/check_docs.py

docs: runtime  ## write the generated documents anew
	$(BIN)/python packaging/check_docs.py --write

fix: runtime  ## what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: runtime  ## the speed rows of the design, ours against the floor, in one table
	$(BIN)/python -m benchmarks

screens: setup  ## pictures of every screen into docs/pictures
	$(BIN)/python packaging/screens.py

reports: runtime  ## the reports in docs/reports, from a sample batch
	$(BIN)/python packaging/sample_reports.py

package:  ## dist/: a portable Linux folder and a .deb, smoke-tested
	@$(PYTHON) packaging/set_up.py package
	$(BIN)/python packaging/build.py

clean:  ## what was built (not .venv, not .cache)
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
