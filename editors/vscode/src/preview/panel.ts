/**
 * The panel beside the editor: the picture, what was made of it, and what can be done with it.
 */
import { type Disposable, Uri, ViewColumn, type WebviewPanel, window, workspace } from "vscode";

import type { Picture } from "../picking";
import type { ComponentResult, Monitor, Target } from "../protocol";
import { type FromPage, type ToPage, fromPage } from "./messages";
import { shell } from "./shell";

/** What makes everything before it out of date. */
const STARTS: readonly ToPage["kind"][] = ["ask", "begin", "region"];

/** What counts until the next message only. */
const PASSING: readonly ToPage["kind"][] = ["draft", "working", "told"];

/** What a page that is loaded anew need not be told. */
const FLEETING: readonly ToPage["kind"][] = ["progress", "remark"];

/** What comes of the page's messages. */
type Listener = (said: FromPage) => void;

export class PreviewPanel implements Disposable {
  private panel: WebviewPanel | undefined;
  /** What a page that is loaded anew has to be told. */
  private history: ToPage[] = [];
  private ready = false;

  constructor(
    private readonly extension: Uri,
    private readonly listener: Listener,
  ) {}

  askForPicture(): void {
    this.open(false);
    this.send({ kind: "ask" });
  }

  /** Let a part of a captured screen be chosen. */
  askForRegion(picture: string, monitor: Monitor): void {
    this.open(false);
    this.send({ kind: "region", picture, monitor });
  }

  /** Another request about the same picture. */
  work(message: string): void {
    this.send({ kind: "working", message });
  }

  /** Why nothing came of it. */
  tell(message: string, failed: boolean): void {
    this.send({ kind: "told", message, failed });
  }

  /** What came of a click that asked for nothing. */
  remark(message: string): void {
    this.send({ kind: "remark", message });
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

  /** Show a result; `versions` are all of this picture, and it is number `version`. */
  finish(result: ComponentResult, receipt: string, versions: string[], version: number): void {
    const { files, edit: _, candidates: __, ...facts } = result;
    const listed = files.map(({ uri, action, text }) => ({
      name: workspace.asRelativePath(Uri.parse(uri, true)),
      action,
      text: text !== undefined,
    }));
    this.send({ kind: "result", receipt, files: listed, versions, version, result: facts });
  }

  end(how: "applied" | "discarded"): void {
    const message = how === "applied" ? "Applied. One undo takes it back." : "Discarded; nothing was changed.";
    this.send({ kind: "ended", message, how });
  }

  fail(message: string): void {
    this.send({ kind: "ended", message, how: "failed" });
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
      if (said?.kind === "ready") {
        this.ready = true;
        this.history.forEach((told) => void panel.webview.postMessage(told));
      } else if (said) {
        this.listener(said);
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
    if (!FLEETING.includes(message.kind)) {
      const passed: readonly ToPage["kind"][] = message.kind === "result" ? [...PASSING, "result", "ended"] : PASSING;
      this.history = [...this.history.filter((told) => !passed.includes(told.kind)), message];
    }
    if (this.ready) {
      void this.panel?.webview.postMessage(message);
    }
  }
}
