/**
 * The page of the preview as it is loaded: a strict policy, our script, our style, and places to fill.
 */
import { randomBytes } from "node:crypto";

import { TARGETS } from "../protocol";

const TARGET_NAMES: Record<string, string> = { html: "HTML, Tailwind", "html-css": "HTML, CSS", react: "React", vue: "Vue", svelte: "Svelte" };
const ACCEPTED = "image/png,image/jpeg,image/webp,image/gif,image/bmp";

/**
 * The HTML. Nothing is loaded but the two files given; there is no network. Inline styles are allowed because the frame
 * that shows the component inherits this policy; scripts in it are stopped twice, by the policy and by its sandbox.
 */
export function shell(script: string, style: string, source: string): string {
  const nonce = randomBytes(16).toString("base64");
  const policy = `default-src 'none'; img-src data:; style-src ${source} 'unsafe-inline'; script-src 'nonce-${nonce}'`;
  const targets = TARGETS.map((target) => `<option value="${target}">${TARGET_NAMES[target] ?? target}</option>`).join("");
  const drafts = [1, 2, 3, 4, 5, 6, 7, 8].map((count) => `<option>${count}</option>`).join("");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vision Code preview</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<header>
  <h1 id="name">Vision Code</h1>
  <div id="actions" hidden>
    <button id="apply" class="primary" disabled>Apply</button>
    <button id="elsewhere" class="secondary" disabled>Apply to…</button>
    <button id="discard" class="secondary" disabled>Discard</button>
    <button id="again" class="secondary" disabled>Regenerate</button>
    <span class="field">
      <label for="drafts">Drafts</label>
      <select id="drafts" title="How many are tried; the best one wins"><option value="">any</option>${drafts}</select>
    </span>
    <span class="field">
      <label for="target">Write</label>
      <select id="target"><option value="">as the project is</option>${targets}</select>
    </span>
  </div>
  <p id="state" role="status"></p>
  <progress id="bar" max="100" value="0" aria-label="Progress" hidden></progress>
</header>
<main>
  <section id="way-in" aria-labelledby="way-in-title">
    <h2 id="way-in-title">Paste a picture here</h2>
    <p>Press <kbd>Ctrl</kbd>+<kbd>V</kbd> (<kbd>⌘</kbd>+<kbd>V</kbd>), drop a picture, or choose a file. It goes to the language server of this window and nowhere else.</p>
    <label for="file">Picture</label>
    <input id="file" type="file" accept="${ACCEPTED}">
  </section>
  <section id="region" aria-labelledby="region-title" hidden>
    <h2 id="region-title">Which part?</h2>
    <p>Drag over the picture, or say where it is.</p>
    <form id="region-form">
      <label>x <input id="region-x" type="number" min="0" required></label>
      <label>y <input id="region-y" type="number" min="0" required></label>
      <label>Width <input id="region-width" type="number" min="1" required></label>
      <label>Height <input id="region-height" type="number" min="1" required></label>
      <button class="primary">Use this part</button>
    </form>
    <div id="screen"><img id="screen-picture" alt="The screen"><div id="screen-box"></div></div>
  </section>
  <section id="comparison" aria-label="Picture and rendering" hidden>
    <fieldset id="views">
      <legend>View</legend>
      <label><input type="radio" name="view" value="both" checked> Side by side</label>
      <label><input type="radio" name="view" value="slider"> Slider</label>
      <label><input type="radio" name="view" value="difference"> Difference</label>
      <label id="slider-label" hidden>Picture up to <input id="slider" type="range" min="0" max="100" value="50"></label>
    </fieldset>
    <div id="stage" data-view="both">
      <figure><figcaption>Picture</figcaption><div class="window" id="left"><img id="picture" alt=""><div id="picture-mark" class="mark" hidden></div></div></figure>
      <figure><figcaption>Rendering</figcaption><div class="window" id="right"><iframe id="page" title="The component, rendered" sandbox="" tabindex="-1"></iframe><img id="over" alt=""><div id="page-mark" class="mark" hidden></div></div></figure>
    </div>
  </section>
  <div id="facts" hidden>
    <section id="versions-section" aria-labelledby="versions-title"><h2 id="versions-title">Results of this picture</h2><div id="versions" role="radiogroup" aria-labelledby="versions-title"></div></section>
    <section id="refine-section" aria-labelledby="refine-title">
      <h2 id="refine-title">Refine</h2>
      <form id="refine-form">
        <label for="instruction">What shall be different?</label>
        <input id="instruction" type="text" maxlength="4000" required>
        <button id="refine" class="secondary" disabled>Refine</button>
        <label for="renew">or a new picture: drop or paste it here, or choose it</label>
        <input id="renew" type="file" accept="${ACCEPTED}" disabled>
      </form>
    </section>
    <section id="scores-section" aria-labelledby="scores-title"><h2 id="scores-title">How faithful it is</h2><table><tbody id="scores"></tbody></table><p id="unverified"></p></section>
    <section aria-labelledby="worst-title"><h2 id="worst-title">Where it differs most</h2><ol id="worst"></ol></section>
    <section aria-labelledby="files-title"><h2 id="files-title">Files</h2><ul id="files"></ul></section>
    <section aria-labelledby="notes-title"><h2 id="notes-title">Notes</h2><ul id="notes"></ul></section>
  </div>
</main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
