// composer/drafts.js – drafts in localStorage; without storage the text stays in the field
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
    // Storage is full or forbidden; the field still has the text.
  }
}
