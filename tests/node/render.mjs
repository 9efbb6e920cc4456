// Renders every component in ./react, ./vue and ./svelte of the working directory to static HTML on the server.
// Writes <folder>/<Name>.fragment.html beside each component. Run inside a folder that has node_modules.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const root = process.cwd();
const require = createRequire(path.join(root, "package.json"));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const esbuild = (await load("esbuild")).default;
const sfc = await load("@vue/compiler-sfc");
const { compile: compileSvelte } = require("svelte/compiler");

const vue = {
  name: "vue",
  setup(build) {
    build.onLoad({ filter: /\.vue$/ }, async ({ path: file }) => {
      const { descriptor, errors } = sfc.parse(await readFile(file, "utf8"), { filename: file });
      if (errors.length) return { errors: errors.map((error) => ({ text: String(error) })) };
      if (descriptor.scriptSetup) {
        const script = sfc.compileScript(descriptor, { id: "x", inlineTemplate: true, templateOptions: { ssr: true, ssrCssVars: [] } });
        return { contents: script.content, loader: "ts", resolveDir: path.dirname(file) };
      }
      const template = sfc.compileTemplate({ source: descriptor.template.content, filename: file, id: "x", ssr: true, ssrCssVars: [] });
      if (template.errors.length) return { errors: template.errors.map((error) => ({ text: String(error) })) };
      return { contents: `${template.code}\nexport default { ssrRender };`, loader: "ts", resolveDir: path.dirname(file) };
    });
  },
};

const svelte = {
  name: "svelte",
  setup(build) {
    build.onLoad({ filter: /\.svelte$/ }, async ({ path: file }) => {
      const { js } = compileSvelte(await readFile(file, "utf8"), { filename: file, generate: "server" });
      return { contents: js.code, loader: "js", resolveDir: path.dirname(file) };
    });
  },
};

const entries = {
  react: (file) => `import C from ${file}; import { createElement } from "react"; import { renderToStaticMarkup } from "react-dom/server";
    export default () => renderToStaticMarkup(createElement(C));`,
  vue: (file) => `import C from ${file}; import { createSSRApp } from "vue"; import { renderToString } from "vue/server-renderer";
    export default () => renderToString(createSSRApp(C));`,
  svelte: (file) => `import C from ${file}; import { render } from "svelte/server"; export default async () => (await render(C)).body;`,
};
const extensions = { react: ".tsx", vue: ".vue", svelte: ".svelte" };

for (const [folder, entry] of Object.entries(entries)) {
  const files = (await readdir(path.join(root, folder))).filter((file) => file.endsWith(extensions[folder]));
  for (const file of files) {
    const name = path.basename(file, extensions[folder]);
    const outfile = path.join(root, folder, `${name}.bundle.mjs`);
    await esbuild.build({
      stdin: { contents: entry(JSON.stringify(`./${file}`)), resolveDir: path.join(root, folder), loader: "js" },
      bundle: true,
      platform: "node",
      format: "esm",
      jsx: "automatic",
      loader: { ".png": "dataurl" },
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
      define: { "process.env.NODE_ENV": '"production"' },
      conditions: ["production"],
      plugins: [vue, svelte],
      logLevel: "error",
      outfile,
    });
    const { default: render } = await import(pathToFileURL(outfile).href);
    await writeFile(path.join(root, folder, `${name}.fragment.html`), await render());
  }
}
