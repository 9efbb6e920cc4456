// Bundles every component in ./react, ./vue and ./svelte of the working directory for a browser: <folder>/<Name>.client.js
// mounts it in the element with the id "app". Run inside a folder that has node_modules.
import { bundles, compileSvelte, complaints, sfc } from "./bundling.mjs";

function vue(descriptor, filename) {
  const script = descriptor.script || descriptor.scriptSetup;
  const compiled = script && sfc.compileScript(descriptor, { id: "x", inlineTemplate: Boolean(descriptor.scriptSetup) });
  if (descriptor.scriptSetup) return { contents: compiled.content, loader: "ts" };
  const bindings = compiled?.bindings;
  const template = sfc.compileTemplate({
    source: descriptor.template.content, filename, id: "x", compilerOptions: { bindingMetadata: bindings },
  });
  const options = compiled ? sfc.rewriteDefault(compiled.content, "options", ["typescript"]) : "const options = {};";
  const contents = `${options}\n${template.code}\nexport default { ...options, render };`;
  return complaints(template.errors) || { contents, loader: "ts" };
}

function svelte(source, filename) {
  return { contents: compileSvelte(source, { filename, generate: "client", css: "injected" }).js.code, loader: "js" };
}

const app = 'document.getElementById("app")';
const entries = {
  react: (file) => `import C from ${file}; import { createElement } from "react"; import { createRoot } from "react-dom/client";
    createRoot(${app}).render(createElement(C));`,
  vue: (file) => `import C from ${file}; import { createApp } from "vue"; createApp(C).mount(${app});`,
  svelte: (file) => `import C from ${file}; import { mount } from "svelte"; mount(C, { target: ${app} });`,
};
const options = { platform: "browser", format: "iife", conditions: ["browser", "production"] };

for await (const _bundle of bundles({ entries, compilers: { vue, svelte }, ending: ".client.js", options }));
