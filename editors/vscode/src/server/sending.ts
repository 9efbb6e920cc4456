/**
 * How a picture is named in a request: one of the workspace by its file, a small one by its bytes, a large one by an upload,
 * so that it does not hold up what else goes over the pipe.
 */
import type { Picture } from "../picking";
import { MAX_PIECE_BYTES, dataUri } from "../pictures";
import type { UploadOptions, UploadResult } from "../protocol";

export type Ask = <R>(method: string, params: object) => Promise<R>;

/** What a request has for its `image`. An upload is sent for each request: the server keeps it for minutes only. */
export async function imageFor(picture: Picture, ask: Ask): Promise<string> {
  if (picture.file !== undefined) {
    return picture.file;
  }
  const { content } = picture;
  if (content.length <= MAX_PIECE_BYTES) {
    return dataUri(content);
  }
  let named: Pick<UploadOptions, "image"> = {};
  for (let at = 0; at < content.length; at += MAX_PIECE_BYTES) {
    const data = Buffer.from(content.subarray(at, at + MAX_PIECE_BYTES)).toString("base64");
    const piece: UploadOptions = { ...named, data, last: at + MAX_PIECE_BYTES >= content.length };
    const { image } = await ask<UploadResult>("visionCode/upload", piece);
    named = { image };
  }
  return named.image ?? "";
}
