/**
 * The user's settings as the server takes them: only what somebody has set, so that a project's settings file counts else.
 */

export const KEYS = ["engine", "target", "candidates", "seed", "verify", "scale"] as const;

/** What `WorkspaceConfiguration.inspect` tells of a key. */
export interface Inspected {
  globalValue?: unknown;
  workspaceValue?: unknown;
}

/** The section `vision-code` for the server. The opened project has no say in `engine`: it names a program's input. */
export function serverSettings(inspect: (key: string) => Inspected | undefined): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const key of KEYS) {
    const found = inspect(key);
    const value = key === "engine" ? found?.globalValue : (found?.workspaceValue ?? found?.globalValue);
    if (value !== undefined && value !== null) {
      settings[key] = value;
    }
  }
  return settings;
}
