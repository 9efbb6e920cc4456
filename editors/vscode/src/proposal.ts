/**
 * A finished component that waits for a yes: shown as a diff, applied as one edit, taken back as one. Nothing is written
 * over that is not what it was when the component was made for it.
 */
import {
  type Disposable,
  EventEmitter,
  Range,
  type TextDocument,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  WorkspaceEdit,
  commands,
  window,
  workspace,
} from "vscode";

import type { ComponentResult } from "./protocol";

export const SCHEME = "vision-code-proposal";

/** A file of the proposal, and what it was made for: a text, a picture's bytes, null where there was no file. */
export interface ProposedFile {
  uri: Uri;
  before: string | Uint8Array | null;
  after: string | Uint8Array;
}

/** Thrown when a file is not any more what the component was made for. */
export class Stale extends Error {}

/** The files of an answer with what is there now; the server made sure that this is what it was made for. */
export async function proposed(result: Pick<ComponentResult, "files">): Promise<ProposedFile[]> {
  return Promise.all(
    result.files.map(async ({ uri: name, action, text, data }) => {
      const uri = Uri.parse(name, true);
      if (text === undefined) {
        return { uri, before: (await contentOf(uri)) ?? null, after: Buffer.from(data ?? "", "base64") };
      }
      const before = action === "create" ? null : (await workspace.openTextDocument(uri)).getText();
      return { uri, before, after: text };
    }),
  );
}

/** Serves both sides of a diff; the name of the file stays, so that the editor knows the language. */
export class ProposalTexts implements TextDocumentContentProvider, Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly registration = workspace.registerTextDocumentContentProvider(SCHEME, this);
  private readonly texts = new Map<string, string>();
  readonly onDidChange = this.changed.event;

  /** Show a file's old and new text. */
  async show(file: ProposedFile): Promise<void> {
    if (typeof file.after !== "string") {
      return;
    }
    const [left, right] = this.put(file, file.after);
    const name = workspace.asRelativePath(file.uri);
    await commands.executeCommand("vscode.diff", left, right, `${name} (proposed)`, { preview: false, viewColumn: ViewColumn.One });
  }

  /** Show all files, each with its old and new text. */
  async showAll(title: string, files: ProposedFile[]): Promise<void> {
    const rows = files.flatMap((file) => (typeof file.after === "string" ? [[file.uri, ...this.put(file, file.after)]] : []));
    await commands.executeCommand("vscode.changes", title, rows);
  }

  /** Close what is shown of proposals. */
  async close(): Promise<void> {
    this.texts.clear();
    const ours = (input: unknown): boolean => {
      const { modified, textDiffs } = (input ?? {}) as { modified?: Uri; textDiffs?: { modified: Uri }[] };
      return modified?.scheme === SCHEME || textDiffs?.some((diff) => diff.modified.scheme === SCHEME) === true;
    };
    await window.tabGroups.close(window.tabGroups.all.flatMap((group) => group.tabs.filter((tab) => ours(tab.input))));
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }

  private put(file: ProposedFile, after: string): [Uri, Uri] {
    const left = file.uri.with({ scheme: SCHEME, query: "before" });
    const right = file.uri.with({ scheme: SCHEME, query: "after" });
    const before = typeof file.before === "string" ? file.before : "";
    for (const [uri, text] of [[left, before], [right, after]] as const) {
      this.texts.set(uri.toString(), text);
      this.changed.fire(uri);
    }
    return [left, right];
  }
}

/** Apply all files as one edit, which one undo takes back. Throws `Stale` when something changed meanwhile. */
export async function apply(files: ProposedFile[]): Promise<void> {
  const edit = new WorkspaceEdit();
  for (const file of files) {
    await refuseStale(file);
    await put(edit, file, file.after);
  }
  if (!(await workspace.applyEdit(edit, { isRefactoring: true }))) {
    throw new Error("The editor refused the edit; nothing was changed.");
  }
}

/** Take an applied proposal back: each file only while it is exactly as it was made. Throws `Stale` else. */
export async function takeBack(files: ProposedFile[]): Promise<void> {
  const edit = new WorkspaceEdit();
  for (const file of files) {
    if ((await contentOf(file.uri))?.equals(bytes(file.after)) !== true) {
      throw new Stale(`${workspace.asRelativePath(file.uri)} was changed since; nothing was taken back.`);
    }
    if (file.before === null) {
      edit.deleteFile(file.uri, { ignoreIfNotExists: true });
    } else {
      await put(edit, file, file.before);
    }
  }
  if (!(await workspace.applyEdit(edit, { isRefactoring: true }))) {
    throw new Error("The editor refused the edit; nothing was changed.");
  }
}

/** Into the edit: a text that is there is changed in the editor, and saved by its user; all else is written. */
async function put(edit: WorkspaceEdit, file: ProposedFile, content: string | Uint8Array): Promise<void> {
  if (file.before !== null && typeof content === "string") {
    edit.replace(file.uri, whole(await workspace.openTextDocument(file.uri)), content);
  } else {
    edit.createFile(file.uri, { contents: bytes(content), overwrite: file.before !== null, ignoreIfExists: false });
  }
}

function bytes(content: string | Uint8Array): Buffer {
  return typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content);
}

async function refuseStale(file: ProposedFile): Promise<void> {
  const now = await contentOf(file.uri);
  if (file.before === null ? now !== undefined : now?.equals(bytes(file.before)) !== true) {
    const happened = file.before === null ? "exists by now" : "was changed since the component was made for it";
    throw new Stale(`${workspace.asRelativePath(file.uri)} ${happened}; nothing was applied.`);
  }
}

/** What a file holds for the user: the text in the editor, where it is open. */
async function contentOf(uri: Uri): Promise<Buffer | undefined> {
  const document = workspace.textDocuments.find((open) => !open.isClosed && open.uri.toString() === uri.toString());
  if (document) {
    return Buffer.from(document.getText(), "utf8");
  }
  return workspace.fs.readFile(uri).then(Buffer.from, () => undefined);
}

function whole(document: TextDocument): Range {
  return document.validateRange(new Range(0, 0, document.lineCount, 0));
}
