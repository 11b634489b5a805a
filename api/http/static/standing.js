// What the server has and lacks, drawn anew by the server; whoever is in the middle of it is not disturbed.
let drawing = null, again = false;
const part = () => document.querySelector("[data-standing]");

export function redraw() {
  if (drawing) again = true;
  else drawing = turns().finally(() => { drawing = null; });
  return drawing;
}

async function turns() {
  let drawn = false;
  do {
    again = false;
    drawn = await once();
  } while (again);
  return drawn;
}

async function once() {
  const held = part().contains(document.activeElement) ? document.activeElement : null;
  if (held?.matches("select, summary, button") || part().querySelector(".change[open]")) return false;
  try {
    const answer = await fetch(location.pathname);
    const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-standing]");
    if (!fresh) return false;
    part().replaceWith(fresh);
    if (held?.id) document.getElementById(held.id)?.focus();
    return true;
  } catch {
    return false; // no connection: the next turn tells more
  }
}

// A verification is followed by its event; one that was given up raises none and is asked for.
if (part()?.matches("[data-live]")) {
  const number = document.querySelector("[data-hand-in]").dataset.handIn;
  const told = new EventSource(`/api/v1/events?kind=verdict.made&from_now=true&class_id=${number}`);
  told.addEventListener("verdict.made", redraw);
  const asking = setInterval(() => {
    if (part().matches("[data-live]")) redraw();
    else { told.close(); clearInterval(asking); }
  }, 4000);
}
