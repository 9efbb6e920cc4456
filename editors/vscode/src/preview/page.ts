/**
 * The script of the preview's page. It shows what it is told and says what was clicked; it loads nothing.
 */
import type { FromPage, ListedFile, ToPage } from "./messages";
import { Region } from "./region";
import { Stage } from "./stage";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const code = acquireVsCodeApi();
const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const stage = new Stage();
const region = new Region((name, data) => code.postMessage({ kind: "picture", name, data }));

const PARTS = ["words", "place", "size", "colour", "picture", "flow"];
const ACTIONS: Record<string, string> = { create: "new", fill: "fills it", overwrite: "replaces it", update: "made anew", write: "new" };

addEventListener("message", ({ data }: MessageEvent<ToPage>) => hear(data));
addEventListener("paste", (event) => {
  void take(event.clipboardData?.files, "pasted picture");
});
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  void take(event.dataTransfer?.files, "dropped picture");
});
element<HTMLInputElement>("file").addEventListener("change", (event) => {
  void take((event.target as HTMLInputElement).files ?? undefined, "picture");
});
for (const kind of ["apply", "discard"] as const) {
  element(kind).addEventListener("click", () => code.postMessage({ kind }));
}
element("again").addEventListener("click", regenerate);
element("target").addEventListener("change", regenerate);
code.postMessage({ kind: "ready" });

function regenerate(): void {
  const target = element<HTMLSelectElement>("target").value;
  code.postMessage({ kind: "again", target: (target || null) as null });
}

/** Hand over the first picture of what was pasted, dropped or chosen. */
async function take(files: FileList | undefined, name: string): Promise<void> {
  const picture = [...(files ?? [])].find((file) => file.type.startsWith("image/"));
  if (!picture) {
    say("There is no picture in the clipboard or in what was dropped.", true);
    return;
  }
  const data = await new Promise<string>((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.readAsDataURL(picture);
  });
  code.postMessage({ kind: "picture", name: picture.name && picture.name !== "image.png" ? picture.name : name, data });
}

function hear(told: ToPage): void {
  switch (told.kind) {
    case "ask":
      show("way-in");
      say("", false);
      element("file").focus();
      return;
    case "region":
      show("region");
      region.begin(told.picture, told.monitor);
      return;
    case "begin":
      show("comparison");
      element("name").textContent = told.name;
      element<HTMLSelectElement>("target").value = told.target ?? "";
      element("facts").hidden = true;
      busy(true);
      say("Starting", false);
      stage.begin(told.picture, told.name);
      return;
    case "progress":
      element<HTMLProgressElement>("bar").value = told.percentage;
      say(told.message, false);
      return;
    case "draft":
      stage.render(told.page);
      return;
    case "result":
      busy(false);
      enable(true);
      finish(told);
      return;
    case "ended":
      busy(false);
      enable(false);
      say(told.message, told.failed);
      element<HTMLButtonElement>("again").disabled = false;
      return;
  }
}

function finish({ receipt, files, result }: Extract<ToPage, { kind: "result" }>): void {
  say(receipt, false);
  element("name").textContent = result.name;
  element<HTMLSelectElement>("target").value = result.target;
  stage.size(result.picture);
  stage.render(result.page ?? "");
  const scores = result.fidelity ?? {};
  const mean = scores["mean"];
  const rows = [...(mean === undefined ? [] : [["all", mean] as const]), ...PARTS.flatMap((part) => {
    const score = scores[part];
    return score === undefined ? [] : [[part, score] as const];
  })];
  fill("scores", rows.map(([part, score]) => scoreRow(part, score)), "tbody");
  element("unverified").textContent = result.verified ? "" : `Not compared with the picture: ${result.unverifiedBecause}`;
  fill("worst", result.worst.map((region) => item(button(`${region.what} (${percent(region.score)})`, () => stage.mark(region)))));
  fill("files", files.map(fileItem));
  const because = result.placedBecause ? [`It goes there because ${result.placedBecause}.`] : [];
  fill("notes", [`Drafted by ${result.draftedBy}.`, ...because, ...result.notes].map((note) => item(note)));
  element("facts").hidden = false;
}

function scoreRow(part: string, score: number): HTMLElement {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = part;
  const value = document.createElement("td");
  const meter = document.createElement("meter");
  meter.value = score;
  meter.setAttribute("aria-label", part);
  value.append(meter, ` ${percent(score)}`);
  row.append(head, value);
  return row;
}

function fileItem(file: ListedFile, index: number): HTMLElement {
  const name = file.text ? button(file.name, () => code.postMessage({ kind: "show", index })) : file.name;
  return item(name, ` ${ACTIONS[file.action] ?? file.action}`);
}

function item(...content: (Node | string)[]): HTMLElement {
  const entry = document.createElement("li");
  entry.append(...content);
  return entry;
}

function button(text: string, action: () => void): HTMLElement {
  const made = document.createElement("button");
  made.className = "link";
  made.textContent = text;
  made.addEventListener("click", action);
  return made;
}

function fill(id: string, content: HTMLElement[], inside?: string): void {
  const target = inside ? element(id).querySelector(inside) : element(id);
  target?.replaceChildren(...content);
  const section = element(id).closest("section");
  if (section) {
    section.hidden = content.length === 0;
  }
}

function percent(score: number): string {
  return `${(score * 100).toFixed(1)} %`;
}

function show(section: "way-in" | "region" | "comparison"): void {
  for (const id of ["way-in", "region", "comparison"]) {
    element(id).hidden = id !== section;
  }
  element("actions").hidden = section !== "comparison";
  if (section !== "comparison") {
    element("name").textContent = "Vision Code";
    element("facts").hidden = true;
  }
}

function busy(now: boolean): void {
  element("bar").hidden = !now;
  element<HTMLProgressElement>("bar").value = 0;
  element("comparison").setAttribute("aria-busy", String(now));
  if (now) {
    enable(false);
    element<HTMLButtonElement>("again").disabled = true;
  }
  element<HTMLSelectElement>("target").disabled = now;
}

function enable(now: boolean): void {
  for (const id of ["apply", "discard", "again"]) {
    element<HTMLButtonElement>(id).disabled = !now;
  }
}

function say(message: string, failed: boolean): void {
  element("state").textContent = message;
  element("state").classList.toggle("failed", failed);
}
