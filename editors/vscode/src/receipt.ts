/**
 * What was taken, and what was made of it, in one line: nobody has to guess which picture was sent, and how.
 */
import type { PictureFacts } from "./protocol";

export interface Taken {
  /** `shot.png`, `pasted picture` … */
  name: string;
  /** Size of what was sent; null when the server reads the file itself. */
  bytes: number | null;
}

/** "shot.png: 1280 × 800 px, read by the server at 2 px per CSS px". */
export function receipt(taken: Taken, facts: PictureFacts): string {
  const way = taken.bytes === null ? "read by the server from its file" : `${size(taken.bytes)} sent to the server`;
  const css = `${Math.round(facts.width / facts.scale)} × ${Math.round(facts.height / facts.scale)} CSS px`;
  return `${taken.name}: ${facts.width} × ${facts.height} px, ${way}, taken as ${css} at scale ${round(facts.scale)}`;
}

/** "1.4 MiB". */
export function size(bytes: number): string {
  return bytes >= 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 10).toFixed(1)} KiB`;
}

function round(scale: number): string {
  return String(Math.round(scale * 100) / 100);
}
