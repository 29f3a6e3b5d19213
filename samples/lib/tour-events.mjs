// Events by webhook: a receiver on this machine that checks the signature.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

const ageMaxSeconds = 300;

export async function events(tour) {
  const { guide, run, shop, zoe } = tour;

  guide.step('The catalogue of events');
  const types = await guide.call('GET', '/events/types', { key: shop });
  const added = types.body.items.find(t => t.type === 'points.added');
  guide.equal('The schema of points.added is of', added.schema.title, 'customerfunctions.points.added');

  guide.step('A receiver is told of changes, and knows by the signature that it is us');
  const receiver = await receive();
  try {
    const path = `/events/subscriptions/tour-${run}`;
    const made = await guide.call('PUT', path,
      { key: shop, body: { url: receiver.url, events: ['profile.*'] }, status: 201, hide: ['secret'] });
    receiver.knows(made.body.secret);
    await guide.call('PATCH', `/profiles/${zoe}`, { key: shop, body: { title: 'Dr' } });
    const told = await guide.wait('The event', async () =>
      receiver.events.find(e => e.type.endsWith('.profile.changed') && e.data.profileId === zoe && e.data.fields.includes('title')));
    guide.equal('Told', told.data.fields, ['title']);
    guide.equal('Refused for their signature', receiver.refused, 0);
    await guide.call('DELETE', path, { key: shop, status: 204 });
  } finally {
    receiver.close();
  }
}

/** A receiver as anybody may write it: it takes what was signed with the secret a moment ago. */
async function receive() {
  const receiver = { events: [], refused: 0 };
  // Somebody else's change may be told of before we have read the answer with the secret.
  const secret = new Promise(resolve => { receiver.knows = resolve; });
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const isOurs = isSigned(request.headers['x-signature'], body, await secret);
    if (isOurs) receiver.events.push(JSON.parse(body));
    else receiver.refused++;
    response.writeHead(isOurs ? 204 : 401).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${server.address().port}/events`;
  receiver.close = () => server.close();
  return receiver;
}

function isSigned(header, body, secret) {
  const [, at, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? [];
  if (!mac || Math.abs(Date.now() / 1000 - Number(at)) > ageMaxSeconds) return false;
  const own = createHmac('sha256', secret).update(`${at}.`).update(body).digest();
  return timingSafeEqual(own, Buffer.from(mac, 'hex'));
}
