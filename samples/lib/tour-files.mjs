// Ten thousand customers in by a blob, some more by HTTP, all of them out again, and one erased.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { makeCustomers } from '../make-customers.mjs';
import { parseCsv } from './csv.mjs';

const finished = ['completed', 'failed', 'cancelled'];

export async function files(tour) {
  const dropped = await dropImport(tour);
  const uploaded = await uploadImport(tour);
  await exportAll(tour, dropped + uploaded);
  await erase(tour);
}

async function dropImport(tour) {
  const { guide, run, rows } = tour;
  guide.step(`${rows} customers as a blob: an import starts by itself`);
  const out = join(tour.folder, 'customers.csv');
  const expected = makeCustomers({ rows, seed: 7, out, suffix: `-${run}` });
  const storage = tour.setting('AzureWebJobsStorage', 'UseDevelopmentStorage=true');
  const container = BlobServiceClient.fromConnectionString(storage).getContainerClient('imports');
  const name = `shop/customers/${run}.csv`;
  const before = new Set((await allImports(tour)).map(i => i.importId));
  await container.getBlockBlobClient(name).uploadFile(out);
  guide.say(`blob imports/${name} ← ${out}`);
  const importId = await guide.wait('The import of that blob', async () =>
    (await allImports(tour)).find(i => !before.has(i.importId))?.importId, { seconds: 60 });
  const state = await finish(tour, importId, rows);
  guide.equal('Counts', countsOf(state.progress), countsOf(expected));
  await compareRejected(tour, importId, expected);
  return expected.created;
}

/** Every import of the environment; a blob's import has an id that nobody was told. */
async function allImports(tour) {
  const all = [];
  for (let cursor = ''; cursor !== null;) {
    const url = `/imports${cursor && `?cursor=${cursor}`}`;
    const page = await tour.guide.call('GET', url, { key: tour.shop, quiet: true });
    all.push(...page.body.items);
    cursor = page.body.next;
  }
  return all;
}

async function compareRejected(tour, importId, expected) {
  const { guide } = tour;
  const answer = await guide.call('GET', `/imports/${importId}/rejected`, { key: tour.shop, quiet: true });
  const [header, ...records] = parseCsv(answer.body);
  guide.say(`GET /imports/${importId}/rejected:`);
  for (const record of [header, ...records.slice(0, 5)]) guide.say(`  ${record.slice(0, 6).join(' | ')}`);
  guide.equal('Its first columns', header.slice(0, 4), ['line', 'column', 'code', 'reason']);
  const byCode = {};
  for (const [, , code] of records) byCode[code] = (byCode[code] ?? 0) + 1;
  guide.equal('Rejected rows by code', sorted(byCode), expected.byCode);
}

async function uploadImport(tour) {
  const { guide, run } = tour;
  guide.step('Two hundred more over HTTP: the columns are proposed, then it is started');
  const out = join(tour.folder, 'more.csv');
  const expected = makeCustomers({ rows: 200, seed: 8, out, suffix: `-${run}`, clean: true });
  const upload = await guide.call('POST', '/imports?kind=customers',
    { key: tour.shop, body: readFileSync(out), status: 201 });
  const { importId, state, columns } = upload.body;
  guide.equal('State', state, 'uploaded');
  guide.equal('Columns found', columns.map(c => c.header),
    ['name', 'Email Address', 'phone', 'dateOfBirth', 'tags', 'Note', 'Favourite dish']);
  guide.equal('Fields proposed for them', columns.map(c => c.proposed),
    ['name', 'email', 'phone', 'dateOfBirth', 'tags', null, null]);
  await guide.call('POST', `/imports/${importId}/start`,
    { key: tour.shop, body: { onExisting: 'update', matchBy: 'email' }, status: [200, 202] });
  const done = await finish(tour, importId, expected.rows);
  guide.equal('Counts', countsOf(done.progress), countsOf(expected));
  return expected.created;
}

async function finish(tour, importId, rows) {
  let last = '';
  const done = await tour.guide.wait(`Import ${importId}`, async () => {
    const { body } = await tour.guide.call('GET', `/imports/${importId}`, { key: tour.shop, quiet: true });
    const { rowsRead, created, rejected, rowsPerSecond } = body.progress ?? {};
    const line = `${body.state}: ${rowsRead ?? 0} of ${rows} read, ${created ?? 0} created, ${rejected ?? 0} rejected`;
    if (line !== last) tour.guide.say(`${line}${rowsPerSecond ? `, ${Math.round(rowsPerSecond)} rows/s` : ''}`);
    last = line;
    return finished.includes(body.state) ? body : undefined;
  }, { seconds: 120 + rows / 50, everyMs: 500 });
  tour.guide.equal('State', done.state, 'completed');
  return done;
}

async function exportAll(tour, created) {
  const { guide, run, shop } = tour;
  guide.step('Everyone as a file');
  const fields = ['integrationId', 'name', 'email', 'phone'];
  const started = await guide.call('POST', '/exports',
    { key: shop, body: { kind: 'customers', format: 'csv', fields }, status: 202 });
  const done = await guide.wait('The export', async () => {
    const { body } = await guide.call('GET', `/exports/${started.body.exportId}`, { key: shop, quiet: true });
    return finished.includes(body.state) ? body : undefined;
  }, { seconds: 180, everyMs: 500 });
  guide.equal('State', done.state, 'completed');
  const response = await fetch(done.file.url);
  guide.equal('Download', response.status, 200);
  const bytes = Buffer.from(await response.arrayBuffer());
  guide.equal('Bytes', bytes.length, done.file.bytes);
  guide.equal('SHA-256', createHash('sha256').update(bytes).digest('hex'), done.file.sha256);
  const [header, ...records] = parseCsv(bytes.toString('utf8'));
  guide.equal('Columns', header, fields);
  guide.equal('Rows', records.length, done.file.rows);
  const ours = records.filter(r => r[2].toLowerCase().includes(`-${run}.example.com`));
  guide.equal('Of them imported just now', ours.length, created);
  guide.equal('Emails of those, each once', new Set(ours.map(r => r[2].toLowerCase())).size, created);
  guide.equal('Cells that a spreadsheet would run',
    records.flat().filter(cell => /^[=+\-@\t\r]/.test(cell) && !/^\+\d+$/.test(cell)), []);
}

async function erase(tour) {
  const { guide, shop, zoe } = tour;
  guide.step('She asks to be forgotten');
  // 202: so much is left that a timer goes on with it.
  await guide.call('DELETE', `/profiles/${zoe}`, { key: shop, status: [202, 204] });
  await guide.wait('Nobody by her id', async () => {
    const { status } = await guide.call('GET', `/profiles/${zoe}`, { key: shop, quiet: true, status: [200, 404] });
    return status === 404 ? true : undefined;
  }, { seconds: 180, everyMs: 500 });
  await guide.call('GET', `/profiles/${zoe}/sessions`, { key: shop, status: 404 });
}

function countsOf({ created, updated, unchanged, skipped, rejected, rows, rowsRead }) {
  return { rows: rows ?? rowsRead, created, updated, unchanged, skipped, rejected };
}

function sorted(counts) {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b)));
}
