// Puts the page together from the report that stands in it.

/** A line a run: shows at a glance which one was unlike the others. */
function runsSection(runs) {
  if (runs.length < 2) return null;
  const rows = runs.map((run, i) => {
    const measured = mergeRuns([run]).filter((phase) => phase.measured);
    const all = mergeLatencies(measured.flatMap((phase) => phase.kinds.map((kind) => kind.latency_ms)));
    const outcomes = mergeCounts(measured.flatMap((phase) => phase.kinds.map((kind) => kind.outcomes)));
    return {run, number: i + 1, all, outcomes, seconds: sum(measured.map((phase) => phase.seconds))};
  });
  return make('section', {}, make('h2', {}, 'Runs'), table('Measured phases, all operations', [
    ['run', (row) => String(row.number), true],
    ['', (row) => { const [kind] = verdictOf([row.run]); return badge(kind, {good: 'passed', bad: 'failed', unsure: 'unsure'}[kind]); }, true],
    ['per second', (row) => formatNumber(((row.all.count || 0) - (row.outcomes.unanswered || 0)) / row.seconds)],
    ['p50', (row) => formatMs(row.all.p50)], ['p99', (row) => formatMs(row.all.p99)],
    ['p99.9', (row) => formatMs(row.all.p99_9)], ['max', (row) => formatMs(row.all.max)],
    ['not ok', (row) => formatCount(sum(Object.values(row.outcomes)) - (row.outcomes.ok || 0))],
    ['wrongs', (row) => formatCount(wrongsOf(row.run))],
    ['kills', (row) => row.run.kills === undefined ? '–' : formatCount(row.run.kills)],
  ], rows));
}

function measurements(runs) {
  const place = make('div', {});
  const show = (chosen) => {
    const shown = chosen === 'all' ? runs : [runs[Number(chosen)]];
    const phases = mergeRuns(shown);
    const choices = [['all', `all ${runs.length} together`], ...runs.map((_, i) => [String(i), `run ${i + 1}`])];
    place.replaceChildren(...[
      runs.length > 1 ? make('div', {class: 'controls'}, picker('Measurements of', choices, chosen, show)) : null,
      tiles(phases), percentileSection(phases, shown), timeSection(phases, shown), answersSection(phases, shown), allSection(phases),
    ].filter(Boolean));
  };
  if (runs.length) show('all');
  return place;
}

function drawPage() {
  const report = JSON.parse(document.getElementById('report').textContent);
  const runs = report.runs || [];
  const scenario = report.scenario || {};
  const about = [report.started && formatDate(report.started),
    report.target && report.target.kind && `against ${targetInWords(report.target)}`,
    runs.length > 1 && `${runs.length} runs`].filter(Boolean).join(' · ');
  const header = make('header', {}, make('div', {class: 'quiet small'}, 'Load report'),
    make('h1', {}, scenario.name || 'Without a name'), make('div', {class: 'quiet'}, about));
  const sections = report.knee ? kneeSections(report) : runSections(report, runs);
  document.getElementById('page').replaceChildren(header, ...sections.filter(Boolean));
}
function runSections(report, runs) {
  const audit = auditSection(runs);
  const isTrue = !runs.some(auditFailed);
  return [verdictSection(runs), ...(isTrue ? [] : [audit]), aboutSection(report, runs), thresholdSection(runs),
    runsSection(runs), measurements(runs), ...(isTrue ? [audit] : [])];
}
function kneeSections(report) {
  const {knee, audit} = report;
  return [kneeVerdictSection(report), kneeSection(knee), aboutSection(report, []), audit ? auditSection([{audit}]) : null];
}
drawPage();
