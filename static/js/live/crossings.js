// live/crossings.js – deadlines that have just become urgent, collected into one sentence; no DOM
const CLOSE = 300;
const JUST_NOW = 15;
const WORDS = [[3, "breached"], [2, "due within 5 minutes"], [1, "at risk"]];

// Urgency from 0 to 3.
export function levelOf(state, left) {
  if (state === "breached") return 3;
  if (state === "paused" || state === "met") return 0;
  if (left <= CLOSE) return 2;
  return state === "at_risk" ? 1 : 0;
}

export class Crossings {
  #levels = null;
  #waiting = new Map();

  // The items on the screen now: item → { level, left }. Those present at the start are not announced.
  see(works) {
    const first = this.#levels === null;
    this.#levels ??= new Map();
    for (const [piece, { level, left }] of works) {
      const before = this.#levels.get(piece) ?? (first || !isNew(level, left) ? level : 0);
      if (level > before) this.#waiting.set(piece, level);
      this.#levels.set(piece, level);
    }
    // No longer urgent before it was announced.
    for (const [piece, level] of this.#waiting) if ((works.get(piece)?.level ?? 0) < level) this.#waiting.delete(piece);
    return this.#waiting.size > 0;
  }

  take() {
    const all = [...this.#waiting];
    this.#waiting.clear();
    return WORDS.flatMap(([level, word]) => ["ticket", "dispute"].map((noun) => {
      const n = all.filter(([piece, reached]) => reached === level && piece.startsWith(noun)).length;
      return n ? `${n} ${noun}${n === 1 ? "" : "s"} ${word}` : "";
    })).filter(Boolean).join(", ");
  }
}

// A row that appears because its deadline has just passed or come near.
function isNew(level, left) {
  return (level === 3 && left > -JUST_NOW) || (level === 2 && left > CLOSE - JUST_NOW);
}
