// composer/drafts.js – drafts in localStorage; without storage the text stays in the field
const PREFIX = "draft:";
const name = (ticket) => PREFIX + ticket;

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function read(ticket) {
  try {
    return parsed(localStorage.getItem(name(ticket)));
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

// Drafts that this person did not write; without a person all of them.
export function forget(person = "") {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && !(person && key.startsWith(`${name(person)}:`))) localStorage.removeItem(key);
    }
  } catch {
    // Without storage there are no drafts.
  }
}

// `then(ticket, draft)` after another tab has written a draft; null after it was sent or emptied there.
export function follow(then) {
  addEventListener("storage", ({ key, newValue }) => {
    if (key?.startsWith(PREFIX)) then(key.slice(PREFIX.length), parsed(newValue));
  });
}
