import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeSecrets } from '../../../src/build/secrets.ts';
import { memoryFiles } from '../../support/memory-files.ts';

test('a value goes into a file and never onto the command line', async () => {
  const files = memoryFiles({});
  const secrets = [
    { kind: 'value', id: 'npm', value: 'top,secret\n' },
    { kind: 'value', id: 'a/../b', value: 'other' },
    { kind: 'variable', id: 'token', name: 'GH_TOKEN' },
    { kind: 'file', id: 'rc', path: 'config/.npmrc' },
    { kind: 'file', id: 'absolute', path: '/etc/a,b' },
  ] as const;
  const args = await writeSecrets({ secrets, folder: '/private', workspace: '/checkout' }, files);
  assert.deepEqual(
    args.filter((arg) => arg !== '--secret'),
    [
      'id=npm,src=/private/build-secrets/0',
      'id=a/../b,src=/private/build-secrets/1',
      'id=token,env=GH_TOKEN',
      'id=rc,src=/checkout/config/.npmrc',
      'id=absolute,"src=/etc/a,b"',
    ],
  );
  assert.equal(args.length, 10);
  assert.deepEqual(
    [await files.readText('/private/build-secrets/0'), await files.readText('/private/build-secrets/1')],
    ['top,secret\n', 'other'],
  );
});
