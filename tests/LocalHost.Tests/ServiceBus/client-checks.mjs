// Drives the local Service Bus with the official client. Prints one JSON line per check: {name, ok, detail}.
// Lines from standard input answer the checks that need something done on the other side.
import readline from "node:readline";
import { ServiceBusClient } from "@azure/service-bus";

const connectionString = process.argv[2];
const only = process.argv[3];
const client = new ServiceBusClient(connectionString);
const input = readline.createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();

const assert = (condition, text) => {
  if (!condition) throw new Error(text);
};

const ask = async (what) => {
  console.log(JSON.stringify({ ask: what }));
  return (await lines.next()).value;
};

// As a terminal does: the client itself gives up on a connection that is closed while it is being opened.
const sendUntilAccepted = async (sender, body) => {
  for (;;) {
    try {
      return await sender.sendMessages({ body });
    } catch (fault) {
      console.error(`sending ${body} again after ${fault.message}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
};

const take = async (receiver, count = 1) => {
  const found = [];
  while (found.length < count) {
    const more = await receiver.receiveMessages(count - found.length, { maxWaitTimeInMs: 15000 });
    if (more.length === 0) throw new Error(`only ${found.length} of ${count} messages came`);
    found.push(...more);
  }
  return found;
};

const withQueue = async (work) => {
  const sender = client.createSender("orders");
  const receiver = client.createReceiver("orders");
  try {
    return await work(sender, receiver);
  } finally {
    await receiver.close();
    await sender.close();
  }
};

const checks = {
  "send and complete": () => withQueue(async (sender, receiver) => {
    await sender.sendMessages({
      body: { total: 12.5 }, messageId: "m-1", correlationId: "c-1", subject: "sale", contentType: "application/json",
      sessionId: "s-1", applicationProperties: { source: "till", count: 3, big: true },
    });
    const [message] = await take(receiver);
    assert(message.body.total === 12.5, "body");
    assert(message.messageId === "m-1" && message.correlationId === "c-1", "ids");
    assert(message.subject === "sale" && message.sessionId === "s-1", "subject or session");
    assert(message.contentType === "application/json", "content type");
    assert(message.applicationProperties.source === "till" && message.applicationProperties.count === 3, "properties");
    assert(message.deliveryCount === 0, `delivery count ${message.deliveryCount}`);
    assert(message.sequenceNumber.toNumber() > 0 && message.enqueuedTimeUtc instanceof Date, "annotations");
    await receiver.completeMessage(message);
    assert((await receiver.peekMessages(1)).length === 0, "still there");
  }),

  "batch in order": () => withQueue(async (sender, receiver) => {
    const batch = await sender.createMessageBatch();
    for (let i = 0; i < 25; i++) assert(batch.tryAddMessage({ body: `b${i}`, messageId: `b${i}` }), "batch is full");
    await sender.sendMessages(batch);
    const messages = await take(receiver, 25);
    assert(messages.map((m) => m.body).join() === Array.from({ length: 25 }, (_, i) => `b${i}`).join(), "order");
    for (const message of messages) await receiver.completeMessage(message);
  }),

  "abandon comes again": () => withQueue(async (sender, receiver) => {
    await sender.sendMessages({ body: "again" });
    const [first] = await take(receiver);
    await receiver.abandonMessage(first, { why: "busy" });
    const [second] = await take(receiver);
    assert(second.deliveryCount === 1, `delivery count ${second.deliveryCount}`);
    assert(second.applicationProperties.why === "busy", "modified property");
    await receiver.completeMessage(second);
  }),

  "dead-letter with reason": () => withQueue(async (sender, receiver) => {
    await sender.sendMessages({ body: "bad", messageId: "bad-1", applicationProperties: { kept: "yes" } });
    const [message] = await take(receiver);
    await receiver.deadLetterMessage(message, {
      deadLetterReason: "unreadable", deadLetterErrorDescription: "not JSON", extra: "more",
    });
    for (const path of ["orders/$DeadLetterQueue", "orders/$deadletterqueue"]) {
      const dead = client.createReceiver(path);
      const [found] = await dead.peekMessages(1);
      assert(found?.messageId === "bad-1", `nothing in ${path}`);
      await dead.close();
    }
    const dead = client.createReceiver("orders", { subQueueType: "deadLetter" });
    const [found] = await take(dead);
    assert(found.deadLetterReason === "unreadable", `reason ${found.deadLetterReason}`);
    assert(found.deadLetterErrorDescription === "not JSON", "description");
    assert(found.applicationProperties.extra === "more" && found.applicationProperties.kept === "yes", "properties");
    assert(found.deadLetterSource === "orders", `source ${found.deadLetterSource}`);
    await dead.completeMessage(found);
    await dead.close();
  }),

  "too many deliveries": () => withQueue(async (sender, receiver) => {
    await sender.sendMessages({ body: "never", messageId: "never-1" });
    for (let i = 0; i < 3; i++) await receiver.abandonMessage((await take(receiver))[0]);
    const dead = client.createReceiver("orders", { subQueueType: "deadLetter" });
    const [found] = await take(dead);
    assert(found.messageId === "never-1" && found.deadLetterReason === "MaxDeliveryCountExceeded", "not dead");
    await dead.completeMessage(found);
    await dead.close();
  }),

  "renew lock": () => withQueue(async (sender, receiver) => {
    await sender.sendMessages({ body: "slow" });
    const [message] = await take(receiver);
    const until = await receiver.renewMessageLock(message);
    assert(until.getTime() > Date.now(), "lock ends in the past");
    await receiver.completeMessage(message);
    const lost = await receiver.renewMessageLock(message).then(() => null, (fault) => fault);
    assert(lost?.code === "MessageLockLost", `renewing a settled message gave ${lost?.code}`);
  }),

  "schedule and cancel": () => withQueue(async (sender, receiver) => {
    const soon = new Date(Date.now() + 1000);
    const [cancelled] = await sender.scheduleMessages({ body: "late" }, new Date(Date.now() + 3600000));
    const [kept] = await sender.scheduleMessages({ body: "soon" }, soon);
    assert(kept.greaterThan(cancelled), "sequence numbers");
    await sender.cancelScheduledMessages(cancelled);
    const [message] = await take(receiver);
    assert(message.body === "soon", `got ${message.body}`);
    assert(Date.now() >= soon.getTime() - 50, "came too early");
    await receiver.completeMessage(message);
  }),

  "peek locks nothing": () => withQueue(async (sender, receiver) => {
    await sender.sendMessages([{ body: "p1" }, { body: "p2" }]);
    const peeked = await receiver.peekMessages(10);
    assert(peeked.map((m) => m.body).join() === "p1,p2", `peeked ${peeked.map((m) => m.body)}`);
    for (const message of await take(receiver, 2)) await receiver.completeMessage(message);
  }),

  "defer": () => withQueue(async (sender, receiver) => {
    await sender.sendMessages({ body: "aside" });
    const [message] = await take(receiver);
    await receiver.deferMessage(message);
    const [found] = await receiver.receiveDeferredMessages(message.sequenceNumber);
    assert(found.body === "aside", "not found by number");
    await receiver.completeMessage(found);
    assert((await receiver.peekMessages(1)).length === 0, "still there");
  }),

  "an empty queue answers with nothing": () => withQueue(async (sender, receiver) => {
    assert((await receiver.receiveMessages(5, { maxWaitTimeInMs: 300 })).length === 0, "something came");
    await sender.sendMessages({ body: "after" });
    const [message] = await take(receiver);
    await receiver.completeMessage(message);
  }),

  "subscribe": () => withQueue(async (sender, receiver) => {
    const wanted = new Set(Array.from({ length: 20 }, (_, i) => `s${i}`));
    let done;
    const all = new Promise((resolve, reject) => {
      done = resolve;
      setTimeout(() => reject(new Error(`missing ${[...wanted]}`)), 20000).unref();
    });
    const subscription = receiver.subscribe({
      processMessage: async (message) => {
        wanted.delete(message.body);
        if (wanted.size === 0) done();
      },
      processError: async (args) => console.error(args.error),
    }, { maxConcurrentCalls: 4 });
    await sender.sendMessages([...wanted].map((body) => ({ body })));
    await all;
    await subscription.close();
  }),

  "topic and subscriptions": async () => {
    const sender = client.createSender("events");
    await sender.sendMessages({ body: "hello", messageId: "e-1" });
    for (const name of ["all", "audit"]) {
      const receiver = client.createReceiver("events", name);
      const [message] = await take(receiver);
      assert(message.body === "hello" && message.messageId === "e-1", `copy of ${name}`);
      await receiver.completeMessage(message);
      await receiver.close();
    }
    await sender.close();
  },

  "receive and delete": () => withQueue(async (sender) => {
    await sender.sendMessages({ body: "gone" });
    const receiver = client.createReceiver("orders", { receiveMode: "receiveAndDelete" });
    const [message] = await take(receiver);
    assert(message.body === "gone", "body");
    assert((await receiver.peekMessages(1)).length === 0, "still there");
    await receiver.close();
  }),

  "a large message": () => withQueue(async (sender, receiver) => {
    const body = "x".repeat(200000);
    await sender.sendMessages({ body });
    const [message] = await take(receiver);
    assert(message.body === body, "body");
    await receiver.completeMessage(message);
    const fault = await sender.sendMessages({ body: "x".repeat(300000) }).then(() => null, (e) => e);
    assert(fault?.code === "MessageSizeExceeded", `too large gave ${fault?.code}`);
  }),

  "an unknown entity": async () => {
    const sender = client.createSender("nowhere");
    const fault = await sender.sendMessages({ body: "x" }).then(() => null, (e) => e);
    assert(fault?.code === "MessagingEntityNotFound", `gave ${fault?.code}: ${fault?.message}`);
    await sender.close();
  },

  "equal message ids are both kept": () => withQueue(async (sender, receiver) => {
    await sender.sendMessages([{ body: "1", messageId: "same" }, { body: "2", messageId: "same" }]);
    for (const message of await take(receiver, 2)) await receiver.completeMessage(message);
  }),

  "what .NET sent": () => withQueue(async (_, receiver) => {
    await ask("send");
    const [message] = await take(receiver);
    assert(message.messageId === "net-1" && message.sessionId === "net-s", "ids");
    assert(message.correlationId === "net-c" && message.subject === "net-subject", "correlation or subject");
    assert(message.contentType === "application/cloudevents+json", "content type");
    assert(message.body.hello === "wörld", `body ${JSON.stringify(message.body)}`);
    const p = message.applicationProperties;
    assert(p.text === "t" && p.number === 7 && p.flag === true && Number(p.long) === 5000000000, JSON.stringify(p));
    await receiver.completeMessage(message);
  }),

  "sends while the listener restarts": () => withQueue(async (sender, receiver) => {
    await sender.sendMessages({ body: "before" });
    await ask("stop");
    const sends = ["during-1", "during-2"].map((body) => sendUntilAccepted(sender, body));
    await ask("start");
    await Promise.all(sends);
    const again = client.createReceiver("orders");
    const bodies = new Set();
    // A send whose answer was lost came twice; that is at least once.
    for (let isEmpty = false; bodies.size < 3 || !isEmpty;) {
      const messages = await again.receiveMessages(10, { maxWaitTimeInMs: 500 });
      isEmpty = messages.length === 0;
      for (const message of messages) {
        bodies.add(message.body);
        await again.completeMessage(message);
      }
    }
    assert(["before", "during-1", "during-2"].every((b) => bodies.has(b)), [...bodies].join());
    await again.close();
  }),
};

for (const [name, check] of Object.entries(checks)) {
  if (only && only !== name) continue;
  const started = Date.now();
  let limit;
  const tooLong = new Promise((_, reject) => {
    limit = setTimeout(() => reject(new Error("took longer than a minute")), 60000);
  });
  try {
    await Promise.race([check(), tooLong]);
    console.log(JSON.stringify({ name, ok: true, ms: Date.now() - started }));
  } catch (fault) {
    console.log(JSON.stringify({ name, ok: false, detail: `${fault.message} ${fault.stack}` }));
  } finally {
    clearTimeout(limit);
  }
}

await Promise.race([client.close(), new Promise((resolve) => setTimeout(resolve, 3000))]);
process.exit(0);
