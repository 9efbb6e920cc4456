#!/usr/bin/env bash
# Makes .venv/ in the checkout ready for use and for tests. Safe to run again: it does only what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
apt_ready=
apt_install() {
    [ -n "$apt_ready" ] || apt-get update -qq >/dev/null 2>&1 || true
    apt_ready=yes
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

# offer WHAT WHY LOSS PACKAGES: what is good to have is installed where that may be, else it is said how.
offer() {
    local what=$1 why=$2 loss=$3
    shift 3
    if may_install; then
        say "installing $what ($why)"
        apt_install "$@" || say "$what could not be installed; $loss"
    else
        say "no $what found: $loss. Mend it with: sudo apt-get install $*"
    fi
}

python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "Python 3.11 or newer is needed; found: $("$python" --version 2>&1 || echo none). Set PYTHON=/path/to/python3."
    exit 2
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if may_install; then
        say "installing python3-venv"
        apt_install python3-venv
    else
        say "Python's venv module is missing. Mend it with: sudo apt-get install python3-venv"
        exit 2
    fi
fi

# pip 25.1 is the first that reads dependency groups.
stamp=.venv/.ready
wanted=$(cat pyproject.toml constraints.txt tools/setup.sh | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    say "making .venv (torch is about 200 MB on first use)"
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check --upgrade 'pip>=25.1'
    .venv/bin/python -m pip install -q --disable-pip-version-check -c constraints.txt -e . --group dev --group oracles
    printf '%s' "$wanted" >"$stamp"
fi

command -v cc gcc clang >/dev/null ||
    offer "C compiler" "for the INT4 kernels" "the model runs several times slower" gcc libc6-dev
.venv/bin/vision-code doctor --quiet-browser 2>/dev/null ||
    offer chromium "for verification" "results will not be verified" chromium fonts-liberation fonts-dejavu-core
# Not every distribution has it.
command -v chromium-headless-shell >/dev/null || ! apt-cache show chromium-headless-shell >/dev/null 2>&1 ||
    offer chromium-headless-shell "to render in less time" "each component takes half a second longer" \
        chromium-headless-shell
{ command -v npm && command -v g++ && command -v make; } >/dev/null ||
    offer "npm, g++ or make" "the VS Code extension is tested in a real VS Code" "the tests in VS Code are skipped" \
        nodejs npm g++ make
command -v nvim >/dev/null || offer neovim "the language server is tested in it" "its test is skipped" neovim
{ command -v aarch64-linux-gnu-gcc && command -v qemu-aarch64; } >/dev/null ||
    offer "C compiler and emulator for Arm" "the kernels' NEON form is tested in it" "those tests are skipped" \
        gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
command -v bwrap >/dev/null ||
    offer bubblewrap "one of the cages for candidate tests" "the cage is built from plain namespaces" bubblewrap
command -v Xvfb >/dev/null ||
    offer xvfb "a screen for the tests of capture" "the tests that capture a screen are skipped" xvfb
