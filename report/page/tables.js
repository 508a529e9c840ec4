// What the page's tables do beyond standing there: they sort, they find, and the keyboard scrolls them.

// What a field is sorted by: a number if it is one, null if it is empty.
function sortValue(row, column) {
  const text = row.cells[column].textContent.trim();
  if (text === "–") return null;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

// Negative if a comes before b. Empty fields are last in both directions.
function compare(a, b, direction) {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -direction : direction;
}

function sortBy(table, column) {
  const header = table.tHead.rows[0].cells[column];
  const direction = header.ariaSort === "ascending" ? -1 : 1;
  for (const other of table.tHead.rows[0].cells) other.ariaSort = null;
  header.ariaSort = direction === 1 ? "ascending" : "descending";
  const body = table.tBodies[0];
  const rows = [...body.rows].sort((a, b) =>
    compare(sortValue(a, column), sortValue(b, column), direction),
  );
  body.append(...rows);
}

function makeSortable(table) {
  [...table.tHead.rows[0].cells].forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sortBy(table, column));
    header.append(button);
  });
}

// Show the rows in which each of the words begins a field.
function find(table, text) {
  const words = text.toLowerCase().split(/[\s,]+/).filter(Boolean);
  let found = 0;
  for (const row of table.tBodies[0].rows) {
    const fields = [...row.cells].map((cell) => cell.textContent.trim().toLowerCase());
    row.hidden = !words.every((word) => fields.some((field) => field.startsWith(word)));
    if (!row.hidden) found += 1;
  }
  return found;
}

function addSearch(frame, table) {
  const search = document.createElement("search");
  const label = document.createElement("label");
  const input = document.createElement("input");
  const count = document.createElement("output");
  const total = table.tBodies[0].rows.length;
  input.type = "search";
  label.append("Find ", input);
  search.append(label, " ", count);
  const update = () => {
    count.textContent = `${find(table, input.value)} of ${total} rows`;
  };
  input.addEventListener("input", update);
  update();
  frame.before(search);
}

// A table that is wider than the screen takes the focus, so that arrow keys scroll it.
function letKeysScroll(frame) {
  if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
  else frame.removeAttribute("tabindex");
}

for (const frame of document.querySelectorAll(".sortable")) {
  const table = frame.querySelector("table");
  makeSortable(table);
  addSearch(frame, table);
}

const frames = [...document.querySelectorAll(".table")];
frames.forEach(letKeysScroll);
window.addEventListener("resize", () => frames.forEach(letKeysScroll));

// The heat map whose fields can be pointed at takes the place of its picture.
for (const map of document.querySelectorAll(".heat-map")) {
  map.hidden = false;
  map.closest("figure").classList.add("replaced");
}
