/**
 * A page by its address, which the user types: the server's program loads it, in its own browser, in a process of its own.
 * No request of the protocol does: an address on the network is for the user alone to name.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LogOutputChannel, ProgressLocation, window } from "vscode";

import { type Picture, fromBytes } from "./picking";
import { run } from "./server/run";
import type { Server } from "./server/server";

const TITLE = "Capture a Page by Address";

/** The picture of the page that somebody names; undefined when nobody does. */
export async function captureAddress(server: Server, channel: LogOutputChannel): Promise<Picture | undefined> {
  const typed = await window.showInputBox({
    title: TITLE,
    prompt: "This page is loaded from the network, by a browser where the server runs.",
    placeHolder: "https://",
    ignoreFocusOut: true,
    validateInput: (text) => (text === "" || pageAt(text) ? undefined : "An address that begins with https:// or http://"),
  });
  const page = pageAt(typed ?? "");
  return page && pictureOf(page, await server.program(), channel);
}

async function pictureOf(page: URL, program: string, channel: LogOutputChannel): Promise<Picture> {
  const folder = await mkdtemp(join(tmpdir(), "vision-code-page-"));
  try {
    const file = join(folder, "page.png");
    const options = { location: ProgressLocation.Notification, title: `Vision Code: capturing ${page.host}`, cancellable: true };
    await window.withProgress(options, (_, token) => run(program, ["capture", `--url=${page.href}`, "-o", file], channel, token));
    return fromBytes(page.host, await readFile(file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pageAt(text: string): URL | undefined {
  const page = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  return page && ["http:", "https:"].includes(page.protocol) ? page : undefined;
}
