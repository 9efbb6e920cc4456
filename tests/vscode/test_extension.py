"""
The extension's own logic, by its unit tests, and the package that users install.
"""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

from tests.vscode.installed import EXTENSION, Tools, make_package

#: Of the whole .vsix.
MAX_BYTES = 3 << 19


def test_the_clients_own_logic(installed: Tools, extension_package: Path, tmp_path: Path) -> None:
    build = ["node", "esbuild.mjs", "--tests", str(tmp_path)]
    subprocess.run(build, cwd=EXTENSION, env=installed.environment, check=True)
    run = ["node", "--test", *(str(path) for path in sorted(tmp_path.glob("*.js")))]
    done = subprocess.run(run, env=installed.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    written = sum(source.read_text().count("\ntest(") for source in (EXTENSION / "test").glob("*.ts"))
    assert f"# pass {written}\n" in done.stdout


def test_the_package_is_small_and_holds_what_it_needs(extension_package: Path) -> None:
    assert extension_package.stat().st_size <= MAX_BYTES
    names = set(zipfile.ZipFile(extension_package).namelist())
    inside = {f"extension/{name}" for name in ("package.json", "out/extension.js", "out/client.js", "out/page.js")}
    assert inside <= names
    assert not [name for name in names if name.endswith((".ts", ".map")) or "node_modules" in name]


def test_the_same_sources_give_the_same_bytes(installed: Tools, extension_package: Path, tmp_path: Path) -> None:
    again = make_package(installed, tmp_path / "again.vsix")
    assert again.read_bytes() == extension_package.read_bytes()


def test_an_archive_does_not_tell_in_which_order_or_when_it_was_packed(installed: Tools, tmp_path: Path) -> None:
    files = {f"extension/{name}": name.encode() * 40 for name in ("out/page.js", "media/preview.css", "package.json")}
    script = """const { readFileSync, writeFileSync } = await import("node:fs");
        const { settled } = await import(process.argv[1]);
        for (const name of process.argv.slice(2)) writeFileSync(name, settled(readFileSync(name)));"""
    packed = [tmp_path / "one.zip", tmp_path / "other.zip"]
    for number, (path, names) in enumerate(zip(packed, (list(files), list(reversed(files))), strict=True)):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1 + number, 0, 0, 0)), files[name])
    command = ["node", "--input-type=module", "-e", script, "--", str(EXTENSION / "settled.mjs"), *map(str, packed)]
    subprocess.run(command, env=installed.environment, check=True)
    assert packed[0].read_bytes() == packed[1].read_bytes()
    with zipfile.ZipFile(packed[0]) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files
