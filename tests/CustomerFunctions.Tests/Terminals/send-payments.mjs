// Terminals at full speed with the official client: sends messages of payments, some of them twice and some of them
// bad, until every one was accepted. Then waits until queue and dead-letter queue are empty and prints what is left.
import { ServiceBusClient } from "@azure/service-bus";

const [connectionString, application, countText, run] = process.argv.slice(2);
const count = Number(countText);
const queue = "terminal-transactions";
const together = 50;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const message = (i) => {
  const body = {
    eventId: `e-${run}-${i}`,
    type: "payment.completed",
    transactionId: `${run}-${i}`,
    occurredAt: "2026-03-01T12:00:00Z",
    application,
    amount: i % 20 === 7 ? "much" : 2500,
    currency: "EUR",
    fingerprint: `fp-${run}-${i % 100}`,
  };
  return { body: Buffer.from(i % 20 === 13 ? `not json ${run} ${i}` : JSON.stringify(body)), messageId: `m-${run}-${i}` };
};

// As a terminal does: what was not accepted is sent again, by a new connection, and twice does no harm.
const open = () => {
  const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0, timeoutInMs: 10_000 } });
  return { client, sender: client.createSender(queue) };
};

let link = open();
const renew = async (fault) => {
  console.error(`again after ${fault.message}`);
  await Promise.race([link.client.close().catch(() => {}), pause(2_000)]);
  await pause(200);
  link = open();
};

const send = async (messages) => {
  for (;;) {
    try {
      return await link.sender.sendMessages(messages);
    } catch (fault) {
      await renew(fault);
    }
  }
};

for (let from = 0; from < count; from += together) {
  const some = Array.from({ length: Math.min(together, count - from) }, (_, i) => message(from + i));
  await send(some);
  if (from % (4 * together) === 0) await send(some);
  console.log(JSON.stringify({ sent: from + some.length }));
}

// By a client of its own: one that has peeked goes on behind what it saw last.
const left = async (options) => {
  for (;;) {
    const client = new ServiceBusClient(connectionString);
    try {
      return (await client.createReceiver(queue, options).peekMessages(10)).length;
    } catch (fault) {
      console.error(`looking again after ${fault.message}`);
      await pause(200);
    } finally {
      await Promise.race([client.close().catch(() => {}), pause(2_000)]);
    }
  }
};

const dead = { subQueueType: "deadLetter" };
while ((await left({})) + (await left(dead)) > 0) await pause(300);
console.log(JSON.stringify({ left: (await left({})) + (await left(dead)) }));
await Promise.race([link.client.close(), pause(2_000)]);
process.exit(0);
