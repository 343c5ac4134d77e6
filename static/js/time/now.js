// time/now.js – the server's time
let ahead = 0;

export const offset = () => ahead;
export const serverNow = () => Date.now() / 1000 + ahead;

// The least delayed message is the most exact: delay makes the server's clock look slow.
export function learn(now) {
  const seen = Number(now) - Date.now() / 1000;
  if (!Number.isFinite(seen) || !Number(now)) return;
  if (seen > ahead || Math.abs(seen - ahead) > 2) ahead = seen;
}

export function begin(now) {
  const seen = Number(now) - Date.now() / 1000;
  if (Number(now)) ahead = seen;
}
