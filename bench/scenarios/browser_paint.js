// Notes when a row of the queue board is on the glass: the frame after the change of its position was painted.
(() => {
  const painted = [];
  window.benchPainted = painted;
  const ROW = /-ticket-(\d+)$/;
  const note = (row) => {
    const found = ROW.exec(row.id);
    if (!found || !row.dataset.pos) return;
    const one = { ticket: Number(found[1]), pos: Number(row.dataset.pos), at: 0 };
    requestAnimationFrame(() => setTimeout(() => painted.push({ ...one, at: Date.now() / 1000 })));
  };
  const look = (changes) => {
    for (const change of changes) {
      if (change.type === "attributes") note(change.target);
      for (const node of change.addedNodes) {
        if (node.nodeType === Node.ELEMENT_NODE) [node, ...node.querySelectorAll("[data-pos]")].forEach(note);
      }
    }
  };
  const options = { subtree: true, childList: true, attributes: true, attributeFilter: ["data-pos"] };
  new MutationObserver(look).observe(document, options);
})();
