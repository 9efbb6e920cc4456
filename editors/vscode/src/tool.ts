/**
 * The language model tool: another agent asks for a component and gets its files. It changes nothing.
 */
import { resolve } from "node:path";
import {
  type Disposable,
  LanguageModelTextPart,
  type LanguageModelTool,
  LanguageModelToolResult,
  Uri,
  lm,
  workspace,
} from "vscode";

import { failureOf } from "./errors";
import type { ComponentOptions, ComponentResult, Target } from "./protocol";
import type { Server } from "./server/server";

interface Asked {
  image: string;
  target?: Target;
  name?: string;
}

export function registerTool(server: Server): Disposable {
  const tool: LanguageModelTool<Asked> = {
    prepareInvocation: ({ input }) => ({
      invocationMessage: `Making a component of ${input.image}`,
      confirmationMessages: {
        title: "Turn a picture into a component",
        message: `Read ${input.image} and show what code it makes? Nothing is written.`,
      },
    }),
    invoke: async ({ input }, token) => {
      const { image, ...more } = input;
      const options: ComponentOptions = { ...more, image: uriOf(image).toString(), apply: false, show: false };
      try {
        const result = await server.ask<ComponentResult>("visionCode/component", options, token);
        return new LanguageModelToolResult([new LanguageModelTextPart(told(result))]);
      } catch (error) {
        throw new Error(failureOf(error).message);
      }
    },
  };
  return lm.registerTool("vision-code_component", tool);
}

/** A path in the first workspace folder, or an absolute one; whether it may be read is the server's to say. */
function uriOf(path: string): Uri {
  const [folder] = workspace.workspaceFolders ?? [];
  return Uri.file(folder ? resolve(folder.uri.fsPath, path) : path);
}

function told(result: ComponentResult): string {
  const files = result.files.map(({ uri, text }) => ({ path: workspace.asRelativePath(Uri.parse(uri, true)), ...(text === undefined ? { picture: true } : { text }) }));
  const { name, target, fidelity, placedBecause, notes } = result;
  return JSON.stringify({ name, target, fidelity, placedBecause, notes, files });
}
