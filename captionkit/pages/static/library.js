const table = document.querySelector("table");
const body = table?.tBodies[0];
const rows = [...(body?.rows ?? [])];
const query = document.getElementById("query");
const count = document.getElementById("count");
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/\s+/g, " ").toLowerCase();

// Sorting: each column's button reverses its order; the worst comes first.

function sortBy(header) {
  const at = header.cellIndex;
  const was = header.getAttribute("aria-sort");
  const first = header.dataset.kind === "worst" ? "descending" : "ascending";
  const other = first === "ascending" ? "descending" : "ascending";
  const order = was === first ? other : first;
  for (const each of header.parentElement.cells) each.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", order);
  const key = (row) => row.cells[at].dataset.sort;
  const compare = header.dataset.kind === "text" ? (a, b) => collator.compare(key(a), key(b)) : (a, b) => key(a) - key(b);
  const way = order === "ascending" ? 1 : -1;
  body.append(...[...rows].sort((a, b) => way * compare(a, b)));
}

for (const button of document.querySelectorAll(".sort")) {
  button.disabled = false;
  button.addEventListener("click", () => sortBy(button.closest("th")));
}

// Search: a row has to contain every word.

if (table) {
  const texts = rows.map((row) => fold(row.textContent));
  document.getElementById("tools").hidden = false;
  document.getElementById("tools").addEventListener("submit", (event) => event.preventDefault());
  query.addEventListener("input", () => {
    const wanted = fold(query.value).split(" ").filter(Boolean);
    rows.forEach((row, i) => (row.hidden = !wanted.every((word) => texts[i].includes(word))));
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = wanted.length ? `Showing ${shown} of ${rows.length} ${rows.length === 1 ? "clip" : "clips"}.` : "";
  });
}
