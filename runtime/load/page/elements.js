// Elements of the page. Texts of the report go into text nodes only, never into markup.

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value);
  element.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return element;
}
function make(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}
function draw(name, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

/** good, bad or unsure. The sign and the word say it too, for who does not see the colour. */
function badge(kind, word) {
  const sign = {good: '✓', bad: '✗', unsure: '?'}[kind];
  return make('span', {class: `badge ${kind}`}, `${sign} ${word}`);
}

/** Columns: [head, of row, is text]. */
function table(caption, columns, rows) {
  const kind = (column, i) => column[2] ? 'text' : undefined;
  return make('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption},
    make('table', {},
      make('caption', {}, make('span', {}, caption)),
      make('thead', {}, make('tr', {},
        columns.map((column) => make('th', {scope: 'col', class: kind(column)}, column[0])))),
      make('tbody', {}, rows.map((row) => make('tr', {}, columns.map((column, i) =>
        make(i === 0 ? 'th' : 'td', {scope: i === 0 && 'row', class: column[3] || kind(column)},
          column[1](row))))))));
}

/** Pairs of a name and what it is; without those that are missing. */
function facts(title, pairs) {
  const known = pairs.filter(([, value]) => value !== undefined && value !== null && value !== '');
  if (!known.length) return null;
  return make('div', {}, make('h3', {}, title), make('dl', {}, known.map(([name, value]) =>
    make('div', {}, make('dt', {}, name), make('dd', {}, String(value))))));
}

/** Its content is made when it is opened: a long table costs nothing before. */
function unfold(title, content) {
  const details = make('details', {}, make('summary', {}, title));
  details.addEventListener('toggle', () => details.append(content()), {once: true});
  return details;
}

/** choices: [value, text]. */
function picker(label, choices, chosen, change) {
  const select = make('select', {}, choices.map(([value, text]) =>
    make('option', {value, selected: value === chosen && 'selected'}, text)));
  select.addEventListener('change', () => change(select.value));
  return make('label', {}, `${label} `, select);
}
let groups = 0;
function switcher(legend, choices, chosen, change) {
  const name = `group-${++groups}`;
  return make('fieldset', {}, make('legend', {}, legend), choices.map(([value, text]) => {
    const input = make('input', {type: 'radio', name, value, checked: value === chosen && 'checked'});
    input.addEventListener('change', () => change(value));
    return make('label', {}, input, text);
  }));
}
