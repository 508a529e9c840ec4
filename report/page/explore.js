// The explorations: charts that Vega draws, each with sliders and buttons, or moved by the heat map.
// All numbers and words are computed by workflow/scripts/explore_*.py; here they are only shown.
"use strict";

for (const place of document.querySelectorAll(".explore")) {
  explore(place);
}

async function explore(place) {
  const name = place.id.replace("explore-", "");
  const exploration = JSON.parse(document.getElementById(`data-${name}`).textContent);
  Object.assign(place, { hidden: false, role: "group", ariaLabel: exploration.title });
  add(place, "p", { className: "title", textContent: exploration.title });
  const controls = add(place, "div", { className: "controls" });
  const words = add(place, "p", { className: "words", ariaLive: "polite" });
  const charts = add(place, "div", { className: "charts" });
  const views = await Promise.all(
    exploration.charts.map((chart) => draw(add(charts, "div", { className: "chart" }), chart, exploration.data)),
  );
  const show = (row) => {
    words.textContent = exploration.words[row];
    for (const view of views) {
      view.signal("shown", row).run();
    }
  };
  if (exploration.controls.length > 0) {
    addControls(controls, name, exploration.controls, show);
  } else {
    followCells(exploration.start, show);
  }
}

// A new element at the end of its parent, with these properties.
function add(parent, tag, properties = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  parent.append(element);
  return element;
}

async function draw(place, { description, specification }, data) {
  const { view } = await vegaEmbed(place, { ...specification, datasets: data }, {
    actions: false,
    config: { font: getComputedStyle(place).fontFamily },
    renderer: "svg",
    tooltip: false,
  });
  Object.assign(place, { role: "img", ariaLabel: description, ariaRoleDescription: null }); // over Vega's own
  return view;
}

// A slider for each control. The rows are numbered with the last control's positions innermost.
function addControls(place, name, controls, show) {
  const sliders = controls.map((control, index) => addSlider(place, `${name}-${index}`, control));
  const update = () => {
    let row = 0;
    sliders.forEach((slider, index) => {
      row = row * controls[index].texts.length + slider.valueAsNumber;
    });
    show(row);
  };
  place.addEventListener("input", update);
  update();
}

function addSlider(place, id, { label, texts, start, buttons }) {
  const field = add(place, "div", { className: "control" });
  add(field, "label", { htmlFor: id, textContent: label });
  const slider = add(field, "input", { type: "range", id, min: 0, max: texts.length - 1, value: start });
  const output = add(field, "output", { htmlFor: id });
  const name = () => {
    output.textContent = texts[slider.valueAsNumber];
    slider.ariaValueText = output.textContent;
  };
  slider.addEventListener("input", name);
  name();
  for (const position of buttons) {
    const button = add(field, "button", {
      type: "button",
      textContent: texts[position],
      ariaLabel: `${label} ${texts[position]}`,
    });
    button.addEventListener("click", () => {
      slider.value = position;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  return slider;
}

// The heat map's fields are buttons: the one hovered, tapped or focused last is shown.
function followCells(start, show) {
  const buttons = document.querySelectorAll("button[data-cell]");
  const press = (cell) => {
    for (const button of buttons) {
      button.ariaPressed = Number(button.dataset.cell) === cell;
    }
    show(cell);
  };
  for (const button of buttons) {
    for (const event of ["mouseenter", "focus", "click"]) {
      button.addEventListener(event, () => press(Number(button.dataset.cell)));
    }
  }
  press(start);
}
