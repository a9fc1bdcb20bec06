// What every chart has: its frame, its lines, its legend, and a reader that says the values at a place.

const dashes = ['', '7 4', '2 4', '10 3 2 3', '4 3', '12 4'];

/** Draws again whenever its place gets another width. `build` returns the elements. */
function responsive(height, build) {
  const place = make('div', {class: 'chart'});
  place.style.setProperty('--height', `${height}px`);
  let width = 0;
  new ResizeObserver(() => {
    if (!place.clientWidth || place.clientWidth === width) return;
    width = place.clientWidth;
    place.replaceChildren(...build(width));
  }).observe(place);
  return place;
}

/** The drawing, its axes with ticks and units; `box` is where values are drawn. */
function frame({title, width, height, box, x, y, formatX, formatY, xTicks = x.ticks}) {
  const svg = draw('svg', {width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title},
    draw('title', {}, title));
  for (const tick of y ? y.ticks : [])
    svg.append(
      draw('line', {class: 'grid', x1: box.left, x2: box.right, y1: y(tick), y2: y(tick)}),
      draw('text', {x: box.left - 8, y: y(tick) + 4, 'text-anchor': 'end'}, formatY(tick)));
  for (const tick of xTicks)
    svg.append(
      draw('line', {class: 'grid', x1: x(tick), x2: x(tick), y1: box.top, y2: box.bottom}),
      draw('text', {x: x(tick), y: box.bottom + 18, 'text-anchor': 'middle'}, formatX(tick)));
  svg.append(draw('line', {class: 'axis', x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom}));
  return svg;
}

/** Points: [x, y] in pixels; y null is a gap. */
function pathOf(points) {
  let path = '';
  let command = 'M';
  for (const [x, y] of points) {
    if (y !== null) path += `${command}${x.toFixed(1)} ${y.toFixed(1)}`;
    command = y === null ? 'M' : 'L';
  }
  return path;
}
/** As long as its quantity lasts: level, then the next level. */
function stepsOf(points) {
  return points.flatMap(([from, to, y]) => [[from, y], [to, y]]);
}
/** A point between two gaps is a dot: it would have no line. */
function line(points, color, dash = '') {
  const isGap = (i) => i < 0 || i >= points.length || points[i][1] === null;
  const alone = points.filter((_, i) => !isGap(i) && isGap(i - 1) && isGap(i + 1));
  return draw('g', {},
    draw('path', {class: `series color-${color}`, d: pathOf(points), 'stroke-dasharray': dash}),
    draw('path', {class: `dot color-${color}`, d: alone.map((one) => `${pathOf([one])}h0.01`).join('')}));
}
/** Between two lines: [x, low, high] in pixels. */
function band(points, color) {
  const pieces = [[]];
  for (const point of points)
    if (point[1] === null || point[2] === null) pieces.push([]);
    else pieces[pieces.length - 1].push(point);
  const d = pieces.filter((piece) => piece.length > 1).map((piece) =>
    `${pathOf(piece.map(([x, low]) => [x, low]))}L${pathOf(piece.map(([x, , high]) => [x, high]).reverse()).slice(1)}Z`);
  return draw('path', {class: `band fill-${color}`, d: d.join('')});
}

/** A shape of its own for each series: told apart without its colour. */
function mark(x, y, index) {
  const shapes = ['M-4 0A4 4 0 1 1 4 0A4 4 0 1 1-4 0Z', 'M-4-4H4V4H-4Z', 'M0-5L5 4H-5Z', 'M0-5.5L5 0L0 5.5L-5 0Z'];
  return draw('path', {class: `mark color-${index % 6}`, d: shapes[index % shapes.length],
    transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`});
}

/** entries: {label, color, dash, marked}, or {label, sample} of what is no line of a series. */
function legend(entries) {
  return make('ul', {class: 'legend'}, entries.map(({label, color, dash, marked, sample}) => {
    const shown = draw('svg', {width: 34, height: 14, 'aria-hidden': 'true'}, sample || line([[2, 7], [32, 7]], color, dash));
    if (marked !== undefined) shown.append(mark(17, 7, marked));
    return make('li', {}, shown, label);
  }));
}

/** Says what is at the place that a pointer or the arrow keys choose. `places`: pixels, ascending;
    `tell(i)`: a head, then lines. */
function reader(svg, box, places, tell) {
  const tip = make('div', {class: 'tip', hidden: 'hidden', 'aria-live': 'polite'});
  const cross = draw('line', {class: 'cross', y1: box.top, y2: box.bottom, visibility: 'hidden'});
  svg.append(cross);
  const surface = make('div', {class: 'surface', tabindex: 0, role: 'group',
    'aria-label': `${svg.getAttribute('aria-label')}: the arrow keys read its values`});
  Object.assign(surface.style, {left: `${box.left}px`, top: `${box.top}px`,
    width: `${box.right - box.left}px`, height: `${box.bottom - box.top}px`});
  let chosen = 0;
  const show = (index) => {
    chosen = Math.min(places.length - 1, Math.max(0, index));
    const x = places[chosen];
    const [head, ...lines] = tell(chosen);
    tip.replaceChildren(make('b', {}, head), ...lines.map((one) => make('div', {}, one)));
    tip.hidden = false;
    cross.setAttribute('visibility', 'visible');
    cross.setAttribute('x1', x);
    cross.setAttribute('x2', x);
    const room = box.right + 8 - tip.offsetWidth;
    tip.style.left = `${Math.max(0, x + 12 <= room ? x + 12 : Math.min(room, x - 12 - tip.offsetWidth))}px`;
    tip.style.top = `${box.top + 6}px`;
  };
  const hide = () => {
    tip.hidden = true;
    cross.setAttribute('visibility', 'hidden');
  };
  const nearest = (event) => {
    const x = event.clientX - surface.getBoundingClientRect().left + box.left;
    let best = 0;
    places.forEach((place, i) => { if (Math.abs(place - x) < Math.abs(places[best] - x)) best = i; });
    show(best);
  };
  surface.addEventListener('pointermove', nearest);
  surface.addEventListener('pointerdown', nearest);
  surface.addEventListener('pointerleave', hide);
  surface.addEventListener('blur', hide);
  surface.addEventListener('keydown', (event) => {
    const steps = {ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity};
    if (event.key === 'Escape') hide();
    if (!(event.key in steps)) return;
    event.preventDefault();
    show(chosen + steps[event.key]);
  });
  return [surface, tip];
}
