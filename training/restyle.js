// Puts a real page into another style, drawn at random from a seed: what a page means stays, what it looks like does not.
// Sites of one generator or framework look alike; without this a network learns their themes instead of their habits.
(seed) => {
  // mulberry32 by Tommy Ettinger, public domain.
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const chance = (p) => random() < p;
  const pick = (...of) => of[Math.floor(random() * of.length)];
  const between = (a, b) => a + (b - a) * random();
  const set = (e, property, value) => e.style.setProperty(property, value, "important");
  const all = (selector) => [...document.body.querySelectorAll(selector)];
  const px = (text) => parseFloat(text) || 0;
  const shown = (e) => e.getClientRects().length > 0;
  const ICON = "i, svg, svg *, [class*=icon], [class*=fa-], .fa, [class*=glyph], [class*=material-], [class*=ion-], [class*=mdi]";
  const CODE = "pre, pre *, code, code *, kbd, tt, samp, .highlight *, .CodeMirror *";

  // What a page is set in.
  const size = pick(1, 1, 0.88, 0.94, 1.06, 1.15);
  const space = pick(1, 1, 0.7, 0.85, 1.2, 1.45);
  // A page that has lost its style sheets is told by its face (sites.py): that stays.
  const lost = getComputedStyle(document.body).fontFamily.includes("Times");
  const face = lost ? "" : pick("", "", "Liberation Sans", "DejaVu Sans", "Liberation Serif", "DejaVu Serif", "Liberation Sans Narrow", "Liberation Sans");
  const leading = pick(0, 0, 1.35, 1.5, 1.7);
  const looks = all("*").filter((e) => shown(e) && !e.closest("svg")).map((e) => [e, getComputedStyle(e)]).map(([e, s]) => [e, {
    size: px(s.fontSize), top: px(s.paddingTop), bottom: px(s.paddingBottom), above: px(s.marginTop), below: px(s.marginBottom),
    display: s.display, position: s.position, border: px(s.borderTopWidth) && px(s.borderLeftWidth),
    ground: s.backgroundColor, float: s.float, flex: s.flexDirection,
    height: e.getBoundingClientRect().height, width: e.getBoundingClientRect().width,
  }]);
  const width = document.documentElement.clientWidth;
  const headings = { face: lost ? "" : pick("", "", "", "Liberation Serif", "DejaVu Sans", "Liberation Sans"), weight: pick("", "", "400", "600", "700"),
    scale: pick(1, 1, 0.8, 0.9, 1.15, 1.3), upper: chance(0.1), color: pick("", "", "", "accent"), line: pick("", "", "", "bottom", "none") };
  const hue = Math.floor(between(0, 360)), accent = `hsl(${hue} ${between(45, 95)}% ${between(28, 48)}%)`;
  for (const [e, s] of looks) {
    const icon = e.matches(ICON), code = e.matches(CODE), heading = e.matches("h1, h2, h3, h4, h5, h6"), inside = e.closest("h1, h2, h3, h4, h5, h6");
    if (!icon && size * (inside ? headings.scale : 1) !== 1) set(e, "font-size", `${s.size * size * (inside ? headings.scale : 1)}px`);
    if (!icon && !code && (inside ? headings.face || face : face)) set(e, "font-family", `"${inside ? headings.face || face : face}"`);
    if (leading && e.matches("p, li, dd, dt, td")) set(e, "line-height", String(leading));
    const control = e.matches("button, input, select, textarea, [class*=btn], [role=button]");
    if (space !== 1 && s.display !== "inline" && s.position !== "absolute" && s.position !== "fixed" && !control) {
      if (s.top > 3 && s.top < 80) set(e, "padding-top", `${Math.round(s.top * space)}px`);
      if (s.bottom > 3 && s.bottom < 80) set(e, "padding-bottom", `${Math.round(s.bottom * space)}px`);
      if (s.above > 3 && s.above < 80) set(e, "margin-top", `${Math.round(s.above * space)}px`);
      if (s.below > 3 && s.below < 80) set(e, "margin-bottom", `${Math.round(s.below * space)}px`);
    }
    if (heading) {
      if (headings.weight) for (const part of [e, ...e.querySelectorAll("*")]) set(part, "font-weight", headings.weight);
      if (headings.upper) set(e, "text-transform", "uppercase");
      if (headings.color && s.ground === "rgba(0, 0, 0, 0)" && e.closest("main, body > div, article, section")) set(e, "color", accent);
      if (headings.line === "none") set(e, "border-bottom", "0");
      if (headings.line === "bottom" && e.matches("h1, h2")) { set(e, "border-bottom", "1px solid #8886"); set(e, "padding-bottom", "4px"); }
    }
  }

  // Links: what tells them from words differs more between sites than anything else.
  const light = (color) => { const [r, g, b] = (color.match(/[\d.]+/g) || [0, 0, 0]).map(Number); return 0.3 * r + 0.6 * g + 0.1 * b > 140; };
  const link = { color: pick("", "", "", "accent", "accent", "own"), line: pick("", "", "underline", "none", "none") };
  const boxed = new Set(looks.filter(([, s]) => s.ground !== "rgba(0, 0, 0, 0)" || s.border).map(([e]) => e));
  const plain = (a) => !a.matches("[class*=btn], [role=button]") && !boxed.has(a);
  for (const a of all("a[href]").filter(plain)) {
    const s = getComputedStyle(a);
    const running = a.closest("p, dd, td");
    for (const part of [a, ...a.querySelectorAll("*")]) {
      // A link in running text that looks like it is found by nobody.
      if (link.color === "accent" && !light(s.color)) set(part, "color", accent);
      if (link.color === "own" && (!running || link.line === "underline")) set(part, "color", getComputedStyle(a.parentElement).color);
    }
    if (link.line && !(link.line === "none" && link.color === "own" && running)) set(a, "text-decoration", link.line);
    if (link.line) for (const part of a.querySelectorAll("*")) if (link.line === "none") set(part, "text-decoration", "none");
  }
  const upper = chance(0.12), bold = chance(0.12), list = pick("", "", "none", "square", "disc");
  for (const a of all("nav a, .nav a, .navbar a, header a, [role=navigation] a")) {
    if (upper) { set(a, "text-transform", "uppercase"); set(a, "letter-spacing", ".03em"); }
    if (bold) set(a, "font-weight", "600");
  }
  if (list) for (const e of all("main ul, article ul, .document ul, .content ul, #content ul")) set(e, "list-style-type", list);

  // Controls.
  const button = { look: pick("", "", "filled", "outline", "soft", "quiet", "grey", "native"), radius: pick(-1, -1, 0, 4, 8, 99), upper: chance(0.12), pad: pick(0, 0, 1.5, 0.6) };
  for (const e of all("button, input[type=submit], input[type=button], a[class*=btn], [role=button]").filter(shown)) {
    const text = (e.innerText || e.value || "").trim();
    if (!text) continue;
    const look = chance(0.8) ? button.look : pick("filled", "outline", "soft", "grey");
    const hueOfOne = chance(0.75) ? accent : `hsl(${Math.floor(between(0, 360))} 65% 38%)`;
    if (look === "filled") { set(e, "background", hueOfOne); set(e, "color", "#fff"); set(e, "border", `1px solid ${hueOfOne}`); }
    if (look === "outline") { set(e, "background", "transparent"); set(e, "color", hueOfOne); set(e, "border", `${pick(1, 1, 2)}px solid ${hueOfOne}`); }
    if (look === "soft") { set(e, "background", `color-mix(in srgb, ${hueOfOne} 15%, white)`); set(e, "color", hueOfOne); set(e, "border", "1px solid transparent"); }
    if (look === "grey") { set(e, "background", "#e9e9ee"); set(e, "color", "#222"); set(e, "border", "1px solid #bbb"); }
    if (look === "quiet") { set(e, "background", "transparent"); set(e, "border", "1px solid transparent"); set(e, "box-shadow", "none"); if (!chance(0.4)) set(e, "color", hueOfOne); }
    if (look === "native" && !e.matches("a")) { set(e, "all", "revert"); continue; }
    if (button.radius >= 0) set(e, "border-radius", `${button.radius}px`);
    if (button.upper) set(e, "text-transform", "uppercase");
    if (button.pad) { const s = getComputedStyle(e); set(e, "padding", `${px(s.paddingTop) * button.pad}px ${px(s.paddingLeft) * button.pad}px`); }
    for (const part of e.querySelectorAll("*")) if (look && !part.matches(ICON)) set(part, "color", "inherit");
  }
  const field = { look: button.look === "native" && chance(0.7) ? "native" : pick("", "", "", "outline", "filled", "underline", "strong"), radius: pick(-1, -1, 0, 4, 10, 99) };
  for (const e of all("input, select, textarea").filter(shown)) {
    if (/^(checkbox|radio|range|submit|button|image|color|file)$/.test(e.type)) continue;
    if (field.look === "native") { set(e, "all", "revert"); continue; }
    if (field.look) set(e, "box-shadow", "none");
    if (field.look === "outline") set(e, "border", "1px solid #9aa3ad");
    if (field.look === "strong") set(e, "border", "2px solid #444");
    if (field.look === "filled") { set(e, "border", "1px solid transparent"); set(e, "background-color", "#ececf1"); set(e, "color", "#222"); }
    if (field.look === "underline") { set(e, "border", "0"); set(e, "border-bottom", "1px solid #888"); set(e, "border-radius", "0"); }
    else if (field.radius >= 0) set(e, "border-radius", `${e.tagName === "TEXTAREA" ? Math.min(12, field.radius) : field.radius}px`);
  }

  // Surfaces.
  const card = { edge: pick("", "", "", "line", "shadow", "none"), radius: pick(-1, -1, 0, 6, 14) };
  for (const [e, s] of looks) {
    if (e.matches("button, input, select, textarea, a, td, th, tr, table, body, img, pre, label, [class*=btn]")) continue;
    const framed = s.border > 0 && s.width > 120 && s.height > 50 && s.width < 0.95 * width;
    if (!framed) continue;
    if (card.edge === "line") { set(e, "border", "1px solid #8885"); set(e, "box-shadow", "none"); }
    if (card.edge === "shadow") { set(e, "border", "1px solid transparent"); set(e, "box-shadow", "0 2px 8px #0003"); }
    if (card.edge === "none") { set(e, "border", "1px solid transparent"); set(e, "box-shadow", "none"); }
    if (card.radius >= 0) set(e, "border-radius", `${card.radius}px`);
  }
  const table = pick("", "", "", "grid", "rows", "none", "zebra");
  if (table) for (const e of all("table").filter((t) => t.querySelector("th"))) {
    const cells = [...e.querySelectorAll("td, th")];
    set(e, "border-collapse", "collapse");
    for (const cell of cells) {
      set(cell, "border", table === "grid" ? "1px solid #aaa8" : "0");
      if (table === "rows") set(cell, "border-bottom", "1px solid #aaa8");
    }
    if (table === "zebra") [...e.rows].forEach((row, n) => [...row.cells].forEach((cell) => set(cell, "background-color", n % 2 ? "#8881" : "transparent")));
  }

  // Where things stand: sides change, parts are left out, items change places.
  if (chance(0.25)) for (const [e, s] of looks) {
    if (s.display.includes("flex") && (s.flex === "row" || s.flex === "row-reverse") && e.children.length === 2 && s.width > 0.6 * width)
      set(e, "flex-direction", s.flex === "row" ? "row-reverse" : "row");
    if (s.float !== "none" && s.width > 120 && s.height > 200) set(e, "float", s.float === "left" ? "right" : "left");
  }
  if (chance(0.35)) {
    const keep = between(0.6, 0.95);
    for (const [e, s] of looks) {
      const large = s.height > 60 && s.height < 1400 && s.width > 200 && !s.display.includes("table") && s.position !== "absolute" && s.position !== "fixed";
      const mates = [...e.parentElement.children].filter(shown).length;
      if (large && mates > 2 && random() > keep) set(e, "display", "none");
    }
  }
  for (const [e] of looks) {
    const items = [...e.children].filter(shown);
    const same = items.length > 2 && items.every((item) => item.tagName === items[0].tagName && item.className === items[0].className);
    if (!same || e.matches("tr, dl") || e.closest("pre") || !chance(0.4)) continue;
    for (let n = items.length - 1; n > 0; n--) {
      const other = Math.floor(random() * (n + 1));
      e.insertBefore(items[n], items[other]);
      items.splice(other, 0, items.splice(n, 1)[0]);
    }
    if (chance(0.3)) for (const item of items.slice(Math.max(2, Math.floor(between(0.3, 1) * items.length)))) set(item, "display", "none");
  }

  // Colours of everything, pictures but for darkness.
  const look = random();
  const turn = look < 0.3 ? Math.floor(between(20, 340)) : 0, inverted = look > 0.86 ? 1 : 0;
  if (turn || inverted) {
    const ground = [document.body, document.documentElement].map((e) => getComputedStyle(e).backgroundColor).find((c) => c !== "rgba(0, 0, 0, 0)") || "#fff";
    set(document.documentElement, "background-color", ground);
    const filter = inverted ? `invert(${between(0.86, 0.97)}) hue-rotate(180deg)` : `hue-rotate(${turn}deg) saturate(${between(0.6, 1.3)})`;
    set(document.documentElement, "filter", filter);
    if (inverted) for (const e of all("img, video, canvas")) set(e, "filter", "invert(1) hue-rotate(180deg)");
  }
}
