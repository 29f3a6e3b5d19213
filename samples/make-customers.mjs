#!/usr/bin/env node
// Makes a customer file as shops really send them, and beside it what an import of it must report.
//
//   node samples/make-customers.mjs --rows 10000 --seed 7 --out samples/out/customers.csv [--suffix x] [--clean]
//
// The same rows, seed and suffix always give the same bytes. The suffix goes into every email and moves the phone
// numbers, so that a file with a new suffix holds new customers. With --clean every row is a good one.

import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Judge } from './lib/judge.mjs';
import { Random, hashOf } from './lib/random.mjs';

const separator = ';';
const lineEnd = '\r\n';
const header = ['name', 'Email Address', 'phone', 'dateOfBirth', 'tags', 'Note', 'Favourite dish'];

// +44 71, 72 and 73: every number there is valid for libphonenumber, and hardly any is in use.
const phoneFirst = 7_100_000_000;
const phoneCount = 300_000_000;
// Prime to phoneCount, so that neighbours in the file are not neighbours by number and none comes twice.
const phoneStep = 7_919;

const firstNames = ['Ada', 'Zoë', 'Björn', 'Chloé', 'Davide', 'Eoin', 'Fatima', 'Grażyna', 'Hana', 'İpek', 'João',
  'Kwame', 'Linh', 'Måns', 'Niamh', 'Ólafur', 'Priya', 'Renée', 'Sørine', 'Tamás', 'Ulf', 'Věra', 'Wei', 'Yusuf', '美咲'];
const lastNames = ['Lovelace', "O'Brien", 'Smith-Jones', 'García', 'Müller', 'Nguyễn', 'de la Cruz', 'Østergaard',
  'Kowalski', 'van den Berg', 'Tanaka', 'Okafor', 'Ivanova', 'Silva', "D'Angelo", 'Åkesson', 'Čapek', 'Yılmaz'];
const dishes = ['Margherita', 'Pad thai', 'Fish & chips', 'Falafel; extra tahini', 'Ramen', ''];
const tags = ['', '', '', 'regular', 'vip', 'vip,newsletter', 'lunch,regular'];
const notes = ['', '', '', 'Prefers the window table', 'Allergic to nuts', 'Comes on Fridays'];

const badEmails = ['not-an-email', 'two@@signs.example.com', '@no-local-part.example.com', 'no-domain@',
  'blank in@the-middle.example.com', 'n/a'];
// No plan of numbers has room for these, so that nobody can take them for numbers that are merely not in use.
const badPhones = ['12345', 'n/a', '+44 20 7946', '99999999999999999999', '4.67E+10', 'ask at the till', '+44 7',
  '+999 123456789'];
const formulaNames = ['=1+1', '=HYPERLINK("http://example.com","Win")', '@SUM(A1:A9)', "+cmd|' /C calc'!A0", '-2+3'];

const phoneFormats = [
  n => `+44${n}`, n => `0${n}`, n => `0${n.slice(0, 4)} ${n.slice(4)}`, n => `(0${n.slice(0, 4)}) ${n.slice(4)}`,
  n => `+44 (0)${n.slice(0, 4)} ${n.slice(4)}`, n => `0044 ${n}`, n => `+44 ${n.slice(0, 4)} ${n.slice(4)}`,
  n => `0${n.slice(0, 4)}-${n.slice(4, 7)}-${n.slice(7)}`,
];

/** How often in a thousand rows each oddity occurs, and what it does to a good row. Each occurs at least once when
 * the file is long enough. `c` is the customer, `past` finds earlier customers, `random` chooses. */
const oddities = [
  // Rejected.
  [5, (c) => { c.name = ''; }],
  [5, (c) => { c.email = c.emailCell = ''; }],
  [1, (c) => { c.name = c.email = c.emailCell = ''; }],
  [8, (c, past, random) => { c.emailCell = random.pick(badEmails); c.email = null; }],
  [8, (c, past, random) => { c.phoneCell = random.pick(badPhones); c.phone = null; }],
  [4, (c) => { c.extra = ['left over', '']; }],
  [1, (c) => { c.extra = ['left over']; c.name = ''; }],
  [8, (c, past) => sameEmail(c, past.any(), e => e)],
  [8, (c, past) => sameEmail(c, past.any(), e => `  ${e.toUpperCase()} `)],
  [2, (c, past) => sameEmail(c, past.phoneLoser(), e => e)],
  [2, (c, past) => { sameEmail(c, past.any(), e => e); c.phoneCell = '12345'; c.phone = null; }],
  [8, (c, past, random) => { samePhone(c, past.any(), random); c.losesPhone = true; }],
  [1, (c) => { c.cells = 1; c.email = ''; c.phone = ''; }],
  // Good all the same.
  [3, (c, past) => sameEmail(c, past.badPhone(), e => e)],
  [20, (c) => { c.note = 'First line\r\nsecond line\r\n\r\nlast line'; }],
  [10, (c) => { c.name = `${c.name} "Ziggy"`; }],
  [10, (c) => { c.note = '{"table": "window", "seats": "2"}'; }],
  [8, (c, past, random) => { c.name = random.pick(formulaNames); }],
  [8, (c) => { c.note = '=SUM(A1:A9)'; }],
  [15, (c) => { c.phoneCell = `'+44${c.phone.slice(3)}`; }],
  [15, (c) => { c.name = `${c.name} 🍕`; }],
  [15, (c) => { c.name = `Zoë ${c.name}`.normalize('NFD'); }],
  [10, (c) => { c.name = `  ${c.name} `; c.emailCell = ` ${c.email} `; }],
  [10, (c, past, random) => { c.cells = 3 + random.below(3); }],
  [5, (c) => { c.extra = ['', '']; }],
  [10, (c) => { c.emailCell = `${c.name.replaceAll('"', '')} <${c.email.toUpperCase()}>`; }],
  [10, (c) => { c.emailCell = `mailto:${c.email}`; }],
  [30, (c) => { c.phone = c.phoneCell = ''; }],
  [10, (c) => { c.blankLinesBefore = 1; }],
];

function sameEmail(c, earlier, spell) {
  if (earlier === undefined) return;
  c.email = earlier.email;
  c.emailCell = spell(earlier.email);
}

function samePhone(c, earlier, random) {
  if (earlier === undefined) return;
  c.phone = earlier.phone;
  c.phoneCell = random.pick(phoneFormats)(earlier.phone.slice(3));
}

/** A few customers that came before, for rows that repeat something of theirs. Bounded, whatever the file's size. */
class Past {
  #kept = [];
  #phoneLosers = [];
  #badPhones = [];

  constructor(random) { this.random = random; }

  any() { return this.#kept.length ? this.random.pick(this.#kept) : undefined; }
  phoneLoser() { return this.#phoneLosers.pop(); }
  badPhone() { return this.#badPhones.pop(); }

  see(c) {
    if (c.odd === undefined && this.#kept.length < 5000) this.#kept.push(c);
    if (c.losesPhone) this.#phoneLosers[0] = c;
    if (c.phone === null && c.emailCell === c.email && !c.repeatsEmail) this.#badPhones[0] = c;
  }
}

class Customers {
  #random;
  #past;
  #suffix;
  #clean;
  #phoneOffset;

  constructor({ seed, suffix, clean }) {
    this.#random = new Random(hashOf(`${seed}/${suffix}`));
    this.#past = new Past(this.#random);
    this.#suffix = suffix;
    this.#clean = clean;
    this.#phoneOffset = hashOf(`phones/${seed}/${suffix}/${clean}`) % phoneCount;
  }

  make(index) {
    const c = this.#good(index);
    const odd = this.#clean || index < 10 ? undefined : this.#chooseOddity(index - 10);
    if (odd !== undefined) {
      c.odd = odd;
      const own = c.email;
      oddities[odd][1](c, this.#past, this.#random);
      c.repeatsEmail = c.email !== own;
    }
    this.#past.see(c);
    return c;
  }

  #good(index) {
    const random = this.#random;
    const [first, last] = [random.pick(firstNames), random.pick(lastNames)];
    const national = String(phoneFirst + ((this.#phoneOffset + index * phoneStep) % phoneCount));
    const domain = `${this.#clean ? 'clean' : 'shop'}${this.#suffix}.example.com`;
    const email = `${plain(first)}.${plain(last)}.${index}@${domain}`;
    return {
      name: `${first} ${last}`, email, emailCell: email, phone: `+44${national}`,
      phoneCell: random.pick(phoneFormats)(national),
      born: random.below(4) === 0 ? dateOf(random) : '', tags: random.pick(tags), note: random.pick(notes),
      dish: random.pick(dishes), extra: [], cells: header.length, blankLinesBefore: 0,
    };
  }

  #chooseOddity(index) {
    if (index < oddities.length) return index;
    let left = this.#random.below(1000);
    const found = oddities.findIndex(([weight]) => (left -= weight) < 0);
    return found < 0 ? undefined : found;
  }
}

function dateOf(random) {
  const two = n => String(n).padStart(2, '0');
  return `${1940 + random.below(66)}-${two(1 + random.below(12))}-${two(1 + random.below(28))}`;
}

function plain(name) {
  return name.normalize('NFD').replaceAll(/[^A-Za-z]/g, '').toLowerCase() || 'guest';
}

function quoted(cell) {
  return /[;"\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function lineOf(c) {
  const cells = [c.name, c.emailCell, c.phoneCell, c.born, c.tags, c.note, c.dish].slice(0, c.cells);
  return [...cells, ...c.extra].map(quoted).join(separator);
}

/** Writes the file and its `.expected.json`; answers what the latter holds. */
export function makeCustomers({ rows = 10_000, seed = 7, out, suffix = '', clean = false }) {
  mkdirSync(dirname(out), { recursive: true });
  const customers = new Customers({ seed, suffix, clean });
  const judge = new Judge();
  const file = openSync(out, 'w');
  try {
    let text = '\ufeff' + header.join(separator);
    for (let index = 0; index < rows; index++) {
      const c = customers.make(index);
      judge.read(c);
      text += lineEnd.repeat(1 + c.blankLinesBefore) + lineOf(c);
      if (text.length > 1 << 20) text = (writeSync(file, text), '');
    }
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
  const expected = judge.counts();
  writeFileSync(`${out}.expected.json`, JSON.stringify(expected, null, 2) + '\n');
  return expected;
}

function main() {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '10000' }, seed: { type: 'string', default: '7' },
      out: { type: 'string', default: 'samples/out/customers.csv' }, suffix: { type: 'string', default: '' },
      clean: { type: 'boolean', default: false },
    },
  });
  const rows = Number(values.rows);
  if (!Number.isInteger(rows) || rows < 1) throw new Error('--rows must be a whole number from 1.');
  if (!/^[a-z0-9-]*$/.test(values.suffix)) throw new Error('--suffix may hold a-z, 0-9 and - only.');
  const expected = makeCustomers({ ...values, rows, seed: Number(values.seed) });
  console.log(`${values.out}: ${JSON.stringify(expected)}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
