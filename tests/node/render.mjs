// Renders every component in ./react, ./vue and ./svelte of the working directory to static HTML on the server.
// Writes <folder>/<Name>.fragment.html beside each component. Run inside a folder that has node_modules.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { bundles, compileSvelte, complaints, sfc } from "./bundling.mjs";

function vue(descriptor, filename) {
  const ssr = { ssr: true, ssrCssVars: [] };
  if (descriptor.scriptSetup) {
    const script = sfc.compileScript(descriptor, { id: "x", inlineTemplate: true, templateOptions: ssr });
    return { contents: script.content, loader: "ts" };
  }
  const template = sfc.compileTemplate({ source: descriptor.template.content, filename, id: "x", ...ssr });
  return complaints(template.errors) || { contents: `${template.code}\nexport default { ssrRender };`, loader: "ts" };
}

function svelte(source, filename) {
  return { contents: compileSvelte(source, { filename, generate: "server" }).js.code, loader: "js" };
}

const entries = {
  react: (file) => `import C from ${file}; import { createElement } from "react"; import { renderToStaticMarkup } from "react-dom/server";
    export default () => renderToStaticMarkup(createElement(C));`,
  vue: (file) => `import C from ${file}; import { createSSRApp } from "vue"; import { renderToString } from "vue/server-renderer";
    export default () => renderToString(createSSRApp(C));`,
  svelte: (file) => `import C from ${file}; import { render } from "svelte/server"; export default async () => (await render(C)).body;`,
};
const options = {
  platform: "node",
  format: "esm",
  conditions: ["production"],
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
};

for await (const { folder, name, outfile } of bundles({ entries, compilers: { vue, svelte }, ending: ".bundle.mjs", options })) {
  const { default: render } = await import(pathToFileURL(outfile).href);
  await writeFile(path.join(folder, `${name}.fragment.html`), await render());
}
