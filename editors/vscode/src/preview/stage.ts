/**
 * Picture and rendering: beside each other, under a slider, or as their difference; always at the same size.
 */
import type { PictureFacts, WorstRegion } from "../protocol";
import { element } from "./elements";

export class Stage {
  private readonly stage = element("stage");
  private readonly page = element<HTMLIFrameElement>("page");
  private readonly pictures = [element<HTMLImageElement>("picture"), element<HTMLImageElement>("over")];
  private readonly marks = [element("picture-mark"), element("page-mark")];
  private width = 0;
  private height = 0;

  constructor() {
    new ResizeObserver(() => this.fit()).observe(this.stage);
    for (const input of document.querySelectorAll<HTMLInputElement>("input[name=view]")) {
      input.addEventListener("change", () => this.view(input.value));
    }
    element("slider").addEventListener("input", () => this.slide());
    this.pictures[0]?.addEventListener("load", ({ target }) => {
      // Until the server says what the scale is.
      const { naturalWidth, naturalHeight } = target as HTMLImageElement;
      this.size({ width: naturalWidth, height: naturalHeight, scale: 1 });
    });
  }

  begin(picture: string, name: string): void {
    this.unmark();
    this.page.srcdoc = "";
    this.pictures.forEach((image, at) => {
      image.src = picture;
      image.alt = at === 0 ? `The picture ${name}` : "";
    });
  }

  /** The component's own page, in a frame without scripts, forms, links or an origin. */
  render(page: string): void {
    this.unmark();
    this.page.srcdoc = page;
  }

  size({ width, height, scale }: PictureFacts): void {
    this.width = width / scale;
    this.height = height / scale;
    this.fit();
  }

  /** Show where a region is, in the picture and in the rendering. */
  mark({ x, y, width, height }: WorstRegion): void {
    for (const mark of this.marks) {
      Object.assign(mark.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
      mark.hidden = false;
    }
    this.marks[1]?.scrollIntoView({ block: "center", inline: "nearest" });
  }

  private unmark(): void {
    this.marks.forEach((mark) => {
      mark.hidden = true;
    });
  }

  private view(view: string): void {
    this.stage.dataset["view"] = view;
    element("slider-label").hidden = view !== "slider";
    this.slide();
    this.fit();
  }

  private slide(): void {
    const over = element("over");
    const percent = element<HTMLInputElement>("slider").value;
    over.style.clipPath = this.stage.dataset["view"] === "slider" ? `inset(0 ${100 - Number(percent)}% 0 0)` : "none";
  }

  private fit(): void {
    const columns = this.stage.dataset["view"] === "both" ? 2 : 1;
    const room = (this.stage.clientWidth - 16 * (columns - 1)) / columns;
    const zoom = this.width > 0 ? Math.min(1, room / this.width) : 1;
    this.stage.style.setProperty("--zoom", String(zoom));
    this.stage.style.setProperty("--width", `${this.width}px`);
    this.stage.style.setProperty("--height", `${this.height}px`);
  }
}
