/**
 * What was taken, and what was made of it, in one line: nobody has to guess which picture was sent, and how.
 */
import type { Picture } from "./picking";
import type { PictureFacts } from "./protocol";

/** "shot.png: 1280 × 800 px, read by the server from its file, taken as 640 × 400 CSS px at scale 2". */
export function receipt({ name, file, content }: Pick<Picture, "name" | "file" | "content">, facts: PictureFacts): string {
  const way = file === undefined ? `${size(content.length)} sent to the server` : "read by the server from its file";
  const css = `${Math.round(facts.width / facts.scale)} × ${Math.round(facts.height / facts.scale)} CSS px`;
  return `${name}: ${facts.width} × ${facts.height} px, ${way}, taken as ${css} at scale ${round(facts.scale)}`;
}

/** "1.4 MiB". */
function size(bytes: number): string {
  return bytes >= 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 10).toFixed(1)} KiB`;
}

function round(scale: number): string {
  return String(Math.round(scale * 100) / 100);
}
