/**
 * What a request that failed is shown as. The server's message is one line and says what to do; nothing is added to it.
 */

/** Codes of JSON-RPC and LSP that mean something here. */
const CANCELLED = -32800;
const INTERNAL = -32603;
/** Those of the language client for a server that is gone: from MessageWriteError to ConnectionInactive. */
const GONE = { from: -32099, to: -32096 };

export interface Failure {
  /** `engine.busy`, `image.format` …; `client` when the server had no say. */
  kind: string;
  message: string;
  cancelled: boolean;
  /** Whether the same request may succeed later. */
  retry: boolean;
}

interface ResponseError {
  code: number;
  message: string;
  data?: { kind?: unknown; retry?: unknown };
}

/** What a person is told of `error`, whatever was thrown. */
export function failureOf(error: unknown): Failure {
  if (!isResponseError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "client", message, cancelled: isCancellation(error), retry: false };
  }
  if (error.code >= GONE.from && error.code <= GONE.to) {
    return { kind: "client", message: "The server ended before it had answered; it is started again.", cancelled: false, retry: true };
  }
  const kind = typeof error.data?.kind === "string" ? error.data.kind : "client";
  const message = error.code === INTERNAL ? `${error.message} (see the log)` : withoutKind(error.message, kind);
  return { kind, message, cancelled: error.code === CANCELLED, retry: error.data?.retry === true };
}

function withoutKind(message: string, kind: string): string {
  const plain = message.startsWith(`${kind}: `) ? message.slice(kind.length + 2) : message;
  // A sentence begins with a capital; a path, a key or a piece of code stays as it is.
  return /^[a-z]+[\s,;]/.test(plain) ? plain.charAt(0).toUpperCase() + plain.slice(1) : plain;
}

function isResponseError(error: unknown): error is ResponseError {
  return error instanceof Error && "code" in error && typeof error.code === "number";
}

function isCancellation(error: unknown): boolean {
  return error instanceof Error && (error.name === "Canceled" || error.name === "CancellationError");
}
