/**
 * The script of the preview's page. It shows what it is told and says what was clicked; it loads nothing.
 */
import type { Target } from "../protocol";
import { dataOf, element, pictureIn } from "./elements";
import { Facts } from "./facts";
import type { FromPage, ToPage } from "./messages";
import { Region } from "./region";
import { Stage } from "./stage";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

/** Each of them needs a finished result, or at least a picture. */
const BUTTONS = ["apply", "elsewhere", "discard", "again", "refine", "renew"] as const;

const code = acquireVsCodeApi();
const post = (message: FromPage) => code.postMessage(message);
const stage = new Stage();
const facts = new Facts(post, (region) => stage.mark(region));
const region = new Region((name, data) => post({ kind: "picture", name, data }));
/** What can be clicked when nothing is made. */
let possible: readonly string[] = [];

addEventListener("message", ({ data }: MessageEvent<ToPage>) => hear(data));
for (const kind of ["picture", "renew"] as const) {
  const place = kind === "picture" ? globalThis : element("refine-form");
  place.addEventListener("paste", (event) => void take(kind, event, (event as ClipboardEvent).clipboardData?.files, "pasted picture"));
  place.addEventListener("drop", (event) => void take(kind, event, (event as DragEvent).dataTransfer?.files, "dropped picture"));
  const input = element<HTMLInputElement>(kind === "picture" ? "file" : "renew");
  input.addEventListener("change", (event) => void take(kind, event, input.files, "picture"));
}
addEventListener("dragover", (event) => event.preventDefault());
for (const kind of ["apply", "elsewhere", "discard"] as const) {
  element(kind).addEventListener("click", () => post({ kind }));
}
element("again").addEventListener("click", regenerate);
element("target").addEventListener("change", regenerate);
element("refine-form").addEventListener("submit", (event) => {
  event.preventDefault();
  post({ kind: "refine", instruction: element<HTMLInputElement>("instruction").value });
});
post({ kind: "ready" });

function regenerate(): void {
  const target = (element<HTMLSelectElement>("target").value || null) as Target | null;
  post({ kind: "again", target, candidates: Number(element<HTMLSelectElement>("drafts").value) || null });
}

/** Hand over the first picture of what was pasted, dropped or chosen; words that are pasted into a field are none. */
async function take(kind: "picture" | "renew", event: Event, files: FileList | null | undefined, name: string): Promise<void> {
  const picture = pictureIn(files);
  if (!picture && event.type === "paste" && event.target instanceof HTMLInputElement) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  if (!picture) {
    say("There is no picture in the clipboard or in what was dropped.", true);
    return;
  }
  post({ kind, name: picture.name && picture.name !== "image.png" ? picture.name : name, data: await dataOf(picture) });
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
    case "working":
      busy(true);
      say(told.message, false);
      return;
    case "progress":
      element<HTMLProgressElement>("bar").value = told.percentage;
      say(told.message, false);
      return;
    case "draft":
      stage.render(told.page);
      return;
    case "result":
      finish(told);
      return;
    case "remark":
      say(told.message, false);
      return;
    case "told":
      busy(false);
      say(told.message, told.failed);
      return;
    case "ended":
      end(told);
      return;
  }
}

function finish(told: Extract<ToPage, { kind: "result" }>): void {
  const { receipt, result } = told;
  possible = BUTTONS;
  busy(false);
  say(receipt, false);
  element("name").textContent = result.name;
  element<HTMLSelectElement>("target").value = result.target;
  element<HTMLInputElement>("instruction").value = "";
  stage.size(result.picture);
  stage.render(result.page ?? "");
  facts.show(told);
}

function end({ message, how }: Extract<ToPage, { kind: "ended" }>): void {
  possible = how === "failed" ? ["again"] : ["again", "refine", "renew"];
  element("versions-section").hidden ||= how === "applied";
  busy(false);
  say(message, how === "failed");
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
  possible = [];
}

function busy(now: boolean): void {
  element("bar").hidden = !now;
  element<HTMLProgressElement>("bar").value = 0;
  element("comparison").setAttribute("aria-busy", String(now));
  for (const id of BUTTONS) {
    element<HTMLButtonElement>(id).disabled = now || !possible.includes(id);
  }
  for (const id of ["target", "drafts"]) {
    element<HTMLSelectElement>(id).disabled = now;
  }
  for (const input of document.querySelectorAll<HTMLInputElement>("input[name=version]")) {
    input.disabled = now;
  }
}

function say(message: string, failed: boolean): void {
  element("state").textContent = message;
  element("state").classList.toggle("failed", failed);
}
