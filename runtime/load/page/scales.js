// A scale maps values to pixels, and knows at which values its axis has ticks.

/** The ticks are 1, 2 or 5 times a power of ten. */
function stepFor(range, count) {
  const rough = range / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
}

function linearScale(from, to, first, last, count) {
  const scale = (value) => first + (value - from) / (to - from) * (last - first);
  const step = stepFor(to - from, count);
  scale.ticks = [];
  for (let i = Math.ceil(from / step); i * step <= to * (1 + 1e-9); ++i) scale.ticks.push(i * step);
  return scale;
}

/** From 0, to a tick at or above `to`. */
function scaleFromZero(to, first, last, count) {
  const step = stepFor(to || 1, count);
  return linearScale(0, Math.ceil((to || 1) / step - 1e-9) * step, first, last, count);
}

/** Both ends are widened to 1, 2 or 5 times a power of ten. Values below `from` are drawn at it. */
function logScale(from, to, first, last, count) {
  const stops = [];
  for (let power = Math.floor(Math.log10(from)) - 1; power <= Math.ceil(Math.log10(to)) + 1; ++power)
    for (const factor of [1, 2, 5]) stops.push(Number(`${factor}e${power}`));
  const lowest = stops.filter((one) => one <= from).pop();
  let highest = stops.find((one) => one >= to);
  if (highest === lowest) highest = stops.find((one) => one > lowest);
  const range = Math.log(highest / lowest);
  const scale = (value) => first + Math.log(Math.max(value, lowest) / lowest) / range * (last - first);
  const all = stops.filter((one) => one >= lowest && one <= highest);
  const decades = all.filter((one) => String(one.toExponential()).startsWith('1e'));
  scale.ticks = all.length <= count + 2 || decades.length < 2 ? all : decades;
  return scale;
}

/** In seconds: ticks at the seconds, minutes or hours that people count in. */
function timeScale(to, first, last, count) {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
  const step = steps.find((one) => one * count >= to) || steps[steps.length - 1];
  const scale = (value) => first + value / to * (last - first);
  scale.ticks = [];
  for (let i = 0; i * step <= to + 1e-9; ++i) scale.ticks.push(i * step);
  return scale;
}
function formatClock(seconds) {
  if (seconds < 60) return `${formatNumber(seconds)} s`;
  const two = (value) => String(Math.floor(value)).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ''}${two(seconds / 60 % 60)}:${two(seconds % 60)}`;
}
