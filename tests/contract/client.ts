// SPDX-License-Identifier: Apache-2.0
// client - what a stranger writes against the types made from the API's document: log in, open an account, take part, be refused
//
//   node client.ts BASE ADMIN-PASSWORD
import assert from 'node:assert/strict';
import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from './api.d.ts';

const [base, adminPassword] = process.argv.slice(2) as [string, string];
const city = { district: '310000' } as const;
const district = { district: '310105' } as const;
const password = 'Nothing-2023-real';

function clientOf(token?: string) {
  const client = createClient<paths>({ baseUrl: base });
  const bearer: Middleware = {
    onRequest({ request }) {
      if (token) request.headers.set('Authorization', `Bearer ${token}`);
      request.headers.set('Accept-Language', 'en');
      return request;
    },
  };

  client.use(bearer);
  return client;
}

async function login(account: string, secret: string): Promise<string> {
  const { data, error } = await clientOf().POST('/api/v1/districts/{district}/sessions', {
    params: { path: city },
    body: { account, password: secret },
  });

  assert.equal(error, undefined);
  assert.ok(data);
  return data.token;
}

const admin = clientOf(await login('admin', adminPassword));
const opened = await admin.POST('/api/v1/districts/{district}/accounts', {
  params: { path: city, header: { 'Idempotency-Key': 'contract-1' } },
  body: { account: 'sample-officer', name: '样例', password, bindings: [{ role: 'district', region: '310105' }] },
});

assert.equal(opened.error, undefined);

const officer = clientOf(await login('sample-officer', password));
const me = await officer.GET('/api/v1/districts/{district}/me', { params: { path: district } });

assert.equal(me.data?.account.state, 'active');
assert.equal(me.data?.account.bindings?.[0]?.role, 'district');

const begin = await officer.GET('/api/v1/districts/{district}/changes', {
  params: { path: district, query: { after: 'now' } },
});

assert.ok(begin.data);

const region = await officer.PUT('/api/v1/districts/{district}/regions/{code}', {
  params: { path: { ...district, code: '310105901' } },
  body: { name: '样例街道' },
});

assert.equal(region.error, undefined);

const changes = await officer.GET('/api/v1/districts/{district}/changes', {
  params: { path: district, query: { after: begin.data.next, limit: 10 } },
});

assert.deepEqual(changes.data?.changes?.map((c) => [c.kind, c.thing_id]), [['intake.RegionRegistered', '310105901']]);

const refused = await officer.PUT('/api/v1/districts/{district}/regions/{code}', {
  params: { path: { ...district, code: '310105902' } },
  // @ts-expect-error: the types know that a name is missing and that there is no colour
  body: { colour: 'red' },
});

assert.equal(refused.response.status, 422);
assert.deepEqual(refused.error?.errors?.map((e) => [e.field, e.code]).sort(), [
  ['colour', 'field_unknown'],
  ['name', 'field_missing'],
]);
console.log('client: all as the types say');
