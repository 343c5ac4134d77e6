// live/fresh.js – which parts are newer than what the screen already knows; no DOM
export class Fresh {
  #gone = new Map();

  accepts(part, shownPos) {
    const pos = Number(part.pos);
    if (shownPos !== null && pos < shownPos) return false;
    if (part.swap === "row" && pos < (this.#gone.get(part.id) ?? -Infinity)) return false;
    return true;
  }

  note(part) {
    if (part.swap === "delete") this.#gone.set(part.id, Math.max(Number(part.pos), this.#gone.get(part.id) ?? -Infinity));
    else this.#gone.delete(part.id);
    // A shift of deletions is enough: an older frame than that would have been refetched.
    if (this.#gone.size > 5000) this.#gone.delete(this.#gone.keys().next().value);
  }

  forget() {
    this.#gone.clear();
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
