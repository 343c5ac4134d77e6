// live/pending.js – changes that wait while the user is working in a list; no DOM
export class Pending {
  added = new Map();
  moved = new Set();
  gone = new Set();

  add(part) {
    this.added.set(part.id, part);
  }

  remove(id) {
    this.moved.delete(id);
    // A row that was added and removed while waiting is not counted.
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
