// live/whole.js – whether everything has come: a line may lose or swap what it carries; no DOM
export class Whole {
  #last = 0;
  #from = Infinity;

  // A new socket counts from one.
  begin() {
    this.#last = 0;
  }

  // True when something before this message is missing. `at` tells up to where the page is right.
  misses({ n, since, refetch }, at) {
    const gap = n > this.#last + 1;
    this.#last = Math.max(this.#last, n ?? 0);
    if (gap) this.#from = this.from(at());
    // An answer to hello, and what a refetch will bring, cover whatever was lost before them.
    if (!refetch && !(since <= this.#from)) return gap;
    this.#from = Infinity;
    return false;
  }

  // Where to ask from.
  from(pos) {
    return Math.min(this.#from, pos);
  }
}
