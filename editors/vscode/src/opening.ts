/**
 * Opens the editor's settings where one of ours is.
 */
import { commands, env } from "vscode";

/** Those of a machine are on a page of their own where the editor's window is on another one. */
export async function openSetting(name: string): Promise<void> {
  const page = env.remoteName === undefined ? "workbench.action.openSettings" : "workbench.action.openRemoteSettings";
  await commands.executeCommand(page, { query: `vision-code.${name}` });
}
