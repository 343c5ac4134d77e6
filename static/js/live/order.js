// live/order.js – the comparison by which every list is sorted; no DOM
export function compare(a, b, descending = false) {
  const order = a < b ? -1 : a > b ? 1 : 0;
  return descending ? -order : order;
}

// Rows out of order: the smallest set whose move would sort the list.
export function misplaced(keys, descending = false) {
  const tails = [];
  const before = new Array(keys.length).fill(-1);
  keys.forEach((key, i) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(keys[tails[middle]], key, descending) <= 0) low = middle + 1;
      else high = middle;
    }
    before[i] = low ? tails[low - 1] : -1;
    tails[low] = i;
  });
  const kept = new Set();
  for (let i = tails.at(-1) ?? -1; i >= 0; i = before[i]) kept.add(i);
  return keys.map((_, i) => i).filter((i) => !kept.has(i));
}
