/**
 * What VS Code calls: registers the ways in. All that is known about pictures and projects is in the language server.
 */
import { type ExtensionContext, commands, window, workspace } from "vscode";

import { captureAddress } from "./address";
import { capture } from "./capture";
import { Components, fromAction } from "./component";
import { failureOf } from "./errors";
import { offerInstallation } from "./missing";
import { registerPaste } from "./paste";
import { Patches } from "./patch";
import { choose } from "./picking";
import { act } from "./preview/actions";
import { PreviewPanel } from "./preview/panel";
import { ProposalTexts } from "./proposal";
import { Review } from "./review";
import { install } from "./server/install";
import { Server, ServerMissing } from "./server/server";
import { StatusItem, showMenu } from "./status";
import { registerTools } from "./tools";

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
  const channel = window.createOutputChannel("Vision Code", { log: true });
  server = new Server(context.globalStorageUri.fsPath, channel, {
    onPreview: (params) => components.draft(params),
    onCommand: (command, [argument]) => {
      const ours = command === "visionCode.server.component" || command === "visionCode.server.refine";
      if (ours) {
        void told(async () => {
          const wish = await fromAction(argument);
          await (wish && components.make(wish));
        });
      }
      return ours;
    },
  });
  const running = server;
  const texts = new ProposalTexts();
  const status = new StatusItem(running);
  const review = new Review(texts, channel);
  const panel = new PreviewPanel(context.extensionUri, (said) => void told(() => act(said, components, review)));
  const components = new Components(running, panel, review, status, channel);
  const patches = new Patches(running, review, channel);

  const command = (name: string, action: (...args: unknown[]) => Promise<unknown> | unknown) =>
    commands.registerCommand(`vision-code.${name}`, (...args: unknown[]) => told(async () => action(...args)));
  context.subscriptions.push(
    channel,
    running,
    texts,
    status,
    panel,
    ...registerPaste((wish) => void told(async () => components.make(await wish()))),
    registerTools(running),
    command("component", async (given) => {
      const picture = await choose(given);
      await (picture && components.make({ picture }));
    }),
    command("update", async (argument) => {
      const document = (argument as { document?: unknown } | undefined)?.document ?? window.activeTextEditor?.document.uri.toString();
      const picture = typeof document === "string" ? await choose(undefined) : undefined;
      await (picture && components.make({ picture, updates: document as string }));
    }),
    command("capture", () => capture(running, panel)),
    command("captureAddress", async () => {
      const picture = await captureAddress(running, channel);
      await (picture && components.make({ picture }));
    }),
    command("patch", () => patches.fix()),
    command("clipboard", () => panel.askForPicture()),
    command("apply", () => review.apply()),
    command("discard", () => review.discard()),
    command("regenerate", () => review.regenerate()),
    command("undo", () => review.undo()),
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
        void told(() => running.pathChanged());
      } else if (event.affectsConfiguration("vision-code")) {
        running.settingsChanged();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(() => startQuietly(running)),
  );
  // Not a part of activation: whoever asks for the first setting waits until the editor has put all of them together.
  setImmediate(() => startQuietly(running));
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
    if (error instanceof ServerMissing) {
      void offerInstallation(failure.message);
    } else if (!failure.cancelled) {
      void window.showErrorMessage(`Vision Code: ${failure.message}`);
    }
    return undefined;
  }
}
