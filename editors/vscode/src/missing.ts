/**
 * The server's program is not there: said with the clicks that mend it.
 */
import { commands, window } from "vscode";

import { openSetting } from "./opening";

/** Done when it is installed, or nobody wants that. */
export async function offerInstallation(message: string): Promise<void> {
  const chosen = await window.showErrorMessage(`${message} It is a Python program; it can be installed for this extension alone.`, "Install", "Choose Program…", "Show Logs");
  if (chosen === "Install") {
    await commands.executeCommand("vision-code.install");
  } else if (chosen === "Show Logs") {
    await commands.executeCommand("vision-code.logs");
  } else if (chosen) {
    await openSetting("server.path");
  }
}
