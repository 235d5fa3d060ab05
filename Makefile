# Two commands do everything on a fresh machine: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BROWSER := tests/pages/browser

.PHONY: demo test lint docs bench browser clean

demo: $(READY)
	$(BIN)/captionkit run samples/harbor/clip.mp4 --article samples/harbor/article.html \
	  --model base --output samples/harbor/out
	@$(BIN)/captionkit diff samples/harbor/out/clip.captionkit.json samples/harbor/article.html
	@echo
	@echo "Look at samples/harbor/out/clip.qa.html and clip.html in a browser, and at clip.vtt and clip.srt."

test: $(READY) browser
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(READY)
	$(BIN)/cog -r docs/cli.md docs/python.md

bench: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[offline,dev,bench]'
	$(BIN)/python tests/bench/run_bench.py $(BENCH)

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[offline,dev]'
	touch $(READY)

# The pages are tested in a real browser: Node.js with axe and playwright-core, and Debian's chromium.
browser: $(BROWSER)/node_modules/.ready

$(BROWSER)/node_modules/.ready: $(BROWSER)/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix $(BROWSER) --no-audit --no-fund --silent && touch $@; \
	 else echo "npm is not installed: the pages will not be tested in a browser."; fi
	@if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; fi

clean:
	rm -rf $(VENV) $(BROWSER)/node_modules samples/*/out build dist *.egg-info
