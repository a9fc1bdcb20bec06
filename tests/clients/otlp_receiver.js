// A collector for tests: receives OTLP/JSON, decodes it with the message types that OpenTelemetry
// generated from its own protocol files (@opentelemetry/otlp-transformer, by protobufjs), and prints
// what it understood, a line of JSON for each request:
//
//   {"path": ..., "headers": {...}, "lossless": true, "spans": [...], "resource": [...]}
//
// A generic decoder takes a text for bytes as base64, and OTLP/JSON has hexadecimal there. So ids
// are turned into bytes first, as the specification says, and the message goes through its binary
// form: what comes out has been bytes on the wire. `lossless` says that the binary form has all that
// was received: a field that OpenTelemetry does not know, or of another type, would be gone.
'use strict';

const http = require('node:http');
const { isDeepStrictEqual } = require('node:util');
const root = require('@opentelemetry/otlp-transformer/build/src/generated/root');

const service = root.opentelemetry.proto.collector.trace.v1;
const ids = new Set(['traceId', 'spanId', 'parentSpanId']);

/** Returns a copy of `value`, with `change` applied to every id in it. */
function withIds(value, change) {
  if (Array.isArray(value)) return value.map((one) => withIds(one, change));
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name, ids.has(name) ? change(member) : withIds(member, change)]));
}

function bytesOf(hex) {
  if (!/^([0-9a-f]{16}|[0-9a-f]{32})$/.test(hex)) throw new Error(`no id in lower-case hex: ${hex}`);
  return Buffer.from(hex, 'hex');
}

function decode(body) {
  const received = JSON.parse(body);
  const type = service.ExportTraceServiceRequest;
  const binary = type.encode(type.fromObject(withIds(received, bytesOf))).finish();
  const decoded = type.toObject(type.decode(binary), { longs: String, enums: Number });
  const understood = withIds(decoded, (bytes) => Buffer.from(bytes).toString('hex'));
  const { resource, scopeSpans } = understood.resourceSpans[0];
  return {
    lossless: isDeepStrictEqual(understood, received),
    resource: resource.attributes,
    spans: scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => ({ scope, ...span }))),
  };
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const line = { path: request.url, headers: request.headers };
    try {
      Object.assign(line, decode(Buffer.concat(chunks).toString('utf8')));
    } catch (error) {
      line.error = String(error);
    }
    // Whoever has the answer finds the line.
    process.stdout.write(`${JSON.stringify(line)}\n`, () => {
      response.writeHead(line.error ? 400 : 200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(service.ExportTraceServiceResponse.create({})));
    });
  });
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
