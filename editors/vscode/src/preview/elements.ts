/**
 * The page's elements: found by their ids, made, and filled.
 */

export function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

export function item(...content: (Node | string)[]): HTMLElement {
  const entry = document.createElement("li");
  entry.append(...content);
  return entry;
}

/** A button that looks like a link. */
export function link(text: string, action: () => void): HTMLElement {
  const made = document.createElement("button");
  made.className = "link";
  made.textContent = text;
  made.addEventListener("click", action);
  return made;
}

/** Replace what a list holds; its section is there only when it holds something. */
export function fill(id: string, content: HTMLElement[]): void {
  const target = element(id);
  target.replaceChildren(...content);
  const section = target.closest("section");
  if (section) {
    section.hidden = content.length === 0;
  }
}

export function percent(score: number): string {
  return `${(score * 100).toFixed(1)}\u00a0%`;
}

/** The first picture of what was pasted, dropped or chosen. */
export function pictureIn(files: FileList | null | undefined): File | undefined {
  return [...(files ?? [])].find((file) => file.type.startsWith("image/"));
}

export async function dataOf(file: File): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.readAsDataURL(file);
  });
}
