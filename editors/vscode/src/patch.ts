/**
 * *Fix This Issue…*: an issue in words, perhaps with a picture, goes to the server; its edit comes back as diffs. Whether
 * it can be done, and why not, is the server's to say.
 */
import { ProgressLocation, env, window } from "vscode";

import type { Components } from "./component";
import { choose } from "./picking";
import type { PatchOptions, PatchResult } from "./protocol";
import type { Server } from "./server/server";

/** Ask for the issue, then for the patch. */
export async function patch(server: Server, components: Components): Promise<void> {
  const issue = await window.showInputBox({
    title: "Fix This Issue",
    prompt: "What is wrong? Leave it empty to take the text of the clipboard.",
    ignoreFocusOut: true,
  });
  if (issue === undefined) {
    return;
  }
  const text = issue.trim() || (await env.clipboard.readText()).trim();
  if (!text) {
    throw new Error("There is no issue: nothing was written, and the clipboard holds no text.");
  }
  const withPicture = await window.showQuickPick(["Without a picture", "With a picture…"], { title: "Fix This Issue" });
  if (!withPicture) {
    return;
  }
  const picture = withPicture.startsWith("With a") ? await choose(undefined) : undefined;
  const options: PatchOptions = { issue: text, ...(picture ? { images: [picture.image] } : {}), apply: false };
  const shown = { location: ProgressLocation.Notification, title: "Vision Code: fixing the issue", cancellable: true };
  const result = await window.withProgress(shown, (_, token) => server.ask<PatchResult>("visionCode/patch", options, token));
  await components.proposeFiles("Fix of the issue", result.files);
}
