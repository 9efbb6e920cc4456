/**
 * Chooses a part of a captured screen, by dragging or by numbers, and cuts it out in full resolution.
 */
import type { Monitor } from "../protocol";
import { element } from "./elements";

const FIELDS = ["x", "y", "width", "height"] as const;

export class Region {
  private readonly picture = element<HTMLImageElement>("screen-picture");
  private readonly box = element("screen-box");
  private start: { x: number; y: number } | undefined;
  private name = "";

  constructor(private readonly taken: (name: string, data: string) => void) {
    const screen = element("screen");
    screen.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      screen.setPointerCapture(event.pointerId);
      this.start = this.at(event);
    });
    screen.addEventListener("pointermove", (event) => this.drag(event));
    screen.addEventListener("pointerup", (event) => {
      this.drag(event);
      this.start = undefined;
    });
    element("region-form").addEventListener("input", () => this.draw());
    element("region-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.cut();
    });
  }

  begin(picture: string, monitor: Monitor): void {
    this.name = `part of ${monitor.name || `monitor ${monitor.number}`}`;
    this.picture.onload = () => this.set(0, 0, this.picture.naturalWidth, this.picture.naturalHeight);
    this.picture.src = picture;
    element("region-x").focus();
  }

  private at(event: PointerEvent): { x: number; y: number } {
    const frame = this.picture.getBoundingClientRect();
    const zoom = this.picture.naturalWidth / frame.width;
    const inside = (value: number, most: number) => Math.round(Math.min(Math.max(value, 0), most));
    return {
      x: inside((event.clientX - frame.left) * zoom, this.picture.naturalWidth),
      y: inside((event.clientY - frame.top) * zoom, this.picture.naturalHeight),
    };
  }

  private drag(event: PointerEvent): void {
    if (this.start) {
      const [a, b] = [this.start, this.at(event)];
      this.set(Math.min(a.x, b.x), Math.min(a.y, b.y), Math.abs(a.x - b.x), Math.abs(a.y - b.y));
    }
  }

  private set(...values: [number, number, number, number]): void {
    FIELDS.forEach((field, at) => {
      element<HTMLInputElement>(`region-${field}`).value = String(values[at]);
    });
    this.draw();
  }

  private get values(): number[] {
    return FIELDS.map((field) => Number(element<HTMLInputElement>(`region-${field}`).value));
  }

  private draw(): void {
    const [x = 0, y = 0, width = 0, height = 0] = this.values;
    const [across, down] = [this.picture.naturalWidth / 100, this.picture.naturalHeight / 100];
    const sides = { left: x / across, top: y / down, width: width / across, height: height / down };
    Object.assign(this.box.style, Object.fromEntries(Object.entries(sides).map(([side, share]) => [side, `${share}%`])));
  }

  private cut(): void {
    const [x = 0, y = 0, width = 0, height = 0] = this.values;
    const canvas = document.createElement("canvas");
    canvas.width = Math.min(width, this.picture.naturalWidth - x);
    canvas.height = Math.min(height, this.picture.naturalHeight - y);
    canvas.getContext("2d")?.drawImage(this.picture, -x, -y);
    this.taken(this.name, canvas.toDataURL("image/png"));
  }
}
