// live/whole.js – detects lost or reordered messages of the socket; no DOM
export class Whole {
  #last = 0;
  #missing = 0;
  #from = Infinity;

  // The numbers of a new socket begin at one.
  begin() {
    this.#last = 0;
    this.#missing = 0;
  }

  // True when a message before this one is missing. `at()` is the position up to which the page is complete.
  misses({ n, since, refetch }, at) {
    const gap = n > this.#last + 1;
    this.#last = Math.max(this.#last, n ?? 0);
    if (gap) {
      this.#from = this.from(at());
      this.#missing = n - 1;
    }
    // The answer to a hello, and a refetch, include everything that was lost before: not what was lost after them.
    if (n < this.#missing || (!refetch && !(since <= this.#from))) return gap;
    this.#from = Infinity;
    return false;
  }

  // The position to resume from.
  from(pos) {
    return Math.min(this.#from, pos);
  }
}
