/**
 * *Fix This Issue…*: an issue in words, with pictures where there are some, goes to the server; its patch comes back as
 * diffs, and is applied or discarded. Whether it can be done, and why not, is the server's to say.
 */
import { type LogOutputChannel, type QuickPickItem, type TextEditor, commands, env, window, workspace } from "vscode";

import { ask } from "./asking";
import { failureOf } from "./errors";
import { openSetting } from "./opening";
import { type Picture, chooseSeveral } from "./picking";
import type { PatchOptions, PatchResult } from "./protocol";
import type { Review } from "./review";
import { imageFor } from "./server/sending";
import type { Server } from "./server/server";

const TITLE = "Fix This Issue";
/** What the server takes. */
const MAX_PICTURES = 8;
/** Languages in which issues are written. */
const PROSE = ["markdown", "plaintext"];

interface Issue {
  text: string;
  pictures: Picture[];
  /** URI of the project's folder, where there are several. */
  folder?: string;
}

export class Patches {
  constructor(
    private readonly server: Server,
    private readonly review: Review,
    private readonly channel: LogOutputChannel,
  ) {}

  /** Ask for the issue, then for its patch. */
  async fix(): Promise<void> {
    const text = await issueText();
    if (text === undefined) {
      return;
    }
    const pictures = await chooseSeveral(`${TITLE}: pictures of it`);
    if (!pictures) {
      return;
    }
    if (pictures.length > MAX_PICTURES) {
      throw new Error(`${pictures.length} pictures were chosen; ${MAX_PICTURES} can be sent.`);
    }
    const several = (workspace.workspaceFolders?.length ?? 0) > 1;
    const folder = several ? await window.showWorkspaceFolderPick({ placeHolder: "In which project?" }) : undefined;
    if (!several || folder) {
      await this.patch({ text, pictures, ...(folder ? { folder: folder.uri.toString() } : {}) }, 0);
    }
  }

  private async patch(issue: Issue, seed: number): Promise<void> {
    try {
      await this.review.settle();
      const result = await ask<PatchResult>(this.server, {
        title: "fixing the issue",
        method: "visionCode/patch",
        options: async (connection, workDoneToken): Promise<PatchOptions> => {
          const images: string[] = [];
          for (const picture of issue.pictures) {
            images.push(await imageFor(picture, connection.ask));
          }
          const { text, folder } = issue;
          return { issue: text, images, apply: false, workDoneToken, ...(folder ? { folder } : {}), ...(seed ? { seed } : {}) };
        },
      });
      await this.propose(issue, seed, result);
    } catch (error) {
      await refused(error);
    }
  }

  private async propose(issue: Issue, seed: number, { files, notes, diff, agreed, candidates }: PatchResult): Promise<void> {
    notes.forEach((note) => this.channel.info(`patch: ${note}`));
    this.channel.debug(diff);
    const noted = notes.length ? ` Notes: ${notes.join("; ")}.` : "";
    if (files.length === 0) {
      void window.showInformationMessage(`Vision Code: everything is already as the issue wants it.${noted}`);
      return;
    }
    const again = () => this.patch(issue, seed + 1);
    await this.review.propose({ files, title: "Fix of the issue", again, ended: () => undefined }, false);
    const changed = files.length === 1 ? "1 file" : `${files.length} files`;
    const told = `Vision Code: a fix in ${changed}; ${agreed} of ${candidates} drafts agree on it.${noted}`;
    void window.showInformationMessage(told, "Apply", "Discard").then(async (chosen) => {
      await (chosen && commands.executeCommand(`vision-code.${chosen.toLowerCase()}`));
    });
  }
}

/** An engine that cannot is no failure: it is told with the way to one that can. */
async function refused(error: unknown): Promise<void> {
  const { kind, message } = failureOf(error);
  if (kind !== "engine.capability") {
    throw error;
  }
  if ((await window.showInformationMessage(`Vision Code: ${message}`, "Choose Engine…")) !== undefined) {
    await openSetting("engine");
  }
}

/** The issue's words: selected, in the editor, in the clipboard, or written now; undefined when nobody has any. */
async function issueText(): Promise<string | undefined> {
  const clipboard = (await env.clipboard.readText()).trim();
  const entries = [...inEditor(window.activeTextEditor)];
  if (clipboard) {
    entries.push({ label: "$(clippy) The Clipboard", description: firstLine(clipboard), text: clipboard });
  }
  if (entries.length === 0) {
    return written();
  }
  const write = { label: "$(edit) Write It…", text: "" };
  const chosen = await window.showQuickPick([write, ...entries], { title: TITLE, placeHolder: "Where is the issue?" });
  return chosen && (chosen.text || written());
}

async function written(): Promise<string | undefined> {
  const text = await window.showInputBox({ title: TITLE, prompt: "What is wrong?", ignoreFocusOut: true });
  return text?.trim() || undefined;
}

function inEditor(editor: TextEditor | undefined): (QuickPickItem & { text: string })[] {
  if (!editor) {
    return [];
  }
  const { document, selection } = editor;
  const selected = document.getText(selection).trim();
  const whole = PROSE.includes(document.languageId) ? document.getText().trim() : "";
  return [
    ...(selected ? [{ label: "$(selection) The Selected Text", description: firstLine(selected), text: selected }] : []),
    ...(whole ? [{ label: `$(markdown) ${workspace.asRelativePath(document.uri)}`, description: firstLine(whole), text: whole }] : []),
  ];
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
