/**
 * What is known of a result: how faithful it is, where it differs, its files and notes, and the other results.
 */
import type { Range, WorstRegion } from "../protocol";
import { element, fill, item, link, percent } from "./elements";
import type { FromPage, ListedFile, ToPage } from "./messages";

const PARTS = ["words", "place", "size", "colour", "picture", "flow"];
const ACTIONS: Record<string, string> = { create: "new", fill: "fills it", overwrite: "replaces it", update: "made anew", write: "new" };

type Result = Extract<ToPage, { kind: "result" }>;

export class Facts {
  constructor(
    private readonly post: (message: FromPage) => void,
    private readonly mark: (region: WorstRegion) => void,
  ) {}

  show({ files, result, versions, version }: Result): void {
    const scores = result.fidelity ?? {};
    const rows = [["all", scores["mean"]] as const, ...PARTS.map((part) => [part, scores[part]] as const)];
    fill("scores", rows.flatMap(([part, score]) => (score === undefined ? [] : [scoreRow(part, score)])));
    element("scores-section").hidden = false;
    element("unverified").textContent = result.verified ? "" : `Not compared with the picture: ${result.unverifiedBecause}`;
    fill("worst", result.worst.map((region, index) => this.regionItem(region, index)));
    fill("files", files.map((file, index) => this.fileItem(file, index)));
    const because = result.placedBecause ? [`It goes there because ${result.placedBecause}.`] : [];
    fill("notes", [`Drafted by ${result.draftedBy}.`, ...because, ...result.notes].map((note) => item(note)));
    fill("versions", versions.length < 2 ? [] : versions.map((name, index) => this.versionChoice(name, index, index === version)));
    element("facts").hidden = false;
  }

  private fileItem(file: ListedFile, index: number): HTMLElement {
    const name = file.text ? link(file.name, () => this.post({ kind: "show", index })) : file.name;
    return item(name, ` ${ACTIONS[file.action] ?? file.action}`);
  }

  /** A click shows where it is: in picture and rendering, and in the code. */
  private regionItem(region: WorstRegion, index: number): HTMLElement {
    const go = (range: Range | null, entry: boolean) => () => {
      this.mark(region);
      if (range) {
        this.post({ kind: "locate", index, entry });
      }
    };
    const { what, score, range, entry } = region;
    const name = range ? `${what} (${percent(score)}), ${lines(range)}` : `${what} (${percent(score)})`;
    const data = entry ? [", ", link(`data in ${lines(entry)}`, go(entry, true))] : [];
    return item(link(name, go(range, false)), ...data);
  }

  private versionChoice(name: string, index: number, chosen: boolean): HTMLElement {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "version", checked: chosen });
    input.addEventListener("change", () => this.post({ kind: "pick", index }));
    label.append(input, name);
    return label;
  }
}

/** As the editor counts them. */
function lines({ start, end }: Range): string {
  return start.line === end.line ? `line ${start.line + 1}` : `lines ${start.line + 1}–${end.line + 1}`;
}

function scoreRow(part: string, score: number): HTMLElement {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = part;
  const value = document.createElement("td");
  const meter = document.createElement("meter");
  meter.value = score;
  // The number beside it says the same, without fifteen digits.
  meter.setAttribute("aria-hidden", "true");
  value.append(meter, ` ${percent(score)}`);
  row.append(head, value);
  return row;
}
