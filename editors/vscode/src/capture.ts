/**
 * A part of the screen. The server takes the picture, where the screen that the user sees is its own; else it says why not,
 * and pasting is offered: a webview cannot look at the screen.
 */
import { ProgressLocation, window } from "vscode";

import { failureOf } from "./errors";
import type { PreviewPanel } from "./preview/panel";
import type { CaptureOptions, CaptureResult, Monitor } from "./protocol";
import type { Server } from "./server/server";

/** Take a picture of a monitor and let a part of it be chosen. */
export async function capture(server: Server, panel: PreviewPanel): Promise<void> {
  const ask = (options: CaptureOptions) => server.ask<CaptureResult>("visionCode/capture", options);
  try {
    const { monitors } = await ask({ list: true });
    const monitor = await choose(monitors ?? []);
    if (!monitor) {
      return;
    }
    const title = "Vision Code: taking a picture of the screen";
    const taken = await window.withProgress({ location: ProgressLocation.Window, title }, () => ask({ monitor: monitor.number }));
    panel.askForRegion(taken.image ?? "", monitor);
  } catch (error) {
    const { kind, message } = failureOf(error);
    if (!kind.startsWith("capture.")) {
      throw error;
    }
    if ((await window.showWarningMessage(`${message}. Or take it yourself and paste it.`, "Paste a Picture")) !== undefined) {
      panel.askForPicture();
    }
  }
}

async function choose(monitors: Monitor[]): Promise<Monitor | undefined> {
  if (monitors.length < 2) {
    return monitors[0];
  }
  const entries = monitors.map((monitor) => ({
    label: monitor.name || `Monitor ${monitor.number}`,
    description: `${monitor.width} × ${monitor.height}${monitor.primary ? ", primary" : ""}`,
    monitor,
  }));
  return (await window.showQuickPick(entries, { title: "Which monitor?" }))?.monitor;
}
