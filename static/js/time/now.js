// time/now.js – what the server's clock says
let ahead = 0;

export const offset = () => ahead;
export const serverNow = () => Date.now() / 1000 + ahead;

// The least delayed message knows best: a late one only makes the server look slow.
export function learn(now) {
  const seen = Number(now) - Date.now() / 1000;
  if (!Number.isFinite(seen) || !Number(now)) return;
  if (seen > ahead || Math.abs(seen - ahead) > 2) ahead = seen;
}

export function begin(now) {
  const seen = Number(now) - Date.now() / 1000;
  if (Number(now)) ahead = seen;
}
