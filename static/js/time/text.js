// time/text.js – durations and moments as text, the same as on the server; no DOM
const DAY = 86400;
const HOUR = 3600;
const two = (n) => String(n).padStart(2, "0");

function long(seconds) {
  if (seconds >= DAY) return `${Math.floor(seconds / DAY)}d ${Math.floor((seconds % DAY) / HOUR)}h`;
  if (seconds >= HOUR) return `${Math.floor(seconds / HOUR)}h ${Math.floor((seconds % HOUR) / 60)}m`;
  return `${Math.floor(seconds / 60)}m`;
}

export function ageText(seconds) {
  return long(Math.max(0, Math.floor(seconds)));
}

// The age of news, "just now" in the first minute
export function newsText(seconds) {
  return seconds < 60 ? "just now" : ageText(seconds);
}

export function dueText(remaining) {
  const left = Math.floor(remaining);
  if (left < -59) return `${long(-left)} overdue`;
  if (left < 0) return "just overdue";
  if (left >= 300) return long(left);
  return `${Math.floor(left / 60)}:${two(left % 60)}`;
}

// The age of the last message: 00:43
export function gapText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole >= HOUR) return ageText(whole);
  return `${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
}

const SHAPES = {
  time: { hour: "2-digit", minute: "2-digit" },
  seconds: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  date: { day: "numeric", month: "short", year: "numeric" },
  datetime: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
  exact: { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
};
const clocks = new Map();

function clock(zone, shape) {
  const key = `${zone}|${shape}`;
  if (!clocks.has(key)) {
    const options = { ...(SHAPES[shape] ?? SHAPES.datetime), hourCycle: "h23" };
    let made;
    try {
      made = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone || undefined });
    } catch {
      // This browser does not know the zone: its own is used.
      made = new Intl.DateTimeFormat("en-GB", options);
    }
    clocks.set(key, made);
  }
  return clocks.get(key);
}

export function clockText(epoch, zone, shape = "datetime") {
  return clock(zone, shape).format(new Date(epoch * 1000));
}
