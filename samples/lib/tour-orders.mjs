// A loyalty program, an order paid by card, and what the terminals tell of that card afterwards.

import { ServiceBusClient } from '@azure/service-bus';

const queue = 'terminal-transactions';

/** Leaves `balance(query)`, which answers Zoë's balance, and `earned`, the points that she should have. */
export async function orders(tour) {
  const { guide } = tour;
  tour.balance = async (query = '', quiet = false) =>
    (await guide.call('GET', `/programs/stars/profiles/${tour.zoe}/balance${query}`, { key: tour.till, quiet })).body;
  tour.earned = 0;

  await program(tour);
  await firstOrder(tour);
  const retryOptions = { maxRetries: 2, timeoutInMs: 15_000 };
  const bus = new ServiceBusClient(tour.setting('ServiceBus'), { retryOptions });
  try {
    const sender = bus.createSender(queue);
    await knownCard(tour, sender);
    await unknownCard(tour);
    await badMessage(tour, sender);
    await sections(tour);
    await changedMind(tour);
    await byHand(tour, sender);
    await sender.close();
  } finally {
    await bus.close();
  }
}

async function program({ guide, shop }) {
  guide.step('A loyalty program: one star for each euro, good for a year');
  const body = {
    title: 'Stars', kind: 'profile', timeZone: 'Europe/Berlin', subledgers: true, defaultStart: 'immediate',
    defaultExpiry: '1Y_U', earn: { pointsPerUnit: 1, rounding: 'down' }, returnPolicy: 'unlimited', state: 'active',
    tiers: [{ name: 'Silver', minPoints: 100 }, { name: 'Gold', minPoints: 500 }], tierBasis: 'active',
  };
  await guide.call('PUT', '/programs/stars', { key: shop, body, status: [200, 201] });
}

async function firstOrder(tour) {
  const { guide, run, zoe } = tour;
  guide.step('She orders for 25 euros, less 10, and pays by card');
  tour.card = `fp_${run}_known`;
  const closed = await guide.call('PUT', `/sessions/first-${run}`, {
    key: tour.till,
    body: session(zoe, tour.card, { unitPrice: 1250, quantity: 2, discount: 1000 }),
    status: [200, 201],
  });
  guide.equal('Whose order it is', closed.body.profileId, zoe);
  tour.earned += 15;
  guide.equal('Points for it', pointsOf(closed.body.effects), [15]);
  guide.equal('Balance', (await tour.balance()).active, tour.earned);
}

async function knownCard(tour, sender) {
  const { guide, run, zoe } = tour;
  guide.step('A terminal reports a payment with the same card');
  const known = payment(tour, 'known', { amount: 2500, fingerprint: tour.card });
  await sender.sendMessages({ body: known, contentType: 'application/json' });
  guide.say(`Service Bus ${queue} ← ${JSON.stringify(known)}`);
  const linked = await paymentWhen(tour, known, p => p.linked);
  guide.equal('It is hers', linked.profileId, zoe);
  tour.earned += 25;
  await balanceBecomes(tour);

  guide.step('The terminal repeats itself, in one batch with a card that nobody knows');
  tour.strange = payment(tour, 'strange', {
    amount: 4000, fingerprint: `fp_${run}_strange`, occurredAt: new Date(Date.now() - 2 * 3600_000).toISOString(),
  });
  const batch = await sender.createMessageBatch();
  for (const body of [known, tour.strange])
    guide.holds(`Batched ${body.transactionId}`, batch.tryAddMessage({ body, contentType: 'application/json' }));
  await sender.sendMessages(batch);
  const unlinked = await paymentWhen(tour, tour.strange, () => true);
  guide.equal('The strange card is nobody\'s yet', unlinked.linked, false);
  const list = await guide.call('GET', `/payments?linked=false&fingerprint=${tour.strange.fingerprint}`,
    { key: tour.shop });
  guide.equal('It is listed', list.body.items.map(p => p.transactionId), [tour.strange.transactionId]);
  const once = await guide.call('GET', `/payments?fingerprint=${tour.card}`, { key: tour.shop });
  guide.equal('The repeated one is there once', once.body.items.map(p => p.transactionId), [known.transactionId]);
  guide.equal('And counted once', (await tour.balance()).active, tour.earned);
}

async function unknownCard(tour) {
  const { guide, run, zoe, strange } = tour;
  guide.step('She pays an order with that card, so the earlier payment becomes hers, as of its own time');
  const closed = await guide.call('PUT', `/sessions/second-${run}`, {
    key: tour.till, body: session(zoe, strange.fingerprint, { unitPrice: 1000, quantity: 1 }), status: [200, 201],
  });
  guide.equal('Points for the order', pointsOf(closed.body.effects), [10]);
  const linked = await paymentWhen(tour, strange, p => p.linked);
  guide.equal('Whose payment it is', linked.profileId, zoe);
  tour.earned += 10 + 40;
  await balanceBecomes(tour);
  const at = seconds => new Date(Date.parse(strange.occurredAt) + seconds * 1000).toISOString();
  guide.equal('Balance just before that payment', (await tour.balance(`?asOf=${at(-1)}`)).active, 0);
  guide.equal('Balance just after it', (await tour.balance(`?asOf=${at(1)}`)).active, 40);
}

async function badMessage(tour, sender) {
  const { guide } = tour;
  guide.step('A terminal sends nonsense: it is set aside, and replayed once corrected');
  const right = payment(tour, 'mended', { amount: 500, fingerprint: tour.card });
  const wrong = { ...right, amount: 'five euros' };
  await sender.sendMessages({ body: wrong, contentType: 'application/json' });
  guide.say(`Service Bus ${queue} ← ${JSON.stringify(wrong)}`);
  const rejected = await guide.wait('The rejected message', () => findIn(tour, '/rejected-payments',
    item => JSON.stringify(item.body).includes(right.transactionId)));
  guide.holds(`It was rejected: ${rejected.code}, ${rejected.reason}`, rejected.code && rejected.reason, rejected);
  await guide.call('POST', `/rejected-payments/${rejected.rejectedId}/replay`,
    { key: tour.shop, body: { body: right }, status: [200, 202] });
  const mended = await paymentWhen(tour, right, p => p.linked);
  guide.equal('Once corrected it is hers', mended.profileId, tour.zoe);
  tour.earned += 5;
  await balanceBecomes(tour);
  const again = await findIn(tour, '/rejected-payments', item => item.rejectedId === rejected.rejectedId);
  guide.holds('It is off the list, or marked as replayed', again === undefined || again.replayedAt, again);
}

async function sections(tour) {
  const { guide, run, zoe, till, shop } = tour;
  guide.step('What she ordered, paid and bought');
  const sessions = await guide.call('GET', `/profiles/${zoe}/sessions`, { key: till });
  guide.equal('Sessions, newest first', sessions.body.items.map(s => s.sessionId), [`second-${run}`, `first-${run}`]);
  const paid = await guide.call('GET', `/profiles/${zoe}/transactions`, { key: till });
  guide.equal('What she paid', paid.body.items.map(t => t.amount).sort((a, b) => a - b), [500, 1000, 1500, 2500, 4000]);
  const bought = await guide.call('GET', `/profiles/${zoe}/products`, { key: till });
  guide.equal('What she bought', bought.body.items.map(p => [p.sku, p.transactions, p.count]), [['PIZZA', 2, 3]]);
  const { body } = await guide.call('GET', `/profiles/${zoe}/overview`, { key: till });
  guide.equal('Orders', [body.totalOrders, body.discountedOrders], [2, 1]);
  guide.equal('Spent', body.totalSpent, [{ amount: 9500, currency: 'EUR' }]);
  guide.equal('On average, by order', body.averageOrderValue, [{ amount: 1250, currency: 'EUR' }]);
  const data = await guide.call('GET', `/profiles/${zoe}/data`, { key: shop });
  guide.equal('Parts of what is known of her', Object.keys(data.body).filter(k => ['profile', 'sessions'].includes(k)),
    ['profile', 'sessions']);
}

async function changedMind(tour) {
  const { guide, run, zoe, till, shop } = tour;
  guide.step('She gives one of two pizzas back, and then cancels the whole order');
  const path = `/sessions/third-${run}`;
  const body = session(zoe, tour.card, { unitPrice: 1000, quantity: 2 });
  await guide.call('PUT', path, { key: till, body, status: [200, 201] });
  guide.equal('Balance with it', (await tour.balance()).active, tour.earned + 20);
  const some = { items: [{ line: 1, quantity: 1 }] };
  const dry = await guide.call('POST', `${path}/returns?dry=true`, { key: till, body: some });
  guide.equal('What would come back', dry.body.refunded, 1000);
  const back = await guide.call('POST', `${path}/returns`, { key: till, body: some });
  guide.equal('It is', [back.body.state, back.body.refunded], ['partially_returned', 1000]);
  guide.equal('Balance after the return', (await tour.balance()).active, tour.earned + 10);
  const over = await guide.call('POST', `${path}/returns`, {
    key: till, body: { items: [{ line: 1, quantity: 2 }] }, status: 409,
  });
  guide.equal('No more than is left', over.body.lines, [{ line: 1, remaining: 1 }]);
  await guide.call('PUT', path, { key: till, body: { state: 'cancelled' } });
  guide.equal('Balance as before', (await tour.balance()).active, tour.earned);
  const { body: overview } = await guide.call('GET', `/profiles/${zoe}/overview`, { key: till });
  guide.equal('Orders as before', overview.totalOrders, 2);
  const proof = await guide.call('GET', `/reconciliation?profile=${zoe}`, { key: shop });
  guide.equal('Everything follows from the records', proof.body.items, []);
}

async function byHand(tour, sender) {
  const { guide, zoe, shop } = tour;
  guide.step('Cash at a terminal is nobody\'s, until a manager says that it was hers');
  const cash = payment(tour, 'cash', { amount: 800 });
  await sender.sendMessages({ body: cash, contentType: 'application/json' });
  guide.say(`Service Bus ${queue} ← ${JSON.stringify(cash)}`);
  await guide.wait('The payment without a card', () => findIn(tour, '/payments?linked=false',
    p => p.transactionId === cash.transactionId));
  const { body } = await guide.call('PUT', `/payments/${cash.transactionId}/link`, { key: shop, body: { profileId: zoe } });
  guide.equal('Whose it is now, and who said so', [body.profileId, body.decision], [zoe, 'admin']);
  tour.earned += 8;
  guide.equal('Balance', (await tour.balance()).active, tour.earned);
}

function session(profileId, fingerprint, { unitPrice, quantity, discount = 0 }) {
  return {
    state: 'closed', channel: 'online', store: 'store-1', profileId, currency: 'EUR',
    items: [{ sku: 'PIZZA', name: 'Margherita', category: 'food', quantity, unitPrice }],
    discounts: discount > 0 ? [{ name: 'Ten off', amount: discount }] : [],
    payments: [{ method: 'card', amount: unitPrice * quantity - discount, fingerprint }],
  };
}

function payment({ run }, name, { amount, fingerprint, occurredAt = new Date().toISOString() }) {
  return {
    eventId: `event-${run}-${name}`, type: 'payment.completed', transactionId: `pay-${run}-${name}`, occurredAt,
    application: 'shop', terminalId: 'terminal-9', storeId: 'store-1', amount, currency: 'EUR', paymentMedia: 'visa',
    fingerprint, orderNumber: `T-${name}`,
  };
}

function pointsOf(effects) {
  return effects.filter(e => e.type === 'points-awarded' && e.program === 'stars').map(e => e.points);
}

/** The payment as the app knows it, once it is there and as wished. */
async function paymentWhen(tour, { transactionId, fingerprint }, wished) {
  const found = await tour.guide.wait(`Payment ${transactionId}`, async () => {
    const item = await findIn(tour, `/payments?fingerprint=${fingerprint}`, p => p.transactionId === transactionId);
    return item !== undefined && wished(item) ? item : undefined;
  });
  tour.guide.say(`GET /payments?fingerprint=${fingerprint} → ${JSON.stringify(found)}`);
  return found;
}

/** Waits for the points that she has earned by now, no more and no less. */
async function balanceBecomes(tour) {
  await tour.guide.wait(`Balance of ${tour.earned}`, async () =>
    (await tour.balance('', true)).active >= tour.earned ? true : undefined);
  tour.guide.equal('Balance', (await tour.balance()).active, tour.earned);
}

/** The first item of a list that fits, page by page. */
async function findIn(tour, path, fits) {
  const join = path.includes('?') ? '&' : '?';
  for (let cursor = ''; cursor !== null;) {
    const url = path + (cursor && `${join}cursor=${cursor}`);
    const page = await tour.guide.call('GET', url, { key: tour.shop, quiet: true });
    const found = page.body.items.find(fits);
    if (found !== undefined) return found;
    cursor = page.body.next;
  }
  return undefined;
}
