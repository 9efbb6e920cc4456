// Bundles the extension into out/: its own code, the language client (loaded when the server starts) and the page of
// the preview. With --tests FOLDER only the unit tests, into that folder.
import { readdir, rm } from "node:fs/promises";
import { build } from "esbuild";

const common = { bundle: true, minify: true, target: "es2022", logLevel: "warning", legalComments: "none" };
const node = { ...common, platform: "node", format: "cjs", external: ["vscode", "./client.js"] };

if (process.argv[2] === "--tests") {
  const tests = (await readdir("test")).map((name) => `test/${name}`);
  await build({ ...node, minify: false, entryPoints: tests, outdir: process.argv[3] });
} else {
  await rm("out", { recursive: true, force: true });
  await build({ ...node, entryPoints: { extension: "src/extension.ts", client: "src/server/client.ts" }, outdir: "out" });
  await build({ ...common, platform: "browser", format: "iife", entryPoints: ["src/preview/page.ts"], outdir: "out" });
}
