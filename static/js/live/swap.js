// live/swap.js – the only place that calls htmx to change the page, synchronously and from HTML text
const NAME = { "&": "&amp;", '"': "&quot;", "<": "&lt;" };
const quoted = (text) => String(text).replace(/[&"<]/g, (sign) => NAME[sign]);

export function partial({ id, target, swap, html = "" }) {
  const where = target ? `hx-target="${quoted(target)}"` : `id="${quoted(id)}"`;
  return `<hx-partial ${where} hx-swap="${swap}">${html}</hx-partial>`;
}

// The nodes are in place when this returns; htmx settles them later.
export function swap(partials) {
  if (!partials.length) return;
  window.htmx.swap({ text: partials.map(partial).join(""), swap: "none" });
  document.body.dispatchEvent(new CustomEvent("live:swapped"));
}
