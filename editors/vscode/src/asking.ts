/**
 * One request that takes time: a notification with its progress and a Cancel, and the answer.
 */
import { type CancellationToken, ProgressLocation, window } from "vscode";

import type { Token } from "./protocol";
import type { Connection } from "./server/client";
import type { Server } from "./server/server";

/** What the request is: its method, and its options for a server that runs, with the token of its progress. */
export interface Asking {
  title: string;
  method: string;
  options(connection: Connection, token: Token): Promise<object>;
  /** Told of every step beside the notification. */
  onProgress?(message: string, percentage: number): void;
}

/** Ask for something and show how far it is. */
export async function ask<R>(server: Server, { title, method, options, onProgress }: Asking): Promise<R> {
  const connection = await server.running();
  const shown = { location: ProgressLocation.Notification, title: `Vision Code: ${title}`, cancellable: true };
  return window.withProgress(shown, async (progress, cancelled: CancellationToken) => {
    const token = crypto.randomUUID();
    let reached = 0;
    const listening = connection.onProgress(token, (message, percentage = reached) => {
      progress.report({ increment: percentage - reached, ...(message ? { message } : {}) });
      reached = percentage;
      onProgress?.(message ?? "", percentage);
    });
    try {
      return await connection.ask<R>(method, await options(connection, token), cancelled);
    } finally {
      listening.dispose();
    }
  });
}
