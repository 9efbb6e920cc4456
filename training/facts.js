// Everything that the ground truth needs from a rendered page: elements with roles and looks, words with their boxes.
() => {
  const LEVEL = { H1: 1, H2: 2, H3: 3, H4: 4, H5: 5, H6: 6 };
  const TAG_ROLE = {
    A: "link", BUTTON: "button", NAV: "navigation", MAIN: "main", ASIDE: "complementary", FORM: "form", UL: "list",
    OL: "list", TABLE: "table", ARTICLE: "article", DIALOG: "dialog", SELECT: "combobox", TEXTAREA: "textbox",
    LABEL: "label", HR: "separator", PRE: "code", PROGRESS: "progressbar", svg: "decoration",
  };
  const INPUT_ROLE = {
    checkbox: "checkbox", radio: "radio", range: "slider", search: "searchbox", submit: "button", button: "button", reset: "button",
  };
  const sectioning = "article, aside, main, nav, section";
  // A table without heads, caption or lines only arranges things: browsers give it no role.
  const arranges = (table) => {
    if (table.caption || table.tHead || table.querySelector(":scope > * > tr > th") || table.rows.length >= 20) return false;
    const cells = [...table.rows].flatMap((row) => [...row.cells]);
    const framed = cells.filter((cell) => parseFloat(getComputedStyle(cell).borderBottomWidth) > 0);
    return framed.length < cells.length / 2;
  };
  const role = (e) => {
    const own = e.getAttribute("role");
    if (own === "presentation" || own === "none") return e.tagName === "IMG" ? "decoration" : "";
    if (own && own !== "tablist") return own;
    if (LEVEL[e.tagName]) return "heading";
    if (e.tagName === "IMG") return e.getAttribute("alt") === "" || e.closest("[aria-hidden=true]") ? "decoration" : "img";
    if (e.tagName === "A") return e.hasAttribute("href") ? "link" : "";
    if (e.tagName === "TABLE") return arranges(e) ? "" : "table";
    if (e.tagName === "INPUT") return INPUT_ROLE[e.type] || "textbox";
    if (e.tagName === "HEADER" && !e.parentElement.closest(sectioning)) return "banner";
    if (e.tagName === "FOOTER" && !e.parentElement.closest(sectioning)) return "contentinfo";
    return TAG_ROLE[e.tagName] || "";
  };
  const checked = (e) => e.checked === true || e.getAttribute("aria-checked") === "true" ||
    e.getAttribute("aria-selected") === "true" || e.hasAttribute("aria-current");
  const canvas = document.createElement("canvas").getContext("2d");
  const elements = [], words = [], ids = new Map();
  const font = (s) => [parseFloat(s.fontSize), parseInt(s.fontWeight), s.color, s.fontFamily.slice(0, 30), s.fontStyle === "italic"];
  const underlined = (e) => {
    for (let a = e; a; a = a.parentElement) if (getComputedStyle(a).textDecorationLine.includes("underline")) return true;
    return false;
  };
  const shown = (id, text, style, box, align) => {
    canvas.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const size = parseFloat(style.fontSize), total = canvas.measureText(text).width;
    let x = align === "center" ? box.x + (box.width - total) / 2 : box.x + parseFloat(style.paddingLeft) + parseFloat(style.borderLeftWidth);
    const y = style.multiline ? box.y + parseFloat(style.paddingTop) : box.y + (box.height - size * 1.17) / 2;
    for (const word of text.split(/\s+/).filter(Boolean)) {
      const width = canvas.measureText(word).width;
      if (x + width < box.right + 2) words.push([id, word, x, y, width, size * 1.17, ...font(style), false]);
      x += width + canvas.measureText(" ").width;
    }
  };
  // Icon fonts: an element without words whose picture is a character of its style.
  const isGlyph = (e, box) => {
    if (e.firstElementChild || e.textContent.trim() || box.width < 6 || box.height < 6 || box.width > 200) return false;
    return ["::before", "::after"].some((part) => !["none", "normal", '""'].includes(getComputedStyle(e, part).content));
  };
  const visit = (e, parent) => {
    const s = getComputedStyle(e);
    if (s.display === "none" || s.visibility === "hidden") return;
    // Left by the product's measurement on what is transparent or cut off; what stands in it may still be seen.
    if (e.hasAttribute("data-unseen")) {
      for (const child of e.children) visit(child, parent);
      return;
    }
    const box = e.getBoundingClientRect();
    const id = elements.length;
    if (/^(I|SPAN)$/.test(e.tagName) && isGlyph(e, box)) {
      elements.push([parent, "svg", "decoration", 0, false, "", box.x, box.y, box.width, box.height, "", Array(4).fill([0, ""]), 0, false]);
      return;
    }
    const sides = ["Top", "Right", "Bottom", "Left"].map((side) => [parseFloat(s[`border${side}Width`]), s[`border${side}Color`]]);
    elements.push([parent, e.tagName, role(e), LEVEL[e.tagName] || 0, checked(e), e.getAttribute("aria-label") || e.getAttribute("alt") || "",
      box.x, box.y, box.width, box.height, e.dataset.flat || s.backgroundColor, sides, parseFloat(s.borderTopLeftRadius) || 0, s.boxShadow !== "none"]);
    if (e.tagName === "INPUT" || e.tagName === "TEXTAREA" || e.tagName === "SELECT") {
      const text = e.tagName === "SELECT" ? e.selectedOptions[0]?.text : ["checkbox", "radio", "range"].includes(e.type) ? "" : e.value || e.placeholder;
      if (text) shown(id, text, Object.assign(Object.create(s), { multiline: e.tagName === "TEXTAREA" }), box, e.type === "submit" ? "center" : "left");
      return;
    }
    if (e.tagName === "svg" || e.tagName === "IMG") return;
    for (const child of e.childNodes) {
      if (child.nodeType === 1) visit(child, id);
      else if (child.nodeType === 3 && child.data.trim()) {
        const line = underlined(e), look = font(s);
        for (const match of child.data.matchAll(/\S+/g)) {
          const range = document.createRange();
          range.setStart(child, match.index);
          range.setEnd(child, match.index + match[0].length);
          const text = s.textTransform === "uppercase" ? match[0].toUpperCase() : match[0];
          // A word broken over lines has a piece on each, about as long as its letters.
          const pieces = [...range.getClientRects()].filter((r) => r.width > 0.5);
          const total = pieces.reduce((sum, r) => sum + r.width, 0);
          let from = 0, width = 0;
          for (const r of pieces) {
            width += r.width;
            const to = Math.round((text.length * width) / total);
            words.push([id, text.slice(from, to) || text, r.x, r.y, r.width, r.height, ...look, line]);
            from = to;
          }
        }
      }
    }
  };
  visit(document.body, -1);
  return { elements, words, background: getComputedStyle(document.body).backgroundColor, height: document.documentElement.scrollHeight };
}
