# Two commands: `make demo` and `make test`. Both install what is missing first.

PYTHON  ?= /usr/bin/python3
VENV    := .venv
RUN     := $(VENV)/bin/python -I -m
# Many tests wait for sockets, screens and pcscd: two to a core keep it busy.
WORKERS ?= $(shell echo $$(( 2 * $$(nproc) )))
SUDO    := $(if $(filter-out 0,$(shell id -u)),sudo)
# What the kiosk runs on and plays sound with, what builds pyscard, and what stands in for a card reader on a development machine.
PACKAGES := pcscd libpcsclite1 fonts-morisawa-bizud-gothic fontconfig ca-certificates alsa-utils \
            python3-venv python3-dev gcc libpcsclite-dev \
            vsmartcard-vpcd util-linux mount tmux systemd

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: demo
demo: setup ## The kiosk full-screen, with virtual devices and the simulator (FOLDERS=1, FACES=1, ROSTER=1)
	@$(RUN) kiosk demo $(if $(FOLDERS),--folders) $(if $(FACES),--faces) $(if $(ROSTER),--roster)

.PHONY: test
test: setup ## Format, lint, types, import contracts and all tests
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder -rs

.PHONY: rehearse
rehearse: setup ## Named check-ins through screens, gateway and virtual devices (FOLDERS=1)
	@$(RUN) kiosk rehearse $(if $(FOLDERS),--folders)

.PHONY: bench
bench: setup ## The measured promises, as ratios within one run
	@$(VENV)/bin/python -m bench

.PHONY: mutants
mutants: setup ## Changes the rules one by one: does a test notice? (about 3 minutes)
	@rm -rf mutants
	@$(VENV)/bin/python -m mutmut run
	@$(VENV)/bin/python -m bench.mutants

.PHONY: voices
voices: setup ## The spoken guidance for `kiosk voices test` and the demo (400 MB of packages, half a minute)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-voices.lock
	$(SUDO) $(RUN) kiosk $(if $(CONFIG),--config $(CONFIG)) voices build $(if $(FOLDER),--folder $(FOLDER))

.PHONY: bundle
bundle: ## Wheels and settings in one tar, to install without a network (in dist/)
	@systemd/install/bundle.sh dist

.PHONY: install
install: ## As root, on Debian 13 or Raspberry Pi OS trixie: the kiosk as a service (BUNDLE=FILE.tar)
	@systemd/install/install.sh $(BUNDLE)

.PHONY: uninstall
uninstall: ## As root: takes it away again; what it has recorded stays
	@systemd/install/uninstall.sh

.PHONY: test-system
test-system: setup ## As root: installs and breaks it in a Debian 13 that is booted for that (10 minutes, at first 20)
	@$(MAKE) --no-print-directory packages PACKAGES="debootstrap systemd-container"
	$(SUDO) env KIOSK_SYSTEM=1 $(VENV)/bin/python -m pytest tests/system -v -s -rs -x -p no:cacheprovider

.PHONY: lock
lock: setup ## Lock the dependencies anew, with hashes
	$(PYTHON) -m venv $(VENV)/uv && $(VENV)/uv/bin/pip install --quiet uv
	$(VENV)/uv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --quiet --upgrade pyproject.toml --output-file requirements.lock
	$(VENV)/uv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --quiet --constraint requirements.lock --group dev pyproject.toml --output-file requirements-dev.lock
	$(VENV)/uv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --quiet --constraint requirements.lock --extra voices pyproject.toml --output-file requirements-voices.lock

.PHONY: setup
setup: packages $(VENV)/ready ## Debian packages and .venv

.PHONY: packages
packages:
	@missing=$$(for package in $(PACKAGES); do \
	    dpkg-query --show --showformat='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || echo $$package; \
	done); \
	if [ -n "$$missing" ]; then \
	    echo "Installing from Debian:" $$missing; \
	    $(SUDO) apt-get update --quiet --quiet && \
	    $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet --no-install-recommends $$missing; \
	fi

$(VENV)/ready: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
