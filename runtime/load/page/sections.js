// The sections that change with the run that is looked at. `phases` are merged: see measures.js.

function tile(label, value, note) {
  return make('div', {class: 'tile'}, make('div', {class: 'label'}, label), make('div', {class: 'value'}, value),
    make('div', {class: 'note'}, note || ''));
}
function tiles(phases) {
  const measured = phases.filter((phase) => phase.measured);
  const all = mergeLatencies(measured.flatMap((phase) => phase.kinds.map((kind) => kind.latency_ms)));
  const outcomes = mergeCounts(measured.flatMap((phase) => phase.kinds.map((kind) => kind.outcomes)));
  const operations = sum(Object.values(outcomes));
  const answered = (all.count || 0) - (outcomes.unanswered || 0);
  const seconds = sum(measured.map((phase) => phase.seconds * phase.times));
  const asked = sum(measured.flatMap((phase) => phase.timeline.map((one) => (one.intended || 0) * phase.times)));
  const unanswered = sum(measured.map((phase) => phase.unanswered));
  if (!measured.length) return null;
  return make('div', {class: 'tiles'},
    tile('Answers a second', formatCount(answered / seconds), asked ? `${formatCount(asked / seconds)} asked for` : ''),
    tile('Median latency', formatMs(all.p50), 'p50, all operations'),
    tile('99th percentile', formatMs(all.p99), `p99.9: ${formatMs(all.p99_9)}`),
    tile('Longest', formatMs(all.max), `of ${formatCount(all.count || 0)} operations`),
    tile('Other than ok', formatShare(operations - (outcomes.ok || 0), operations),
      unanswered ? `${formatCount(unanswered)} unanswered` : 'none unanswered'));
}

const view = {phase: null, what: 'latency', scale: 'log'};
const whats = {latency: ['latency_ms', 'latency'], service: ['service_time_ms', 'service time']};

function percentileSection(phases, runs) {
  const measured = phases.map((phase, index) => ({...phase, index})).filter((phase) => phase.kinds.length);
  if (!measured.length) return null;
  const names = measured.map((phase) => [String(phase.index), phase.measured ? phase.name : `${phase.name} (not measured)`]);
  const standard = measured.find((phase) => phase.measured) || measured[0];
  const place = make('div', {});
  const show = () => {
    const phase = measured.find((one) => String(one.index) === view.phase) || standard;
    const shown = view.what === 'both' ? ['latency', 'service'] : [view.what];
    const lines = phase.kinds.flatMap((kind, index) => shown.map((what) => ({
      label: shown.length > 1 ? `${kind.operation}, ${whats[what][1]}` : kind.operation,
      color: index % 6, marked: index,
      dash: shown.length > 1 ? (what === 'service' ? '3 5' : '') : dashes[index % dashes.length],
      latencies: kind[whats[what][0]],
      others: shown.length > 1 ? [] : othersOf(runs, phase.index, kind.operation, whats[what][0]),
    })));
    place.replaceChildren(...percentileChart(lines, view.scale === 'linear'));
  };
  const set = (name) => (value) => {
    view[name] = value;
    show();
  };
  const section = make('section', {}, make('h2', {}, 'Latency by percentile'),
    make('p', {class: 'quiet small'}, 'Latency counts from the moment at which an operation was to begin, so whoever came while the target stalled has the stall in it. Service time counts from the moment at which it was sent: what a client sees that waits for each answer before it sends again.',
      runs.length > 1 ? ' The line is all runs together; the band reaches from the best run to the worst.' : ''),
    make('div', {class: 'controls'},
      names.length > 1 ? picker('Phase', names, view.phase || String(standard.index), set('phase')) : null,
      switcher('What is shown', [['latency', 'Latency'], ['service', 'Service time'], ['both', 'Both']], view.what, set('what')),
      switcher('Scale', [['log', 'Logarithmic'], ['linear', 'Linear']], view.scale, set('scale'))),
    place);
  show();
  return section;
}
function othersOf(runs, phase, operation, member) {
  return runs.map((run) => mergeRuns([run])[phase]).filter(Boolean)
    .flatMap((one) => one.kinds.filter((kind) => kind.operation === operation).map((kind) => kind[member]))
    .filter((one) => one.count && (one.histogram || []).length);
}

function timeSection(phases, runs) {
  const timeline = timelineOf(phases);
  if (!timeline.length) return null;
  const columns = [['time', (row) => formatClock(row.at), true], ['phase', (row) => row.phase, true],
    ['asked for /s', (row) => row.intended === null ? '–' : formatNumber(row.intended)],
    ['answered /s', (row) => row.answered === null ? '–' : formatNumber(row.answered)],
    ['p50', (row) => formatMs(row.p50_ms)], ['p99', (row) => formatMs(row.p99_ms)]];
  const rows = timeline.flatMap((phase) => phase.seconds.map((one) =>
    ({...one, phase: phase.name, kills: killsWithin(phase, one).length})));
  if (rows.some((row) => row.kills)) columns.push(['kills', (row) => row.kills ? formatCount(row.kills) : '']);
  return make('section', {}, make('h2', {}, 'Over time'),
    make('p', {class: 'quiet small'}, 'A second counts the answers that came in it. Where a line has a gap, nothing was answered.',
      runs.length > 1 ? ' The line is the median of the runs; the band reaches from the least to the most.' : ''),
    make('h3', {}, 'Latency'), latencyOverTime(timeline, false),
    make('h3', {}, 'Throughput'), throughputOverTime(timeline),
    unfold('The same as a table', () => table('Over time', columns, rows)));
}

function answersSection(phases, runs) {
  const rows = phases.filter((phase) => phase.measured).flatMap((phase) => phase.kinds.flatMap((kind) => {
    const whole = sum(Object.values(kind.outcomes));
    return Object.entries(kind.outcomes).sort((a, b) => b[1] - a[1]).map(([code, count]) =>
      ({phase: phase.name, operation: kind.operation, code, count, whole, its: kind.latency_by_outcome_ms[code] || {}}));
  }));
  if (!rows.length) return null;
  const mixed = rows.filter((row) => row.code !== 'ok' || row.count < row.whole);
  const errors = errorsOverTime(timelineOf(phases));
  const columns = [['answer', (row) => row.code, true], ['phase', (row) => row.phase, true], ['operation', (row) => row.operation, true],
    ['answers', (row) => formatCount(row.count)], ['share', (row) => formatShare(row.count, row.whole)]];
  if (mixed.some((row) => row.its.count))
    for (const [name, member] of [['p50', 'p50'], ['p99', 'p99'], ['max', 'max']])
      columns.push([name, (row) => formatMs(row.its[member])]);
  const rest = mixed.length ? 'All other operations were answered ok.' : 'Every measured operation was answered ok.';
  return make('section', {}, make('h2', {}, 'Answers by code'),
    mixed.length ? table('Operations of the measured phases that were answered otherwise than ok', columns, mixed) : null,
    mixed.length < rows.length ? make('p', {class: 'small'}, rest) : null,
    errors.length ? make('p', {class: 'quiet small'}, `Over time, a lane for each code other than ok${runs.length > 1 ? '; the mean of the runs' : ''}. Each lane has a scale of its own.`) : null,
    errors);
}

function allSection(phases) {
  const rows = (member) => phases.flatMap((phase) => phase.kinds.map((kind) => ({phase, kind, its: kind[member]})));
  if (!rows('latency_ms').length) return null;
  const latency = (name, member) => [name, (row) => formatMs(row.its[member])];
  const columns = [
    ['phase', (row) => row.phase.name, true],
    ['operation', (row) => row.kind.operation, true],
    ['answers', (row) => formatCount(answeredOf(row.kind))],
    ['per second', (row) => formatNumber(rateOf(answeredOf(row.kind), row.phase))],
    ['ok', (row) => formatShare(row.kind.outcomes.ok || 0, sum(Object.values(row.kind.outcomes)))],
    latency('mean', 'mean'), latency('p50', 'p50'), latency('p90', 'p90'), latency('p99', 'p99'),
    latency('p99.9', 'p99_9'), latency('p99.99', 'p99_99'), latency('max', 'max'),
  ];
  const phaseColumns = [['phase', (row) => row.name, true],
    ['measured', (row) => row.measured ? 'yes' : 'no', true], ['length', (row) => formatSeconds(row.seconds)],
    ['answers', (row) => formatCount(answersOf(row))], ['per second', (row) => formatNumber(rateOf(answersOf(row), row))],
    ['unanswered', (row) => formatCount(row.unanswered)], ['generator late, p99', (row) => formatMs(row.generator_late_p99_ms)]];
  return make('section', {}, make('h2', {}, 'All phases and operations'),
    table('Latency', columns, rows('latency_ms')),
    unfold('Service time', () => table('Service time', columns, rows('service_time_ms'))),
    table('Phases', phaseColumns, phases));
}
