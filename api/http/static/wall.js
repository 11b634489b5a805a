// Draws the wall anew every 20 seconds while somebody looks; without it the page is as true as when it was loaded.
const EVERY_MS = 20_000;
const wall = document.querySelector("[data-wall]");
const again = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(wall.dataset.wall);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-wall]");
    if (fresh && !wall.contains(document.activeElement)) wall.replaceChildren(...fresh.childNodes);
  } catch { /* the network is away: the ages on the page stay those of the last answer */ }
};
if (wall) setInterval(again, EVERY_MS);
