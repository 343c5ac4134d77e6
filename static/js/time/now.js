// time/now.js – the server's time and lengths of time, by a clock that nobody sets; the only place that asks for the time
const STEP = 2;
const PATIENCE = 15;
const steady = () => performance.now() / 1000;
const theirs = () => Date.now() / 1000;
let ahead = theirs() - steady();
// How far the browser's clock is from the steady one, and since when it is further: it was set, or the computer slept.
let apart = ahead;
let slept = null;

export const serverNow = () => steady() + ahead;

// A moment on this page. The steady clock stops while the computer sleeps, the browser's can be set back.
export const moment = () => ({ at: steady(), browser: theirs() });
export const secondsSince = ({ at, browser }) => Math.max(steady() - at, theirs() - browser);
export const serverTimeOf = ({ at }) => at + ahead;

// The least delayed message is the most exact: delay makes the server's clock look slow. Whether times have changed.
export function learn(now) {
  const seen = Number(now) - steady();
  if (!Number.isFinite(seen) || !Number(now)) return false;
  apart = theirs() - steady();
  slept = null;
  const by = seen - ahead;
  if (by <= 0 && by >= -STEP) return false;
  ahead = seen;
  return Math.abs(by) >= 0.25;
}

export function begin(now) {
  if (Number(now)) ahead = Number(now) - steady();
}

// While the server says nothing, a jump of the browser's clock ahead counts as sleep after a while.
export function look() {
  const by = theirs() - steady() - apart;
  if (by <= STEP) {
    if (by < -STEP) apart += by;
    slept = null;
    return;
  }
  slept ??= steady();
  if (steady() - slept < PATIENCE) return;
  ahead += by;
  apart += by;
  slept = null;
}
