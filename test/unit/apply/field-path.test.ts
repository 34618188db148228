import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFieldPath } from '../../../src/apply/field-path.ts';

const OBJECT = {
  metadata: { labels: { app: 'a' } },
  spec: {
    template: { spec: { containers: [{ name: 'a.b' }, { name: 'c', env: [{ name: 'X' }, { name: 'Y' }] }] } },
    ports: [{ port: 1 }, { port: 2, protocol: 'UDP' }, { port: 2 }],
  },
};

for (const [text, path] of [
  ['', []],
  ['spec', ['spec']],
  ['.spec.template', ['spec', 'template']],
  ['spec.template.spec.containers[1].env[0].value', ['spec', 'template', 'spec', 'containers', 1, 'env', 0, 'value']],
  ['.spec.template.spec.containers[name="a.b"].image', ['spec', 'template', 'spec', 'containers', 0, 'image']],
  [
    '.spec.template.spec.containers[name="c"].env[name="Y"].value',
    ['spec', 'template', 'spec', 'containers', 1, 'env', 1, 'value'],
  ],
  ['.spec.ports[port=2,protocol="TCP"].name', ['spec', 'ports', 2, 'name']],
  ['.spec.ports[port=2,protocol="UDP"].name', ['spec', 'ports', 1, 'name']],
  ['.spec.template.spec.containers[name="gone"].image', ['spec', 'template', 'spec', 'containers']],
  ['data[a b]', ['data', 'a b']],
  ['metadata.labels', ['metadata', 'labels']],
] as const) {
  test(`the server's path "${text}" leads to ${JSON.stringify(path)}`, () => {
    assert.deepEqual(parseFieldPath(text, OBJECT), path);
  });
}
