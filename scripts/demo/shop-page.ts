import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../../test/lab/lab.ts';
import { kubectl } from './kubectl.ts';
import { NAMESPACE } from './world.ts';

/** What the shop answers to a visitor who comes through the proxy. */
export type Page = { readonly url: string; readonly body: string };

const PATIENCE_MS = 10_000;
const PAUSE_MS = 100;

/** Asks until the answer says what is expected: a Service takes a moment to notice new pods. The last answer is returned anyway. */
export async function visitShop(lab: Lab, expected: string): Promise<Page> {
  const deadline = performance.now() + PATIENCE_MS;
  let page = await visitOnce(lab);
  while (!page.body.includes(expected) && performance.now() < deadline) {
    await sleep(PAUSE_MS);
    page = await visitOnce(lab);
  }
  return page;
}

async function visitOnce(lab: Lab): Promise<Page> {
  return lab.provider === 'native' ? visitClusterIp(lab) : visitThroughApi(lab);
}

/** The native lab's ClusterIPs answer on the machine itself. */
async function visitClusterIp(lab: Lab): Promise<Page> {
  const query = ['get', 'service', 'proxy', `--namespace=${NAMESPACE}`, '--output=jsonpath={.spec.clusterIP}'];
  const address = await kubectl(lab, ...query).catch(() => 'no-service');
  const url = `http://${address}/`;
  const body = await fetch(url).then(async (response) => response.text(), String);
  return { url, body: body.trim() };
}

async function visitThroughApi(lab: Lab): Promise<Page> {
  const url = `/api/v1/namespaces/${NAMESPACE}/services/proxy:http/proxy/`;
  const body = await kubectl(lab, 'get', '--raw', url).catch(String);
  return { url: `kubectl get --raw ${url}`, body: body.trim() };
}
