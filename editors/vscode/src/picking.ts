/**
 * The picture that a command is about: given by a menu, shown in the active tab, or picked.
 */
import { type Uri, window, workspace } from "vscode";

import { ENDINGS, dataUri, refusal } from "./pictures";
import { basename } from "node:path";

/** A picture as it goes to the server. */
export interface Picture {
  name: string;
  /** `file:` URI in the workspace, or `data:` URI. */
  image: string;
  /** What the preview shows; the same as `image` where that is data. */
  shown: string;
  /** Of what was sent; null when the server reads the file. */
  bytes: number | null;
  /** Where the component shall go, when that is known: a blank document. */
  document?: string;
  /** The component that is made anew from it. */
  updates?: string;
}

/** The picture in the menu's file, in the active tab, or one that is picked; undefined when nobody picks one. */
export async function choose(given: unknown): Promise<Picture | undefined> {
  const uri = asUri(given) ?? activePicture() ?? (await pick());
  return uri && fromFile(uri);
}

/** A picture in a file: one of the workspace is named, one from elsewhere is sent, because the user picked it. */
export async function fromFile(uri: Uri): Promise<Picture> {
  const content = await workspace.fs.readFile(uri);
  const name = basename(uri.path);
  if (uri.scheme === "file" && workspace.getWorkspaceFolder(uri)) {
    return { name, image: uri.toString(), shown: dataUri(content), bytes: null };
  }
  return fromBytes(name, content);
}

/** A picture that was pasted, dropped or captured. */
export function fromBytes(name: string, content: Uint8Array): Picture {
  const refused = refusal(content);
  if (refused) {
    throw new Error(refused);
  }
  const image = dataUri(content);
  return { name, image, shown: image, bytes: content.length };
}

async function pick(): Promise<Uri | undefined> {
  // A search that does not work here leaves the file dialog.
  const search = workspace.findFiles(`**/*.{${ENDINGS.join(",")}}`, "**/node_modules/**", 500);
  const found = await Promise.resolve(search).catch(() => []);
  const entries = found.map((uri) => ({ label: workspace.asRelativePath(uri), uri: uri as Uri | null }));
  entries.sort((a, b) => a.label.localeCompare(b.label));
  const other = { label: "$(folder-opened) A file from elsewhere…", uri: null };
  const chosen = await window.showQuickPick([...entries, other], { title: "Turn Picture into Component", placeHolder: "Which picture?" });
  if (!chosen || chosen.uri) {
    return chosen?.uri ?? undefined;
  }
  return (await window.showOpenDialog({ title: "Which picture?", filters: { Pictures: ENDINGS } }))?.[0];
}

function activePicture(): Uri | undefined {
  const uri = (window.tabGroups.activeTabGroup.activeTab?.input as { uri?: Uri } | undefined)?.uri;
  return uri && ENDINGS.some((ending) => uri.path.toLowerCase().endsWith(`.${ending}`)) ? uri : undefined;
}

function asUri(given: unknown): Uri | undefined {
  return typeof given === "object" && given !== null && "fsPath" in given ? (given as Uri) : undefined;
}
