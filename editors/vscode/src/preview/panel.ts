/**
 * The panel beside the editor: the picture, what was made of it, and what can be done with it.
 */
import { type Disposable, Uri, ViewColumn, type WebviewPanel, window, workspace } from "vscode";

import type { Components } from "../component";
import { type Picture, fromBytes } from "../picking";
import { bytesOf } from "../pictures";
import type { ComponentResult, Monitor, Target } from "../protocol";
import { TARGETS } from "../protocol";
import { type FromPage, type ToPage, fromPage } from "./messages";
import { shell } from "./shell";

/** What makes everything before it out of date. */
const STARTS: readonly ToPage["kind"][] = ["ask", "begin", "region"];

type Told = (action: () => Promise<void>) => Promise<void>;

export class PreviewPanel implements Disposable {
  private panel: WebviewPanel | undefined;
  /** What a page that is loaded anew has to be told. */
  private history: ToPage[] = [];
  private ready = false;
  private components: Components | undefined;
  private told: Told = (action) => action();

  constructor(private readonly extension: Uri) {}

  /** Who makes components, and who is told of errors. */
  listen(components: Components, told: Told): void {
    this.components = components;
    this.told = told;
  }

  askForPicture(): void {
    this.open(false);
    this.send({ kind: "ask" });
  }

  /** Let a part of a captured screen be chosen. */
  askForRegion(picture: string, monitor: Monitor): void {
    this.open(false);
    this.send({ kind: "region", picture, monitor });
  }

  begin(picture: Picture, target: Target | undefined): void {
    this.open(true);
    this.send({ kind: "begin", name: picture.name, picture: picture.shown, target: target ?? null });
  }

  /** Make room for code: where nothing else was open, the panel has the first column. */
  makeRoom(): void {
    if (this.panel?.viewColumn === ViewColumn.One) {
      this.panel.reveal(ViewColumn.Two, true);
    }
  }

  progress(message: string, percentage: number): void {
    this.send({ kind: "progress", message, percentage });
  }

  draft(page: string, draftedBy: string): void {
    this.send({ kind: "draft", page, draftedBy });
  }

  finish(result: ComponentResult, receipt: string): void {
    const { files, edit: _, ...facts } = result;
    const listed = files.map(({ uri, action, text }) => ({
      name: workspace.asRelativePath(Uri.parse(uri, true)),
      action,
      text: text !== undefined,
    }));
    this.send({ kind: "result", receipt, files: listed, result: facts });
  }

  applied(): void {
    this.send({ kind: "ended", message: "Applied. One undo takes it back.", failed: false });
  }

  discarded(): void {
    this.send({ kind: "ended", message: "Discarded; nothing was changed.", failed: false });
  }

  fail(message: string): void {
    this.send({ kind: "ended", message, failed: true });
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private open(preserveFocus: boolean): void {
    if (this.panel) {
      this.panel.reveal(undefined, preserveFocus);
      return;
    }
    const folder = Uri.joinPath(this.extension, "out");
    const media = Uri.joinPath(this.extension, "media");
    const panel = window.createWebviewPanel(
      "vision-code.preview",
      "Vision Code",
      { viewColumn: ViewColumn.Two, preserveFocus },
      { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [folder, media] },
    );
    const address = (base: Uri, name: string) => panel.webview.asWebviewUri(Uri.joinPath(base, name)).toString();
    this.panel = panel;
    this.ready = false;
    panel.iconPath = Uri.joinPath(media, "icon.png");
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const said = fromPage(message);
      if (said) {
        void this.told(() => this.hear(said));
      }
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.history = [];
    });
    panel.webview.html = shell(address(folder, "page.js"), address(media, "preview.css"), panel.webview.cspSource);
  }

  private send(message: ToPage): void {
    if (STARTS.includes(message.kind)) {
      this.history = [];
    }
    if (message.kind !== "progress") {
      this.history = [...this.history.filter((told) => told.kind !== "draft"), message];
    }
    if (this.ready) {
      void this.panel?.webview.postMessage(message);
    }
  }

  private async hear(said: FromPage): Promise<void> {
    switch (said.kind) {
      case "ready":
        this.ready = true;
        this.history.forEach((message) => void this.panel?.webview.postMessage(message));
        return;
      case "picture":
        return this.components?.make(fromBytes(said.name, bytesOf(said.data)));
      case "apply":
        return this.components?.apply();
      case "discard":
        return this.components?.discard();
      case "again":
        return this.components?.again(TARGETS.find((target) => target === said.target));
      case "show":
        return this.components?.show(said.index);
    }
  }
}
