// How numbers are written: three digits that count, and the unit that fits.
'use strict';

const digits = [0, 1, 2, 3].map(
    (most) => new Intl.NumberFormat('en', {minimumFractionDigits: 0, maximumFractionDigits: most}));

function formatCount(value) { return digits[0].format(value); }

function formatNumber(value) {
  const size = Math.abs(value);
  return digits[size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3].format(value);
}

function formatMs(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms === 0) return '0';
  if (ms < 0.9995) return `${formatNumber(ms * 1000)} µs`;
  if (ms < 999.5) return `${formatNumber(ms)} ms`;
  return `${formatNumber(ms / 1000)} s`;
}

/** Without a share that rounds to 0 % or 100 % although some did, or did not. */
function formatShare(part, whole) {
  if (!whole) return '–';
  if (part === 0) return '0 %';
  if (part === whole) return '100 %';
  const percent = 100 * part / whole;
  if (percent < 0.005) return '< 0.01 %';
  if (percent > 99.995) return '> 99.99 %';
  return `${percent.toFixed(2)} %`;
}

function formatSeconds(seconds) {
  if (seconds < 120) return `${formatNumber(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds % 60);
  if (minutes < 120) return rest ? `${minutes} min ${rest} s` : `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

function formatBytes(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (bytes >= 1000 && unit + 1 < units.length) {
    bytes /= 1024;
    ++unit;
  }
  return `${formatNumber(bytes)} ${units[unit]}`;
}

/** The quantile's share of all, in the words of the axis: 0.999 is "99.9 %". */
function formatQuantile(quantile) {
  const beyond = -Math.log10(1 - quantile);
  return `${(100 * quantile).toFixed(Math.max(0, Math.ceil(beyond - 1e-9) - 2))} %`;
}
