// live/fresh.js – which parts are newer than the screen; no DOM
export class Fresh {
  #positions = new Map();

  // Deleted and trimmed rows are remembered too: an older frame must not bring them back.
  accepts(part, shownPos) {
    return Number(part.pos) >= Math.max(shownPos ?? -Infinity, this.#positions.get(part.id) ?? -Infinity);
  }

  note(part) {
    this.#positions.delete(part.id);
    this.#positions.set(part.id, Number(part.pos));
    // Bounded: a frame older than the last 5000 elements painted would have been a refetch.
    if (this.#positions.size > 5000) this.#positions.delete(this.#positions.keys().next().value);
  }

  forget() {
    this.#positions.clear();
  }
}

// A frame may contain an element twice; only the newest part is painted.
export function newest(parts) {
  const byId = new Map();
  for (const part of parts) {
    const before = byId.get(part.id);
    if (before && Number(before.pos) > Number(part.pos)) continue;
    byId.delete(part.id);
    byId.set(part.id, part);
  }
  return [...byId.values()];
}
