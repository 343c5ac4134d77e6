// composer/drafts.js – what was typed outlives the tab; a full or forbidden store loses nothing on screen
const name = (ticket) => `draft:${ticket}`;

export function read(ticket) {
  try {
    return JSON.parse(localStorage.getItem(name(ticket)));
  } catch {
    return null;
  }
}

export function write(ticket, draft) {
  try {
    if (draft.body) localStorage.setItem(name(ticket), JSON.stringify(draft));
    else localStorage.removeItem(name(ticket));
  } catch {
    // Nowhere to keep it; the field still holds it.
  }
}
