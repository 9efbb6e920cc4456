/**
 * What the extension and the page of the preview tell each other.
 */
import type { ComponentResult, Monitor, Target } from "../protocol";

/** A file of the result, for the list. */
export interface ListedFile {
  name: string;
  action: string;
  text: boolean;
}

export type ToPage =
  | { kind: "ask" }
  | { kind: "begin"; name: string; picture: string; target: Target | null }
  | { kind: "working"; message: string }
  | { kind: "progress"; message: string; percentage: number }
  | { kind: "draft"; page: string; draftedBy: string }
  | {
      kind: "result";
      receipt: string;
      files: ListedFile[];
      /** All results of this picture, and which one this is. */
      versions: string[];
      version: number;
      result: Omit<ComponentResult, "files" | "edit" | "candidates">;
    }
  /** Of what was clicked last; it changes nothing. */
  | { kind: "remark"; message: string }
  /** Nothing came of the last request; what was there before stays. */
  | { kind: "told"; message: string; failed: boolean }
  | { kind: "ended"; message: string; how: "applied" | "discarded" | "failed" }
  | { kind: "region"; picture: string; monitor: Monitor };

export type FromPage =
  | { kind: "ready" }
  | { kind: "picture"; name: string; data: string }
  | { kind: "renew"; name: string; data: string }
  | { kind: "refine"; instruction: string }
  | { kind: "apply" }
  | { kind: "elsewhere" }
  | { kind: "discard" }
  | { kind: "again"; target: Target | null; candidates: number | null }
  | { kind: "pick"; index: number }
  | { kind: "show"; index: number }
  /** Show the code of one of the worst regions, or its entry in the data. */
  | { kind: "locate"; index: number; entry: boolean };

type Fields = Record<string, unknown>;

const isPicture = ({ name, data }: Fields) => typeof name === "string" && typeof data === "string" && data.startsWith("data:");
const isIndexed = ({ index }: Fields) => Number.isInteger(index);
const isPlain = () => true;

/** What each kind of message has to hold. */
const CHECKS: Record<FromPage["kind"], (fields: Fields) => boolean> = {
  ready: isPlain,
  picture: isPicture,
  renew: isPicture,
  refine: ({ instruction }) => typeof instruction === "string",
  apply: isPlain,
  elsewhere: isPlain,
  discard: isPlain,
  again: ({ target, candidates }) => (target === null || typeof target === "string") && (candidates === null || Number.isInteger(candidates)),
  pick: isIndexed,
  show: isIndexed,
  locate: (fields) => isIndexed(fields) && typeof fields["entry"] === "boolean",
};

/** A message of the page, checked: the page shows what came out of a stranger's picture. */
export function fromPage(message: unknown): FromPage | undefined {
  const fields = (typeof message === "object" ? message : null) as Fields | null;
  const kind = fields?.["kind"];
  const known = typeof kind === "string" && Object.hasOwn(CHECKS, kind);
  return fields && known && CHECKS[kind as FromPage["kind"]](fields) ? (message as FromPage) : undefined;
}
