// A camera's living picture by Media Source Extensions: fragments come by fetch, old ones go, and the words beside the
// picture say when it was taken and what is wrong. Media time 0 is the wall's X-Begin, so a pause stays a pause.
const box = document.querySelector("[data-living]");
if (box && window.MediaSource) begin(box); else if (box) box.querySelector("[data-state]").textContent = box.dataset.unable;

function begin(box) {
  const AHEAD_S = 30, BEHIND_S = 30, LATE_S = 8, SILENT_MS = 4000, AGAIN_MS = 2000;
  const words = box.dataset, video = box.querySelector("video"), state = box.querySelector("[data-state]");
  const told = box.querySelector("[data-time]"), mark = box.querySelector("[data-mark]");
  const clock = new Intl.DateTimeFormat("zh-CN", { dateStyle: "short", timeStyle: "medium", hour12: false, timeZone: "Asia/Shanghai" });
  const rest = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const say = (text) => { if (state.textContent !== text) state.textContent = text; };
  let turn = null, start = 0, skew = 0, living = true, came = 0;

  for (const button of box.querySelectorAll("[data-back]")) button.addEventListener("click", () => play(Number(button.dataset.back)));
  video.addEventListener("play", () => { if (!turn) play(0); });
  setInterval(look, 500);
  play(Number(words.living));

  async function play(back) {
    turn?.abort();
    const own = turn = new AbortController();
    living = back === 0;
    for (const button of box.querySelectorAll("[data-back]")) button.setAttribute("aria-pressed", Number(button.dataset.back) === back);
    say(words.connecting);
    try {
      let answer = await ask(back, false, own);
      const low = answer.ok && !MediaSource.isTypeSupported(answer.headers.get("content-type"));
      if (low) {
        own.other?.abort();
        say(words.making);
        answer = await ask(back, true, own);
      }
      if (own.signal.aborted) return;
      if (!answer.ok) { await refused(answer, own); return; }
      mark.hidden = !low;
      await show(answer, own);
    } catch (error) {
      if (own.signal.aborted) return;
      console.info(String(error));
    }
    if (own.signal.aborted) return;
    say(words.lost);
    await later(own, back);
  }

  function ask(back, low, own) {
    own.other = new AbortController();
    own.signal.addEventListener("abort", () => own.other.abort());
    return fetch(`${words.src}?back_s=${low ? 0 : back}${low ? "&low=true" : ""}`, { signal: own.other.signal });
  }

  async function refused(answer, own) {
    const problem = await answer.json().catch(() => ({}));
    say(problem.title ?? words.lost);
    if (problem.code === "REASON_NEEDED" || answer.status === 401) { turn = null; return; } // the page asks for it again
    await later(own, 0);
  }

  async function later(own, back) {
    await rest(AGAIN_MS);
    if (own.signal.aborted) return;
    turn = null;
    if (!video.paused || living) play(living ? 0 : back);
  }

  async function show(answer, own) {
    start = Number(answer.headers.get("x-begin"));
    skew = Date.parse(answer.headers.get("date")) - Date.now();
    const media = new MediaSource(), address = URL.createObjectURL(media);
    video.src = address;
    await new Promise((open) => { media.addEventListener("sourceopen", open, { once: true }); });
    URL.revokeObjectURL(address);
    const buffer = media.addSourceBuffer(answer.headers.get("content-type")), reader = answer.body.getReader();
    const change = (act) => new Promise((done, failed) => {
      buffer.addEventListener("updateend", done, { once: true });
      buffer.addEventListener("error", failed, { once: true });
      act();
    });
    let first = true;
    for (;;) {
      while (!own.signal.aborted && ahead() > AHEAD_S) await rest(300);
      const { done, value } = await reader.read();
      if (done || own.signal.aborted) return;
      came = performance.now();
      await change(() => buffer.appendBuffer(value));
      if (buffer.buffered.length && first) {
        first = false;
        video.currentTime = living ? Math.max(buffer.buffered.start(0), buffer.buffered.end(buffer.buffered.length - 1) - 1) : buffer.buffered.start(0);
        say("");
        video.play().catch(() => say(words.press));
      }
      if (buffer.buffered.length && buffer.buffered.start(0) < video.currentTime - 2 * BEHIND_S) {
        await change(() => buffer.remove(0, video.currentTime - BEHIND_S));
      }
    }
  }

  function ahead() {
    const all = video.buffered;
    return all.length ? all.end(all.length - 1) - video.currentTime : 0;
  }

  function look() { // over pauses of the recording, near to the newest picture, and what the clock beside it says
    const all = video.buffered;
    if (!turn || !all.length) return;
    const now = video.currentTime, inside = [...Array(all.length).keys()].some((no) => now >= all.start(no) - 0.1 && now < all.end(no) - 0.05);
    if (!inside && !video.paused) {
      const next = [...Array(all.length).keys()].map((no) => all.start(no)).find((at) => at > now);
      if (next !== undefined) video.currentTime = next + 0.01;
    }
    if (living && !video.paused && ahead() > LATE_S) video.currentTime = all.end(all.length - 1) - 1;
    const at = start + video.currentTime * 1000, late = Math.max(0, Math.round((Date.now() + skew - at) / 1000));
    told.textContent = `${clock.format(at)} · ${late} ${words.late}`;
    const silent = performance.now() - came > SILENT_MS && ahead() < 1;
    if (!video.paused) say(silent ? words.silent : "");
  }
}
