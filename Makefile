# Two commands: `make demo` and `make test`. Both install what is missing first.

PYTHON  ?= /usr/bin/python3
VENV    := .venv
RUN     := $(VENV)/bin/python -I -m
# Many tests wait for sockets, screens and pcscd: two and a half to a core keep it busy.
WORKERS ?= $(shell echo $$(( 5 * $$(nproc) / 2 )))
# Seven thousand tests with real sockets, terminals and clocks share the cores: what failed is played once more, alone, and
# both results are printed. What is broken fails twice.
ALONE   := { [ $$? = 1 ] && echo "Once more, alone:" && $(VENV)/bin/python -m pytest --last-failed --last-failed-no-failures none; }
SUDO    := $(if $(filter-out 0,$(shell id -u)),sudo)
# What the kiosk runs on and plays sound with, what builds pyscard, and what stands in for a card reader on a development machine.
PACKAGES := pcscd libpcsclite1 fonts-morisawa-bizud-gothic fonts-noto-mono fonts-noto-cjk fontconfig ca-certificates alsa-utils \
            python3-venv python3-dev gcc libpcsclite-dev \
            vsmartcard-vpcd util-linux mount tmux systemd
# A panel in memory, and the terminal that the kiosk has on a real one: 60 MB to fetch, 260 MB on the disk, most of them Mesa.
# And what reads the installer's scripts.
TERMINAL := sway foot grim shellcheck

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: demo
demo: setup ## The kiosk full-screen, with virtual devices and the simulator (TOUR=1, FOLDERS=1, FACES=1, ROSTER=1)
	@$(RUN) kiosk demo $(if $(FOLDERS),--folders) $(if $(FACES),--faces) $(if $(ROSTER),--roster) $(if $(TOUR),--tour)

.PHONY: test
test: setup terminal ## Format, lint, types, import contracts and all tests
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder -rs || $(ALONE)

.PHONY: screens
screens: setup terminal ## Every screen in every language, as foot shows it on both panels, into docs/screens (2 minutes)
	@$(VENV)/bin/python -m tests.foot.take

.PHONY: cast
cast: setup terminal ## The recording of the demo that README shows: docs/demo.cast, docs/pictures/demo.png (half a minute)
	@$(VENV)/bin/python -m tests.foot.cast

.PHONY: looks
looks: setup ## What stands on every screen in every language, as text that the tests compare: read the difference
	$(VENV)/bin/python -m pytest --quiet --snapshot-update tests/screens/test_looks.py
	git diff --stat -- tests/screens/__snapshots__

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

.PHONY: messages
messages: setup ## The catalogues of the languages: takes new messages out of the code, compiles what is translated
	@$(VENV)/bin/python -m tests.locale.catalogues

.PHONY: pictures
pictures: setup ## The pictures of the board and of slips in docs/ (FOLDER=…)
	@$(VENV)/bin/python -m tests.docs.pictures $(FOLDER)

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

.PHONY: terminal
terminal:
	@$(MAKE) --no-print-directory packages PACKAGES="$(TERMINAL)"

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
