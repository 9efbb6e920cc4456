/**
 * What waits for a yes: shown as a diff, applied or discarded, and taken back.
 */
import { type LogOutputChannel, type Range, type Uri, ViewColumn, commands, window } from "vscode";

import { failureOf } from "./errors";
import { type ProposalTexts, type ProposedFile, Stale, apply, proposed, select, takeBack } from "./proposal";
import type { MadeFile, PatchedFile } from "./protocol";

/** Whether something waits: what the buttons of the diff editor depend on. */
const WAITING = "vision-code.proposed";

/** Files, and what belongs to them. */
export interface Proposal {
  files: readonly (MadeFile | PatchedFile)[];
  /** Over all diffs together; without one the first file is shown alone. */
  title?: string;
  /** Make it once more. */
  again(): Promise<void>;
  ended(how: "applied" | "discarded"): void;
}

export class Review {
  private waiting: (Proposal & { proposed: ProposedFile[] }) | undefined;
  private applied: ProposedFile[] | undefined;

  constructor(
    private readonly texts: ProposalTexts,
    private readonly channel: LogOutputChannel,
  ) {}

  /** Let files wait, in place of what waited before; `directly` applies them at once. */
  async propose(proposal: Proposal, directly: boolean): Promise<void> {
    await this.settle();
    this.waiting = { ...proposal, proposed: await proposed(proposal.files) };
    await commands.executeCommand("setContext", WAITING, true);
    if (directly) {
      await this.apply();
    } else if (proposal.title === undefined) {
      await this.show(0);
    } else {
      await this.texts.showAll(proposal.title, this.waiting.proposed);
    }
  }

  async apply(): Promise<void> {
    const { waiting } = this;
    if (!waiting) {
      return;
    }
    try {
      await apply(waiting.proposed);
    } catch (error) {
      await this.refused(error, waiting);
      return;
    }
    this.applied = waiting.proposed;
    const main = waiting.proposed.find(({ after }) => typeof after === "string");
    if (main) {
      // Before the diff goes: its column would go with it, and the preview would come under the text.
      await window.showTextDocument(main.uri, { preview: false, viewColumn: ViewColumn.One });
    }
    await this.settle();
    waiting.ended("applied");
  }

  async discard(): Promise<void> {
    const { waiting } = this;
    await this.settle();
    waiting?.ended("discarded");
  }

  async regenerate(): Promise<void> {
    await this.waiting?.again();
  }

  /** Take back what was applied last. */
  async undo(): Promise<void> {
    if (!this.applied) {
      void window.showInformationMessage("Nothing was applied in this window.");
      return;
    }
    try {
      await takeBack(this.applied);
      this.applied = undefined;
      void window.showInformationMessage("What was applied last was taken back.");
    } catch (error) {
      void window.showWarningMessage(failureOf(error).message);
    }
  }

  /** Show one of the files that wait. */
  async show(index: number): Promise<void> {
    const file = this.waiting?.proposed[index];
    if (file) {
      await this.texts.show(file);
    }
  }

  /** Select a part of a text where it stands: in what waits, else in the file. Whether it stands anywhere. */
  async reveal(uri: Uri, text: string, part: Range): Promise<boolean> {
    const file = this.waiting?.proposed.find(({ uri: its, after }) => its.toString() === uri.toString() && after === text);
    if (file) {
      await this.texts.show(file, part);
      return true;
    }
    return select(uri, text, part);
  }

  /** Nothing waits any more; what is shown of it is closed. */
  async settle(): Promise<void> {
    this.waiting = undefined;
    await commands.executeCommand("setContext", WAITING, false);
    await this.texts.close();
  }

  private async refused(error: unknown, waiting: Proposal): Promise<void> {
    const { message } = failureOf(error);
    this.channel.warn(message);
    if (!(error instanceof Stale)) {
      void window.showErrorMessage(message);
    } else if ((await window.showWarningMessage(message, "Regenerate")) === "Regenerate") {
      await waiting.again();
    }
  }
}
