import { parse } from 'yaml';
import { objectsAt, textAt } from '../../src/values/json.ts';
import type { FaultProxy, Upstream } from './fault-proxy.ts';

/** The API server of a kubeconfig that has one cluster and a user with a client certificate, as the lab's own has. */
export function upstreamOf(kubeconfig: string): Upstream {
  const object: unknown = parse(kubeconfig);
  const [cluster] = objectsAt(object, 'clusters');
  const [user] = objectsAt(object, 'users');
  return {
    origin: textAt(cluster, 'cluster', 'server') ?? '',
    ca: decoded(textAt(cluster, 'cluster', 'certificate-authority-data')),
    certificate: decoded(textAt(user, 'user', 'client-certificate-data')),
    key: decoded(textAt(user, 'user', 'client-key-data')),
  };
}

function decoded(value: string | undefined): string {
  return Buffer.from(value ?? '', 'base64').toString('utf8');
}

/** A kubeconfig, as text, whose only cluster is the proxy. `user` is as in a kubeconfig; without credentials kubectl would ask for a password. */
export function kubeconfigOf(proxy: FaultProxy, user: object = { token: 'anybody' }): string {
  const ca = Buffer.from(proxy.certificate).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'proxy',
    clusters: [{ name: 'proxy', cluster: { server: proxy.origin, 'certificate-authority-data': ca } }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
    users: [{ name: 'proxy', user }],
  });
}

/**
 * A user whose token an exec plugin makes each time it is asked. The plugin tells no end of the token's life, so kubectl keeps it until the
 * server says 401, which is what an expired token meets. `log` gets a line for each call of the plugin.
 */
export function execUser(log: string): object {
  const credential =
    '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"test-%s"}}';
  const script = `echo asked >>'${log}'; printf '${credential}' "$(date +%s)"`;
  return {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', script],
      interactiveMode: 'Never',
    },
  };
}
