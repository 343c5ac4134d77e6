// live/flash.js – highlights a changed row once
const still = (row) => row.innerHTML.replace(/<time[^>]*>[^<]*<\/time>/g, "").replace(/ (data-pos|value|data-[a-z-]*pos)="[^"]*"/g, "");

export function before(ids) {
  const pictures = new Map();
  for (const id of ids) {
    const row = document.getElementById(id);
    if (row?.hasAttribute("data-order")) pictures.set(id, still(row));
  }
  return () => {
    for (const [id, picture] of pictures) {
      const row = document.getElementById(id);
      if (row && still(row) !== picture) flash(row);
    }
  };
}

export function flash(row) {
  row.classList.add("is-changed");
  const end = () => row.classList.remove("is-changed");
  row.addEventListener("animationend", end, { once: true });
  // With reduced motion there is no animation that ends.
  setTimeout(end, 1000);
}
