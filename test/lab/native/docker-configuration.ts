import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Places {
  /** The folder of everything that the engine writes. */
  readonly root: string;
  readonly socket: string;
  readonly registry: string;
}

/** Returns the path of the engine's configuration file. */
export async function writeDockerConfiguration({ root, socket, registry }: Places): Promise<string> {
  const runc = join(root, 'runc');
  await copyFile(join(import.meta.dirname, 'docker-runc.sh'), runc);
  await chmod(runc, 0o755);
  const path = join(root, 'daemon.json');
  const configuration = {
    hosts: [`unix://${socket}`],
    'data-root': join(root, 'data'),
    // In a folder that is the engine's own (docker-namespaces.sh); the paths of sockets below `root` might get too long.
    'exec-root': '/run/docker',
    pidfile: '/run/docker/docker.pid',
    'deprecated-key-path': join(root, 'key.json'),
    // A network of containers would need rules in the machine's iptables, which outlive a killed engine.
    bridge: 'none',
    iptables: false,
    ip6tables: false,
    'ip-forward': false,
    'ip-masq': false,
    'insecure-registries': [registry],
    'registry-mirrors': [`http://${registry}`],
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    // Both for machines that lack CAP_SYS_RESOURCE.
    'oom-score-adjust': 0,
    runtimes: { lab: { path: runc } },
    'default-runtime': 'lab',
  };
  await writeFile(path, JSON.stringify(configuration));
  return path;
}
