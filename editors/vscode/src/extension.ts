/**
 * What VS Code calls: registers the ways in. All that is known about pictures and projects is in the language server.
 */
import { type ExtensionContext, commands, window, workspace } from "vscode";

import { capture } from "./capture";
import { Components, fromAction } from "./component";
import { failureOf } from "./errors";
import { registerPaste } from "./paste";
import { patch } from "./patch";
import { choose } from "./picking";
import { PreviewPanel } from "./preview/panel";
import { ProposalTexts } from "./proposal";
import { install } from "./server/install";
import { Server } from "./server/server";
import { StatusItem, showMenu } from "./status";
import { registerTool } from "./tool";

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
  const channel = window.createOutputChannel("Vision Code", { log: true });
  server = new Server(context.globalStorageUri.fsPath, channel, {
    onPreview: (params) => components.draft(params),
    onCommand: (command, [argument]) => {
      const ours = command === "visionCode.server.component" || command === "visionCode.server.refine";
      if (ours) {
        void told(async () => {
          const picture = await fromAction(argument);
          await (picture && components.make(picture));
        });
      }
      return ours;
    },
  });
  const running = server;
  const texts = new ProposalTexts();
  const status = new StatusItem(running);
  const panel = new PreviewPanel(context.extensionUri);
  const components = new Components(running, panel, texts, status, channel);
  panel.listen(components, told);

  const command = (name: string, action: (...args: unknown[]) => Promise<unknown> | unknown) =>
    commands.registerCommand(`vision-code.${name}`, (...args: unknown[]) => told(async () => action(...args)));
  context.subscriptions.push(
    channel,
    running,
    texts,
    status,
    panel,
    components,
    ...registerPaste((picture) => void told(async () => components.make(await picture()))),
    registerTool(running),
    command("component", async (given) => {
      const picture = await choose(given);
      await (picture && components.make(picture));
    }),
    command("update", async (argument) => {
      const document = (argument as { document?: unknown } | undefined)?.document ?? window.activeTextEditor?.document.uri.toString();
      const picture = typeof document === "string" ? await choose(undefined) : undefined;
      await (picture && components.make({ ...picture, updates: document as string }));
    }),
    command("capture", () => capture(running, panel)),
    command("patch", () => patch(running, components)),
    command("clipboard", () => panel.askForPicture()),
    command("apply", () => components.apply()),
    command("discard", () => components.discard()),
    command("regenerate", () => components.again()),
    command("undo", () => components.undo()),
    command("menu", () => showMenu(running)),
    command("logs", () => channel.show()),
    command("restart", () => running.restart()),
    command("install", async () => {
      await running.stop();
      await install(running.environment, channel);
      await running.restart();
      void window.showInformationMessage(`Vision Code's server ${running.version} is installed and runs.`);
    }),
    running.onDidChange((state) => void commands.executeCommand("setContext", "vision-code.running", state === "running")),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("vision-code.server.path")) {
        void told(() => running.restart());
      } else if (event.affectsConfiguration("vision-code")) {
        running.settingsChanged();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(() => startQuietly(running)),
  );
  startQuietly(running);
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
}

/** Start beside everything else: hovers and code actions need it. What fails is shown in the status bar alone. */
function startQuietly(running: Server): void {
  if (workspace.isTrusted && workspace.workspaceFolders?.length) {
    running.running().catch(() => undefined);
  }
}

/** Run, and show what went wrong as one message. */
async function told<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    const failure = failureOf(error);
    if (!failure.cancelled) {
      void window.showErrorMessage(`Vision Code: ${failure.message}`);
    }
    return undefined;
  }
}
