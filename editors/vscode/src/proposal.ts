/**
 * Files that wait for a yes: shown as diffs, applied as one edit, taken back as one. Nothing is written over that is not
 * what it was when they were made for it.
 */
import {
  type Disposable,
  EventEmitter,
  Range,
  Selection,
  type TextDocument,
  type TextDocumentContentProvider,
  type TextEditor,
  Uri,
  ViewColumn,
  WorkspaceEdit,
  commands,
  window,
  workspace,
} from "vscode";

import type { MadeFile, PatchedFile } from "./protocol";

const SCHEME = "vision-code-proposal";

/** A file of the proposal, and what it was made for: a text, a picture's bytes, null where there is no file. */
export interface ProposedFile {
  uri: Uri;
  before: string | Uint8Array | null;
  after: string | Uint8Array | null;
}

/** Thrown when a file is not any more what it was made for. */
export class Stale extends Error {}

/** The files of an answer with what is there now; the server made sure that this is what it was made for. */
export async function proposed(files: readonly (MadeFile | PatchedFile)[]): Promise<ProposedFile[]> {
  return Promise.all(files.map(withBefore));
}

async function withBefore(file: MadeFile | PatchedFile): Promise<ProposedFile> {
  const uri = Uri.parse(file.uri, true);
  if ("data" in file && file.data !== undefined) {
    return { uri, before: (await contentOf(uri)) ?? null, after: Buffer.from(file.data, "base64") };
  }
  const before = file.action === "create" ? null : (await workspace.openTextDocument(uri)).getText();
  return { uri, before, after: file.action === "delete" ? null : (file.text ?? "") };
}

/** Serves both sides of a diff; the name of the file stays, so that the editor knows the language. */
export class ProposalTexts implements TextDocumentContentProvider, Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly registration = workspace.registerTextDocumentContentProvider(SCHEME, this);
  private readonly texts = new Map<string, string>();
  readonly onDidChange = this.changed.event;

  /** Show a file's old and new text, perhaps with a part of the new one selected and the focus left where it is. */
  async show(file: ProposedFile, selection?: Range): Promise<void> {
    if (!isText(file)) {
      return;
    }
    const [left, right] = this.put(file);
    const name = workspace.asRelativePath(file.uri);
    const part = selection ? startOf(selection) : {};
    await commands.executeCommand("vscode.diff", left, right, `${name} (proposed)`, { preview: false, viewColumn: ViewColumn.One, ...part });
    if (selection) {
      mark(await shown(right), selection);
    }
  }

  /** Show all files, each with its old and new text. */
  async showAll(title: string, files: ProposedFile[]): Promise<void> {
    const rows = files.filter(isText).map((file) => [file.uri, ...this.put(file)]);
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

  private put({ uri, before, after }: ProposedFile): [Uri, Uri] {
    const side = (query: string, content: ProposedFile["before"]) => {
      const shown = uri.with({ scheme: SCHEME, query });
      this.texts.set(shown.toString(), typeof content === "string" ? content : "");
      this.changed.fire(shown);
      return shown;
    };
    return [side("before", before), side("after", after)];
  }
}

/** Select a part of a text in the editor, while that is what the file holds; the focus stays where it is. */
export async function select(uri: Uri, text: string, selection: Range): Promise<boolean> {
  const document = await Promise.resolve(workspace.openTextDocument(uri)).catch(() => undefined);
  // A new file has line feeds; one that is made anew keeps its line ends.
  if (document?.getText().replaceAll("\r\n", "\n") !== text.replaceAll("\r\n", "\n")) {
    return false;
  }
  mark(await window.showTextDocument(document, { ...startOf(selection), viewColumn: ViewColumn.One, preview: false }), selection);
  return true;
}

/** Where an editor is opened, so that it shows where a part begins and not where its last line ends. */
function startOf({ start }: Range): { selection: Range; preserveFocus: boolean } {
  return { selection: new Range(start, start), preserveFocus: true };
}

function mark(editor: TextEditor | undefined, { start, end }: Range): void {
  if (editor) {
    editor.selection = new Selection(end, start);
  }
}

/** The editor of one side of a diff; the editor tells of it when it is there. */
async function shown(uri: Uri): Promise<TextEditor | undefined> {
  const found = () => window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  return (
    found() ??
    new Promise((resolve) => {
      const end = (editor: TextEditor | undefined) => {
        listening.dispose();
        clearTimeout(waiting);
        resolve(editor);
      };
      const listening = window.onDidChangeVisibleTextEditors(() => found() && end(found()));
      const waiting = setTimeout(() => end(undefined), 5_000);
    })
  );
}

/** Apply all files as one edit, which one undo takes back. Throws `Stale` when something changed meanwhile. */
export async function apply(files: readonly ProposedFile[]): Promise<void> {
  for (const file of files) {
    await refuseStale(file);
  }
  await change(files);
}

/** Take an applied proposal back: each file only while it is exactly as it was made. Throws `Stale` else. */
export async function takeBack(files: readonly ProposedFile[]): Promise<void> {
  for (const file of files) {
    if (!(await holds(file.uri, file.after))) {
      throw new Stale(`${workspace.asRelativePath(file.uri)} was changed since; nothing was taken back.`);
    }
  }
  await change(files.map(({ uri, before, after }) => ({ uri, before: after, after: before })));
}

/** One edit: a text that is there is changed in the editor, and saved by its user; all else is written. */
async function change(files: readonly ProposedFile[]): Promise<void> {
  const edit = new WorkspaceEdit();
  for (const { uri, before, after } of files) {
    if (after === null) {
      edit.deleteFile(uri, { ignoreIfNotExists: true });
    } else if (before !== null && typeof after === "string") {
      edit.replace(uri, whole(await workspace.openTextDocument(uri)), after);
    } else {
      edit.createFile(uri, { contents: bytes(after), overwrite: before !== null, ignoreIfExists: false });
    }
  }
  if (!(await workspace.applyEdit(edit, { isRefactoring: true }))) {
    throw new Error("The editor refused the edit; nothing was changed.");
  }
}

function isText({ before, after }: ProposedFile): boolean {
  return typeof (after ?? before) === "string";
}

function bytes(content: string | Uint8Array): Buffer {
  return typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content);
}

async function refuseStale({ uri, before }: ProposedFile): Promise<void> {
  if (!(await holds(uri, before))) {
    const happened = before === null ? "exists by now" : "was changed since the new text was made for it";
    throw new Stale(`${workspace.asRelativePath(uri)} ${happened}; nothing was applied.`);
  }
}

async function holds(uri: Uri, content: ProposedFile["before"]): Promise<boolean> {
  const now = await contentOf(uri);
  return content === null ? now === undefined : now?.equals(bytes(content)) === true;
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
