// Latency by percentile, in the shape of HdrHistogram's plots: each nine has as much room as the one
// before, so the tail that few operations met is as wide as what most of them met.

/** Where the histogram's line steps: [nines, ms]. The last operation is drawn at its own share. */
function percentileSteps(latencies) {
  const end = Math.log10(latencies.count);
  const steps = [];
  let below = 0;
  for (const [mostNs, count] of latencies.histogram || []) {
    const from = Math.min(end, -Math.log10(1 - below / latencies.count));
    below += count;
    const to = below >= latencies.count ? end : -Math.log10(1 - below / latencies.count);
    steps.push([from, Math.max(from, Math.min(end, to)), Math.min(mostNs / 1e6, latencies.max)]);
  }
  return steps;
}

/** lines: {label, color, dash, marked, latencies, others}; `others` are the runs' own. */
function percentileChart(lines, isLinear) {
  const known = lines.filter((one) => one.latencies.count && (one.latencies.histogram || []).length);
  if (!known.length) return [make('p', {class: 'quiet'}, 'Nothing was answered.')];
  const height = 380;
  const nines = Math.max(1, ...known.map((one) => Math.log10(one.latencies.count)));
  const highest = most(known.map((one) => one.latencies.max));
  const lowest = least(known.map((one) => one.latencies.histogram[0][0] / 1e6));
  const chart = responsive(height, (width) => {
    const box = {left: 62, right: width - 14, top: 12, bottom: height - 46};
    const x = linearScale(0, nines, box.left, box.right, nines);
    const y = isLinear ? scaleFromZero(highest, box.bottom, box.top, 6) :
      logScale(Math.max(lowest, 1e-4), highest, box.bottom, box.top, 13);
    const quantiles = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999, 0.9999999];
    const room = (box.right - box.left) / nines;
    const at = (quantile) => -Math.log10(1 - quantile);
    const ticks = quantiles.filter((one) => at(one) <= nines + 1e-9 && (one !== 0.5 || room > 160));
    const svg = frame({title: 'Latency by percentile', width, height, box,
      x: (quantile) => x(at(quantile)), y, xTicks: ticks, formatX: formatQuantile, formatY: formatMs});
    svg.append(draw('text', {x: box.right, y: height - 6, 'text-anchor': 'end'}, 'share of operations that took at most this'));
    known.forEach((one) => svg.append(...drawPercentiles(one, x, y)));
    const places = Array.from({length: 121}, (_, i) => nines * i / 120);
    const tell = (i) => {
      const quantile = 1 - 10 ** -places[i];
      return [`${formatNines(places[i])} took at most`, ...known
        .filter((one) => places[i] <= Math.log10(one.latencies.count) + 1e-9)
        .map((one) => `${one.label}: ${formatMs(latencyAt(one.latencies, quantile))}`)];
    };
    return [svg, ...reader(svg, box, places.map(x), tell)];
  });
  return [legend(known), chart];
}

function drawPercentiles(one, x, y) {
  const drawn = [];
  if (one.others.length > 1) {
    const end = Math.log10(one.latencies.count / one.others.length);
    const places = Array.from({length: 161}, (_, i) => end * i / 160);
    drawn.push(band(places.map((place) => {
      const values = one.others.map((run) => latencyAt(run, 1 - 10 ** -place));
      return [x(place), y(least(values)), y(most(values))];
    }), one.color));
  }
  const steps = percentileSteps(one.latencies).map(([from, to, ms]) => [x(from), x(to), y(ms)]);
  drawn.push(line(stepsOf(steps), one.color, one.dash));
  const [, lastX, lastY] = steps[steps.length - 1];
  drawn.push(mark(lastX, lastY, one.marked));
  return drawn;
}

/** 2.3 nines is 99.5 %: as many digits as tell it from its neighbours. */
function formatNines(nines) {
  return `${(100 * (1 - 10 ** -nines)).toFixed(Math.max(0, Math.ceil(nines) - 1))} %`;
}
