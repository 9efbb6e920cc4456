/**
 * Run inside the extension host of a real VS Code, with the packaged extension installed and a project opened: what the
 * editor's own interface shows of it.
 */
import assert from "node:assert/strict";
import Mocha from "mocha";
import { CancellationTokenSource, LanguageModelTextPart, Uri, commands, extensions, lm, workspace } from "vscode";

const PATIENCE_MS = 120_000;
const TOOL = "vision-code_component";
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

async function invoked(input: object): Promise<string> {
  const { content } = await lm.invokeTool(TOOL, { input, toolInvocationToken: undefined }, new CancellationTokenSource().token);
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

  test("the language model tool returns files and writes none", async () => {
    assert.ok(lm.tools.some(({ name }) => name === TOOL));
    const made = JSON.parse(await invoked({ image: "design/login.png", target: "vue" })) as { target: string; files: { path: string; text?: string }[] };
    assert.equal(made.target, "vue");
    assert.match(made.files[0]?.text ?? "", /<template>/);
    assert.deepEqual(await workspace.findFiles("**/*.vue"), []);
  });

  test("the language model tool reads nothing from elsewhere", async () => {
    await assert.rejects(invoked({ image: "../../../etc/passwd" }), /workspace|outside/i);
  });
}
