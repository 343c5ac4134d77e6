// live/pieces.js – how many pieces of work some parts are about; no DOM
const WORK = /(?:^|-)(ticket|dispute|agent)-(\d+)(?=-|$)/;

// A row in two lanes, a header and its controls are one; an entry belongs to the ticket it goes into; heads to nobody.
export function piece({ id, target = "" }) {
  const [, noun, pk] = WORK.exec(id) ?? WORK.exec(target) ?? [];
  return noun && `${noun}-${pk}`;
}

export const pieces = (parts) => new Set(parts.map(piece).filter(Boolean)).size;
