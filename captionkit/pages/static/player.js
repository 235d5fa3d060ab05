// The whole page, or this clip's part of somebody else's page, where each id has a prefix of its own.
const root = document.querySelector(".captionkit:not(.js)") ?? document.documentElement;
const part = (name) => document.getElementById((root.dataset.prefix ?? "") + name);
const clip = part("clip");
const stage = part("stage");
root.classList.add("js");
const now = () => clip.currentTime * 1000;

// What the page itself wants to do as time goes by; each is called with the time in milliseconds.
const watchers = [];
let stretch = null;
let frame = 0;

function release() {
  if (!stretch) return;
  stretch.button.removeAttribute("data-playing");
  stretch.button.querySelector(".verb").textContent = "Play";
  stretch = null;
}

function hear(fromMs, chosen) {
  release();
  clip.currentTime = fromMs / 1000;
  clip.play().catch(() => {}); // a clip that cannot play raises "error", below
  root.classList.add("playing");
  chosen.scrollIntoView({ block: "nearest" }); // the stage may have come to lie over it
}

function hearStretch(button) {
  if (stretch?.button === button) return clip.pause();
  hear(Number(button.dataset.from), button);
  stretch = { button, fromMs: Number(button.dataset.from), toMs: Number(button.dataset.to) };
  button.setAttribute("data-playing", "");
  button.querySelector(".verb").textContent = "Stop";
}

function look() {
  if (stretch && now() >= stretch.toMs) clip.pause();
  for (const watcher of watchers) watcher(now());
}

function lookEveryFrame() {
  look();
  cancelAnimationFrame(frame);
  if (!clip.paused) frame = requestAnimationFrame(lookEveryFrame);
}

function showTrouble() {
  root.classList.remove("playing");
  part("trouble").hidden = false;
}

clip.addEventListener("play", () => root.classList.add("playing"));
clip.addEventListener("playing", lookEveryFrame);
clip.addEventListener("timeupdate", look); // frames stop in a hidden tab, this does not
clip.addEventListener("pause", () => {
  root.classList.remove("playing");
  release();
});
clip.addEventListener("seeking", () => {
  // Somebody moved the clip by its own controls: they want to hear on.
  if (stretch && (now() < stretch.fromMs - 100 || now() > stretch.toMs + 100)) release();
});
clip.addEventListener("error", showTrouble);
if (clip.error) showTrouble();

root.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-from]");
  if (!button) return;
  if (button.dataset.to) hearStretch(button);
  else hear(Number(button.dataset.from), button);
});
for (const button of root.querySelectorAll("button[data-from]")) button.disabled = false;

// The stage stays in sight while the clip plays; what scrolls into view must clear it.
new ResizeObserver(() => {
  root.style.setProperty("--stage", `${stage.offsetHeight}px`);
  root.style.setProperty("--player", `${clip.offsetHeight}px`);
}).observe(stage);
