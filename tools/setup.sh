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

if ! command -v cc gcc clang >/dev/null; then
    if may_install; then
        say "installing gcc (for the INT4 kernels)"
        apt_install gcc libc6-dev || say "gcc could not be installed; the model runs several times slower"
    else
        say "no C compiler found: the model runs several times slower. Mend it with: sudo apt-get install gcc libc6-dev"
    fi
fi

if ! .venv/bin/vision-code doctor --quiet-browser 2>/dev/null; then
    if may_install; then
        say "installing chromium (for verification)"
        apt_install chromium fonts-liberation fonts-dejavu-core ||
            say "chromium could not be installed; results will not be verified"
    else
        say "no Chromium found: results will not be verified. Mend it with: sudo apt-get install chromium"
    fi
fi

if ! { command -v npm && command -v g++ && command -v make; } >/dev/null; then
    if may_install; then
        say "installing npm, g++ and make (the VS Code extension is tested in a real VS Code)"
        apt_install nodejs npm g++ make || say "they could not be installed; the tests in VS Code are skipped"
    else
        say "npm, g++ or make is missing: tests in VS Code are skipped. Mend it with: sudo apt-get install npm g++ make"
    fi
fi

if ! command -v nvim >/dev/null; then
    if may_install; then
        say "installing neovim (the language server is tested in it)"
        apt_install neovim || say "neovim could not be installed; its test is skipped"
    else
        say "no Neovim found: its test is skipped. Mend it with: sudo apt-get install neovim"
    fi
fi

if ! command -v bwrap >/dev/null; then
    if may_install; then
        say "installing bubblewrap (one of the cages for candidate tests)"
        apt_install bubblewrap || say "bubblewrap could not be installed; the cage is built from plain namespaces"
    else
        say "no bubblewrap found: the cage is built from plain namespaces. To have it: sudo apt-get install bubblewrap"
    fi
fi

if ! command -v Xvfb >/dev/null; then
    if may_install; then
        say "installing xvfb (a screen for the tests of capture)"
        apt_install xvfb || say "xvfb could not be installed; the tests that capture a screen are skipped"
    else
        say "no Xvfb found: the tests that capture a screen are skipped. Mend it with: sudo apt-get install xvfb"
    fi
fi
