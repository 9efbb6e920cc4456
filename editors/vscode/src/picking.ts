/**
 * The picture that a command is about: given by a menu, shown in the active tab, or picked.
 */
import { type QuickPickItem, type Uri, window, workspace } from "vscode";

import { ENDINGS, dataUri, refusal } from "./pictures";
import { basename } from "node:path";

/** A picture, and how it goes to the server: by the URI of its `file` in the workspace, else by its bytes. */
export interface Picture {
  name: string;
  file?: string;
  content: Uint8Array;
  /** `data:` URI of the same bytes, for the preview. */
  shown: string;
}

/** The picture in the menu's file, in the active tab, or one that is picked; undefined when nobody picks one. */
export async function choose(given: unknown): Promise<Picture | undefined> {
  const uri = asUri(given) ?? activePicture() ?? (await pick());
  return uri && fromFile(uri);
}

/** Any number of pictures, perhaps none; undefined when nobody wants to go on. */
export async function chooseSeveral(title: string): Promise<Picture[] | undefined> {
  const options = { title, placeHolder: "Which pictures? None is fine.", canPickMany: true } as const;
  const chosen = await window.showQuickPick(await entries(), options);
  if (!chosen) {
    return undefined;
  }
  const named = chosen.flatMap(({ uri }) => uri ?? []);
  const others = chosen.length > named.length ? await openDialog(true) : [];
  return Promise.all([...named, ...others].map(fromFile));
}

/** A picture in a file: one of the workspace is named, one from elsewhere is sent, because the user picked it. */
export async function fromFile(uri: Uri): Promise<Picture> {
  const content = await workspace.fs.readFile(uri);
  const name = basename(uri.path);
  if (uri.scheme === "file" && workspace.getWorkspaceFolder(uri)) {
    return { name, file: uri.toString(), content, shown: dataUri(content) };
  }
  return fromBytes(name, content);
}

/** A picture that was pasted, dropped or captured. */
export function fromBytes(name: string, content: Uint8Array): Picture {
  const refused = refusal(content);
  if (refused) {
    throw new Error(refused);
  }
  return { name, content, shown: dataUri(content) };
}

async function pick(): Promise<Uri | undefined> {
  const chosen = await window.showQuickPick(await entries(), { title: "Turn Picture into Component", placeHolder: "Which picture?" });
  return chosen && (chosen.uri ?? (await openDialog(false))[0]);
}

/** The workspace's pictures, and the way to any other. */
async function entries(): Promise<(QuickPickItem & { uri: Uri | undefined })[]> {
  // A search that does not work here leaves the file dialog.
  const search = workspace.findFiles(`**/*.{${ENDINGS.join(",")}}`, "**/node_modules/**", 500);
  const found = await Promise.resolve(search).catch(() => []);
  const ours = found.map((uri) => ({ label: workspace.asRelativePath(uri), uri }));
  ours.sort((a, b) => a.label.localeCompare(b.label));
  return [...ours, { label: "$(folder-opened) A file from elsewhere…", uri: undefined }];
}

async function openDialog(canSelectMany: boolean): Promise<Uri[]> {
  return (await window.showOpenDialog({ title: "Which picture?", filters: { Pictures: ENDINGS }, canSelectMany })) ?? [];
}

function activePicture(): Uri | undefined {
  const uri = (window.tabGroups.activeTabGroup.activeTab?.input as { uri?: Uri } | undefined)?.uri;
  return uri && ENDINGS.some((ending) => uri.path.toLowerCase().endsWith(`.${ending}`)) ? uri : undefined;
}

function asUri(given: unknown): Uri | undefined {
  return typeof given === "object" && given !== null && "fsPath" in given ? (given as Uri) : undefined;
}
