/**
 * Pictures that are pasted or dropped into an editor. A blank document becomes the component; any other text stays as it
 * is: a pasted picture's component goes where the project has its components, a dropped one is the editor's to link.
 */
import {
  type DataTransfer,
  type Disposable,
  DocumentDropEdit,
  type DocumentDropEditProvider,
  DocumentDropOrPasteEditKind,
  DocumentPasteEdit,
  type DocumentPasteEditProvider,
  type TextDocument,
  Uri,
  languages,
} from "vscode";

import type { Wish } from "./component";
import { type Picture, fromBytes, fromFile } from "./picking";
import { ENDINGS } from "./pictures";

const KIND = DocumentDropOrPasteEditKind.Empty.append("vision-code", "component");
const TITLE = "Turn the picture into a component";
const FILES = { scheme: "file" };

type Make = (wish: () => Promise<Wish>) => void;

/** Offer it wherever a file is edited. */
export function registerPaste(make: Make): Disposable[] {
  const found = new WeakMap<object, () => Promise<Wish>>();
  const paste: DocumentPasteEditProvider = {
    provideDocumentPasteEdits: async (document, _ranges, transfer) => {
      const wish = await wishIn(transfer, document, "pasted picture");
      if (!wish) {
        return undefined;
      }
      const edit = new DocumentPasteEdit("", TITLE, KIND);
      edit.yieldTo = yields(document);
      found.set(edit, wish);
      return [edit];
    },
    // Made when the edit is chosen, not when it is offered.
    resolveDocumentPasteEdit: (edit) => {
      const wish = found.get(edit);
      if (wish) {
        make(wish);
      }
      return edit;
    },
  };
  const drop: DocumentDropEditProvider = {
    provideDocumentDropEdits: async (document, _position, transfer) => {
      const wish = isBlank(document) ? await wishIn(transfer, document, "dropped picture") : undefined;
      if (!wish) {
        return undefined;
      }
      // The editor asks when something was dropped, and tells nobody which of the edits it took.
      make(wish);
      return new DocumentDropEdit("", TITLE, KIND);
    },
  };
  return [
    languages.registerDocumentPasteEditProvider(FILES, paste, { providedPasteEditKinds: [KIND], pasteMimeTypes: ["image/*"] }),
    languages.registerDocumentDropEditProvider(FILES, drop, {
      providedDropEditKinds: [KIND],
      dropMimeTypes: ["image/*", "text/uri-list"],
    }),
  ];
}

/** Where others know what a picture is good for (a link in Markdown), theirs comes first and ours is in the menu. */
function yields(document: TextDocument): DocumentDropOrPasteEditKind[] {
  const { Text, Empty } = DocumentDropOrPasteEditKind;
  return isBlank(document) ? [] : [Text, Empty.append("markdown"), Empty.append("uri")];
}

type Found = (() => Promise<Wish>) | undefined;

/** The bytes are read at once: they cannot be had any more when the edit is chosen. */
async function wishIn(transfer: DataTransfer, document: TextDocument, name: string): Promise<Found> {
  for (const [type, item] of transfer) {
    const file = type.startsWith("image/") ? item.asFile() : undefined;
    if (file) {
      const content = await file.data();
      return async () => into(document, fromBytes(name, content));
    }
  }
  const uris = transfer.get("text/uri-list");
  return uris && hasPicture(uris.value) ? async () => into(document, await fromFile(first(await uris.asString()))) : undefined;
}

/** A drag inside the window says at once what is dragged. */
function hasPicture(list: unknown): boolean {
  return typeof list === "string" && ENDINGS.some((ending) => list.trim().toLowerCase().endsWith(`.${ending}`));
}

function first(list: string): Uri {
  return Uri.parse(list.split(/\r?\n/)[0] ?? "", true);
}

function into(document: TextDocument, picture: Picture): Wish {
  return isBlank(document) ? { picture, document: document.uri.toString() } : { picture };
}

function isBlank(document: TextDocument): boolean {
  return document.getText().trim() === "";
}
