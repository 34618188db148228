import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logIn } from '../../../src/login/log-in.ts';
import type { LoginPlan } from '../../../src/plan/login-slice.ts';
import { failureOfWork } from '../../support/failures.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { memoryFiles } from '../../support/memory-files.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
const PLAN: LoginPlan = {
  logins: [],
  userFolder: '/home/me/.docker',
  buildersFolder: '/home/me/builders',
  folder: '/private/docker',
};
const OURS = '/private/docker/authorities';

for (const [name, registryCa] of [
  ['a PEM', `  ${PEM}\n\n`],
  ['a file', '/checkout/ca.pem'],
] as const) {
  test(`registry-ca as ${name}: commands trust it, and what the machine trusts`, async () => {
    const files = memoryFiles({ '/checkout/ca.pem': PEM });
    const env = await logIn({ ...PLAN, registryCa }, fakePorts({ files }));
    assert.deepEqual(env, { SSL_CERT_DIR: `${OURS}:/etc/ssl/certs:/etc/pki/tls/certs` });
    assert.equal(await files.readText(`${OURS}/registry-ca.pem`), `${PEM}\n`);
  });
}

test("the job's own SSL_CERT_DIR goes on to count", async () => {
  const plan = { ...PLAN, registryCa: PEM, certificateFolders: '/company/certs:/etc/ssl/certs' };
  assert.deepEqual(await logIn(plan, fakePorts({})), {
    SSL_CERT_DIR: `${OURS}:/company/certs:/etc/ssl/certs`,
  });
});

test('without registry-ca no variable is set, and an empty SSL_CERT_DIR is none', async () => {
  assert.deepEqual(await logIn({ ...PLAN, certificateFolders: '/company' }, fakePorts({})), {});
  const { SSL_CERT_DIR = '' } = await logIn({ ...PLAN, registryCa: PEM, certificateFolders: '' }, fakePorts({}));
  assert.match(SSL_CERT_DIR, /:\/etc\/ssl\/certs:/);
});

test('the authority and a login are both in the environment', async () => {
  const login = { kind: 'password', registry: 'r.example', username: 'me', password: 'secret-1' } as const;
  const env = await logIn({ ...PLAN, logins: [login], registryCa: PEM }, fakePorts({}));
  assert.deepEqual(Object.keys(env).toSorted(), ['BUILDX_CONFIG', 'DOCKER_CONFIG', 'SSL_CERT_DIR']);
});

for (const [name, registryCa, message] of [
  ['a file that is not there', '/checkout/gone.pem', 'registry-ca: there is no file /checkout/gone.pem'],
  ['a file of something else', '/checkout/key', 'registry-ca: has no certificate in it'],
] as const) {
  test(`registry-ca as ${name} is input-invalid`, async () => {
    const files = memoryFiles({ '/checkout/key': '-----BEGIN PRIVATE KEY-----\nMIIB' });
    const failure = await failureOfWork(async () => logIn({ ...PLAN, registryCa }, fakePorts({ files })));
    assert.deepEqual([failure.code, failure.message], ['input-invalid', message]);
  });
}
