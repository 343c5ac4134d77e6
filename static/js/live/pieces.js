// live/pieces.js – the number of tickets and disputes that parts are about; no DOM
const WORK = /(?:^|-)(ticket|dispute|agent)-(\d+)(?=-|$)/;

// Rows in two lanes, a header and its controls count once; messages count for their ticket; list headers do not count.
export function piece({ id, target = "" }) {
  const [, noun, pk] = WORK.exec(id) ?? WORK.exec(target) ?? [];
  return noun && `${noun}-${pk}`;
}

export const pieces = (parts) => new Set(parts.map(piece).filter(Boolean)).size;
