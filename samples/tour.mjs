#!/usr/bin/env node
// The whole main job against a running app: keys, profiles, a loyalty program, sessions, terminal payments over
// Service Bus, webhooks, points, imports, exports. Prints each request and its answer; ends with 1 at the first wrong answer.
//
//   node samples/tour.mjs [--url http://localhost:7071] [--rows 10000] [--run june] [--settings local.settings.json]

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Guide, Wrong } from './lib/guide.mjs';
import { settingsFrom } from './lib/settings.mjs';
import { events } from './lib/tour-events.mjs';
import { files } from './lib/tour-files.mjs';
import { keys } from './lib/tour-keys.mjs';
import { loyalty } from './lib/tour-loyalty.mjs';
import { orders } from './lib/tour-orders.mjs';
import { profiles } from './lib/tour-profiles.mjs';
import { points } from './lib/tour-points.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: process.env.CUSTOMERFUNCTIONS_URL || 'http://localhost:7071' },
    rows: { type: 'string', default: '10000' },
    run: { type: 'string', default: Date.now().toString(36) },
    settings: { type: 'string', default: join(root, 'local.settings.json') },
  },
});

const guide = new Guide(`${options.url.replace(/\/$/, '')}/api/v1`);
const tour = {
  guide,
  run: options.run,
  rows: Number(options.rows),
  folder: join(root, 'samples', 'out'),
  setting: settingsFrom(options.settings, join(root, 'local.settings.sample.json')),
};

try {
  await keys(tour);
  await profiles(tour);
  await events(tour);
  await orders(tour);
  await points(tour);
  await loyalty(tour);
  await files(tour);
  console.log(`\nThe tour is over: ${guide.checks} checks, all right.`);
} catch (fault) {
  console.error(`\n✗ ${fault instanceof Wrong ? fault.message : fault.stack}`);
  process.exitCode = 1;
}
