import assert from "node:assert/strict";
import { test } from "node:test";

import { type Surroundings, find, places } from "../src/server/find";

const around: Surroundings = {
  platform: "linux",
  setting: "",
  environment: "/storage/server",
  interpreter: "/venv/bin/python",
  path: "/usr/bin:.:node_modules/.bin:/opt/bin",
};

test("the extension's own environment comes first, then the interpreter's, then PATH", () => {
  assert.deepEqual(
    places(around).map(({ program }) => program),
    ["/storage/server/bin/vision-code", "/venv/bin/vision-code", "/usr/bin/vision-code", "/opt/bin/vision-code"],
  );
});

test("a program that was chosen is the only one, also when it is not there", async () => {
  const chosen = { ...around, setting: "/mine/vision-code" };
  assert.equal(await find(chosen, async (file) => file !== "/mine/vision-code", () => undefined), undefined);
});

test("relative entries of PATH are passed over: they lie in the opened project", async () => {
  const found = await find(around, async (file) => !file.startsWith("/usr") && !/storage|venv/.test(file), () => undefined);
  assert.equal(found?.program, "/opt/bin/vision-code");
});

test("what is not there is logged, so that a user sees where it was looked for", async () => {
  const lines: string[] = [];
  await find(around, async () => false, (line) => lines.push(line));
  assert.ok(lines.some((line) => line.includes("/storage/server/bin/vision-code is not there")));
});

test("Windows has its own folder and ending", () => {
  const [own] = places({ ...around, platform: "win32", path: "" });
  assert.ok(own?.program.endsWith("vision-code.exe") && own.program.includes("Scripts"));
});
