// What a restaurant keeps of a customer beside name and contact.

export async function profiles(tour) {
  await attributes(tour);
  await addresses(tour);
  await tags(tour);
  await notes(tour);
}

async function attributes({ guide, shop, till, zoe }) {
  guide.step('A custom attribute is declared before anybody writes it');
  const path = `/profiles/${zoe}`;
  const unknown = await guide.call('PATCH', path, { key: till, body: { attributes: { seat: 'bar' } }, status: 400 });
  guide.equal('The field', unknown.body.errors[0].pointer, '/attributes/seat');
  await guide.call('PUT', '/attributes/profile/table',
    { key: shop, body: { type: 'string', allowedValues: ['window', 'bar'] }, status: [200, 201] });
  await guide.call('PATCH', path, { key: till, body: { attributes: { table: 'roof' } }, status: 400 });
  const kept = await guide.call('PATCH', path, { key: till, body: { attributes: { table: 'window' } } });
  guide.equal('Kept', kept.body.attributes, { table: 'window' });
}

async function addresses({ guide, till, zoe }) {
  guide.step('Addresses, one of them the default');
  const path = `/profiles/${zoe}/addresses`;
  const home = await guide.call('POST', path,
    { key: till, body: { label: 'Home', lines: ['1 High St'], city: 'London', country: 'GB' }, status: 201 });
  await guide.call('POST', path, { key: till, body: { label: 'Work', lines: ['2 Low St'], default: true }, status: 201 });
  await guide.call('DELETE', `${path}/${home.body.addressId}`, { key: till, status: 204 });
  const left = await guide.call('GET', path, { key: till });
  guide.equal('Left', left.body.items.map(a => [a.label, a.default]), [['Work', true]]);
}

async function tags({ guide, run, till, zoe }) {
  guide.step('Tags, singly and in bulk');
  await guide.call('PUT', `/profiles/${zoe}/tags/regular-${run}`, { key: till });
  const done = await guide.call('POST', `/tags/regular-${run}/profiles`,
    { key: till, body: { add: [zoe, 'nobody-at-all'] } });
  guide.equal('Outcomes', done.body.items.map(i => i.outcome), ['unchanged', 'not-found']);
  const found = await guide.call('GET', `/profiles?tag=regular-${run}&fields=name,totalOrders`, { key: till });
  guide.equal('Who has it', found.body.items.map(i => i.integrationId), [zoe]);
}

async function notes({ guide, shop, till, zoe }) {
  guide.step('A note for staff, and who changed what');
  const made = await guide.call('POST', `/profiles/${zoe}/notes`, { key: shop, body: { text: 'Likes it quiet' }, status: 201 });
  await guide.call('GET', `/profiles/${zoe}/notes`, { key: till, status: 403 });
  await guide.call('PUT', `/profiles/${zoe}/notes/${made.body.noteId}`, { key: shop, body: { text: 'Likes it very quiet' } });
  const trail = await guide.call('GET', `/profiles/${zoe}/audit?limit=3`, { key: shop });
  guide.equal('The last changes', trail.body.items.map(l => l.action), ['note-edited', 'note-added', 'changed']);
  guide.equal('What from', trail.body.items[0].changes[0].from, 'Likes it quiet');
}
