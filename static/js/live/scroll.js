// live/scroll.js – keeps the visible rows in place while the page changes
export function scroller(element) {
  for (let at = element; at && at !== document.body; at = at.parentElement) {
    const flow = getComputedStyle(at).overflowY;
    if ((flow === "auto" || flow === "scroll") && at.scrollHeight > at.clientHeight) return at;
  }
  return document.scrollingElement;
}

function eyeOn(box, list) {
  const focused = document.activeElement?.closest("[data-order]");
  if (focused && list.contains(focused)) return focused;
  const top = box === document.scrollingElement ? 0 : box.getBoundingClientRect().top;
  return [...list.children].find((row) => row.getBoundingClientRect().bottom > top);
}

export function anchor(lists) {
  const places = [];
  for (const list of lists) {
    const box = scroller(list);
    const row = box.scrollTop > 0 || list.contains(document.activeElement) ? eyeOn(box, list) : null;
    if (row) places.push({ box, row, top: row.getBoundingClientRect().top });
  }
  return () => {
    const done = new Set();
    for (const { box, row, top } of places) {
      if (!row.isConnected || done.has(box)) continue;
      done.add(box);
      const delta = row.getBoundingClientRect().top - top;
      if (delta) box.scrollTop += delta;
    }
  };
}
