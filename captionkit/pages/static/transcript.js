
const LINGER_MS = 500;
const transcript = document.getElementById("transcript");
const tools = document.getElementById("tools");
const query = document.getElementById("query");
const count = document.getElementById("count");
const follow = document.getElementById("follow");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
tools.hidden = false;
document.getElementById("hint").hidden = false;
root.classList.add("js");

// The phrase that is being said.

const phrases = [...transcript.querySelectorAll(".phrase")];
const starts = phrases.map((phrase) => Number(phrase.dataset.start));
let current = null;

function lastAtOrBefore(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function reveal(element) {
  const box = element.getBoundingClientRect();
  const top = parseFloat(getComputedStyle(root).scrollPaddingTop) || 0;
  if (box.top >= top && box.bottom <= innerHeight * 0.85) return;
  element.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
}

function markPhrase(ms) {
  const said = phrases[lastAtOrBefore(starts, ms)];
  const next = said && ms < Number(said.dataset.end) + LINGER_MS ? said : null;
  if (next === current) return;
  current?.removeAttribute("aria-current");
  next?.setAttribute("aria-current", "true");
  current = next;
  if (current && !clip.paused && isFollowing()) reveal(current);
}
watchers.push(markPhrase);
clip.addEventListener("seeked", () => markPhrase(now()));

transcript.addEventListener("click", (event) => {
  const word = event.target.closest("[data-at]");
  if (word && getSelection().isCollapsed) hear(Number(word.dataset.at), word);
});

// Following: it gives way to whoever scrolls by hand.

const isFollowing = () => follow.getAttribute("aria-pressed") === "true";
const setFollowing = (on) => follow.setAttribute("aria-pressed", String(on));
setFollowing(!calm.matches);
follow.addEventListener("click", () => {
  setFollowing(!isFollowing());
  if (isFollowing() && current) reveal(current);
});
for (const kind of ["wheel", "touchmove"]) {
  addEventListener(kind, () => clip.paused || setFollowing(false), { passive: true });
}

// Search.

const words = [...transcript.querySelectorAll("[data-at]")];
const fold = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[’‘]/g, "'").replace(/[^\p{L}\p{N}'\s]/gu, "").toLowerCase();
const offsets = [];
let everything = "";
for (const word of words) {
  offsets.push(everything.length);
  const folded = fold(word.textContent);
  if (folded) everything += folded + " ";
}
let matches = [];
let chosen = -1;

function find() {
  for (const match of matches) for (const word of match) word.classList.remove("hit", "chosen");
  matches = [];
  chosen = -1;
  const wanted = fold(query.value).split(/\s+/).filter(Boolean).join(" ");
  for (let at = wanted ? everything.indexOf(wanted) : -1; at >= 0; at = everything.indexOf(wanted, at + wanted.length)) {
    const first = lastAtOrBefore(offsets, at);
    const last = lastAtOrBefore(offsets, at + wanted.length - 1);
    matches.push(words.slice(first, last + 1));
  }
  for (const match of matches) for (const word of match) word.classList.add("hit");
  for (const id of ["previous", "next", "hear"]) document.getElementById(id).disabled = !matches.length;
  tell(wanted);
}

function tell(wanted) {
  const several = matches.length === 1 ? "1 match" : `${matches.length} matches`;
  const found = matches.length ? several : "No match";
  count.textContent = chosen >= 0 ? `${chosen + 1} of ${matches.length}` : wanted && found;
}

function choose(step) {
  if (!matches.length) return;
  for (const word of matches[chosen] ?? []) word.classList.remove("chosen");
  chosen = chosen < 0 && step < 0 ? matches.length - 1 : (chosen + step + matches.length) % matches.length;
  for (const word of matches[chosen]) word.classList.add("chosen");
  tell(query.value);
  reveal(matches[chosen][0]);
}

query.addEventListener("input", find);
query.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.shiftKey) return;
  event.preventDefault();
  choose(-1);
});
tools.addEventListener("submit", (event) => {
  event.preventDefault();
  choose(1);
});
document.getElementById("previous").addEventListener("click", () => choose(-1));
document.getElementById("hear").addEventListener("click", () => {
  if (chosen < 0) choose(1);
  const [word] = matches[chosen];
  hear(Number(word.dataset.at), word);
});
