/**
 * From a picture to a proposal: one request with its progress, its drafts and its end, whatever way the picture came.
 */
import { type CancellationToken, type Disposable, type LogOutputChannel, ProgressLocation, Uri, ViewColumn, commands, window, workspace } from "vscode";

import { failureOf } from "./errors";
import { type Picture, fromFile } from "./picking";
import type { PreviewPanel } from "./preview/panel";
import { type ProposalTexts, type ProposedFile, Stale, apply, proposed, takeBack } from "./proposal";
import type { ComponentOptions, ComponentResult, MadeFile, PreviewParams, RefineOptions, Target, Token } from "./protocol";
import { receipt } from "./receipt";
import type { Connection } from "./server/client";
import { type Server, ServerMissing } from "./server/server";
import type { StatusItem } from "./status";

/** Whether a proposal waits: what the buttons of the diff editor depend on. */
const WAITING = "vision-code.proposed";

export class Components implements Disposable {
  private token: Token = 0;
  private running = false;
  private last: { picture: Picture; target: Target | undefined } | undefined;
  private waiting: ProposedFile[] | undefined;
  private applied: ProposedFile[] | undefined;

  constructor(
    private readonly server: Server,
    private readonly panel: PreviewPanel,
    private readonly texts: ProposalTexts,
    private readonly status: StatusItem,
    private readonly channel: LogOutputChannel,
  ) {}

  /** Make a component and propose it, or apply it where the user wants that. */
  async make(picture: Picture, target?: Target): Promise<void> {
    if (this.running) {
      void window.showInformationMessage("A component is being made. Wait for it, or cancel it first.");
      return;
    }
    this.running = true;
    this.last = { picture, target };
    try {
      this.panel.begin(picture, target);
      await this.settle();
      const result = await this.ask(picture, target);
      this.panel.finish(result, receipt(picture, result.picture));
      await this.propose(result);
    } catch (error) {
      this.fail(error);
    } finally {
      this.running = false;
      this.status.busy("");
    }
  }

  /** The same picture once more, perhaps for another target. */
  async again(target?: Target): Promise<void> {
    if (this.last) {
      await this.make(this.last.picture, target ?? this.last.target);
    }
  }

  async apply(): Promise<void> {
    const files = this.waiting;
    if (!files) {
      return;
    }
    try {
      await apply(files);
    } catch (error) {
      await this.refused(error);
      return;
    }
    this.applied = files;
    await this.settle();
    this.panel.applied();
    const [main] = files;
    if (main) {
      await window.showTextDocument(main.uri, { preview: false, viewColumn: ViewColumn.One });
    }
  }

  async discard(): Promise<void> {
    await this.settle();
    this.panel.discarded();
  }

  /** Take back what was applied last. */
  async undo(): Promise<void> {
    if (!this.applied) {
      void window.showInformationMessage("No component was applied in this window.");
      return;
    }
    try {
      await takeBack(this.applied);
      this.applied = undefined;
      void window.showInformationMessage("The component was taken back.");
    } catch (error) {
      void window.showWarningMessage(failureOf(error).message);
    }
  }

  /** Propose files that are no component. */
  async proposeFiles(title: string, files: MadeFile[]): Promise<void> {
    await this.settle();
    await this.wait(files);
    await this.texts.showAll(title, this.waiting ?? []);
  }

  /** Show one of the proposal's files. */
  async show(index: number): Promise<void> {
    const file = this.waiting?.[index];
    if (file) {
      await this.texts.show(file);
    }
  }

  /** A draft came. */
  draft(params: PreviewParams): void {
    if (params.token === this.token) {
      this.panel.draft(params.page, params.draftedBy);
    }
  }

  dispose(): void {
    this.waiting = undefined;
  }

  private async ask(picture: Picture, target: Target | undefined): Promise<ComponentResult> {
    const title = `Vision Code: ${picture.name}`;
    this.status.busy(`making a component of ${picture.name}`);
    const connection = await this.server.running();
    return window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, cancelled) => {
      let shown = 0;
      return this.request(connection, picture, target, cancelled, (message, percentage = shown) => {
        progress.report({ increment: percentage - shown, ...(message ? { message } : {}) });
        shown = percentage;
        this.panel.progress(message ?? "", percentage);
      });
    });
  }

  private async request(
    connection: Connection,
    picture: Picture,
    target: Target | undefined,
    cancelled: CancellationToken,
    told: (message: string | undefined, percentage?: number) => void,
  ): Promise<ComponentResult> {
    const token = crypto.randomUUID();
    this.token = token;
    const all = { image: picture.image, apply: false, show: false, previewToken: token, workDoneToken: token };
    const made: ComponentOptions = { ...all, ...(picture.document ? { document: picture.document } : {}), ...(target ? { target } : {}) };
    // What is made anew keeps its target, its place and its name.
    const anew: RefineOptions | undefined = picture.updates === undefined ? undefined : { ...all, document: picture.updates };
    const listening = connection.onProgress(token, told);
    try {
      const method = anew ? "visionCode/refine" : "visionCode/component";
      return await connection.ask<ComponentResult>(method, anew ?? made, cancelled);
    } finally {
      listening.dispose();
    }
  }

  private async propose(result: ComponentResult): Promise<void> {
    for (const note of result.notes) {
      this.channel.info(`${result.name}: ${note}`);
    }
    await this.wait(result.files);
    if (workspace.getConfiguration("vision-code").get("apply") === "directly") {
      await this.apply();
    } else {
      await this.show(0);
      this.panel.makeRoom();
    }
  }

  private async wait(files: MadeFile[]): Promise<void> {
    this.waiting = await proposed({ files });
    await commands.executeCommand("setContext", WAITING, true);
  }

  /** Nothing waits any more; what is shown of it is closed. */
  private async settle(): Promise<void> {
    this.waiting = undefined;
    await commands.executeCommand("setContext", WAITING, false);
    await this.texts.close();
  }

  private async refused(error: unknown): Promise<void> {
    const { message } = failureOf(error);
    this.channel.warn(message);
    if (!(error instanceof Stale)) {
      void window.showErrorMessage(message);
    } else if ((await window.showWarningMessage(message, "Regenerate")) === "Regenerate") {
      await this.again();
    }
  }

  private fail(error: unknown): void {
    const failure = failureOf(error);
    this.panel.fail(failure.cancelled ? "Cancelled." : failure.message);
    if (failure.cancelled) {
      return;
    }
    this.channel.error(failure.message);
    if (error instanceof ServerMissing) {
      void offerInstallation(failure.message);
      return;
    }
    void window.showErrorMessage(`Vision Code: ${failure.message}`, "Try Again", "Show Logs").then((chosen) => {
      if (chosen === "Try Again") {
        void this.again();
      } else if (chosen) {
        this.channel.show();
      }
    });
  }
}

/** Say that the server is missing, with the one click that mends it. */
export async function offerInstallation(message: string): Promise<void> {
  const chosen = await window.showErrorMessage(`${message} It is a Python program; it can be installed for this extension alone.`, "Install", "Choose Program…", "Show Logs");
  if (chosen === "Install") {
    await commands.executeCommand("vision-code.install");
  } else if (chosen === "Show Logs") {
    await commands.executeCommand("vision-code.logs");
  } else if (chosen) {
    await commands.executeCommand("workbench.action.openSettings", "vision-code.server.path");
  }
}

/** What a code action of the server asks for, done our way: previewed and proposed. */
export async function fromAction(argument: unknown): Promise<Picture | undefined> {
  const { image, document } = (argument ?? {}) as { image?: unknown; document?: unknown };
  if (typeof image !== "string" || !image.startsWith("file:")) {
    return undefined;
  }
  const picture = await fromFile(Uri.parse(image, true));
  return typeof document === "string" ? { ...picture, updates: document } : picture;
}
