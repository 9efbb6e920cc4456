// Bundles the extension into out/: its own code, the language client (loaded when the server starts) and the page of
// the preview. With --tests FOLDER only the unit tests, into that folder; with --hosted FOLDER only the suite for a real
// extension host.
import { readdir, rm } from "node:fs/promises";
import { build } from "esbuild";

const common = { bundle: true, minify: true, target: "es2022", logLevel: "warning", legalComments: "none" };
const node = { ...common, platform: "node", format: "cjs", external: ["vscode", "./client.js"] };

const [what, target] = process.argv.slice(2);
if (what === "--tests") {
  const tests = (await readdir("test")).filter((name) => name.endsWith(".ts")).map((name) => `test/${name}`);
  await build({ ...node, minify: false, entryPoints: tests, outdir: target });
} else if (what === "--hosted") {
  // Mocha looks for files of its own where it runs tests side by side; here it does not.
  await build({ ...node, minify: false, logLevel: "error", entryPoints: ["test/hosted/suite.ts"], outdir: target });
} else {
  await rm("out", { recursive: true, force: true });
  await build({ ...node, entryPoints: { extension: "src/extension.ts", client: "src/server/client.ts" }, outdir: "out" });
  await build({ ...common, platform: "browser", format: "iife", entryPoints: ["src/preview/page.ts"], outdir: "out" });
}
