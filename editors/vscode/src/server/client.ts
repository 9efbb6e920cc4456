/**
 * The language client. A bundle of its own: it is loaded when the server is started, not when the extension is.
 */
import { createInterface } from "node:readline";
import type { CancellationToken, Disposable, LogOutputChannel } from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
  State,
  WorkDoneProgress,
  type WorkDoneProgressBegin,
  type WorkDoneProgressReport,
} from "vscode-languageclient/node";

import type { PreviewParams, Token } from "../protocol";

/** Files whose pictures the server finds, and whose texts it may fill. */
const FILES = "**/*.{html,htm,css,scss,less,md,mdx,markdown,js,jsx,mjs,ts,tsx,vue,svelte,astro,toml}";

export interface Wishes {
  program: string;
  channel: LogOutputChannel;
  settings: () => Record<string, unknown>;
  /** A code action's command: true when it was taken over. */
  onCommand: (command: string, args: unknown[]) => boolean;
  onPreview: (params: PreviewParams) => void;
  /** The server ended without being asked to. */
  onEnd: () => void;
}

/** One running server. */
export interface Connection {
  version: string;
  ask<R>(method: string, params: object, token?: CancellationToken): Promise<R>;
  onProgress(token: Token, told: (message: string | undefined, percentage: number | undefined) => void): Disposable;
  settingsChanged(): void;
  stop(): Promise<void>;
}

/** Start the server and shake hands with it. */
export async function connect(wishes: Wishes): Promise<Connection> {
  let ours = false;
  const client = new LanguageClient(
    "vision-code",
    "Vision Code",
    { command: wishes.program, args: ["lsp"] },
    options(wishes),
  );
  client.onDidChangeState(({ newState, oldState }) => {
    if (newState === State.Stopped && oldState === State.Running && !ours) {
      wishes.onEnd();
    }
  });
  client.onNotification("visionCode/preview", wishes.onPreview);
  await client.start();
  return {
    version: client.initializeResult?.serverInfo?.version ?? "",
    // What stands behind the options and is no token would be a second parameter.
    ask: (method, params, token) => (token ? client.sendRequest(method, params, token) : client.sendRequest(method, params)),
    onProgress: (token, told) =>
      client.onProgress(WorkDoneProgress.type, token, (value) => {
        if (value.kind !== "end") {
          const { message, percentage } = value as WorkDoneProgressBegin | WorkDoneProgressReport;
          told(message, percentage);
        }
      }),
    settingsChanged: () => void client.sendNotification("workspace/didChangeConfiguration", { settings: null }),
    stop: async () => {
      ours = true;
      await client.dispose(3000);
    },
  };
}

/** What the server logs is no error, as the language client would have it. */
function log(input: NodeJS.ReadableStream, channel: LogOutputChannel): void {
  createInterface({ input }).on("line", (line) => (line.startsWith("error") ? channel.error(line) : channel.info(line)));
}

function options(wishes: Wishes): LanguageClientOptions {
  const middleware: Middleware = {
    executeCommand: (command, args, next) => (wishes.onCommand(command, args) ? undefined : next(command, args)),
    workspace: {
      configuration: (params) => params.items.map((item) => (item.section === "vision-code" ? wishes.settings() : null)),
    },
  };
  return {
    documentSelector: [{ scheme: "file", pattern: FILES }],
    outputChannel: wishes.channel,
    stdioOptions: { stdout: log, stderr: log },
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    // The server is started in trusted workspaces only, and says so to itself: it may run the project's formatter.
    initializationOptions: { ...wishes.settings(), trusted: true, commands: { update: "vision-code.update" } },
    // Whoever waits for an answer shows its error; a second message about the same thing helps nobody.
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
    },
    markdown: { isTrusted: false, supportHtml: false },
    middleware,
  };
}
