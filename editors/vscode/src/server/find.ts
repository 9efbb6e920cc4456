/**
 * Where the server's program may be, in the order in which it is looked for.
 */
import { delimiter, dirname, isAbsolute, join } from "node:path";

export interface Place {
  /** For the log and for messages. */
  what: string;
  program: string;
}

export interface Surroundings {
  platform: NodeJS.Platform;
  /** Setting `vision-code.server.path`. */
  setting: string;
  /** Folder of the environment that this extension made, or will make. */
  environment: string;
  /** The Python that the user selected in this window, if any. */
  interpreter: string | undefined;
  /** Value of PATH. */
  path: string;
}

/** Python's folder of programs in a virtual environment, and how a program's file ends. */
function layout(platform: NodeJS.Platform): { bin: string; ending: string } {
  return platform === "win32" ? { bin: "Scripts", ending: ".exe" } : { bin: "bin", ending: "" };
}

/** A program of a virtual environment. */
export function programIn(environment: string, name: string, platform: NodeJS.Platform): string {
  const { bin, ending } = layout(platform);
  return join(environment, bin, name + ending);
}

/** All places, the preferred one first. A setting that is there is the only one: it was chosen. */
export function places(around: Surroundings): Place[] {
  if (around.setting) {
    return [{ what: "setting vision-code.server.path", program: around.setting }];
  }
  const name = `vision-code${layout(around.platform).ending}`;
  const found: Place[] = [
    { what: "this extension's environment", program: programIn(around.environment, "vision-code", around.platform) },
  ];
  if (around.interpreter) {
    found.push({ what: "the selected Python interpreter", program: join(dirname(around.interpreter), name) });
  }
  for (const folder of around.path.split(delimiter)) {
    // A relative entry would be looked up in whichever project is open.
    if (isAbsolute(folder)) {
      found.push({ what: "PATH", program: join(folder, name) });
    }
  }
  return found;
}

/** The first place that has the program. */
export async function find(
  around: Surroundings,
  isProgram: (file: string) => Promise<boolean>,
  log: (line: string) => void,
): Promise<Place | undefined> {
  for (const place of places(around)) {
    const there = await isProgram(place.program);
    if (there || place.what !== "PATH") {
      log(`${place.what}: ${place.program}${there ? "" : " is not there"}`);
    }
    if (there) {
      return place;
    }
  }
  return undefined;
}
