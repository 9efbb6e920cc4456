// Runs inside the page: words as a reader sees them, visible elements, overflow. Returns plain arrays (see facts.py).
(maxHeight) => {
  const round = (v) => Math.round(v * 100) / 100;
  const pageWidth = document.documentElement.clientWidth;
  const styles = new Map();
  const styleOf = (el) => {
    let s = styles.get(el);
    if (!s) styles.set(el, (s = getComputedStyle(el)));
    return s;
  };

  // What of an element can be seen: the intersection of its overflow-clipping ancestors, and its summed opacity.
  const seen = new Map();
  const everything = { l: 0, t: 0, r: 1e9, b: maxHeight, opacity: 1 };
  const viewOf = (el) => {
    if (!el || el === document.documentElement) return everything;
    let v = seen.get(el);
    if (v) return v;
    const s = styleOf(el);
    // A fixed or absolute box escapes the clip of ancestors between it and its containing block.
    let outer = el.parentElement;
    if (s.position === "fixed") outer = null;
    else if (s.position === "absolute") outer = el.offsetParent || null;
    const base = viewOf(outer);
    const parent = el.parentElement ? viewOf(el.parentElement) : everything;
    v = { l: base.l, t: base.t, r: base.r, b: base.b, opacity: parent.opacity * parseFloat(s.opacity) };
    const clips = s.overflowX !== "visible" || s.overflowY !== "visible" || s.clipPath !== "none" || s.clip !== "auto";
    if (clips && el !== document.body && s.display !== "inline" && s.display !== "contents") {
      const b = el.getBoundingClientRect();
      v.l = Math.max(v.l, b.left + scrollX); v.r = Math.min(v.r, b.right + scrollX);
      v.t = Math.max(v.t, b.top + scrollY); v.b = Math.min(v.b, b.bottom + scrollY);
      if (s.clip !== "auto" || /inset\((50|100)%/.test(s.clipPath)) v.opacity = 0;
    }
    seen.set(el, v);
    return v;
  };
  // Visible part of a client rectangle as [x, y, w, h] on the page; null when nothing of it can be seen.
  const visible = (r, el, min) => {
    const v = viewOf(el);
    if (v.opacity < 0.05 || styleOf(el).visibility !== "visible") return null;
    const l = r.left + scrollX, t = r.top + scrollY;
    const x = Math.max(l, v.l), y = Math.max(t, v.t), w = Math.min(l + r.width, v.r) - x, h = Math.min(t + r.height, v.b) - y;
    return w >= min && h >= min ? [round(x), round(y), round(w), round(h)] : null;
  };

  // Any CSS colour as [r, g, b, a].
  const ink = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colours = new Map();
  const colour = (css) => {
    let c = colours.get(css);
    if (c) return c;
    const m = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(css);
    if (m) c = [+m[1], +m[2], +m[3], m[4] === undefined ? 1 : +m[4]];
    else {
      ink.clearRect(0, 0, 1, 1);
      ink.fillStyle = css;
      ink.fillRect(0, 0, 1, 1);
      const d = ink.getImageData(0, 0, 1, 1).data;
      c = [d[0], d[1], d[2], round(d[3] / 255)];
    }
    colours.set(css, c);
    return c;
  };

  const transformed = (text, how) => {
    if (how === "uppercase") return text.toUpperCase();
    if (how === "lowercase") return text.toLowerCase();
    if (how === "capitalize") return text.replace(/(^|[\s\-(])(\p{L})/gu, (m, a, b) => a + b.toUpperCase());
    return text;
  };
  const isIconFont = (family) => /icon|symbol|awesome|glyph/i.test(family.split(",")[0]);
  const looks = [];
  const lookIds = new Map();
  const look = (s, css) => {
    const underline = s.textDecorationLine.includes("underline");
    const spacing = parseFloat(s.letterSpacing) || 0;
    const ink = css || s.webkitTextFillColor || s.color;
    const key = [s.fontSize, s.fontWeight, ink, s.fontFamily, s.fontStyle, underline, spacing].join("|");
    if (!lookIds.has(key)) {
      lookIds.set(key, looks.length);
      looks.push([parseFloat(s.fontSize), parseInt(s.fontWeight), colour(ink), s.fontFamily, s.fontStyle !== "normal", underline, spacing]);
    }
    return lookIds.get(key);
  };

  const words = [];
  const range = document.createRange();
  // The word written last while it may go on in the next text node: `<b>Hel</b>lo.` is one word to a reader.
  let open = null;
  const addPiece = (text, rect, el, id, size, glued) => {
    const box = visible(rect, el, 1);
    // Half a word cut off by a clip is not readable any more.
    if (!box || box[2] < 0.6 * rect.width || box[3] < 0.6 * rect.height) return (open = null);
    const gap = open ? rect.left - open.right : 0;
    const level = open && Math.min(rect.bottom, open.bottom) - Math.max(rect.top, open.top) > 0.5 * Math.min(rect.height, open.bottom - open.top);
    if (glued && open && level && gap > -0.2 * size && gap < 0.1 * size) {
      const [before, at, look] = open.word;
      const x = Math.min(at[0], box[0]), y = Math.min(at[1], box[1]);
      open.word[0] = before + text;
      open.word[1] = [x, y, round(Math.max(at[0] + at[2], box[0] + box[2]) - x), round(Math.max(at[1] + at[3], box[1] + box[3]) - y)];
      open.word[2] = text.length > open.longest ? id : look;
      open = { word: open.word, longest: Math.max(open.longest, text.length), right: rect.right, top: rect.top, bottom: rect.bottom };
      return open;
    }
    const word = [text, box, id];
    words.push(word);
    return (open = { word, longest: text.length, right: rect.right, top: rect.top, bottom: rect.bottom });
  };
  // A word broken over lines is read as one piece a line: [start, end, rectangle] in the node's text.
  const pieces = (node, start, end) => {
    range.setStart(node, start);
    range.setEnd(node, end);
    const rects = range.getClientRects();
    if (!rects.length) return [];
    if (rects.length === 1 || rects[rects.length - 1].top < rects[0].bottom - 1) return [[start, end, range.getBoundingClientRect()]];
    const found = [];
    for (let i = start; i < end; i++) {
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const r = range.getBoundingClientRect(), last = found[found.length - 1];
      if (last && r.top < last[2].bottom - 1) {
        last[1] = i + 1;
        last[2] = { left: last[2].left, top: last[2].top, right: r.right, bottom: last[2].bottom, width: r.right - last[2].left, height: last[2].height };
      } else found.push([i, i + 1, r]);
    }
    return found;
  };
  const addNode = (node) => {
    const el = node.parentElement;
    const s = styleOf(el);
    const size = parseFloat(s.fontSize), id = look(s);
    if (size < 1 || isIconFont(s.fontFamily) || viewOf(el).opacity < 0.05 || looks[id][2][3] < 0.05) return (open = null);
    for (const m of node.data.matchAll(/[^\s\u00a0\u200b]+/g)) {
      const end = m.index + m[0].length;
      if (m.index > 0) open = null;
      for (const [from, to, rect] of pieces(node, m.index, end))
        addPiece(transformed(node.data.slice(from, to), s.textTransform), rect, el, id, size, from === 0);
      if (end < node.data.length) open = null;
    }
  };
  // Text that a form control draws itself: placed by its own alignment, measured in its own font.
  const addControl = (el) => {
    const s = styleOf(el);
    let text = el.value, css = null;
    if (el.tagName === "SELECT") text = el.multiple || el.size > 1 ? "" : (el.selectedOptions[0] || {}).text;
    else if (el.tagName === "INPUT" && /^(checkbox|radio|range|color|file|image|hidden|password)$/.test(el.type)) text = el.type === "password" ? "" : null;
    if (!text && el.placeholder) { text = el.placeholder; css = getComputedStyle(el, "::placeholder").color; }
    if (!text) return;
    const r = el.getBoundingClientRect();
    if (!visible(r, el, 1)) return;
    ink.font = `${s.fontStyle} ${s.fontWeight} ${s.fontSize} ${s.fontFamily}`;
    const size = parseFloat(s.fontSize), id = look(s, css);
    if (looks[id][2][3] < 0.05) return;
    const left = r.left + parseFloat(s.borderLeftWidth) + parseFloat(s.paddingLeft);
    const right = r.right - parseFloat(s.borderRightWidth) - parseFloat(s.paddingRight);
    const shown = transformed(text.split("\n")[0], s.textTransform);
    const width = ink.measureText(shown).width;
    const centred = s.textAlign === "center" || /^(submit|button|reset)$/.test(el.type);
    const start = centred ? (left + right - width) / 2 : s.textAlign === "right" || s.textAlign === "end" ? right - width : left;
    const line = 1.2 * size;
    const top = el.tagName === "TEXTAREA" ? r.top + parseFloat(s.paddingTop) + parseFloat(s.borderTopWidth) : r.top + (r.height - line) / 2;
    for (const m of shown.matchAll(/\S+/g)) {
      const x = start + ink.measureText(shown.slice(0, m.index)).width, w = ink.measureText(m[0]).width;
      if (x + 0.6 * w > right + 1) break;
      const box = visible({ left: x, top, width: w, height: line }, el, 1);
      if (box) words.push([m[0], box, id]);
    }
  };

  const INLINE_MARKS = /^(BR|WBR|OPTION|OPTGROUP|SCRIPT|STYLE|TEMPLATE|NOSCRIPT|HEAD|TITLE|META|LINK|SOURCE|COL|COLGROUP|TRACK|PARAM|AREA|MAP)$/;
  const elements = [];
  const ids = new Map();
  const addElement = (el) => {
    const s = styleOf(el);
    let r = el.getBoundingClientRect();
    const box = visible(r, el, 0.5);
    if (!box) {
      // For the reader of the accessibility tree. A field under a drawn tick box is transparent on purpose.
      if (!/^(INPUT|SELECT|TEXTAREA)$/.test(el.tagName)) el.setAttribute("data-unseen", "");
      return;
    }
    el.removeAttribute("data-unseen");
    const position = s.position;
    let p = el.parentElement;
    while (p && !ids.has(p)) p = p.parentElement;
    ids.set(el, elements.length);
    const bg = colour(s.backgroundColor);
    const painted = bg[3] > 0 || s.backgroundImage !== "none" || ["Top", "Right", "Bottom", "Left"].some((k) => parseFloat(s[`border${k}Width`]) > 0 && s[`border${k}Style`] !== "none");
    elements.push([el.tagName.toLowerCase(), box, position, s.display, bg, painted, p ? ids.get(p) : -1, el.getAttribute("class") || ""]);
  };

  const walk = (el) => {
    const tag = el.tagName.toUpperCase();
    if (INLINE_MARKS.test(tag)) {
      if (tag === "BR") open = null;
      return;
    }
    const s = styleOf(el);
    if (s.display === "none") return;
    if (el !== document.body) addElement(el);
    if (/^(SVG|IFRAME|OBJECT|CANVAS|VIDEO|IMG|INPUT|SELECT|TEXTAREA)$/.test(tag)) open = null;
    if (tag === "SVG" || tag === "IFRAME" || tag === "OBJECT" || tag === "CANVAS" || tag === "VIDEO") return;
    if (tag === "INPUT" || tag === "SELECT" || tag === "TEXTAREA") return addControl(el);
    if (tag === "DETAILS" && !el.open) {
      const summary = el.querySelector(":scope > summary");
      return summary ? walk(summary) : undefined;
    }
    for (const node of (el.shadowRoot || el).childNodes) {
      if (node.nodeType === 3) {
        if (/\S/.test(node.data)) addNode(node);
        else if (node.data) open = null;
      }
      else if (node.nodeType === 1) walk(node);
    }
  };
  if (document.body) walk(document.body);

  const bodyBg = document.body ? colour(getComputedStyle(document.body).backgroundColor) : [255, 255, 255, 0];
  const rootBg = colour(getComputedStyle(document.documentElement).backgroundColor);
  const background = rootBg[3] > 0 ? rootBg : bodyBg[3] > 0 ? bodyBg : [255, 255, 255, 1];
  const root = document.documentElement, body = document.body || root;
  const height = Math.max(root.scrollHeight, body.scrollHeight, body.offsetHeight);
  // Content right of the page, also where `overflow-x: hidden` keeps it out of reach: cut content is no cure.
  const overflow = Math.max(0, Math.max(root.scrollWidth, body.scrollWidth) - pageWidth);
  return { words, looks, elements, background, width: pageWidth, height, overflow, title: document.title };
}
