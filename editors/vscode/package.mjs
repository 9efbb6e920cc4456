// Makes the .vsix: types checked, bundled, packed by vsce, and then written again in one order and with one time for every
// file, so that the same sources give the same bytes. Usage: node package.mjs TARGET.vsix
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { settled } from "./settled.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2] ?? "vision-code.vsix");
const tool = (path, ...args) => execFileSync(process.execPath, [join(here, "node_modules", path), ...args], { cwd: here, stdio: ["ignore", "inherit", "inherit"] });

const scratch = mkdtempSync(join(tmpdir(), "vision-code-vsix-"));
try {
  tool("typescript/bin/tsc", "--noEmit");
  execFileSync(process.execPath, [join(here, "esbuild.mjs")], { cwd: here, stdio: "inherit" });
  copyFileSync(join(here, "..", "..", "LICENSE"), join(here, "LICENSE"));
  const packed = join(scratch, "packed.vsix");
  tool("@vscode/vsce/vsce", "package", "--no-dependencies", "--allow-missing-repository", "--out", packed);
  writeFileSync(target, settled(readFileSync(packed)));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
