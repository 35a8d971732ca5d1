# The front door. `make run` and `make test` need Python 3.11+ and make, and nothing else of ours.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
REQS   := config/requirements
STATIC := var/static/staticfiles.json
# The lock names everything, so nothing is resolved: an older pip would look for newer releases of what has extras.
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes

.PHONY: run test demo browser clients fuzz lint benchmark clean
.DELETE_ON_ERROR:

run: $(VENV)/run.stamp $(STATIC)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m config.serve

test: $(VENV)/test.stamp $(STATIC)
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# The story end to end, over real HTTP, on an empty database and a free port.
demo: $(VENV)/run.stamp $(STATIC)
	$(BIN)/python -m config.demo

browser: $(VENV)/test.stamp $(STATIC)
	$(BIN)/python -m pytest --override-ini=addopts= -ra --numprocesses=2 --dist=loadfile --durations=15 tests/journeys $(PYTEST_ARGS)

# OAuth libraries of JavaScript against the production server: npm fetches them.
clients: $(VENV)/test.stamp
	$(BIN)/python -m tests.wire.clients

# The fuzzer of the suite without its bounds, for as long as one likes.
FUZZ_SECONDS ?= 600
fuzz: $(VENV)/test.stamp
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/python -m pytest -n 0 tests/wire/test_fuzzing.py

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

benchmark: $(VENV)/test.stamp $(STATIC)
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) var/static

# A virtual environment made without ensurepip leaves a half-made folder behind: only the stamp says that it is whole.
$(VENV)/venv.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); sh config/install_venv.sh && $(PYTHON) -m venv $(VENV); }
	@touch $@

$(VENV)/run.stamp: $(VENV)/venv.stamp $(REQS)/run.txt
	$(PIP) -r $(REQS)/run.txt
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp $(REQS)/test.txt
	$(PIP) -r $(REQS)/test.txt
	@touch $@

# The toolkit's browsable API is not served, so its assets are left out: they take most of the time.
$(STATIC): $(VENV)/run.stamp $(shell find static -type f)
	@rm -rf var/static
	$(BIN)/python -W ignore manage.py collectstatic --noinput --verbosity 0 --ignore rest_framework
	@touch $@
