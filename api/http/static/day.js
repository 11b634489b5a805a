// The strip and the video keep one time; every moment here is also a link or a table row that needs no script.
const stage = document.querySelector("[data-day]");
if (stage) begin(stage, JSON.parse(stage.dataset.day));

function begin(stage, day) {
  const words = stage.dataset;
  const find = (selector) => stage.querySelector(selector);
  const strips = [...stage.querySelectorAll("svg[data-start]")].map(axis);
  const first = Math.min(...strips.map((one) => one.start)), last = Math.max(...strips.map((one) => one.end));
  const scrub = find("#scrub"), told = find("#told"), video = find("#video"), camera = find("#camera"), thumb = find("#thumb");
  const clock = new Intl.DateTimeFormat("zh-CN", { timeStyle: "medium", hour12: false, timeZone: "Asia/Shanghai" });
  let now = day.at, playing = null, wanted = 0;

  scrub.max = Math.round((last - first) / 1000);
  find(".scrub").hidden = false;
  for (const button of stage.querySelectorAll("[data-step]")) button.disabled = day.marks.length === 0;
  show(now);
  if (video) load(now);

  function axis(svg) {
    const left = Number(svg.dataset.left), right = Number(svg.dataset.right);
    const start = Date.parse(svg.dataset.start), end = Date.parse(svg.dataset.end);
    const head = line("playhead"), hover = line("hoverhead");
    svg.append(hover, head);
    const x = (at) => left + ((right - left) * (at - start)) / (end - start);
    const moment = (event) => {
      const box = svg.getBoundingClientRect(), width = svg.viewBox.baseVal.width;
      const place = ((event.clientX - box.left) / box.width) * width;
      return Math.min(Math.max(start + ((place - left) / (right - left)) * (end - start), start), end);
    };
    const put = (mark, at) => {
      mark.setAttribute("x1", x(at)); mark.setAttribute("x2", x(at));
      mark.setAttribute("visibility", at >= start && at <= end ? "visible" : "hidden");
    };
    svg.addEventListener("click", (event) => {
      if (!event.detail) return; // Enter on a class hour leads to its row, as without this module
      event.preventDefault();
      go(moment(event));
    });
    svg.addEventListener("pointermove", (event) => { put(hover, moment(event)); say(moment(event)); peek(moment(event), event); });
    svg.addEventListener("pointerleave", () => { hover.setAttribute("visibility", "hidden"); say(now); if (thumb) thumb.hidden = true; });
    return { start, end, put: (at) => put(head, at) };

    function line(name) {
      const mark = document.createElementNS("http://www.w3.org/2000/svg", "line");
      mark.setAttribute("class", name); mark.setAttribute("y1", 30);
      mark.setAttribute("y2", svg.viewBox.baseVal.height); mark.setAttribute("visibility", "hidden");
      return mark;
    }
  }

  function spoken(at) {
    const hour = day.hours.find((one) => at >= one.s && at < one.e);
    const mark = day.marks.find((one) => Math.abs(one.at - at) < 1000);
    const parts = [clock.format(at)];
    if (hour) {
      let seen = null;
      hour.times.forEach((time, no) => { if (time <= at && at - time < 150000) seen = hour.counts[no]; });
      parts.push(hour.name, seen === null ? words.none : `${words.seen} ${seen}`);
      if (hour.expected !== null) parts.push(`${words.expected} ${hour.expected}`);
    }
    const clip = day.clips.find((one) => one.parts.some(([s, e]) => at >= s && at < e));
    if (clip) parts.push(`${clip.camera} ${words.file} ${into((at - clip.s) / 1000)}`);
    else if (day.clips.length) parts.push(words.away);
    if (mark) parts.push(`◆ ${words.doubt}${mark.no}`);
    return parts.join(" · ");
  }
  function into(seconds) { // the frame's place in its file, as a player shows it
    const two = (number) => String(Math.floor(number)).padStart(2, "0");
    return `${two(seconds / 60)}:${two(seconds % 60)}`;
  }
  function say(at) { told.textContent = spoken(at); }
  function show(at) {
    now = at;
    strips.forEach((one) => one.put(at));
    scrub.value = Math.round((at - first) / 1000);
    scrub.setAttribute("aria-valuetext", spoken(at));
    say(at);
    for (const link of stage.querySelectorAll("[data-at]")) {
      if (Number(link.dataset.at) === at) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
  function go(at) { show(at); if (video) load(at); }
  function aim() { // what would be saved is what is seen
    const clip = playing?.clip, form = find("#excerpt");
    form.hidden = !clip;
    if (!clip) return;
    form.action = form.action.replace(/files\/\d+\//, `files/${clip.id}/`);
    form.elements.at_s.value = ((playing.from + video.currentTime * 1000 - clip.s) / 1000).toFixed(2);
  }
  function place() { // a note stands at the picture that is seen
    const clip = playing?.clip, form = find("#note");
    if (!clip) return;
    const at = Math.round(playing.from + video.currentTime * 1000);
    form.elements.at.value = new Date(at).toISOString();
    form.elements.camera.value = clip.camera;
    find("#note-at").value = clock.format(at) + (camera ? ` ${clip.camera}` : "");
  }
  function step(way) {
    const ahead = day.marks.map((one) => one.at).filter((at) => (way > 0 ? at > now + 500 : at < now - 500));
    if (ahead.length) go(way > 0 ? Math.min(...ahead) : Math.max(...ahead));
  }

  function state(text) { find("#video-state").textContent = text; }
  function nothing() { // another time's picture would mislead
    playing = null;
    video.pause();
    video.replaceChildren();
    video.removeAttribute("src");
    video.load();
    state(words.away);
  }
  function load(at) {
    const held = day.clips.filter((one) => at >= one.s && at < one.e);
    const clip = held.find((one) => camera && one.camera === camera.value) ?? held[0];
    if (!clip) { nothing(); return; }
    if (camera) camera.value = clip.camera;
    const original = !clip.failed && (clip.direct || (clip.kind && video.canPlayType(clip.kind) !== ""));
    const part = original ? 0 : Math.floor((at - clip.s) / day.window);
    const source = original ? clip.src : `${clip.preview}/${part}`;
    const from = clip.s + part * day.window;
    state("");
    if (playing?.source !== source) {
      playing = { source, from, clip, original };
      if (!original) state(words.making);
      video.replaceChildren();
      video.src = source;
      find("#preview-mark").hidden = original;
      find("#clip-path").textContent = `${clip.camera} · ${clip.path}`;
      find("#original").href = clip.src;
      video.addEventListener("loadedmetadata", () => { state(""); video.currentTime = (now - playing.from) / 1000; }, { once: true });
      video.load();
    } else if (video.readyState) {
      video.currentTime = (at - from) / 1000;
    }
  }
  function peek(at, event) { // a small picture of the moment under the pointer, from what the player has open
    if (!thumb) return;
    const into = playing ? (at - playing.from) / 1000 : -1;
    const held = into >= 0 && into < video.duration && playing.clip.parts.some(([s, e]) => at >= s && at < e);
    thumb.hidden = !held || event.pointerType === "touch";
    if (thumb.hidden) return;
    if (thumb.dataset.of !== playing.source) { thumb.dataset.of = playing.source; thumb.src = playing.source; }
    wanted = into;
    if (!thumb.seeking) thumb.currentTime = into;
    const wide = thumb.offsetWidth, above = event.clientY - thumb.offsetHeight - 16;
    thumb.style.left = `${Math.min(Math.max(event.clientX - wide / 2, 8), innerWidth - wide - 8)}px`;
    thumb.style.top = `${above > 8 ? above : event.clientY + 24}px`;
  }
  if (thumb) thumb.addEventListener("seeked", () => { if (Math.abs(thumb.currentTime - wanted) > 0.5) thumb.currentTime = wanted; });
  if (video) {
    const speed = find("#speed");
    find(".player").hidden = false;
    speed.addEventListener("change", () => { video.playbackRate = Number(speed.value); });
    video.addEventListener("loadedmetadata", () => { video.playbackRate = Number(speed.value); });
    find("#excerpt").addEventListener("submit", aim);
    video.addEventListener("emptied", aim);
    video.addEventListener("loadeddata", aim);
    find("#note").addEventListener("submit", place);
    find("#f-note").addEventListener("focus", () => { video.pause(); place(); });
    for (const name of ["loadeddata", "seeked", "timeupdate", "pause"]) video.addEventListener(name, place);
    video.addEventListener("timeupdate", () => {
      if (playing && !video.paused && !video.seeking) show(playing.from + video.currentTime * 1000);
    });
    video.addEventListener("seeked", () => {
      const at = playing && playing.from + video.currentTime * 1000;
      if (playing && Math.abs(at - now) > 1500) show(at);
    });
    video.addEventListener("ended", () => {
      const next = playing ? playing.from + video.duration * 1000 + 50 : now;
      if (day.clips.some((one) => next >= one.s && next < one.e)) { go(next); video.play(); }
    });
    video.addEventListener("error", () => {
      if (playing?.original) { playing.clip.failed = true; playing = null; load(now); } else state(words.broken);
    });
    camera?.addEventListener("change", () => load(now));
  }

  scrub.addEventListener("input", () => go(first + Number(scrub.value) * 1000));
  stage.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]"), move = event.target.closest("[data-move]"), link = event.target.closest("[data-at]");
    if (button) step(Number(button.dataset.step));
    if (move && video) { video.pause(); video.currentTime += Number(move.dataset.move); }
    if (link && video) {
      event.preventDefault();
      if (camera && link.dataset.camera) camera.value = link.dataset.camera;
      go(Number(link.dataset.at));
      video.focus();
    }
  });
  stage.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("video, select, textarea, input:not(#scrub)")) return;
    const ways = { ArrowLeft: () => step(-1), ArrowRight: () => step(1), Home: () => go(first), End: () => go(last) };
    if (ways[event.key]) { event.preventDefault(); ways[event.key](); }
  });
}
