/**
 * *Install Server*: a virtual environment in this extension's own folder, and pip in it. No other Python is touched.
 */
import { type CancellationToken, type LogOutputChannel, ProgressLocation, window, workspace } from "vscode";

import { programIn } from "./find";
import { run } from "./run";
import { selectedInterpreter } from "./server";

/** The oldest Python that the server runs on. */
const CHECK = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

/** Make the environment and install the server; throws with one line that says what to do. */
export async function install(environment: string, channel: LogOutputChannel): Promise<void> {
  const spec = workspace.getConfiguration("vision-code").get<string>("server.package", "vision-code");
  const options = { location: ProgressLocation.Notification, title: "Installing Vision Code's server", cancellable: true };
  await window.withProgress(options, async (progress, token) => {
    progress.report({ message: "looking for Python 3.11 or newer" });
    const python = await pythonOf(channel, token);
    progress.report({ message: "making an environment of its own" });
    await run(python, ["-m", "venv", "--clear", environment], channel, token);
    progress.report({ message: "downloading (torch alone is about 200 MB)" });
    const own = programIn(environment, "python", process.platform);
    // What follows the dashes is never an option, whatever the setting says.
    await run(own, ["-m", "pip", "install", "--disable-pip-version-check", "--", spec], channel, token);
  });
}

async function pythonOf(channel: LogOutputChannel, token: CancellationToken): Promise<string> {
  const names = process.platform === "win32" ? ["py", "python"] : ["python3", "python"];
  const selected = await selectedInterpreter();
  for (const python of [...(selected ? [selected] : []), ...names]) {
    try {
      await run(python, ["-c", CHECK], channel, token);
      return python;
    } catch (error) {
      if (token.isCancellationRequested) {
        throw error;
      }
    }
  }
  throw new Error("No Python 3.11 or newer with venv was found. Install one (python3 and python3-venv on Debian), then try again.");
}
