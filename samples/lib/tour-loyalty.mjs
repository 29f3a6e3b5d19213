// What else can be done with points: waiting ones, gifts, mistakes undone, the reasons of a balance, loyalty cards.

/** Moves Zoë's points about; leaves her balance at `earned`. */
export async function loyalty(tour) {
  await awaited(tour);
  await undone(tour);
  await given(tour);
  await explained(tour);
  await merged(tour);
  await cards(tour);
  await audited(tour);
}

async function awaited(tour) {
  const { guide, shop, zoe, run } = tour;
  const wallet = `/programs/stars/profiles/${zoe}`;
  guide.step('Points that wait until the table is taken');
  await guide.call('POST', `${wallet}/points`, {
    key: shop, status: 201,
    body: { points: 20, reason: 'Reserved', ledger: 'visits', start: 'on_action', expiry: '1M_U', sessionId: `t-${run}` },
  });
  guide.equal('Pending', (await tour.balance('?ledger=visits')).pending, 20);
  await guide.call('POST', `${wallet}/activations`, { key: shop, body: { sessionId: `t-${run}` }, status: 201 });
  const { active, pending } = await tour.balance('?ledger=visits');
  guide.equal('Active and pending', [active, pending], [20, 0]);
}

async function undone(tour) {
  const { guide, shop, till, zoe } = tour;
  const wallet = `/programs/stars/profiles/${zoe}`;
  guide.step('A deduction was a mistake: its points come back to where they were, once');
  const spent = await guide.call('POST', `${wallet}/deductions`,
    { key: till, body: { points: 8, reason: 'Wrong table', ledger: 'visits' }, status: 201 });
  const reversal = `${wallet}/entries/${spent.body.seq}/reversal`;
  await guide.call('POST', reversal, { key: shop, body: { reason: 'Wrong table' }, status: 201 });
  const again = await guide.call('POST', reversal, { key: shop, body: { reason: 'Wrong table' }, status: 409 });
  guide.equal('The code', again.body.type, 'urn:customerfunctions:already-reversed');
  guide.equal('Balance', (await tour.balance('?ledger=visits')).active, 20);
}

async function given(tour) {
  const { guide, shop, zoe, run } = tour;
  guide.step('She gives twelve of them to Max, who has them until the same day');
  const max = `max-${run}`;
  await guide.call('PUT', `/profiles/${max}`, { key: shop, body: { kind: 'guest', name: 'Max' }, status: 201 });
  await guide.call('POST', `/programs/stars/profiles/${zoe}/transfers`, {
    key: shop, body: { to: { profileId: max }, points: 12, ledger: 'visits', reason: 'A gift' }, status: 201,
  });
  const ends = async id =>
    (await guide.call('GET', `/programs/stars/profiles/${id}/expirations?ledger=visits`, { key: shop })).body.items;
  const [hers, his] = [await ends(zoe), await ends(max)];
  guide.equal('Points', [hers[0].points, his[0].points], [8, 12]);
  guide.equal('Their last second', his[0].expiresAt, hers[0].expiresAt);
}

async function merged(tour) {
  const { guide, shop, run } = tour;
  guide.step('Ann and Anna are one person: her points add up, and the old id leads to the new one');
  const [ann, anna] = [`ann-${run}`, `anna-${run}`];
  for (const [id, points] of [[ann, 30], [anna, 12]]) {
    await guide.call('PUT', `/profiles/${id}`, { key: shop, body: { kind: 'guest', name: 'Anna' }, status: 201 });
    await guide.call('POST', `/programs/stars/profiles/${id}/points`,
      { key: shop, body: { points, reason: 'Welcome' }, status: 201 });
  }
  const merge = body => guide.call('POST', `/profiles/${ann}/merge`, { key: shop, body });
  const preview = await merge({ into: anna, preview: true });
  guide.equal('Possible', preview.body.possible, true);
  await merge({ into: anna });
  guide.equal('Merged again', (await merge({ into: anna })).body.profileId, anna);
  guide.equal('The old id leads to', (await guide.call('GET', `/profiles/${ann}`, { key: shop })).body.integrationId, anna);
  const balance = await guide.call('GET', `/programs/stars/profiles/${anna}/balance`, { key: shop });
  guide.equal('Balance', balance.body.active, 42);
  const proof = await guide.call('GET', `/programs/stars/profiles/${anna}/verify`, { key: shop });
  guide.equal('Both chains', proof.body.ok, true);
}

async function explained(tour) {
  const { guide, shop, zoe } = tour;
  const wallet = `/programs/stars/profiles/${zoe}`;
  guide.step('Why is the balance what it is?');
  const why = await guide.call('GET', `${wallet}/explain?ledger=visits`, { key: shop });
  const lots = why.body.items.map(lot => lot.remaining);
  guide.equal('The lots add up', lots.reduce((a, b) => a + b, 0), why.body.active);
  guide.equal('What moved them', why.body.items[0].history.map(h => h.kind),
    ['added', 'deducted', 'reversed', 'transferred-out']);
  const log = await guide.call('GET', `${wallet}/entries.csv?ledger=visits&dateFormat=excel`, { key: shop });
  guide.equal('Lines of the transaction log', String(log.body).trim().split('\r\n').length, 6);
}

async function cards(tour) {
  const { guide, shop, till, run } = tour;
  guide.step('A loyalty card earns for whoever carries it');
  await guide.call('PUT', `/programs/club-${run}`, {
    key: shop, status: 201,
    body: { title: 'Club', kind: 'card', earn: { pointsPerUnit: 1 }, tiers: [{ name: 'Regular', minPoints: 20 }] },
  });
  const club = `/programs/club-${run}/cards`;
  const card = await guide.call('POST', club,
    { key: shop, body: { pattern: 'CLUB-####-####' }, status: 201, hide: ['verificationCode'] });
  await guide.call('PUT', `/sessions/card-${run}`, {
    key: till,
    body: {
      state: 'closed', channel: 'pos', loyaltyCards: [card.body.code],
      items: [{ sku: 'MENU', quantity: 1, unitPrice: 2500 }],
    },
  });
  const earned = await guide.call('GET', `${club}/${card.body.code}/balance`, { key: till });
  guide.equal('Points and tier', [earned.body.active, earned.body.tier], [25, 'Regular']);

  guide.step('It is lost: nobody can spend its points, and a new card takes them over');
  await guide.call('POST', `${club}/${card.body.code}/block`, { key: shop, body: { reason: 'Lost' } });
  const refused = await guide.call('POST', `${club}/${card.body.code}/deductions`,
    { key: till, body: { points: 5, reason: 'A thief' }, status: 409 });
  guide.equal('The code', refused.body.type, 'urn:customerfunctions:wallet-sealed');
  const next = await guide.call('POST', `${club}/${card.body.code}/replacement`,
    { key: shop, body: { reason: 'Lost' }, status: 201, hide: ['verificationCode'] });
  await guide.call('POST', `${club}/${next.body.code}/deductions`,
    { key: till, body: { points: 5, reason: 'Dessert' }, status: 201 });
  guide.equal('Left', (await guide.call('GET', `${club}/${next.body.code}/balance`, { key: till })).body.active, 20);
}

async function audited(tour) {
  const { guide, shop } = tour;
  guide.step('Every wallet of the program is checked from its entries alone');
  const started = await guide.call('POST', '/programs/stars/audit', { key: shop, body: {}, status: 202 });
  const audit = await guide.wait('the audit', async () => {
    const { body } = await guide.call('GET', `/programs/stars/audits/${started.body.auditId}`, { key: shop, quiet: true });
    return body.state === 'completed' ? body : undefined;
  });
  guide.holds('There were wallets', audit.wallets >= 2, audit);
  guide.equal('Wrong ones', audit.wrong, []);
}
