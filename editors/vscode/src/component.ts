/**
 * From a picture to a proposal: one request with its progress, its drafts and its end, whatever way the picture came. Of
 * one picture every result is kept, to choose from.
 */
import { type LogOutputChannel, Range, Uri, window, workspace } from "vscode";

import { ask } from "./asking";
import { failureOf } from "./errors";
import { offerInstallation } from "./missing";
import { type Picture, fromFile } from "./picking";
import { choosePlace } from "./place";
import type { PreviewPanel } from "./preview/panel";
import type { Candidate, ComponentOptions, ComponentResult, PatchResult, PreviewParams, RefineOptions, Target, Token } from "./protocol";
import { receipt } from "./receipt";
import type { Proposal, Review } from "./review";
import { imageFor } from "./server/sending";
import { type Server, ServerMissing } from "./server/server";
import type { StatusItem } from "./status";

/** Drafts that are tried when somebody wants another result and has not said how many. */
const OTHER_DRAFTS = 3;

/** A component that somebody wants: of which picture, and what was said about it. */
export interface Wish {
  picture: Picture;
  target?: Target | undefined;
  candidates?: number | undefined;
  seed?: number | undefined;
  /** URI of the file where it shall go … */
  document?: string | undefined;
  /** … or of the folder. */
  folder?: string | undefined;
  /** Whether what is in `document` may be replaced, which is reviewed in any case. */
  overwrite?: boolean | undefined;
  /** URI of the component's file that is made anew from the picture. */
  updates?: string | undefined;
}

interface Version {
  wish: Wish;
  result: ComponentResult;
}

export class Components {
  private token: Token = 0;
  private running = false;
  private wish: Wish | undefined;
  private versions: Version[] = [];
  private shown: Version | undefined;
  private applied: Version | undefined;
  private picked: Promise<void> = Promise.resolve();

  constructor(
    private readonly server: Server,
    private readonly panel: PreviewPanel,
    private readonly review: Review,
    private readonly status: StatusItem,
    private readonly channel: LogOutputChannel,
  ) {}

  /** Make a component and propose it, or apply it where the user wants that. */
  async make(wish: Wish): Promise<void> {
    await this.alone(async () => {
      if (wish.picture !== this.wish?.picture) {
        this.versions = [];
        this.shown = undefined;
      }
      this.wish = wish;
      this.applied = undefined;
      try {
        this.panel.begin(wish.picture, wish.target);
        await this.picked.catch(() => undefined);
        await this.review.settle();
        await this.made(wish, await this.ask(wish));
      } catch (error) {
        this.fail(error);
      }
    });
  }

  /** The same picture once more, as it was asked for last but for what is said now. */
  async again(said: Partial<Wish> = {}): Promise<void> {
    await (this.wish && this.make({ ...this.wish, ...said }));
  }

  /** Another result of the same picture: the same for another target, else by further drafts, where it was applied. */
  async regenerate(target?: Target, candidates?: number): Promise<void> {
    const shown = this.shown?.result.target;
    if (target !== undefined && target !== shown) {
      // What is made anew keeps its target, so another one is a component of its own.
      await this.again({ target, ...(shown ? { updates: undefined } : {}), ...(candidates ? { candidates } : {}) });
      return;
    }
    const updates = this.applied?.result.target === shown ? mainFile(this.applied) : undefined;
    const others = { candidates: candidates ?? OTHER_DRAFTS, seed: this.versions.length };
    await this.again({ ...others, ...(updates ? { updates } : {}) });
  }

  /** A new picture of the same component: in its place, and where it was applied in place of it. */
  async renew(picture: Picture): Promise<void> {
    await this.again({ picture, ...(this.applied ? { updates: mainFile(this.applied) } : {}) });
  }

  /** The same component in another file or folder, which may decide its target. */
  async elsewhere(): Promise<void> {
    const main = mainFile(this.shown);
    const place = main === undefined ? undefined : await choosePlace(Uri.parse(main, true));
    await (place && this.again({ ...place, target: undefined, updates: undefined }));
  }

  /** What shall be different, in words: lines of the applied file change, as by a patch. */
  async refine(instruction: string): Promise<void> {
    const { wish } = this;
    const main = mainFile(this.applied);
    if (!wish || main === undefined) {
      this.panel.tell("Apply it first: words change what is in the file.", false);
      return;
    }
    await this.alone(async () => {
      this.panel.work("Refining");
      try {
        const { files, notes, agreed, candidates } = await this.refined(wish, main, instruction);
        const said = [files.length ? `Proposed; ${agreed} of ${candidates} drafts agree.` : "It is already so.", ...notes];
        if (files.length) {
          const again = () => this.refine(instruction);
          await this.review.propose({ files, title: "Refined", again, ended: () => undefined }, false);
        }
        this.panel.tell(said.join(" "), false);
      } catch (error) {
        const { kind, message, cancelled } = failureOf(error);
        this.panel.tell(cancelled ? "Cancelled." : message, !cancelled && kind !== "engine.capability");
      }
    });
  }

  /** Show and propose another result of the same picture. */
  async pick(index: number): Promise<void> {
    const version = this.versions[index];
    if (!version || this.isBusy()) {
      return;
    }
    // Whoever looks through them is faster than the diffs open.
    this.picked = this.picked.catch(() => undefined).then(() => this.propose(version));
    await this.picked;
  }

  /** Show the code that draws one of the worst regions, or its entry in the data. */
  async locate(index: number, entry: boolean): Promise<void> {
    const { files, worst } = this.shown?.result ?? { files: [], worst: [] };
    const [main] = files;
    const range = entry ? worst[index]?.entry : worst[index]?.range;
    if (!main?.text || !range) {
      return;
    }
    const uri = Uri.parse(main.uri, true);
    const isShown = await this.review.reveal(uri, main.text, new Range(range.start.line, range.start.character, range.end.line, range.end.character));
    const name = workspace.asRelativePath(uri);
    this.panel.remark(isShown ? `Selected in ${name}.` : `${name} is not as it was made, so its lines are others.`);
  }

  /** A draft came. */
  draft(params: PreviewParams): void {
    if (params.token === this.token) {
      this.panel.draft(params.page, params.draftedBy);
    }
  }

  private isBusy(): boolean {
    if (this.running) {
      void window.showInformationMessage("A component is being made. Wait for it, or cancel it first.");
    }
    return this.running;
  }

  private async alone(action: () => Promise<void>): Promise<void> {
    if (this.isBusy()) {
      return;
    }
    this.running = true;
    try {
      await action();
    } finally {
      this.running = false;
      this.status.busy("");
    }
  }

  private async refined(wish: Wish, document: string, instruction: string): Promise<PatchResult> {
    return ask<PatchResult>(this.server, {
      title: wish.picture.name,
      method: "visionCode/refine",
      options: async (connection, workDoneToken): Promise<RefineOptions> => {
        const image = await imageFor(wish.picture, connection.ask);
        return { instruction, document, image, apply: false, workDoneToken };
      },
      onProgress: (message, percentage) => this.panel.progress(message, percentage),
    });
  }

  private async ask(wish: Wish): Promise<ComponentResult> {
    const { name } = wish.picture;
    this.status.busy(`making a component of ${name}`);
    return ask<ComponentResult>(this.server, {
      title: name,
      method: wish.updates === undefined ? "visionCode/component" : "visionCode/refine",
      options: async (connection, token) => {
        this.token = token;
        return optionsOf(wish, await imageFor(wish.picture, connection.ask), token);
      },
      onProgress: (message, percentage) => this.panel.progress(message, percentage),
    });
  }

  private async made(wish: Wish, result: ComponentResult): Promise<void> {
    for (const note of result.notes) {
      this.channel.info(`${result.name}: ${note}`);
    }
    const version = { wish, result };
    this.versions.push(version, ...result.candidates.map((other) => ({ wish, result: inPlaceOf(result, other) })));
    await this.propose(version);
  }

  private async propose(version: Version): Promise<void> {
    const { wish, result } = version;
    const show = () => {
      this.wish = wish;
      this.shown = version;
      const names = this.versions.map((each, at) => nameOf(each.result, at + 1));
      this.panel.finish(result, receipt(wish.picture, result.picture), names, this.versions.indexOf(version));
    };
    const ended = (how: "applied" | "discarded") => {
      this.applied = how === "applied" ? version : undefined;
      this.panel.end(how);
    };
    const proposal: Proposal = { files: result.files, again: () => this.regenerate(), ended };
    // What replaces a file is seen before it does.
    const directly = workspace.getConfiguration("vision-code").get("apply") === "directly" && !wish.overwrite;
    // Its buttons work from then on, so what they are for is there first, unless nobody is asked.
    if (directly) {
      show();
      await this.review.propose(proposal, true);
    } else {
      await this.review.propose(proposal, false);
      show();
    }
    this.panel.makeRoom();
  }

  private fail(error: unknown): void {
    const failure = failureOf(error);
    this.panel.fail(failure.cancelled ? "Cancelled." : failure.message);
    if (failure.cancelled) {
      return;
    }
    this.channel.error(failure.message);
    if (error instanceof ServerMissing) {
      void offerInstallation(failure.message).then(() => (this.server.state === "running" ? this.again() : undefined));
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

/** What is made anew keeps its target, its place and its name: the server knows them. */
function optionsOf(wish: Wish, image: string, token: Token): object {
  const { target, candidates, seed, document, folder, overwrite, updates } = wish;
  const all = { candidates, seed, apply: false, show: false, previewToken: token, workDoneToken: token };
  if (updates !== undefined) {
    return given<RefineOptions>({ ...all, image, document: updates });
  }
  return given<ComponentOptions>({ ...all, image, document, folder, target, overwrite });
}

/** What another draft made of the picture; where it differs was not looked at. */
function inPlaceOf(result: ComponentResult, { draftedBy, score, page, edit, files }: Candidate): ComponentResult {
  return { ...result, draftedBy, page, edit, files, fidelity: { mean: score }, worst: [], candidates: [] };
}

/** A field without a value is not sent. */
function given<T>(fields: { [Name in keyof T]: T[Name] | undefined }): object {
  return fields;
}

function mainFile(version: Version | undefined): string | undefined {
  return version?.result.files[0]?.uri;
}

/** "2: react, drafted by embedded, 98.3 %". */
function nameOf(result: ComponentResult, number: number): string {
  const mean = result.fidelity?.["mean"];
  const score = mean === undefined ? "not compared" : `${(mean * 100).toFixed(1)}\u00a0%`;
  return `${number}: ${result.target}, drafted by ${result.draftedBy}, ${score}`;
}

/** What a code action of the server asks for, done our way: previewed and proposed. */
export async function fromAction(argument: unknown): Promise<Wish | undefined> {
  const { image, document } = (argument ?? {}) as { image?: unknown; document?: unknown };
  if (typeof image !== "string" || !image.startsWith("file:")) {
    return undefined;
  }
  const picture = await fromFile(Uri.parse(image, true));
  return { picture, updates: typeof document === "string" ? document : undefined };
}
