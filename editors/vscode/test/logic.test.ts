import assert from "node:assert/strict";
import { test } from "node:test";

import { failureOf } from "../src/errors";
import { bytesOf, dataUri, mediaType, refusal } from "../src/pictures";
import { fromPage } from "../src/preview/messages";
import { shell } from "../src/preview/shell";
import { receipt } from "../src/receipt";
import { imageFor } from "../src/server/sending";
import { serverSettings } from "../src/server/settings";

const answered = (code: number, message: string, data?: object) => Object.assign(new Error(message), { code, data });

test("a refusal is shown in the server's own words, without its kind", () => {
  const error = answered(-32803, "engine.capability: this version makes components", { kind: "engine.capability", retry: false });
  assert.deepEqual(failureOf(error), { kind: "engine.capability", message: "This version makes components", cancelled: false, retry: false });
});

test("a path at the start of a message stays as it is", () => {
  const error = answered(-32803, "edit.no_match: src/Footer.tsx: no such lines", { kind: "edit.no_match" });
  assert.equal(failureOf(error).message, "src/Footer.tsx: no such lines");
});

test("a cancel is no failure, whoever reports it", () => {
  assert.ok(failureOf(answered(-32800, "cancelled")).cancelled);
  assert.ok(failureOf(Object.assign(new Error("Canceled"), { name: "Canceled" })).cancelled);
});

test("a bug of the server points at the log", () => {
  assert.match(failureOf(answered(-32603, "crash 1234")).message, /see the log/);
});

test("a server that is gone is no words about connections", () => {
  const failure = failureOf(answered(-32097, "Pending response rejected since connection got disposed"));
  assert.match(failure.message, /^The server ended before it had answered/);
  assert.ok(failure.retry);
});

test("whatever is thrown has a message", () => {
  assert.equal(failureOf("no").message, "no");
  assert.equal(failureOf(undefined).message, "undefined");
});

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

test("a picture is told by its content", () => {
  assert.equal(mediaType(PNG), "image/png");
  assert.equal(mediaType(Buffer.from("RIFF\0\0\0\0WEBPVP8 ")), "image/webp");
  assert.equal(mediaType(Buffer.from("<svg xmlns=")), null);
  assert.equal(mediaType(new Uint8Array()), null);
  assert.match(refusal(Buffer.from("MZ")) ?? "", /no PNG/);
  assert.match(refusal(Buffer.alloc(21 * 2 ** 20)) ?? "", /20 MiB can be sent/);
});

test("a data URI holds the same bytes again", () => {
  assert.deepEqual(Buffer.from(bytesOf(dataUri(PNG))), PNG);
  assert.throws(() => bytesOf("data:image/png,raw"));
  assert.throws(() => bytesOf("nothing"));
});

test("a large picture goes in pieces, a small one as data, a file of the workspace by its name", async () => {
  const sent: { image?: string; data: string; last: boolean }[] = [];
  const ask = async <R>(_: string, piece: object) => {
    sent.push(piece as (typeof sent)[0]);
    return { image: "upload:1" } as R;
  };
  const large = Buffer.concat([PNG, Buffer.alloc(5 * 2 ** 19, 7)]);
  const picture = { name: "a.png", shown: "" };
  assert.equal(await imageFor({ ...picture, content: large }, ask), "upload:1");
  assert.deepEqual(sent.map(({ image, last }) => [image, last]), [[undefined, false], ["upload:1", false], ["upload:1", true]]);
  assert.ok(sent.every(({ data }) => Buffer.from(data, "base64").length <= 2 ** 20));
  assert.ok(Buffer.concat(sent.map(({ data }) => Buffer.from(data, "base64"))).equals(large));
  assert.equal(await imageFor({ ...picture, content: PNG }, ask), dataUri(PNG));
  assert.equal(await imageFor({ ...picture, content: large, file: "file:///a.png" }, ask), "file:///a.png");
  assert.equal(sent.length, 3);
});

test("a receipt says what was taken and what was sent", () => {
  const facts = { width: 2560, height: 1600, scale: 2 };
  assert.equal(receipt({ name: "a.png", content: Buffer.alloc(3 * 2 ** 20) }, facts), "a.png: 2560 × 1600 px, 3.0 MiB sent to the server, taken as 1280 × 800 CSS px at scale 2");
  assert.match(receipt({ name: "a.png", content: PNG.subarray(0, 8), file: "file:///a.png" }, facts), /read by the server from its file/);
  assert.match(receipt({ name: "a.png", content: Buffer.alloc(512) }, facts), /0\.5 KiB sent/);
});

test("only what somebody has set is sent, and the project has no say in the engine", () => {
  const found: Record<string, object> = {
    engine: { globalValue: "none", workspaceValue: "local:/evil", defaultValue: null },
    target: { globalValue: "vue", workspaceValue: "react" },
    candidates: { defaultValue: 1 },
    verify: { workspaceValue: false },
  };
  assert.deepEqual(serverSettings((key) => found[key]), { engine: "none", target: "react", verify: false });
  assert.deepEqual(serverSettings(() => ({ workspaceValue: "local:/evil" })).engine, undefined);
});

test("messages of the page are checked", () => {
  for (const right of [
    { kind: "apply" },
    { kind: "again", target: null, candidates: 3 },
    { kind: "refine", instruction: "larger" },
    { kind: "renew", name: "a", data: "data:image/png;base64,AA==" },
    { kind: "locate", index: 0, entry: true },
  ]) {
    assert.deepEqual(fromPage(right), right);
  }
  for (const wrong of [
    null,
    "apply",
    {},
    { kind: "run" },
    { kind: "toString" },
    { kind: "show", index: "0" },
    { kind: "pick" },
    { kind: "locate", index: 0 },
    { kind: "picture", name: "a", data: "file:///etc/passwd" },
    { kind: "again", target: null, candidates: "3" },
    { kind: "refine", instruction: ["larger"] },
  ]) {
    assert.equal(fromPage(wrong), undefined);
  }
});

test("the page loads nothing from anywhere and runs no script but ours", () => {
  const html = shell("app:/page.js", "app:/preview.css", "app:");
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
  assert.ok(policy.startsWith("default-src 'none'; img-src data:; "));
  assert.match(policy, /script-src 'nonce-[A-Za-z0-9+/=]+'$/);
  assert.ok(!/https?:|connect-src|unsafe-eval/.test(policy));
  assert.match(html, /<iframe [^>]*sandbox=""/);
  assert.notEqual(html, shell("app:/page.js", "app:/preview.css", "app:"));
});
