// Makes the .vsix: types checked, bundled, packed by vsce, and then written again with one fixed time for every file, so
// that the same sources give the same bytes. Usage: node package.mjs TARGET.vsix
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2] ?? "vision-code.vsix");
const tool = (path, ...args) => execFileSync(process.execPath, [join(here, "node_modules", path), ...args], { cwd: here, stdio: ["ignore", "inherit", "inherit"] });

/** Sets the time and date of every entry of a zip archive to 1980-01-01 and drops what else differs between runs. */
function withoutTimes(zip) {
  const end = zip.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const local = zip.readUInt32LE(at + 42);
    zip.writeUInt32LE(0x00210000, at + 12);
    zip.writeUInt32LE(0x00210000, local + 10);
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return zip;
}

const scratch = mkdtempSync(join(tmpdir(), "vision-code-vsix-"));
try {
  tool("typescript/bin/tsc", "--noEmit");
  execFileSync(process.execPath, [join(here, "esbuild.mjs")], { cwd: here, stdio: "inherit" });
  copyFileSync(join(here, "..", "..", "LICENSE"), join(here, "LICENSE"));
  const packed = join(scratch, "packed.vsix");
  tool("@vscode/vsce/vsce", "package", "--no-dependencies", "--allow-missing-repository", "--out", packed);
  writeFileSync(target, withoutTimes(readFileSync(packed)));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
