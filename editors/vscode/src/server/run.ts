/**
 * Runs a program to its end, with what it says in the log.
 */
import { spawn } from "node:child_process";
import type { CancellationToken, LogOutputChannel } from "vscode";

/** Throws with the last line that it said when it fails, and when it is cancelled, which ends it. */
export function run(program: string, args: string[], channel: LogOutputChannel, token: CancellationToken): Promise<void> {
  channel.info(`run: ${program} ${args.join(" ")}`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const cancelling = token.onCancellationRequested(() => child.kill());
    let last = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        channel.info(text.trimEnd());
        last = text.trim().split("\n").at(-1) ?? last;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      cancelling.dispose();
      if (code === 0) {
        resolve();
      } else {
        // Ours begin their line with the kind of the error.
        const said = last.replace(/^error\[[\w.]+\]: /, "") || `${program} ended with ${code}`;
        reject(new Error(token.isCancellationRequested ? "Cancelled." : said));
      }
    });
  });
}
