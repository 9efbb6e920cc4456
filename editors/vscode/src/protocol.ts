/**
 * The custom protocol of the language server, as `lsp_server/PROTOCOL.md` has it; a test holds this file to that page.
 */

/** Names one progress bar or one row of drafts. */
export type Token = number | string;

export type Target = "html" | "html-css" | "react" | "vue" | "svelte";

export const TARGETS: readonly Target[] = ["html", "html-css", "react", "vue", "svelte"];

/** Options of `visionCode/component`. */
export interface ComponentOptions {
  image: string;
  document?: string;
  folder?: string;
  name?: string;
  target?: "auto" | Target;
  engine?: string;
  candidates?: number;
  seed?: number;
  verify?: boolean;
  scale?: number;
  overwrite?: boolean;
  apply?: boolean;
  show?: boolean;
  previewToken?: Token;
  workDoneToken?: Token;
}

/** What happens to a file: `fill` a blank document, `update` a text that was made here, `write` what is no text. */
type Action = "create" | "fill" | "overwrite" | "update" | "write";

/** A file of a component that was not applied; `data` is base64. */
export interface MadeFile {
  uri: string;
  action: Action;
  text?: string;
  data?: string;
}

/** Where the rendering differs most, in CSS pixels of the picture, and what of the main file draws it. */
export interface WorstRegion {
  what: string;
  score: number;
  x: number;
  y: number;
  width: number;
  height: number;
  range: Range | null;
  entry: Range | null;
}

/** What was made of the picture's bytes; `scale` is device pixels per CSS pixel. */
export interface PictureFacts {
  width: number;
  height: number;
  scale: number;
}

/** Answer to `visionCode/component`. */
export interface ComponentResult {
  applied: boolean;
  edit: object | null;
  files: MadeFile[];
  name: string;
  placedBecause: string;
  target: Target;
  draftedBy: string;
  verified: boolean;
  unverifiedBecause: string;
  fidelity: Record<string, number> | null;
  worst: WorstRegion[];
  picture: PictureFacts;
  candidates: Candidate[];
  page: string | null;
  notes: string[];
  seconds: Record<string, number>;
}

/** What another draft made of the picture, to be applied in place of the result. */
export interface Candidate {
  draftedBy: string;
  score: number;
  page: string;
  edit: object | null;
  files: MadeFile[];
}

/** Of the Language Server Protocol. */
export interface Range {
  start: { line: number; character: number };
  end: { line: number; character: number };
}

/** Options of `visionCode/refine`, which answers as `visionCode/component` does. */
export interface RefineOptions {
  image?: string;
  instruction?: string;
  box?: number[];
  range?: Range;
  document?: string;
  engine?: string;
  candidates?: number;
  seed?: number;
  verify?: boolean;
  scale?: number;
  overwrite?: boolean;
  apply?: boolean;
  show?: boolean;
  previewToken?: Token;
  workDoneToken?: Token;
}

/** Options of `visionCode/patch`. */
export interface PatchOptions {
  issue: string;
  images?: string[];
  folder?: string;
  engine?: string;
  candidates?: number;
  seed?: number;
  apply?: boolean;
  workDoneToken?: Token;
}

/** A file of a patch; `text` is its whole new text, absent where it is deleted. */
export interface PatchedFile {
  uri: string;
  action: "create" | "fill" | "update" | "delete";
  text?: string;
}

/** Answer to `visionCode/patch`. */
export interface PatchResult {
  applied: boolean;
  edit: object | null;
  files: PatchedFile[];
  diff: string;
  model: string;
  candidates: number;
  agreed: number;
  notes: string[];
  seconds: Record<string, number>;
}

/** Options of `visionCode/compare`. */
export interface CompareOptions {
  reference: string;
  candidate: string;
  workDoneToken?: Token;
}

/** Answer to `visionCode/compare`. */
export interface CompareResult {
  fidelity: Record<string, number>;
  missing: string[];
  extra: string[];
  worst: { what: string; score: number; x: number; y: number; width: number; height: number }[];
}

/** Options of `visionCode/upload`. */
export interface UploadOptions {
  image?: string;
  data: string;
  last?: boolean;
}

/** Answer to `visionCode/upload`. */
export interface UploadResult {
  image: string;
  bytes: number;
  complete: boolean;
}

/** Options of `visionCode/capture`. */
export interface CaptureOptions {
  list?: boolean;
  monitor?: number;
  region?: number[];
  file?: string;
  workDoneToken?: Token;
}

/** A screen. */
export interface Monitor {
  number: number;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  scale: number;
  primary: boolean;
}

/** Answer to `visionCode/capture`; what does not apply is null. */
export interface CaptureResult {
  image: string | null;
  file: string | null;
  width: number | null;
  height: number | null;
  monitor: number | null;
  area: { x: number; y: number; width: number; height: number } | null;
  scale: number | null;
  monitors: Monitor[] | null;
  notes: string[];
}

/** Answer to `visionCode/status`. */
export interface StatusResult {
  version: string;
  engine: { state: "stopped" | "ready" | "busy"; processId: number | null; waiting: number; done: number };
  documents: number;
  positionEncoding: string;
  trusted: boolean;
  canUndo: boolean;
}

/** `visionCode/preview`: a draft on the way to the result. */
export interface PreviewParams {
  token: Token;
  draftedBy: string;
  files: { path: string; text?: string; data?: string }[];
  page: string;
}
