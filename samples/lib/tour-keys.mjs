// Applications, keys, two separate environments, and one customer.

/** Leaves `shop` (management key), `till` (integration key), `sandbox` (a sandbox key) and `zoe` in the tour. */
export async function keys(tour) {
  const { guide, run } = tour;

  guide.step('The app is up');
  await guide.call('GET', '/health/live');
  await guide.call('GET', '/health/ready');
  const nobody = await guide.call('GET', '/applications', { status: 401 });
  guide.equal('Without a key', nobody.body.type, 'urn:customerfunctions:unauthenticated');

  guide.step('Two applications: shop sells, shop-sandbox is for trying things out');
  const admin = tour.setting('Access__BootstrapAdminKey');
  const place = { timeZone: 'Europe/Berlin', currency: 'EUR', region: 'GB' };
  for (const [name, environment] of [['shop', 'live'], ['shop-sandbox', 'sandbox']])
    await guide.call('POST', '/applications',
      { key: admin, body: { name, environment, ...place }, status: [201, 409] });

  guide.step('A key for each caller, shown once');
  tour.shop = await newKey(guide, admin, 'shop', ['management']);
  tour.till = await newKey(guide, admin, 'shop', ['integration']);
  tour.sandbox = await newKey(guide, admin, 'shop-sandbox', ['management']);
  const denied = await guide.call('POST', '/applications/shop/keys',
    { key: tour.till, body: { scopes: ['admin'] }, status: 403 });
  guide.equal('A till may not make keys', denied.body.type, 'urn:customerfunctions:denied');

  guide.step('A customer registers');
  const zoe = tour.zoe = `zoe-${run}`;
  const phone = `07${100_000_000 + (Number.parseInt(run, 36) || 1) % 300_000_000}`;
  const person = {
    kind: 'registered', name: "Zoë O'Brien", email: `Zoe.${run}@Example.com`, phone, dietaryNotes: 'Allergic to nuts',
  };
  const made = await guide.call('PUT', `/profiles/${zoe}`, { key: tour.shop, body: person, status: 201 });
  guide.equal('The phone is kept in E.164', made.body.phone, `+44${phone.slice(1)}`);
  guide.equal('The email is kept as given', made.body.email, person.email);

  guide.step('The same email in another spelling is the same email');
  const twin = await guide.call('PUT', `/profiles/twin-${run}`, {
    key: tour.shop,
    body: { kind: 'registered', name: 'Somebody Else', email: ` zoe.${run}@EXAMPLE.com `, phone: '020 7946 0000' },
    status: 409,
  });
  guide.equal('The code', twin.body.type, 'urn:customerfunctions:email-taken');
  guide.holds('The answer does not say whose it is', !JSON.stringify(twin.body).includes(zoe), twin.body);

  guide.step('The sandbox sees nothing of it');
  await guide.call('GET', `/profiles/${zoe}`, { key: tour.sandbox, status: 404 });
  await guide.call('GET', `/profiles/${zoe}`, { key: tour.till });
}

async function newKey(guide, admin, application, scopes) {
  const made = await guide.call('POST', `/applications/${application}/keys`,
    { key: admin, body: { scopes }, status: 201, hide: ['key'] });
  return made.body.key;
}
