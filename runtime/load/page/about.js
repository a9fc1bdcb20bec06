// What was run, against what, on which machine.

function phaseInWords(phase) {
  const think = phase.think ? ` that think ${phase.think}` : '';
  const rate = phase.clients !== undefined ? `${phase.clients} clients${think}` : phase.to === undefined ? `${phase.rate}/s` : `${phase.rate} to ${phase.to}/s`;
  const steps = phase.steps ? ` in ${phase.steps} steps` : '';
  return `${phase.name || 'phase'}: ${rate}${steps} for ${phase.for}${phase.measured === false ? ' (not measured)' : ''}`;
}
function mixInWords(mix) {
  const whole = sum(mix.map((one) => one.weight === undefined ? 1 : one.weight));
  return mix.map((one) => {
    const weight = one.weight === undefined ? 1 : one.weight;
    return `${formatNumber(100 * weight / whole)} % ${one.command || 'read'}`;
  }).join(', ');
}
function keysInWords(keys) {
  if (!keys || keys.count === undefined) return undefined;
  const law = keys.law ? `, ${keys.law}` : '';
  return `${formatCount(keys.count)}${law}${keys.exponent === undefined ? '' : ` ${keys.exponent}`}`;
}
function targetInWords({kind, addresses = []}) {
  const kinds = {node: 'a node in the same process', http: 'a service over HTTP'};
  return addresses.length ? addresses.join(', ') : kinds[kind] || kind;
}
function formatDate(text) {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function aboutSection(report, runs) {
  const {scenario = {}, target = {}, machine = {}, versions = {}} = report;
  const processor = (name) => {
    const known = runs.map((run) => (run.processor_seconds || {})[name]).filter((one) => typeof one === 'number');
    return known.length ? formatSeconds(median(known)) : undefined;
  };
  const memory = most(runs.map((run) => (run.peak_memory_bytes || {}).target));
  const kills = sum(runs.map((run) => run.kills || 0));
  const columns = [
    facts('Scenario', [
      ['aggregate', scenario.aggregate], ['aggregates', keysInWords(scenario.keys)],
      ['mix', scenario.mix && mixInWords(scenario.mix)], ['arrivals', scenario.arrivals], ['seed', scenario.seed],
      // A search has a phase a trial, in the place of these.
      ...(report.knee ? [] : scenario.phases || []).slice(0, 6).map((phase, i) => [`phase ${i + 1}`, phaseInWords(phase)]),
    ]),
    facts('Target', [
      ['target', target.kind && targetInWords(target)], ['connections', target.kind === 'http' ? target.connections : undefined],
      ['killed every', target.kill_every_ms ? formatMs(target.kill_every_ms) : undefined], ['killed', kills ? `${formatCount(kills)} times` : undefined],
      ['its processor time', processor('target')], ['processor time of the generator', processor('generator')],
      ['its peak memory', memory === null ? undefined : formatBytes(memory)],
    ]),
    facts('Machine', [
      ['processor', machine.processor], ['cores', machine.cores],
      ['memory', machine.memory_bytes === undefined ? undefined : formatBytes(machine.memory_bytes)], ['system', machine.system],
    ]),
    facts('Versions', Object.entries(versions)),
  ].filter(Boolean);
  if (!columns.length) return null;
  return make('section', {}, make('h2', {}, 'What was run'), make('div', {class: 'facts'}, columns),
    unfold('The scenario as it is written', () => make('pre', {tabindex: 0}, JSON.stringify(scenario, null, 2))));
}
