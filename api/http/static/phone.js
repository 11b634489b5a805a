// One press: sent at once, or kept on the phone and sent when the network is back; the form works without any of this.
const form = document.querySelector("[data-phone]");
const at = (name) => document.querySelector(`[data-${name}]`);
const QUEUE = "xueshi-waiting";
const waiting = () => { try { return JSON.parse(localStorage.getItem(QUEUE) ?? "[]"); } catch { return []; } };
const keep = (list) => { try { localStorage.setItem(QUEUE, JSON.stringify(list)); return true; } catch { return false; } };
const nonce = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
const csrf = () => document.querySelector("meta[name=csrf]").content;

const where = () => new Promise((done) => {
  if (!navigator.geolocation) { done({}); return; }
  const give = setTimeout(() => done({}), 4000);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      clearTimeout(give);
      done({ latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6), accuracy: coords.accuracy.toFixed(1) });
    },
    () => { clearTimeout(give); done({}); },
    { timeout: 4000, maximumAge: 60000 },
  );
});

async function send(one) {
  return fetch(one.path, {
    method: "POST",
    headers: { accept: "application/json", "x-csrf-token": csrf(), "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(one.fields).toString(),
  });
}

function show(done) {
  form.hidden = true;
  at("note").hidden = true;
  if (at("other")) at("other").hidden = true;
  at("waiting").hidden = true;
  at("told").textContent = done.text;
  at("who").textContent = done.name;
  at("what").textContent = `${done.room} · ${done.hour} · ${done.class}`;
  at("done").hidden = false;
  at("done").focus?.();
}

async function flush() {
  const left = [];
  for (const one of waiting()) {
    try {
      const answer = await send(one);
      if (answer.ok && one.path === location.pathname) show(await answer.json());
      else if (answer.status >= 500 || answer.status === 429) left.push(one);
    } catch {
      left.push(one);
    }
  }
  keep(left);
  at("waiting").hidden = left.length === 0;
}

async function press(event) {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  const fields = { ...Object.fromEntries(new FormData(form)), ...(await where()), nonce: nonce() };
  const one = { path: location.pathname, fields };
  try {
    const answer = await send(one);
    if (answer.ok) { show(await answer.json()); return; }
    if (answer.status < 500 && answer.status !== 429) { form.submit(); return; }
    throw new Error("try later");
  } catch {
    if (keep([...waiting(), one])) at("waiting").hidden = false;
    else form.submit();
  }
  button.disabled = false;
}

if (form) {
  form.addEventListener("submit", press);
  addEventListener("online", flush);
  setInterval(flush, 15000);
  flush();
}
