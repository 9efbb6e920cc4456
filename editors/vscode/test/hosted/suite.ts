/**
 * Run inside the extension host of a real VS Code, with the packaged extension installed and a project opened: what the
 * editor's own interface shows of it.
 */
import assert from "node:assert/strict";
import Mocha from "mocha";
import { CancellationTokenSource, LanguageModelTextPart, Uri, commands, extensions, lm, workspace } from "vscode";

const PATIENCE_MS = 120_000;
const COMPONENT = "src/components/WelcomeBack.tsx";

/** Called by the editor; throws when a test fails. */
export function run(): Promise<void> {
  const mocha = new Mocha({ ui: "tdd", timeout: PATIENCE_MS, color: false });
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  define();
  return new Promise((resolve, reject) => {
    const runner = mocha.run((failures) => {
      console.log(`passed: ${runner.stats?.passes}`);
      return failures ? reject(new Error(`${failures} tests failed`)) : resolve();
    });
  });
}

function at(path: string): Uri {
  const folder = workspace.workspaceFolders?.[0];
  assert.ok(folder);
  return Uri.joinPath(folder.uri, path);
}

async function isThere(path: string): Promise<boolean> {
  return workspace.fs.stat(at(path)).then(
    () => true,
    () => false,
  );
}

async function invoked(tool: string, input: object): Promise<string> {
  const { content } = await lm.invokeTool(`vision-code_${tool}`, { input, toolInvocationToken: undefined }, new CancellationTokenSource().token);
  return content.map((part) => (part instanceof LanguageModelTextPart ? part.value : "")).join("");
}

function define(): void {
  test("every command of the manifest is there once the extension is active", async () => {
    const extension = extensions.getExtension<unknown>("vision-code.vision-code");
    assert.ok(extension);
    await extension.activate();
    const there = await commands.getCommands(true);
    const { contributes } = extension.packageJSON as { contributes: { commands: { command: string }[] } };
    assert.deepEqual(contributes.commands.filter(({ command }) => !there.includes(command)), []);
  });

  test("a component is proposed, applied, and taken back to the checkpoint before it", async () => {
    await commands.executeCommand("vision-code.component", at("design/login.png"));
    assert.ok(!(await isThere(COMPONENT)), "nothing is written before a yes");
    await commands.executeCommand("vision-code.apply");
    const text = Buffer.from(await workspace.fs.readFile(at(COMPONENT))).toString();
    assert.match(text, /export default function WelcomeBack/);
    await commands.executeCommand("vision-code.undo");
    assert.ok(!(await isThere(COMPONENT)));
  });

  test("every language model tool of the manifest is there", async () => {
    const { contributes } = extensions.getExtension("vision-code.vision-code")?.packageJSON as { contributes: { languageModelTools: { name: string }[] } };
    const there = lm.tools.map(({ name }) => name);
    assert.deepEqual(contributes.languageModelTools.filter(({ name }) => !there.includes(name)), []);
  });

  test("an agent gets a component's files, and none is written", async () => {
    const made = JSON.parse(await invoked("component", { image: "design/login.png", target: "vue" })) as { target: string; files: { path: string; text?: string }[] };
    assert.equal(made.target, "vue");
    assert.match(made.files[0]?.text ?? "", /<template>/);
    assert.deepEqual(await workspace.findFiles("**/*.vue"), []);
  });

  test("an agent hears how faithful a page is to a picture", async () => {
    const told = JSON.parse(await invoked("compare", { reference: "design/login.png", candidate: "design/login.png" })) as { fidelity: { mean: number }; worst: object[] };
    assert.ok(told.fidelity.mean > 0.99);
    assert.deepEqual(told.worst, []);
  });

  test("an agent is told which engines write patches", async () => {
    await assert.rejects(invoked("patch", { issue: "The title is cut off", images: ["design/login.png"] }), /engine/i);
  });

  test("agents read nothing from elsewhere", async () => {
    const elsewhere = "../../../etc/passwd";
    const wishes: [string, object][] = [
      ["component", { image: elsewhere }],
      ["compare", { reference: "design/login.png", candidate: elsewhere }],
      ["patch", { issue: "The title is cut off", images: [elsewhere] }],
    ];
    for (const [tool, wish] of wishes) {
      await assert.rejects(invoked(tool, wish), /workspace|outside/i, tool);
    }
  });
}
