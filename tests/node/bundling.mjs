// What bundles components of React, Vue and Svelte, for a browser or for the server. Run inside a folder that has
// node_modules and the components in ./react, ./vue and ./svelte.
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const root = process.cwd();
const require = createRequire(path.join(root, "package.json"));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const esbuild = (await load("esbuild")).default;
export const sfc = await load("@vue/compiler-sfc");
export const { compile: compileSvelte } = require("svelte/compiler");

const extensions = { react: ".tsx", vue: ".vue", svelte: ".svelte" };

/** What a compiler complains of, as esbuild wants it; nothing when it does not. */
export const complaints = (errors) => errors.length && { errors: errors.map((error) => ({ text: String(error) })) };

/** An esbuild plugin for files of one framework; `compile` takes a file's source and path and returns contents and loader. */
function plugin(name, compile) {
  const setup = (build) =>
    build.onLoad({ filter: new RegExp(`\\.${name}$`) }, async ({ path: file }) => {
      const compiled = compile(await readFile(file, "utf8"), file);
      return { resolveDir: path.dirname(file), ...compiled };
    });
  return { name, setup };
}

/** The same for Vue, whose files are parsed first. */
const vuePlugin = (compile) =>
  plugin("vue", (source, file) => {
    const { descriptor, errors } = sfc.parse(source, { filename: file });
    return complaints(errors) || compile(descriptor, file);
  });

/**
 * Bundles every component; yields its folder, name and bundle.
 * `entries` says for each framework how a component's file is entered, `compilers` how one of Vue and of Svelte is compiled.
 */
export async function* bundles({ entries, compilers, ending, options }) {
  const plugins = [vuePlugin(compilers.vue), plugin("svelte", compilers.svelte)];
  for (const [framework, entry] of Object.entries(entries)) {
    const folder = path.join(root, framework);
    const files = (await readdir(folder)).filter((file) => file.endsWith(extensions[framework]));
    for (const file of files) {
      const name = path.basename(file, extensions[framework]);
      const outfile = path.join(folder, `${name}${ending}`);
      await esbuild.build({
        stdin: { contents: entry(JSON.stringify(`./${file}`)), resolveDir: folder, loader: "js" },
        bundle: true,
        jsx: "automatic",
        loader: { ".png": "dataurl" },
        define: { "process.env.NODE_ENV": '"production"' },
        plugins,
        logLevel: "error",
        outfile,
        ...options,
      });
      yield { folder, name, outfile };
    }
  }
}
