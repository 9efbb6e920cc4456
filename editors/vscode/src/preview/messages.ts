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
  | { kind: "progress"; message: string; percentage: number }
  | { kind: "draft"; page: string; draftedBy: string }
  | {
      kind: "result";
      receipt: string;
      files: ListedFile[];
      result: Omit<ComponentResult, "files" | "edit">;
    }
  | { kind: "ended"; message: string; failed: boolean }
  | { kind: "region"; picture: string; monitor: Monitor };

export type FromPage =
  | { kind: "ready" }
  | { kind: "picture"; name: string; data: string }
  | { kind: "apply" }
  | { kind: "discard" }
  | { kind: "again"; target: Target | null }
  | { kind: "show"; index: number };

const KINDS: readonly FromPage["kind"][] = ["ready", "picture", "apply", "discard", "again", "show"];

/** A message of the page, checked: the page shows what came out of a stranger's picture. */
export function fromPage(message: unknown): FromPage | undefined {
  if (typeof message !== "object" || message === null) {
    return undefined;
  }
  const { kind, name, data, target, index } = message as Record<string, unknown>;
  if (!KINDS.includes(kind as FromPage["kind"])) {
    return undefined;
  }
  const wrong =
    (kind === "picture" && (typeof name !== "string" || typeof data !== "string" || !data.startsWith("data:"))) ||
    (kind === "again" && target !== null && typeof target !== "string") ||
    (kind === "show" && !Number.isInteger(index));
  return wrong ? undefined : (message as FromPage);
}
