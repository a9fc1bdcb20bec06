// Latency, throughput and errors over the time of a run: the phases one after the other.

const widestTimeline = 400;

/** Puts the phases on one time axis: [{name, measured, begin, end, seconds: [{at, ...}]}]. Of long runs
    several seconds become one point: the median of the medians, the worst of the worst. */
function timelineOf(phases) {
  const size = Math.ceil(sum(phases.map((phase) => phase.timeline.length)) / widestTimeline);
  let begin = 0;
  return phases.filter((phase) => phase.timeline.length).map((phase) => {
    const shown = withoutRest(phase);
    const seconds = [];
    for (let at = 0; at < shown.length; at += size)
      seconds.push(pointOf(shown.slice(at, at + size), begin + at, phase.seconds - at, size));
    const end = begin + (shown.length >= phase.seconds + 1 ? shown.length : phase.seconds);
    const kills = (phase.kills_at || []).map((at) => Math.min(begin + at, end)).sort((a, b) => a - b);
    const one = {name: phase.name, measured: phase.measured, begin, end, seconds, kills};
    begin = end;
    return one;
  });
}
/** The last answers of a phase come a moment after its end. A second of its own for them would look
    like a rate that breaks down. */
function withoutRest({timeline, seconds}) {
  const last = timeline.length - 1;
  const isRest = last > 0 && last >= seconds && last < seconds + 1 && !timeline[last].intended;
  return isRest ? timeline.slice(0, last) : timeline;
}

/** `left`: seconds until the phase's end. A last second that is cut short has its own length. */
function pointOf(seconds, at, left, size) {
  const length = left > 0 && left < size ? left : Math.min(size, seconds.length);
  const rate = (of, name) => of.map((one) => one[name]).some((value) => value !== undefined) ?
    sum(of.map((one) => one[name] || 0)) / length : null;
  const quantity = (of) => ({
    intended: left > 0 ? rate(of, 'intended') : null,
    answered: rate(of, 'answered'),
    p50_ms: median(of.map((one) => one.answered === 0 ? null : one.p50_ms)),
    p99_ms: most(of.map((one) => one.answered === 0 ? null : one.p99_ms)),
  });
  const edges = (name) => seconds[0][name] && quantity(seconds.map((one) => ({...one[name]})));
  return {at, middle: at + length / 2, end: at + length, ...quantity(seconds), low: edges('low'), high: edges('high'),
    outcomes: mergeCounts(seconds.map((one) => one.outcomes)), length};
}

/** A line with a head: told from a border and from the grid without its colour. */
function killMark(x, top, bottom) {
  return draw('path', {class: 'kill', d: `M${x.toFixed(1)} ${top}V${bottom}M${(x - 4).toFixed(1)} ${top}h8l-4 7Z`});
}
/** Of the legend; none if nobody was killed. */
function killEntries(phases) {
  if (!phases.some((phase) => phase.kills.length)) return [];
  return [{label: 'service killed', sample: killMark(17, 1, 13)}];
}
function killsWithin(phase, {at, end}) { return phase.kills.filter((kill) => kill >= at && kill < end); }

/** What all charts over time have below them and above: phases, their borders, one time axis. */
function timeFrame(title, phases, width, height, y, formatY, {isFirst, isLast} = {isFirst: true, isLast: true}) {
  const box = {left: 62, right: width - 14, top: isFirst ? 24 : 10, bottom: height - (isLast ? 28 : 8)};
  const end = phases[phases.length - 1].end;
  const x = timeScale(end, box.left, box.right, Math.max(2, Math.floor(width / 110)));
  const scale = y(box);
  const svg = frame({title, width, height, box, x, y: scale, formatX: isLast ? formatClock : () => '', formatY});
  const under = [];
  phases.forEach((phase, i) => {
    const [from, to] = [x(phase.begin), x(phase.end)];
    if (!phase.measured)
      under.push(draw('rect', {class: 'shade', x: from, y: box.top, width: to - from, height: box.bottom - box.top}));
    if (i > 0) svg.append(draw('line', {class: 'border', x1: from, x2: from, y1: isFirst ? box.top - 14 : box.top, y2: box.bottom}));
    if (!isFirst) return;
    const name = phase.measured ? phase.name : `${phase.name} (not measured)`;
    const text = [name, phase.name].find((one) => one.length * 6.6 < to - from - 4);
    if (text) svg.append(draw('text', {x: from + 5, y: box.top - 8}, text));
  });
  for (const kill of phases.flatMap((phase) => phase.kills)) under.push(killMark(x(kill), box.top, box.bottom));
  svg.prepend(...under);
  return {svg, box, x, y: scale};
}
function timeReader({svg, box, x}, phases, tell) {
  const all = phases.flatMap((phase) => phase.seconds.map((one) => ({phase, one})));
  return reader(svg, box, all.map(({one}) => x(one.middle)), (i) => {
    const {phase, one} = all[i];
    const kills = killsWithin(phase, one).length;
    const killed = kills > 1 ? [`service killed ${kills} times`] : kills ? ['service killed'] : [];
    return [`${formatClock(one.at)}, ${phase.name}`, ...tell(one), ...killed];
  });
}
/** One line over all phases, with a gap where nothing is known. */
function overTime(phases, of) { return phases.flatMap((phase) => [...phase.seconds.map(of), [phase.end, null]]); }

function latencyOverTime(phases, isLinear) {
  const seconds = phases.flatMap((phase) => phase.seconds);
  const highest = most(seconds.flatMap((one) => [one.p99_ms, one.high && one.high.p99_ms]));
  if (highest === null) return [make('p', {class: 'quiet'}, 'Nothing was answered.')];
  const lowest = least(seconds.flatMap((one) => [one.p50_ms, one.low && one.low.p50_ms]).filter((one) => one > 0));
  const entries = [{label: 'p99', name: 'p99_ms', color: 1, dash: ''}, {label: 'p50', name: 'p50_ms', color: 0, dash: '7 4'}];
  const chart = responsive(270, (width) => {
    const parts = timeFrame('Latency over time', phases, width, 270, (box) => isLinear ?
      scaleFromZero(highest, box.bottom, box.top, 5) : logScale(lowest || highest, highest, box.bottom, box.top, 10), formatMs);
    const {svg, x, y} = parts;
    const pixel = (value) => value === null || value === undefined ? null : y(value);
    for (const {name, color, dash} of entries) {
      if (seconds.some((one) => one.low))
        svg.append(band(overTime(phases, (one) => [x(one.middle), pixel(one.low[name]), pixel(one.high[name])])
          .map(([at, low, high]) => [at, low, high === undefined ? null : high]), color));
      svg.append(line(overTime(phases, (one) => [x(one.middle), pixel(one[name])]), color, dash));
    }
    return [svg, ...timeReader(parts, phases, (one) => entries.map(({label, name}) => `${label}: ${formatMs(one[name])}`))];
  });
  return [legend([...entries, ...killEntries(phases)]), chart];
}

function throughputOverTime(phases) {
  const seconds = phases.flatMap((phase) => phase.seconds);
  const highest = most(seconds.flatMap((one) => [one.intended, one.answered, one.high && one.high.answered]));
  const entries = [{label: 'answered', name: 'answered', color: 0, dash: ''}, {label: 'asked for', name: 'intended', color: 'quiet', dash: '5 4'}];
  const chart = responsive(230, (width) => {
    const parts = timeFrame('Throughput over time', phases, width, 230,
      (box) => scaleFromZero(highest, box.bottom, box.top, 4), (rate) => `${formatCount(rate)}/s`);
    const {svg, x, y} = parts;
    const pixel = (value) => value === null || value === undefined ? null : y(value);
    if (seconds.some((one) => one.low))
      svg.append(band(overTime(phases, (one) => [x(one.middle), pixel(one.low.answered), pixel(one.high.answered)])
        .map(([at, low, high]) => [at, low, high === undefined ? null : high]), 0));
    for (const {name, color, dash} of entries)
      svg.append(line(overTime(phases, (one) => [x(one.middle), pixel(one[name])]), color, dash));
    return [svg, ...timeReader(parts, phases, (one) => entries
      .filter(({name}) => one[name] !== null).map(({label, name}) => `${label}: ${formatNumber(one[name])}/s`))];
  });
  return [legend([...entries, ...killEntries(phases)]), chart];
}

/** A lane for each code: its name stands at it, so none is told by a colour. */
function errorsOverTime(phases) {
  const seconds = phases.flatMap((phase) => phase.seconds);
  const codes = Object.entries(mergeCounts(seconds.map((one) => one.outcomes)))
    .filter(([code]) => code !== 'ok').sort((a, b) => b[1] - a[1]).map(([code]) => code);
  return codes.map((code, index) => {
    const rate = (one) => (one.outcomes[code] || 0) / one.length;
    const highest = most(seconds.map(rate));
    const ends = {isFirst: index === 0, isLast: index + 1 === codes.length};
    const height = 66 + (ends.isFirst ? 14 : 0) + (ends.isLast ? 20 : 0);
    return make('div', {}, make('h3', {}, code), responsive(height, (width) => {
      const parts = timeFrame(`Answers "${code}" over time`, phases, width, height,
        (box) => scaleFromZero(highest, box.bottom, box.top, 2), (value) => `${formatNumber(value)}/s`, ends);
      const {svg, x, y, box} = parts;
      const bars = seconds.filter((one) => rate(one) > 0).map((one) => {
        const size = Math.max(1.5, x(one.end) - x(one.at) - 1);
        return `M${x(one.at).toFixed(1)} ${box.bottom}V${Math.min(y(rate(one)), box.bottom - 1.5).toFixed(1)}h${size.toFixed(1)}V${box.bottom}Z`;
      });
      svg.append(draw('path', {class: 'bars fill-1', d: bars.join('')}));
      return [svg, ...timeReader(parts, phases, (one) => [`${code}: ${formatNumber(rate(one))}/s`])];
    }));
  });
}
