// A client of RabbitMQ that acta did not write: what tests of the queue publish and look with.
//
//   node queue_client.js URL declare QUEUE TYPE [single]
//                                                  a durable queue of that type, perhaps with a
//                                                  single active consumer; and QUEUE.dead: a fanout
//                                                  exchange, and a queue bound to it
//   node queue_client.js URL publish QUEUE FILE    one message a line, as JSON: the options of
//                                                  amqplib, and `body`, or `bytes` of blanks. Goes
//                                                  on over the loss of the broker: what was not
//                                                  confirmed is published again.
//   node queue_client.js URL drain QUEUE           prints all messages and acknowledges them
//   node queue_client.js URL hold QUEUE COUNT      takes so many, and leaves without a word
//   node queue_client.js URL count QUEUE           prints how many messages are ready
//   node queue_client.js URL await QUEUE COUNT     until so many are ready; with 0: until none is
//   node queue_client.js URL unbind|delete|lose QUEUE
//                                                  from the exchange; the queue; the exchange
//   node queue_client.js URL acknowledge QUEUE COUNT PREFETCH
//                                                  only that, and prints the seconds it took
'use strict';
const amqp = require('amqplib');
const fs = require('fs');

const [url, command, queue, ...rest] = process.argv.slice(2);
const dead = queue + '.dead';
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function connected(work) {
  const connection = await amqp.connect(url);
  connection.on('error', () => {});
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => {});
  try {
    return await work(channel, connection);
  } finally {
    await connection.close().catch(() => {});
  }
}

function parsed(line) {
  const { body, bytes, ...options } = JSON.parse(line);
  const content = bytes === undefined ? Buffer.from(body || '') : Buffer.alloc(bytes, ' ');
  return { content, options: { persistent: true, ...options } };
}

/// Publishes `messages` from `state.confirmed` on; throws when the connection is lost.
async function publishOnce(messages, state) {
  const connection = await amqp.connect(url);
  let lost;
  const whenLost = new Promise((_, reject) => { lost = reject; });
  whenLost.catch(() => {});
  connection.on('error', lost);
  connection.on('close', () => lost(new Error('closed')));
  const channel = await connection.createConfirmChannel();
  channel.on('error', lost);
  const window = 500;
  while (state.confirmed < messages.length) {
    const end = Math.min(state.confirmed + window, messages.length);
    for (let i = state.confirmed; i < end; ++i) {
      const { content, options } = parsed(messages[i]);
      channel.sendToQueue(queue, content, options);
    }
    await Promise.race([channel.waitForConfirms(), whenLost]);
    state.confirmed = end;
    console.log('confirmed ' + end + '.');
  }
  await connection.close();
}

async function publish(file) {
  const messages = fs.readFileSync(file, 'utf8').split('\n').filter((line) => line !== '');
  const state = { confirmed: 0 };
  for (;;) {
    try {
      await publishOnce(messages, state);
      break;
    } catch (why) {
      if (state.confirmed === messages.length) break;
      await later(200);
    }
  }
  console.log('published');
}

function shown(message) {
  const { headers, ...properties } = message.properties;
  return JSON.stringify({
    headers, ...properties, redelivered: message.fields.redelivered,
    routing_key: message.fields.routingKey, bytes: message.content.length,
    body: message.content.length < 1000 ? message.content.toString() : '',
  });
}

const commands = {
  declare: (channel) => channel.assertQueue(queue, {
    durable: true,
    arguments: { 'x-queue-type': rest[0], 'x-single-active-consumer': rest[1] === 'single' } })
    .then(() => channel.assertExchange(dead, 'fanout', { durable: true }))
    .then(() => channel.assertQueue(dead, { durable: true }))
    .then(() => channel.bindQueue(dead, dead, '')),
  drain: async (channel) => {
    for (let got = await channel.get(queue); got; got = await channel.get(queue)) {
      console.log(shown(got));
      channel.ack(got);
    }
  },
  hold: async (channel) => {
    for (let i = 0; i < Number(rest[0]); ++i)
      if (!await channel.get(queue)) throw new Error('there are no more');
  },
  count: async (channel) => console.log((await channel.checkQueue(queue)).messageCount),
  await: async (channel) => {
    const wanted = Number(rest[0]);
    const until = Date.now() + 240000;
    for (;;) {
      const { messageCount } = await channel.checkQueue(queue);
      if (wanted === 0 ? messageCount === 0 : messageCount >= wanted) return console.log('there');
      if (Date.now() > until) throw new Error(messageCount + ' messages are there');
      await later(20);
    }
  },
  unbind: (channel) => channel.unbindQueue(dead, dead, ''),
  delete: (channel) => channel.deleteQueue(queue),
  lose: (channel) => channel.deleteExchange(dead),
  acknowledge: async (channel) => {
    const [count, prefetch] = rest.map(Number);
    await channel.prefetch(prefetch);
    let seen = 0;
    let began;
    await new Promise((resolve) => channel.consume(queue, (message) => {
      began = began || process.hrtime.bigint();
      channel.ack(message);
      if (++seen === count) resolve();
    }));
    console.log(Number(process.hrtime.bigint() - began) / 1e9);
  },
};

(command === 'publish' ? publish(rest[0]) : connected(commands[command]))
  .then(() => process.exit(0), (why) => {
    console.error(why.message);
    process.exit(1);
  });
