/**
 * Another place for a component: a file, or a folder in which the project's way of naming decides.
 */
import { Uri, window, workspace } from "vscode";

import type { Wish } from "./component";

type Place = Pick<Wish, "document" | "folder" | "overwrite">;

/** Where it shall go instead of `proposed`; undefined when nobody chooses. */
export async function choosePlace(proposed: Uri): Promise<Place | undefined> {
  const file = { label: "$(file) A File…", description: "new, or one that is replaced" };
  const folder = { label: "$(folder) A Folder…", description: "named as the project does" };
  const chosen = await window.showQuickPick([file, folder], { title: "Apply to", placeHolder: "Where shall it go?" });
  if (chosen === file) {
    const uri = await window.showSaveDialog({ title: "Which file?", defaultUri: proposed });
    return uri && { document: uri.toString(), folder: undefined, overwrite: await isThere(uri) };
  }
  const canSelect = { canSelectFolders: true, canSelectFiles: false };
  const uris = chosen && (await window.showOpenDialog({ title: "Which folder?", defaultUri: Uri.joinPath(proposed, ".."), ...canSelect }));
  return uris?.[0] && { document: undefined, folder: uris[0].toString(), overwrite: undefined };
}

async function isThere(uri: Uri): Promise<boolean> {
  return workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
