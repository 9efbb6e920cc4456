// Bundles every component in ./react, ./vue and ./svelte of the working directory for a browser: <folder>/<Name>.client.js
// mounts it in the element with the id "app". Run inside a folder that has node_modules.
import { readFile, readdir } from "node:fs/promises";
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
      const resolveDir = path.dirname(file);
      const script = descriptor.script || descriptor.scriptSetup;
      const compiled = script && sfc.compileScript(descriptor, { id: "x", inlineTemplate: Boolean(descriptor.scriptSetup) });
      if (descriptor.scriptSetup) return { contents: compiled.content, loader: "ts", resolveDir };
      const bindings = compiled?.bindings;
      const template = sfc.compileTemplate({
        source: descriptor.template.content, filename: file, id: "x", compilerOptions: { bindingMetadata: bindings },
      });
      if (template.errors.length) return { errors: template.errors.map((error) => ({ text: String(error) })) };
      const options = compiled ? sfc.rewriteDefault(compiled.content, "options", ["typescript"]) : "const options = {};";
      return { contents: `${options}\n${template.code}\nexport default { ...options, render };`, loader: "ts", resolveDir };
    });
  },
};

const svelte = {
  name: "svelte",
  setup(build) {
    build.onLoad({ filter: /\.svelte$/ }, async ({ path: file }) => {
      const { js } = compileSvelte(await readFile(file, "utf8"), { filename: file, generate: "client", css: "injected" });
      return { contents: js.code, loader: "js", resolveDir: path.dirname(file) };
    });
  },
};

const app = 'document.getElementById("app")';
const entries = {
  react: (file) => `import C from ${file}; import { createElement } from "react"; import { createRoot } from "react-dom/client";
    createRoot(${app}).render(createElement(C));`,
  vue: (file) => `import C from ${file}; import { createApp } from "vue"; createApp(C).mount(${app});`,
  svelte: (file) => `import C from ${file}; import { mount } from "svelte"; mount(C, { target: ${app} });`,
};
const extensions = { react: ".tsx", vue: ".vue", svelte: ".svelte" };

for (const [folder, entry] of Object.entries(entries)) {
  const files = (await readdir(path.join(root, folder))).filter((file) => file.endsWith(extensions[folder]));
  for (const file of files) {
    await esbuild.build({
      stdin: { contents: entry(JSON.stringify(`./${file}`)), resolveDir: path.join(root, folder), loader: "js" },
      bundle: true,
      platform: "browser",
      format: "iife",
      jsx: "automatic",
      loader: { ".png": "dataurl" },
      define: { "process.env.NODE_ENV": '"production"' },
      conditions: ["browser", "production"],
      plugins: [vue, svelte],
      logLevel: "error",
      outfile: path.join(root, folder, `${path.basename(file, extensions[folder])}.client.js`),
    });
  }
}
