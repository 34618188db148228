import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSnapshot, parseSnapshot } from '../../../src/rollback/snapshot.ts';
import { NEW_RUN, object, Scene, workload } from './rolling-back.ts';

function snapshot() {
  const scene = new Scene();
  scene.server.apply(workload('app:1'));
  scene.deploy(workload('app:2', {}, NEW_RUN));
  scene.touch(object('ConfigMap', 'new'), 'deleted');
  return scene.snapshot;
}

test('a snapshot is read as it was written', () => {
  assert.deepEqual(parseSnapshot(formatSnapshot(snapshot())), snapshot());
});

const changed = (over: object): string => JSON.stringify({ ...JSON.parse(formatSnapshot(snapshot())), ...over });

for (const [says, text] of [
  ['no JSON', '{"schema":1,'],
  ['nothing', ''],
  ['null', 'null'],
  ['of another version', changed({ schema: 2 })],
  ['without its commit', changed({ commit: undefined })],
  ['without its run', changed({ runUrl: 1 })],
  ['without its objects', changed({ touched: {} })],
  ['with an object that is none', changed({ touched: [1] })],
  ['with a change that nobody knows', changed({ touched: [{ ...snapshot().touched[0], how: 'eaten' }] })],
  ['with a resource that is none', changed({ touched: [{ ...snapshot().touched[0], resource: {} }] })],
] as const) {
  test(`text that is ${says} is no snapshot`, () => {
    assert.equal(parseSnapshot(text), undefined);
  });
}

test('what a later patch of this version adds does no harm', () => {
  assert.deepEqual(parseSnapshot(changed({ more: 1 })), snapshot());
});
