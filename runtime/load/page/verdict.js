// What the run came to: the sentence on top, thresholds, and what the audit found.

const wrongWords = {
  lost: 'acknowledged, and not in the stream',
  doubled: 'took effect more than once',
  gap: 'versions that do not follow each other',
  other_version: 'in the stream with another version than its answer said',
  after_refusal: 'answered that it had no effect, and is in the stream',
  nobody_asked: 'an event of this run that no command was sent for',
  stale_read: 'a read showed an older version than an answer before it',
  invariant: 'the view is not what the events sum up to',
  other_log: 'the journal holds fewer events of this run than the streams showed',
};
const mostLatenessMs = 5;

function wrongsOf(run) { return sum(Object.values((run.audit || {}).wrong || {})); }
function auditFailed(run) { return run.audit ? run.audit.passed === false : false; }
function whyNoAudit(run) { return (run.audit || {}).why; }
function brokenOf(run) { return (run.thresholds || []).filter((one) => one.passed === false); }
function latenessOf(run) {
  return most((run.phases || []).filter((one) => one.measured !== false).map((one) => one.generator_late_p99_ms));
}
function wasLate(run) { return run.exit_code === 4 || latenessOf(run) > mostLatenessMs; }

/** The worst comes first: a wrong answer matters more than a slow one. */
function verdictOf(runs) {
  if (runs.some((run) => whyNoAudit(run))) return ['bad', 'Failed: the audit could not be done.'];
  if (runs.some((run) => run.exit_code === 3 || auditFailed(run)))
    return ['bad', 'Failed: the audit found answers that were not true.'];
  if (runs.some(wasLate)) return ['unsure', 'Void: the generator was late, so the latencies are its own.'];
  if (runs.some((run) => run.exit_code === 1 || brokenOf(run).length))
    return ['bad', 'Failed: a threshold is broken. Every answer was true.'];
  if (!runs.length) return ['unsure', 'There is no run in this report.'];
  if (runs.some((run) => !run.audit)) return ['unsure', 'Nothing was audited.'];
  return ['good', runs.some((run) => (run.thresholds || []).length) ?
    'Passed: all thresholds held, and every answer was true.' : 'Passed: every answer was true.'];
}

function checkOf(runs, failed, name, passedText, failedText) {
  const of = runs.filter(failed).length;
  const many = runs.length > 1 ? ` in ${of} of ${runs.length} runs` : '';
  return make('li', {}, badge(of ? 'bad' : 'good', name), make('span', {}, of ? `${failedText}${many}.` : `${passedText}.`));
}

function auditCheck(runs) {
  const total = (name) => formatCount(sum(runs.map((run) => (run.audit || {})[name] || 0)));
  return checkOf(runs, auditFailed, 'Audit',
    `${total('acknowledged')} acknowledged commands are in ${total('streams')} streams, each exactly once`,
    runs.map(whyNoAudit).find(Boolean) || `${formatCount(sum(runs.map(wrongsOf)))} wrongs found`);
}
function verdictCard(kind, sentence, checks) {
  return make('section', {class: `verdict ${kind}`, 'aria-label': 'Verdict'},
    make('p', {}, badge(kind, {good: 'passed', bad: 'failed', unsure: 'unsure'}[kind]), ' ', sentence),
    make('ul', {class: 'checks'}, checks));
}

function verdictSection(runs) {
  const [kind, sentence] = verdictOf(runs);
  const checks = [];
  if (runs.some((run) => run.audit)) checks.push(auditCheck(runs));
  if (runs.some((run) => (run.thresholds || []).length))
    checks.push(checkOf(runs, (run) => brokenOf(run).length > 0, 'Thresholds',
      `All ${formatCount(Math.max(...runs.map((run) => (run.thresholds || []).length)))} held`, 'A threshold is broken'));
  const lateness = most(runs.map(latenessOf));
  if (lateness !== null)
    checks.push(checkOf(runs, wasLate, 'Generator', `On time: its 99th percentile was ${formatMs(lateness)} late`,
      `Late by ${formatMs(lateness)} (99th percentile; ${formatMs(mostLatenessMs)} are allowed)`));
  if (runs.some((run) => run.stopped))
    checks.push(make('li', {}, badge('unsure', 'Stopped'), 'The last run was stopped before its end.'));
  return verdictCard(kind, sentence, checks);
}

/** Each with the number of its run, if there are several. */
function ofRuns(runs, list) {
  return runs.flatMap((run, i) => list(run).map((one) => ({...one, run: i + 1})));
}
const runColumn = ['run', (row) => String(row.run), true];

/** The same threshold of several runs is one row, with the value of each. */
function thresholdSection(runs) {
  const rows = new Map();
  for (const one of runs.flatMap((run) => run.thresholds || [])) {
    const name = JSON.stringify([one.what, one.phase, one.limit]);
    rows.set(name, [...(rows.get(name) || []), one]);
  }
  if (!rows.size) return null;
  const verdict = (row) => {
    const held = row.filter((one) => one.passed).length;
    const many = row.length > 1 ? ` ${held} of ${row.length}` : '';
    return held === row.length ? badge('good', `held${many}`) : badge('bad', many ? `held${many}` : 'broken');
  };
  return make('section', {}, make('h2', {}, 'Thresholds'), table('Each threshold of the scenario', [
    ['', verdict, true], ['threshold', (row) => row[0].what || '–', true, 'text wrap'],
    ['phase', (row) => row[0].phase || 'all', true, 'text wrap'], ['limit', (row) => row[0].limit || '–'],
    ['value', (row) => row.map((one) => one.value || '–').join(', '), false, 'wrap'],
  ], [...rows.values()]));
}

function auditSection(runs) {
  const audits = ofRuns(runs, (run) => run.audit && !run.audit.why ? [run.audit] : []);
  if (!audits.length) return null;
  const number = (name) => (row) => row[name] === undefined ? '–' : formatCount(row[name]);
  const columns = [
    ['', (row) => row.passed ? badge('good', 'true') : badge('bad', 'wrong'), true],
    ['streams', number('streams')], ['events', number('events')], ['events of others', number('events_of_others')],
    ['acknowledged', number('acknowledged')], ['without effect', number('without_effect')],
    ['unknown, took effect', number('unknown_took_effect')], ['unknown, had none', number('unknown_without_effect')],
  ];
  if (runs.length > 1) columns.unshift(runColumn);
  const wrongs = ofRuns(runs, (run) => Object.entries((run.audit || {}).wrong || {})
    .filter(([, count]) => count > 0).map(([what, count]) => ({what, count})));
  const examples = ofRuns(runs, (run) => ((run.audit || {}).examples || []).map((text) => ({text})));
  const wrongColumns = [['wrong', (row) => row.what, true], ['found', number('count')],
    ['meaning', (row) => wrongWords[row.what] || '', true]];
  const exampleColumns = [['example', (row) => row.text, true, 'text wide']];
  if (runs.length > 1) for (const one of [wrongColumns, exampleColumns]) one.unshift(runColumn);
  return make('section', {}, make('h2', {}, 'Audit'),
    make('p', {class: 'quiet small'}, 'Each answer was compared with the events that are stored. A command of which nobody knows what came of it may have taken effect or not.'),
    table('What was compared', columns, audits),
    audits.filter((one) => one.invariant).map(({run, invariant}) => make('p', {class: 'small'},
      `${runs.length > 1 ? `Run ${run}: ` : ''}${invariant.name}: ${formatCount(invariant.in)} in, ${formatCount(invariant.out)} out, ${formatCount(invariant.total)} there.`)),
    wrongs.length ? table('Wrongs found', wrongColumns, wrongs) : null,
    examples.length ? table('Examples', exampleColumns, examples) : null);
}
