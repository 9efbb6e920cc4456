/**
 * The language model tools: another agent asks for a component, for a comparison or for a patch, and gets it as text.
 * They change nothing; what may be read is the server's to say.
 */
import { resolve } from "node:path";
import {
  Disposable,
  LanguageModelTextPart,
  type LanguageModelTool,
  LanguageModelToolResult,
  type PreparedToolInvocation,
  Uri,
  lm,
  workspace,
} from "vscode";

import { failureOf } from "./errors";
import type { CompareOptions, CompareResult, ComponentOptions, ComponentResult, PatchOptions, PatchResult, Target } from "./protocol";
import type { Server } from "./server/server";

interface ComponentWish {
  image: string;
  target?: Target;
  name?: string;
}

interface CompareWish {
  reference: string;
  candidate: string;
}

interface PatchWish {
  issue: string;
  images?: string[];
}

/** What a tool asks of the server, and what it tells of the answer. */
interface Question<Wish> {
  method: string;
  title: string;
  doing: (wish: Wish) => string;
  asked: (wish: Wish) => string;
  options: (wish: Wish) => object;
  told: (answer: never) => object;
}

export function registerTools(server: Server): Disposable {
  const register = <Wish>(name: string, question: Question<Wish>) => lm.registerTool(`vision-code_${name}`, toolOf(server, question));
  return Disposable.from(register("component", component), register("compare", compare), register("patch", patch));
}

function toolOf<Wish>(server: Server, question: Question<Wish>): LanguageModelTool<Wish> {
  return {
    prepareInvocation: ({ input }): PreparedToolInvocation => ({
      invocationMessage: question.doing(input),
      confirmationMessages: { title: question.title, message: question.asked(input) },
    }),
    invoke: async ({ input }, token) => {
      try {
        const answer = await server.ask<never>(question.method, question.options(input), token);
        return new LanguageModelToolResult([new LanguageModelTextPart(JSON.stringify(question.told(answer)))]);
      } catch (error) {
        throw new Error(failureOf(error).message);
      }
    },
  };
}

const component: Question<ComponentWish> = {
  method: "visionCode/component",
  title: "Turn a picture into a component",
  doing: ({ image }) => `Making a component of ${image}`,
  asked: ({ image }) => `Read ${image} and show what code it makes? Nothing is written.`,
  options: ({ image, ...more }): ComponentOptions => ({ ...more, image: uriOf(image), apply: false, show: false }),
  told: ({ name, target, fidelity, placedBecause, notes, files }: ComponentResult) => ({
    name,
    target,
    fidelity,
    placedBecause,
    notes,
    files: files.map(({ uri, text }) => ({ path: pathOf(uri), ...(text === undefined ? { picture: true } : { text }) })),
  }),
};

const compare: Question<CompareWish> = {
  method: "visionCode/compare",
  title: "Compare with a picture",
  doing: ({ candidate, reference }) => `Comparing ${candidate} with ${reference}`,
  asked: ({ candidate, reference }) => `Show ${candidate} in a browser without network and compare it with ${reference}? Nothing is written.`,
  options: ({ reference, candidate }): CompareOptions => ({ reference: uriOf(reference), candidate: uriOf(candidate) }),
  told: (answer: CompareResult) => answer,
};

const patch: Question<PatchWish> = {
  method: "visionCode/patch",
  title: "Write a patch for an issue",
  doing: () => "Writing a patch",
  asked: ({ issue }) => `Let the engine of your settings read this project and write a patch for “${issue.slice(0, 200)}”? What it reads goes to that engine; nothing is written.`,
  options: ({ issue, images = [] }): PatchOptions => ({ issue, images: images.map(uriOf), apply: false }),
  told: ({ diff, files, notes, agreed, candidates }: PatchResult) => ({
    diff,
    notes,
    agreed,
    candidates,
    files: files.map(({ uri, action }) => ({ path: pathOf(uri), action })),
  }),
};

/** A path in the first workspace folder, or an absolute one. */
function uriOf(path: string): string {
  const [folder] = workspace.workspaceFolders ?? [];
  return Uri.file(folder ? resolve(folder.uri.fsPath, path) : path).toString();
}

function pathOf(uri: string): string {
  return workspace.asRelativePath(Uri.parse(uri, true));
}
