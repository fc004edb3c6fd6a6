# Deskbell. `make run` shows it, `make test` proves it; `make help` lists the rest.
.PHONY: help run test quick bench matrix sure format widget shots clean

PY := .venv/bin/python

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 16

run: ## install what is missing, load the examples, serve on http://127.0.0.1:8000 (PORT)
	@python3 deploy/prepare.py
	@exec $(PY) -m backend serve --demo

test: ## install what the tests need, run every test
	@python3 deploy/prepare.py --tests
	node --test $$(find tests/widget -name "*.test.mjs" -not -path "*/node_modules/*")
	$(PY) -m pytest -q -n 2 --dist loadfile

quick: ## run what a change touches, without a browser: BASE=main since main, else since the last commit
	@python3 deploy/prepare.py --tests
	@$(PY) -m tests.tools.quick $(BASE)

bench: ## what a turn and the widget cost, as ratios to the bare parts
	@python3 deploy/prepare.py --tests
	@$(PY) -m tests.tools.bench; server=$$?; $(PY) -m tests.tools.bench.browser && exit $$server

matrix: ## every promise of the stream, broken on purpose and counted; writes docs/reference/failure-matrix.md
	@python3 deploy/prepare.py --tests
	$(PY) -m tests.tools.matrix

sure: ## what CI runs: format, lint, types, imports, stale build, tests
	@python3 deploy/prepare.py --tests
	$(PY) -m ruff format --check backend tests deploy
	$(PY) -m ruff check backend tests deploy
	$(PY) -m mypy
	.venv/bin/lint-imports
	cd widget && npm run --silent types && npm run --silent check
	@$(MAKE) --no-print-directory test

format: ## put every Python file into the house's form
	$(PY) -m ruff format backend tests deploy
	$(PY) -m ruff check --fix backend tests deploy

widget: ## build widget/dist/widget.js
	@python3 deploy/prepare.py --tests
	cd widget && npm run --silent build

shots: ## a picture of every state of the widget and of every page of the console, in shots/
	@python3 deploy/prepare.py --tests
	$(PY) -m tests.tools.shots
	$(PY) -m tests.tools.console_shots

clean: ## remove what was installed and built here, but no data
	rm -rf .venv widget/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
