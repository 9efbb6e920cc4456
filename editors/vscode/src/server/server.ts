/**
 * The server's life: found, started, started again when it ends by itself, stopped. At most one runs in a window.
 */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { type CancellationToken, type Disposable, EventEmitter, type LogOutputChannel, extensions, window, workspace } from "vscode";

import type { Connection, Wishes } from "./client";
import { type Place, find } from "./find";
import { serverSettings } from "./settings";

export type State = "stopped" | "missing" | "starting" | "running" | "failed";

/** So many ends in so long a time, then it stays down until somebody asks for it. */
const MAX_ENDS = 3;
const WINDOW_MS = 3 * 60_000;

/** Thrown when a request cannot be asked because there is no server. */
export class ServerMissing extends Error {}

export class Server implements Disposable {
  private readonly changed = new EventEmitter<State>();
  private connection: Connection | undefined;
  private starting: Promise<Connection> | undefined;
  private ends: number[] = [];
  private closed = false;
  state: State = "stopped";
  /** Where it was found. */
  place: Place | undefined;
  /** What the setting said when it was looked for. */
  private setting: string | undefined;

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly storage: string,
    private readonly channel: LogOutputChannel,
    private readonly listener: Pick<Wishes, "onCommand" | "onPreview">,
  ) {}

  /** Folder of the environment that *Install Server* makes. */
  get environment(): string {
    return join(this.storage, "server");
  }

  get version(): string {
    return this.connection?.version ?? "";
  }

  /** The running server; started when it is not. Throws `ServerMissing`, or what starting it threw. */
  async running(): Promise<Connection> {
    if (this.connection) {
      return this.connection;
    }
    this.starting ??= this.start().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  /** Ask for something, starting the server if need be. */
  async ask<R>(method: string, params: object, token?: CancellationToken): Promise<R> {
    return (await this.running()).ask<R>(method, params, token);
  }

  /** The program that was found; throws `ServerMissing`. */
  async program(): Promise<string> {
    return (this.place ?? (await this.found())).program;
  }

  async restart(): Promise<void> {
    this.ends = [];
    await this.stop();
    await this.running();
  }

  /** The setting may name another program now, or count only now: the editor says so also when it trusts a folder. */
  async pathChanged(): Promise<void> {
    if (this.setting !== undefined && this.setting !== pathSetting()) {
      await this.restart();
    }
  }

  async stop(): Promise<void> {
    await this.starting?.catch(() => undefined);
    const connection = this.connection;
    this.connection = undefined;
    await connection?.stop().catch((error: unknown) => this.channel.warn(`stopping: ${String(error)}`));
    this.become("stopped");
  }

  /** Settings may have changed; the server asks for them then. */
  settingsChanged(): void {
    this.connection?.settingsChanged();
  }

  dispose(): Promise<void> {
    this.closed = true;
    this.changed.dispose();
    return this.stop();
  }

  private async found(): Promise<Place> {
    if (!workspace.isTrusted) {
      throw new Error("Nothing is started before the workspace is trusted.");
    }
    this.place = await find(await this.surroundings(), isProgram, (line) => this.channel.info(`server: ${line}`));
    if (!this.place) {
      this.become("missing");
      throw new ServerMissing("Vision Code's server is not installed.");
    }
    return this.place;
  }

  private async start(): Promise<Connection> {
    const place = await this.found();
    this.become("starting");
    try {
      const { connect } = await import("./client.js");
      this.connection = await connect({
        program: place.program,
        channel: this.channel,
        settings: () => serverSettings((key) => workspace.getConfiguration("vision-code").inspect(key)),
        onEnd: () => this.ended(),
        ...this.listener,
      });
    } catch (error) {
      this.become("failed");
      throw new Error(`The server could not be started (${place.what}): ${String(error)}`);
    }
    this.channel.info(`server ${this.version} runs`);
    this.become("running");
    return this.connection;
  }

  private ended(): void {
    this.connection = undefined;
    const now = Date.now();
    this.ends = [...this.ends.filter((at) => now - at < WINDOW_MS), now];
    if (this.ends.length > MAX_ENDS) {
      this.become("failed");
      void window.showErrorMessage(`Vision Code's server ended ${this.ends.length} times in 3 minutes.`, "Restart", "Show Logs").then((chosen) => {
        if (chosen === "Restart") {
          void this.restart();
        } else if (chosen) {
          this.channel.show();
        }
      });
      return;
    }
    this.channel.warn("the server ended by itself; it is started again");
    this.become("stopped");
    this.running().catch((error: unknown) => this.channel.error(String(error)));
  }

  private become(state: State): void {
    this.state = state;
    if (!this.closed) {
      this.changed.fire(state);
    }
  }

  private async surroundings() {
    this.setting = pathSetting();
    return {
      platform: process.platform,
      setting: this.setting,
      environment: this.environment,
      interpreter: await selectedInterpreter(),
      path: process.env["PATH"] ?? "",
    };
  }
}

function pathSetting(): string {
  return workspace.getConfiguration("vision-code").get<string>("server.path", "");
}

async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** What the Python extension says, where it is there and running. */
export async function selectedInterpreter(): Promise<string | undefined> {
  const python = extensions.getExtension<{ environments?: { getActiveEnvironmentPath(): { path: string } } }>("ms-python.python");
  const path = python?.isActive ? python.exports.environments?.getActiveEnvironmentPath().path : undefined;
  return path && isAbsolute(path) ? path : undefined;
}
