// live/fresh.js – which parts are newer than what the screen already knows; no DOM
export class Fresh {
  #known = new Map();

  // Deleted and trimmed rows are remembered too: an older frame must not bring them back.
  accepts(part, shownPos) {
    return Number(part.pos) >= Math.max(shownPos ?? -Infinity, this.#known.get(part.id) ?? -Infinity);
  }

  note(part) {
    this.#known.delete(part.id);
    this.#known.set(part.id, Number(part.pos));
    // Bounded: a frame older than the last 5000 elements painted would have been a refetch.
    if (this.#known.size > 5000) this.#known.delete(this.#known.keys().next().value);
  }

  forget() {
    this.#known.clear();
  }
}

// One frame may name an element twice; only its newest picture is worth painting.
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
