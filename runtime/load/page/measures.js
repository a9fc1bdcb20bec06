// What the report's members say together: histograms merged, runs merged.

const percentiles = {p50: 0.5, p90: 0.9, p99: 0.99, p99_9: 0.999, p99_99: 0.9999};

function sum(values) { return values.reduce((all, one) => all + one, 0); }
/** Without those that are missing; null if all are. */
function most(values) {
  const known = values.filter((one) => one !== undefined && one !== null);
  return known.length ? known.reduce((all, one) => Math.max(all, one)) : null;
}
function least(values) {
  const negated = most(values.map((one) => one === null || one === undefined ? one : -one));
  return negated === null ? null : -negated;
}
function median(values) {
  const known = values.filter((one) => one !== undefined && one !== null).sort((a, b) => a - b);
  return known.length ? known[Math.floor((known.length - 1) / 2)] : null;
}

/** The latency in ms that the share `quantile` of all does not exceed. */
function latencyAt(latencies, quantile) {
  const wanted = Math.max(1, Math.ceil(quantile * latencies.count - 1e-9));
  let below = 0;
  for (const [mostNs, count] of latencies.histogram) {
    below += count;
    if (below >= wanted) return Math.min(mostNs / 1e6, latencies.max);
  }
  return latencies.max;
}

function mergeLatencies(all) {
  const known = all.filter((one) => one && one.count);
  if (known.length < 2) return known[0] || {count: 0, histogram: []};
  const counts = new Map();
  for (const one of known)
    for (const [mostNs, count] of one.histogram || []) counts.set(mostNs, (counts.get(mostNs) || 0) + count);
  const merged = {
    count: sum(known.map((one) => one.count)),
    max: most(known.map((one) => one.max)),
    histogram: [...counts].sort((a, b) => a[0] - b[0]),
  };
  merged.mean = sum(known.map((one) => one.mean * one.count)) / merged.count;
  for (const [name, quantile] of Object.entries(percentiles)) merged[name] = latencyAt(merged, quantile);
  return merged;
}

function mergeCounts(all) {
  const merged = {};
  for (const one of all)
    for (const [code, count] of Object.entries(one || {})) merged[code] = (merged[code] || 0) + count;
  return merged;
}

/** Kinds of one operation become one kind: of several runs, or where a mix has it twice. */
function mergeKinds(all) {
  const names = [...new Set(all.map((one) => one.operation))];
  return names.map((operation) => {
    const same = all.filter((one) => one.operation === operation);
    const codes = [...new Set(same.flatMap((one) => Object.keys(one.latency_by_outcome_ms || {})))];
    return {
      operation,
      outcomes: mergeCounts(same.map((one) => one.outcomes)),
      latency_ms: mergeLatencies(same.map((one) => one.latency_ms)),
      service_time_ms: mergeLatencies(same.map((one) => one.service_time_ms)),
      latency_by_outcome_ms: Object.fromEntries(codes.map((code) => [
        code, mergeLatencies(same.map((one) => (one.latency_by_outcome_ms || {})[code])),
      ])),
    };
  });
}

/** The same second of several runs: the median, and from the least to the most. */
function mergeSeconds(all) {
  const merged = {outcomes: mergeCounts(all.map((one) => one.outcomes)), low: {}, high: {}};
  for (const code of Object.keys(merged.outcomes)) merged.outcomes[code] /= all.length;
  for (const name of ['intended', 'answered', 'p50_ms', 'p99_ms']) {
    const values = all.map((one) => name.startsWith('p') && !one.answered ? null : one[name]);
    merged[name] = median(values);
    merged.low[name] = least(values);
    merged.high[name] = most(values);
  }
  return merged;
}

/** Of several runs of one scenario a phase has one timeline and one set of kinds. */
function mergePhases(all) {
  const lengths = all.map((one) => (one.timeline || []).length);
  return {
    name: all[0].name,
    measured: all[0].measured !== false,
    seconds: all[0].seconds,
    times: all.length,
    unanswered: sum(all.map((one) => one.unanswered || 0)),
    generator_late_p99_ms: most(all.map((one) => one.generator_late_p99_ms)),
    kills_at: all.flatMap((one) => one.kills_at || []),
    kinds: mergeKinds(all.flatMap((one) => one.kinds || [])),
    timeline: Array.from({length: Math.max(...lengths)}, (_, second) =>
      mergeSeconds(all.map((one) => (one.timeline || [])[second]).filter(Boolean))),
  };
}

function mergeRuns(runs) {
  const phases = (runs[0] || {}).phases || [];
  return phases.map((phase, index) => mergePhases(
    runs.map((run) => (run.phases || [])[index]).filter((one) => one && one.name === phase.name)));
}

/** Without the operations that nothing was answered to: their latency is their age. */
function answeredOf(kind) { return (kind.latency_ms.count || 0) - (kind.outcomes.unanswered || 0); }
function answersOf(phase) { return sum(phase.kinds.map(answeredOf)); }
function rateOf(answers, phase) { return answers / (phase.seconds * phase.times); }
