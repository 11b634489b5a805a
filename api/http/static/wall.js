// Draws the wall anew every ten seconds while somebody looks; without it the page is as true as when it was loaded.
// The new pictures are there before they take the place of the old ones, so that nothing flickers.
const EVERY_MS = 10_000;
const wall = document.querySelector("[data-wall]");
const again = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(wall.dataset.wall);
    if (!answer.ok) return;
    const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-wall]");
    if (!drawn || wall.contains(document.activeElement)) return;
    const fresh = document.adoptNode(drawn);
    await Promise.allSettled([...fresh.querySelectorAll("img")].map((one) => {
      one.loading = "eager";
      one.src = one.getAttribute("src");
      return one.decode();
    }));
    if (!wall.contains(document.activeElement)) wall.replaceChildren(...fresh.childNodes);
  } catch { /* the network is away: the ages on the page stay those of the last answer */ }
};
if (wall) setInterval(again, EVERY_MS);
