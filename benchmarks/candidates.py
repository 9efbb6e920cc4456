"""
Finds, inside a page, the parts that make good element shots: cards, navigations, forms, tables, dialogs, lists.
"""

from __future__ import annotations

#: Opens the first Bootstrap dialog without the page's scripts.
OPEN_MODAL_SCRIPT = """() => {
  const modal = document.querySelector('.modal');
  modal.classList.add('show');
  modal.style.display = 'block';
  modal.style.opacity = 1;
}"""

#: Returns [kind, css path, [x, y, w, h], start of its text] of every candidate that can be seen.
CANDIDATES_SCRIPT = """() => {
  const KINDS = [
    ['modal', '.modal.show .modal-content'],
    ['card', '.card, .info-box, .small-box, .x_panel, .uk-card, .uk-comment, .tile, .widget, .panel, .pricing'],
    ['form', 'form, .input-group, fieldset'],
    ['table', 'table, .table-responsive'],
    ['nav', 'nav, .navbar, .sidebar, .breadcrumb, .pagination, #navbar, .tabs'],
    ['list', 'ul, ol, dl, .list-group'],
    ['section', 'header, footer, .masthead, section, aside, .alert, blockquote, .callout'],
  ];
  const path = (el) => {
    const steps = [];
    for (let e = el; e && e !== document.body; e = e.parentElement)
      steps.unshift(`${e.tagName.toLowerCase()}:nth-child(${[...e.parentElement.children].indexOf(e) + 1})`);
    return 'body > ' + steps.join(' > ');
  };
  const out = [], seen = new Set();
  const modalOpen = document.querySelector('.modal.show');
  for (const [kind, selector] of KINDS) {
    if (modalOpen && kind !== 'modal') continue;
    for (const el of document.querySelectorAll(selector)) {
      if (seen.has(el) || !el.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      seen.add(el);
      const r = el.getBoundingClientRect();
      const box = [r.left + scrollX, r.top + scrollY, r.width, r.height];
      out.push([kind, path(el), box, el.innerText.replace(/\\s+/g, ' ').slice(0, 80)]);
    }
  }
  return out;
}"""
