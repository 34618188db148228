import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { greeting } from '../src/greeting.js';
import { createShop } from '../src/shop.js';

const shop = createShop();
let url = '';

before(async () => {
  shop.listen(0, '127.0.0.1');
  await once(shop, 'listening');
  url = `http://127.0.0.1:${shop.address().port}`;
});

after(() => shop.close());

test('the shop greets', async () => {
  const response = await fetch(`${url}/`);
  assert.equal(response.status, 200);
  assert.match(await response.text(), new RegExp(`^${greeting}`));
});

test('every answer carries security headers', async () => {
  const { headers } = await fetch(`${url}/healthz`);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
});

test('other pages are not found', async () => {
  const { status } = await fetch(`${url}/nowhere`);
  assert.equal(status, 404);
});
