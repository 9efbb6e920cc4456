/**
 * Which bytes are a picture that the server opens: told by what is in them, never by a name. The server decides.
 */

/** Of a picture that is sent. */
const MAX_BYTES = 20 * 2 ** 20;
/** Of one piece of it. */
export const MAX_PIECE_BYTES = 2 ** 20;

/** Endings that a file picker offers. */
export const ENDINGS = ["png", "jpg", "jpeg", "webp", "gif", "bmp"];

const SIGNATURES: readonly [type: string, at: number, bytes: string][] = [
  ["image/png", 0, "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/gif", 0, "GIF8"],
  ["image/webp", 8, "WEBP"],
  ["image/bmp", 0, "BM"],
];

/** Media type of a picture; null when it is none that we know. */
export function mediaType(content: Uint8Array): string | null {
  const head = String.fromCharCode(...content.subarray(0, 16));
  return SIGNATURES.find(([, at, bytes]) => head.startsWith(bytes, at))?.[0] ?? null;
}

/** `data:` URI of a picture. */
export function dataUri(content: Uint8Array): string {
  return `data:${mediaType(content) ?? "application/octet-stream"};base64,${Buffer.from(content).toString("base64")}`;
}

/** Bytes in a `data:` URI; throws when it holds no base64. */
export function bytesOf(uri: string): Uint8Array {
  const [head, content] = uri.split(",", 2);
  if (content === undefined || !head?.endsWith(";base64")) {
    throw new Error("not a data: URI in base64");
  }
  return Buffer.from(content, "base64");
}

/** Why a picture cannot be sent, or null. */
export function refusal(content: Uint8Array): string | null {
  if (content.length > MAX_BYTES) {
    return `The picture has ${(content.length / 2 ** 20).toFixed(1)} MiB; 20 MiB can be sent. Save it in the workspace and choose it there.`;
  }
  return mediaType(content) ? null : "This is no PNG, JPEG, WebP, GIF or BMP picture.";
}
