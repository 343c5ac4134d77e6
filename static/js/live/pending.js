// live/pending.js – what waits for a list that somebody is looking at; no DOM
export class Pending {
  added = new Map();
  moved = new Set();
  gone = new Set();

  add(part) {
    this.added.set(part.id, part);
  }

  remove(id) {
    this.moved.delete(id);
    // A row that came and went while nobody could see it never happened.
    if (!this.added.delete(id)) this.gone.add(id);
  }

  back(id) {
    this.gone.delete(id);
  }

  get size() {
    return this.added.size + this.moved.size + this.gone.size;
  }

  clear() {
    this.added.clear();
    this.moved.clear();
    this.gone.clear();
  }
}

export function pendingText(all) {
  const sum = (field) => all.reduce((n, pending) => n + pending[field].size, 0);
  return [[sum("added"), "new"], [sum("moved"), "moved"], [sum("gone"), "removed"]]
    .filter(([n]) => n)
    .map(([n, word]) => `${n} ${word}`)
    .join(" · ");
}
