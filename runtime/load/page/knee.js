// A search for the knee: what it came to, rate against p99, and each trial.

const trialKinds = {
  held: {label: 'held', color: 0, marked: 0}, broke: {label: 'broke', color: 1, marked: 1},
  voided: {label: 'void: the generator was late', color: 3, marked: 3},
};
function kindOf(trial) { return trialKinds[trial.outcome]; }
function formatRate(rate) { return `${formatCount(rate)}/s`; }

/** The sentence on top: [kind, sentence]. */
function kneeVerdict({knee, audit}) {
  if (audit && audit.why) return ['bad', 'Failed: the audit could not be done.'];
  if (audit && audit.passed === false) return ['bad', 'Failed: the audit found answers that were not true.'];
  const {held, broke} = knee;
  const interval = [held && `${formatRate(held)} held`, broke && `${formatRate(broke)} broke`].filter(Boolean).join(', ') || 'nothing is known';
  return {
    found: ['good', `The knee is between ${formatRate(held || 0)} and ${formatRate(broke || 0)}.`],
    none_holds: ['bad', `No rate holds for sure: ${interval}.`],
    none_breaks: ['good', `No rate breaks for sure: ${interval}.`],
    generator_late: ['unsure', `The generator is the limit of this search: ${interval}.`],
    too_many_steps: ['unsure', `The search ended after its last trial: ${interval}.`],
    stopped: ['unsure', `The search was stopped: ${interval}.`],
  }[knee.end] || ['unsure', `The search ended: ${interval}.`];
}

function kneeVerdictSection(report) {
  const {knee, audit} = report;
  const [kind, sentence] = kneeVerdict(report);
  const checks = audit ? [auditCheck([{audit}])] : [];
  if (knee.contradiction)
    checks.push(make('li', {}, badge('unsure', 'Contradiction'), 'A rate above the one that broke held all the same: search again on a machine that does nothing else.'));
  return verdictCard(kind, sentence, checks);
}

/** [rate, trials], by rate. */
function trialsByRate(trials) {
  const rates = [...new Set(trials.map((one) => one.rate))].sort((a, b) => a - b);
  return rates.map((rate) => [rate, trials.filter((one) => one.rate === rate)]);
}

function kneeChart(knee, trials) {
  const known = trials.filter((one) => one.p99_ms > 0 && kindOf(one));
  if (!known.length) return [make('p', {class: 'quiet'}, 'Nothing was answered.')];
  const groups = trialsByRate(known);
  const latencies = known.map((one) => one.p99_ms);
  const height = 360;
  const chart = responsive(height, (width) => {
    const box = {left: 62, right: width - 18, top: 24, bottom: height - 46};
    const x = logScale(groups[0][0], groups[groups.length - 1][0], box.left, box.right, Math.floor(width / 70));
    const y = logScale(least(latencies), most(latencies), box.bottom, box.top, 13);
    const svg = frame({title: 'p99 by rate', width, height, box, x, y, formatX: formatCount, formatY: formatMs});
    svg.prepend(...drawInterval(knee, x, box));
    svg.append(draw('text', {x: box.right, y: height - 6, 'text-anchor': 'end'}, 'operations a second, asked for'),
      line(groups.map(([rate, all]) => [x(rate), y(median(all.map((one) => one.p99_ms)))]), 'quiet', '5 4'));
    for (const one of known) svg.append(mark(x(one.rate), y(one.p99_ms), kindOf(one).marked));
    const tell = (i) => [formatRate(groups[i][0]), ...groups[i][1].map((one) => `p99 ${formatMs(one.p99_ms)}: ${one.outcome}`)];
    return [svg, ...reader(svg, box, groups.map(([rate]) => x(rate)), tell)];
  });
  const kinds = Object.values(trialKinds).filter((kind) => known.some((one) => kindOf(one) === kind))
    .map(({label, marked}) => ({label, sample: mark(17, 7, marked)}));
  const interval = knee.held && knee.broke ?
    [{label: 'the knee is here', sample: draw('rect', {class: 'interval', x: 9, y: 1, width: 16, height: 12})}] : [];
  return [legend([...kinds, {label: 'median of a rate', color: 'quiet', dash: '5 4'}, ...interval]), chart];
}
/** From the rate that held to the one that broke; an end that is not known has no line. */
function drawInterval({held, broke}, x, box) {
  const ends = [[held, 'held', 'end'], [broke, 'broke', 'start']].filter(([rate]) => rate);
  const edges = ends.flatMap(([rate, word, anchor]) => [
    draw('line', {class: 'border', x1: x(rate), x2: x(rate), y1: box.top - 6, y2: box.bottom}),
    draw('text', {x: x(rate), y: box.top - 10, 'text-anchor': ends.length > 1 ? anchor : 'middle'}, ` ${word} `)]);
  if (ends.length < 2) return edges;
  const area = {x: x(held), y: box.top, width: x(broke) - x(held), height: box.bottom - box.top};
  return [draw('rect', {class: 'interval', ...area}), ...edges];
}

function kneeSection(knee) {
  const trials = knee.trials || [];
  const number = (name, format) => (row) => row[name] === undefined || row[name] === null ? '–' : format(row[name]);
  const outcomes = {held: ['good', 'held'], broke: ['bad', 'broke']};
  const columns = [['', (row) => badge(...(outcomes[row.outcome] || ['unsure', row.outcome || '–'])), true],
    ['rate', number('rate', formatRate)], ['answered', number('answers_per_second', formatRate)],
    ['p50', number('p50_ms', formatMs)], ['p99', number('p99_ms', formatMs)],
    ['errors', number('errors', (share) => formatShare(share, 1))], ['unanswered', number('unanswered', formatCount)],
    ['generator late, p99', number('generator_late_p99_ms', formatMs)], ['why it was tried', (row) => row.reason || '–', true]];
  const rates = [['rate', (row) => formatRate(row.rate)], ['held', number('held', formatCount)],
    ['broke', number('broke', formatCount)], ['void', number('voided', formatCount)]];
  return make('section', {}, make('h2', {}, 'Rate against p99'),
    make('p', {class: 'quiet small'}, 'Each mark is a trial: the 99th percentile of all its operations. Between the lower rate, at which the thresholds held in four of five trials, and the upper one, at which they held in at most one, chance decides.'),
    kneeChart(knee, trials),
    (knee.candidates || []).length ? table('Rates around the knee, tried again in random order', rates, knee.candidates) : null,
    trials.length ? unfold('All trials, in their order', () => table('Trials', columns, trials)) : null);
}
