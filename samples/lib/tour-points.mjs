// Points by hand: with a start and an expiry, spent, and never twice.

/** Moves Zoë's points about; leaves her balance at `earned`. */
export async function points(tour) {
  await timed(tour);
  await spent(tour);
  await proven(tour);
}

async function timed(tour) {
  const { guide, shop, zoe } = tour;
  guide.step('Fifty points for the promotion, which start in an hour and then hold for half an hour');
  const added = await guide.call('POST', `/programs/stars/profiles/${zoe}/points`, {
    key: shop, body: { points: 50, reason: 'Welcome', ledger: 'promo', start: '1h', expiry: '30m' }, status: 201,
  });
  const [starts, ends] = [Date.parse(added.body.activeAt), Date.parse(added.body.expiresAt)];
  guide.equal('They hold for', (ends - starts) / 60_000, 30);
  const at = async (instant, offset) => {
    const asOf = new Date(instant + offset * 1000).toISOString();
    const { active, pending, expired } = await tour.balance(`?ledger=promo&asOf=${asOf}`);
    return { active, pending, expired };
  };
  guide.equal('A second before the start', await at(starts, -1), { active: 0, pending: 50, expired: 0 });
  guide.equal('At the start', await at(starts, 0), { active: 50, pending: 0, expired: 0 });
  guide.equal('In the last second', await at(ends, 0), { active: 50, pending: 0, expired: 0 });
  guide.equal('A second later', await at(ends, 1), { active: 0, pending: 0, expired: 50 });
  guide.equal('The main ledger has nothing of it', (await tour.balance('?ledger=main')).active, tour.earned);
}

async function spent(tour) {
  const { guide, till, zoe, run } = tour;
  guide.step('She cannot spend what she has not');
  const deductions = `/programs/stars/profiles/${zoe}/deductions`;
  const refused = await guide.call('POST', deductions,
    { key: till, body: { points: 100_000, reason: 'A car', ledger: 'main' }, status: 409 });
  guide.equal('The code', refused.body.type, 'urn:customerfunctions:insufficient-points');
  guide.holds('The answer has the balance', JSON.stringify(refused.body.balance ?? '').includes(`${tour.earned}`),
    refused.body);

  guide.step('She spends ten; the request is repeated, the deduction is not');
  const request = {
    key: till, headers: { 'idempotency-key': `coffee-${run}` }, status: 201,
    body: { points: 10, reason: 'A coffee', ledger: 'main' },
  };
  const first = await guide.call('POST', deductions, request);
  const second = await guide.call('POST', deductions, request);
  guide.equal('The same entry', second.body.seq, first.body.seq);
  guide.equal('Idempotency-Hit of both', [first, second].map(a => a.headers.get('idempotency-hit')), [null, 'true']);
  const other = await guide.call('POST', deductions,
    { ...request, body: { points: 11, reason: 'A coffee', ledger: 'main' }, status: 422 });
  guide.equal('The same key for something else', other.body.type, 'urn:customerfunctions:idempotency-key-reused');
  tour.earned -= 10;
  guide.equal('Balance', (await tour.balance('?ledger=main')).active, tour.earned);
}

async function proven(tour) {
  const { guide, till, zoe } = tour;
  guide.step('Every point has its entry, and the entries prove the balance');
  const wallet = `/programs/stars/profiles/${zoe}`;
  const entries = await guide.call('GET', `${wallet}/entries?ledger=main&limit=200`, { key: till });
  const sign = e => ['deducted', 'reversed'].includes(e.kind) ? -1 : 1;
  const sum = entries.body.items.reduce((total, e) => total + sign(e) * e.points, 0);
  guide.equal('Sum of the main ledger\'s entries', sum, tour.earned);
  const verified = await guide.call('GET', `${wallet}/verify`, { key: till });
  guide.equal('Chain and balances hold', [verified.body.ok, verified.body.firstBad ?? null], [true, null]);
}
