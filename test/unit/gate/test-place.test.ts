import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lineOfTest } from '../../../src/gate/test-place.ts';

const YAML = `schemaVersion: 2.0.0
metadataTest:
  workdir: /app
fileExistenceTests:
  - name: 'server.mjs' # as an entry point
    path: /app/server.mjs
commandTests:
  - name: server.mjs is read
    command: node
  - command: node
    name: "server.mjs"
`;
const JSON_TEXT = `{
  "schemaVersion": "2.0.0",
  "commandTests": [
    { "name": "node runs", "command": "node" },
    {
      "name": "node",
      "command": "node"
    }
  ]
}`;

describe('a test is found', () => {
  for (const [says, name, text, line] of [
    ['by its name', 'Command Test: server.mjs is read', YAML, 8],
    ['in its own list', 'Command Test: server.mjs', YAML, 11],
    ['with quotes and a remark', 'File Existence Test: server.mjs', YAML, 5],
    ['by its list when it has no name', 'Metadata Test', YAML, 2],
    ['by its list when its name is not there', 'Command Test: written by an anchor', YAML, 7],
    ['in JSON, on a line of its own', 'Command Test: node', JSON_TEXT, 6],
    ['in JSON, among other keys', 'Command Test: node runs', JSON_TEXT, 4],
    ['although its kind is new', 'Quantum Test: node', JSON_TEXT, 6],
    ['nowhere', 'License Test', YAML, undefined],
  ] as const) {
    test(says, () => assert.equal(lineOfTest(name, [], text), line));
  }
});

test('a result without a name has the line that its error names', () => {
  const error =
    'error parsing config file: error unmarshalling config: yaml: unmarshal errors:\n  line 4: field x not found';
  assert.deepEqual(
    [lineOfTest('', [error], YAML), lineOfTest('', ['error parsing config file: no schema'], YAML)],
    [4, undefined],
  );
});
