/**
 * The item in the status bar: how the server is, and, clicked, what can be done about it.
 */
import { type Disposable, type QuickPickItem, StatusBarAlignment, ThemeColor, commands, window } from "vscode";

import type { StatusResult } from "./protocol";
import type { Server, State } from "./server/server";

const FACES: Record<State, { icon: string; says: string; warns?: boolean }> = {
  stopped: { icon: "symbol-color", says: "starts with the first picture" },
  missing: { icon: "warning", says: "the server is not installed", warns: true },
  starting: { icon: "loading~spin", says: "starting" },
  running: { icon: "symbol-color", says: "ready" },
  failed: { icon: "error", says: "the server does not run", warns: true },
};

export class StatusItem implements Disposable {
  private readonly item = window.createStatusBarItem("state", StatusBarAlignment.Right, 0);
  private doing = "";
  private readonly watching: Disposable;

  constructor(private readonly server: Server) {
    this.item.name = "Vision Code";
    this.item.command = "vision-code.menu";
    this.watching = server.onDidChange(() => this.draw());
    this.draw();
    this.item.show();
  }

  /** What is being made, or an empty string. */
  busy(doing: string): void {
    this.doing = doing;
    this.draw();
  }

  dispose(): void {
    this.watching.dispose();
    this.item.dispose();
  }

  private draw(): void {
    const face = FACES[this.server.state];
    const says = this.doing || face.says;
    this.item.text = `$(${this.doing ? "loading~spin" : face.icon}) Vision Code`;
    this.item.tooltip = `Vision Code: ${says}`;
    this.item.accessibilityInformation = { label: `Vision Code: ${says}`, role: "button" };
    this.item.backgroundColor = face.warns ? new ThemeColor("statusBarItem.warningBackground") : undefined;
  }
}

/** The menu behind the item. */
export async function showMenu(server: Server): Promise<void> {
  const detail = await details(server);
  const entries: (QuickPickItem & { command: string })[] = [
    { label: "$(symbol-color) Turn Picture into Component…", command: "vision-code.component" },
    { label: "$(clippy) Turn Pasted Picture into Component…", command: "vision-code.clipboard" },
    { label: "$(wrench) Fix This Issue…", command: "vision-code.patch" },
    { label: "$(output) Show Logs", command: "vision-code.logs" },
    { label: "$(debug-restart) Restart Server", detail, command: "vision-code.restart" },
  ];
  if (server.state === "missing" || server.state === "failed") {
    entries.unshift({ label: "$(cloud-download) Install Server", command: "vision-code.install" });
  }
  const chosen = await window.showQuickPick(entries, { title: "Vision Code" });
  if (chosen) {
    await commands.executeCommand(chosen.command);
  }
}

async function details(server: Server): Promise<string> {
  if (server.state !== "running") {
    return FACES[server.state].says;
  }
  const status = await server.ask<StatusResult>("visionCode/status", {});
  return `Version ${status.version} from ${server.place?.what ?? "nowhere"}; engine ${status.engine.state}, ${status.engine.done} made`;
}
