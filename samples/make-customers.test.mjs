import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseCsv } from './lib/csv.mjs';
import { Judge } from './lib/judge.mjs';
import { makeCustomers } from './make-customers.mjs';

const folder = mkdtempSync(join(tmpdir(), 'customers-'));
after(() => rmSync(folder, { recursive: true }));

function make(options) {
  const out = join(folder, 'file.csv');
  const expected = makeCustomers({ out, ...options });
  assert.deepEqual(JSON.parse(readFileSync(`${out}.expected.json`, 'utf8')), expected);
  return { expected, text: readFileSync(out, 'utf8') };
}

const row = { name: 'Ada', email: 'ada@example.com', phone: '+447100000000', extra: [] };
const judged = (...rows) => {
  const judge = new Judge();
  rows.forEach(r => judge.read({ ...row, ...r }));
  return judge.counts();
};

test('The same seed gives the same bytes, another seed or suffix others', () => {
  const first = make({ rows: 500, seed: 7 });
  assert.equal(make({ rows: 500, seed: 7 }).text, first.text);
  assert.notEqual(make({ rows: 500, seed: 8 }).text, first.text);
  assert.notEqual(make({ rows: 500, seed: 7, suffix: 'x' }).text, first.text);
});

test('The file has as many records as it says, and begins and ends as promised', () => {
  const { expected, text } = make({ rows: 2000 });
  assert.equal(parseCsv(text).length, 1 + 2000);
  assert.equal(expected.rows, 2000);
  assert.equal(expected.created + expected.rejected, 2000);
  assert.ok(text.startsWith('\ufeffname;'));
  assert.ok(!text.endsWith('\n'));
  assert.equal(text.match(/(?<!\r)\n/), null, 'every line ends with CR and LF');
});

test('A file of fifty rows holds every code and the oddities that break readers', () => {
  const { expected, text } = make({ rows: 50 });
  assert.deepEqual(Object.keys(expected.byCode), ['duplicate', 'duplicate-phone', 'invalid-email', 'invalid-phone',
    'missing-email', 'missing-name', 'wrong-field-count']);
  for (const oddity of ['\r\n\r\n', '""', ';"', ';=SUM', "'+44", '🍕', 'mailto:', 'e\u0308', '<', ';;\r\n'])
    assert.ok(text.includes(oddity), `no ${JSON.stringify(oddity)}`);
});

test('A clean file is created whole', () => {
  const { expected, text } = make({ rows: 300, clean: true });
  assert.equal(expected.created, 300);
  const phones = parseCsv(text).slice(1).map(cells => cells[2].replaceAll(/\D/g, '').slice(-10));
  assert.equal(new Set(phones).size, 300);
});

test('Two suffixes share neither email nor phone', () => {
  const values = suffix => parseCsv(make({ rows: 3000, suffix, clean: true }).text).slice(1)
    .flatMap(cells => [cells[1], cells[2].replaceAll(/\D/g, '').slice(-10)]);
  const first = new Set(values('-one'));
  assert.deepEqual(values('-two').filter(v => first.has(v)), []);
});

test('The first fault decides the code', () => {
  const all = { extra: ['x'], name: ' ', email: null, phone: null };
  assert.deepEqual(judged(all).byCode, { 'wrong-field-count': 1 });
  assert.deepEqual(judged({ ...all, extra: [''] }).byCode, { 'missing-name': 1 });
  assert.deepEqual(judged({ email: '', phone: null }).byCode, { 'missing-email': 1 });
  assert.deepEqual(judged({ email: null, phone: null }).byCode, { 'invalid-email': 1 });
  assert.deepEqual(judged({ phone: null }).byCode, { 'invalid-phone': 1 });
});

test('Only a row without a fault keeps its email from later ones, and only its owner keeps a phone', () => {
  assert.equal(judged({ phone: null }, {}).created, 1);
  assert.deepEqual(judged({}, { email: 'ADA@example.com', phone: '+447100000001' }).byCode, { duplicate: 1 });
  assert.deepEqual(judged({}, { email: 'b@example.com' }, { email: 'b@example.com', phone: '' }).byCode,
    { 'duplicate': 1, 'duplicate-phone': 1 });
  assert.equal(judged({}, { phone: '+447100000001' }, { email: 'c@example.com', phone: '+447100000001' }).created, 2);
  assert.equal(judged({ phone: '' }, { email: 'b@example.com', phone: '' }).created, 2);
});
