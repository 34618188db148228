import type { ApiResource } from '../../../src/kube/discovery.ts';
import type { Happening } from '../../../src/ports.ts';
import { rollBack, type RollbackResult } from '../../../src/rollback/run.ts';
import type { Snapshot, Touched } from '../../../src/rollback/snapshot.ts';
import type { RollbackPlan } from '../../../src/plan/slices.ts';
import { textAt, type JsonObject } from '../../../src/values/json.ts';
import { DeployError } from '../../../src/errors.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { FakeServer } from './fake-server.ts';

export const OLD_RUN = { 'k8s-deploy/commit': 'c1', 'k8s-deploy/run': 'https://example.com/runs/1' };
export const NEW_RUN = { 'k8s-deploy/commit': 'c2', 'k8s-deploy/run': 'https://example.com/runs/2' };

export const object = (
  kind: string,
  name: string,
  more: JsonObject = {},
  annotations: JsonObject = {},
): JsonObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop', ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
  ...more,
});

/** A workload with one container, as a manifest has it. */
export const workload = (
  image: string,
  spec: JsonObject = {},
  annotations = OLD_RUN,
  kind = 'Deployment',
): JsonObject => ({
  ...object(kind, 'server', {}, annotations),
  apiVersion: 'apps/v1',
  spec: { template: { metadata: {}, spec: { containers: [{ name: 'app', image }] } }, ...spec },
});

/** A snapshot in the making, and the server on which the run that it is of has been. */
export class Scene {
  readonly files = memoryFiles({});
  readonly server = new FakeServer(this.files);
  readonly touched: Touched[] = [];
  readonly heard: Happening[] = [];
  isCancelled = false;

  /** What the run is about to do with an object of the server, or one that is not there yet. */
  touch(wanted: JsonObject, how: Touched['how'], desired?: JsonObject): void {
    const { apiVersion = '', kind = '' } = { apiVersion: textAt(wanted, 'apiVersion'), kind: textAt(wanted, 'kind') };
    const resource: ApiResource = { apiVersion, kind, name: `${kind.toLowerCase()}s`, namespaced: true };
    const objectName = textAt(wanted, 'metadata', 'name') ?? '';
    const before = this.server.objects.get(`${kind}/${objectName}`);
    const path = `/apis/${resource.name}/${objectName}`;
    const name = `${kind}/${objectName} in shop`;
    this.touched.push({ name, resource, namespace: 'shop', objectName, path, how, before, desired });
  }

  /** The run applies an object. */
  deploy(wanted: JsonObject): JsonObject {
    this.touch(wanted, 'applied', this.server.apply(wanted, false));
    return this.server.apply(wanted);
  }

  get snapshot(): Snapshot {
    return {
      touched: this.touched,
      commit: NEW_RUN['k8s-deploy/commit'],
      runUrl: NEW_RUN['k8s-deploy/run'],
    };
  }

  async rollBack(onFailure: RollbackPlan['onFailure'] = 'rollback'): Promise<RollbackResult> {
    const kubectl = { path: 'kubectl', kubeconfigPath: '', context: 'c' };
    const ports = fakePorts({
      files: this.files,
      exec: { run: this.server.run },
      notify: (happening) => this.heard.push(happening),
      assertNotCancelled: () => {
        if (this.isCancelled) {
          throw new DeployError('cancelled', 'stopped');
        }
      },
    });
    const context = { kubectl, api: this.server.api, folder: '/private', ports };
    return rollBack(this.snapshot, { onFailure, onCancel: 'keep' }, context);
  }

  /** What a person would say that an object is, without who owns what. */
  stateOf(name: string): JsonObject | undefined {
    const live = this.server.objects.get(name);
    const { metadata: _metadata, ...rest } = live ?? {};
    const labels = textAt(live, 'metadata', 'annotations', 'k8s-deploy/commit');
    return live === undefined ? undefined : { ...rest, commit: labels };
  }
}
