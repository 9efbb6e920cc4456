# `make demo` and `make test` start from nothing; every other target is a part of them or a measure.
.PHONY: setup demo test test-e2e test-editors lint unit vsix bench-quality bench-speed bench-kernels soak pictures package clean
BIN := .venv/bin

setup:
	@tools/setup.sh

demo: setup
	@$(BIN)/python -P -m examples.demo

test: setup lint unit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Three workers on two cores, for browsers, editors and deadlines are waited for; tests that start a browser or a compiler
# are grouped by file so that they share it. What failed is run once more with the machine to itself, and named: editors,
# browsers and killed processes may lose a race for a core.
unit: setup
	@$(BIN)/python -Im pytest -n 3 --dist loadfile --rootdir . -q -m "not e2e" || { [ $$? = 1 ] && \
		echo 'Once more, one at a time:' && \
		$(BIN)/python -Im pytest --rootdir . -rA --last-failed --last-failed-no-failures none -q -m "not e2e"; }

# The long journeys through a real VS Code; the short one is a part of `make test`.
test-e2e: setup
	$(BIN)/python -Im pytest -n 2 --dist loadfile --rootdir . -q -m e2e

# The extension, ready to be installed: dist/vision-code.vsix. The same sources give the same bytes. Node 20 is needed.
vsix:
	cd editors/vscode && npm ci --ignore-scripts --no-audit --no-fund
	mkdir -p dist
	cd editors/vscode && node package.mjs ../../dist/vision-code.vsix

bench-quality: setup
	$(BIN)/python -m benchmarks.quality

bench-speed: setup
	$(BIN)/python -m benchmarks.speed --save

bench-kernels: setup
	GLIBC_TUNABLES=glibc.malloc.hugetlb=1 OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m benchmarks.bench_cpu_kernels --save

# What the language server takes; the tests hold a share of it.
soak: setup
	$(BIN)/python -m benchmarks.soak --save

# Real editors beside Neovim, which `make test` drives: skipped where they are not installed.
test-editors: setup
	VISION_CODE_TEST_EDITORS=1 $(BIN)/python -Im pytest --rootdir . -q -rs tests/lsp_server/test_neovim.py \
		tests/lsp_server/test_emacs.py tests/lsp_server/test_helix.py

# The pictures of the README, drawn from what the demo makes.
pictures: setup
	@$(BIN)/python -P -m examples.demo --pictures docs/pictures

package: setup
	-$(BIN)/python -c 'from kernels.cpu.build import build_into_package; build_into_package()'
	$(BIN)/python -m pip wheel -q --no-deps -w dist .

clean:
	rm -rf .venv dist build out
