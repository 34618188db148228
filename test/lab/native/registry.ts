import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import type { DaemonCommand } from './daemon.ts';

/** A registry whose data starts with the lab's own images. */
export async function prepareRegistry(folder: string, template: string, port: number): Promise<DaemonCommand> {
  const data = join(folder, 'data', 'docker', 'registry', 'v2');
  await mkdir(data, { recursive: true });
  // Blobs are never written in place, so all labs share the template's; the small files beside them are rewritten by a push.
  await run(['cp', '-al', join(template, 'blobs'), data]).catch(() => run(['cp', '-a', join(template, 'blobs'), data]));
  await cp(join(template, 'repositories'), join(data, 'repositories'), { recursive: true });
  return registryCommand(folder, port, 'writable');
}

export async function registryCommand(
  folder: string,
  port: number,
  mode: 'writable' | 'read-only',
): Promise<DaemonCommand> {
  const config = join(folder, `${mode}.yml`);
  await writeFile(
    config,
    JSON.stringify({
      version: '0.1',
      log: { level: 'info', accesslog: { disabled: false } },
      storage: {
        filesystem: { rootdirectory: join(folder, 'data') },
        delete: { enabled: true },
        maintenance: { readonly: { enabled: mode === 'read-only' }, uploadpurging: { enabled: false } },
      },
      http: { addr: `0.0.0.0:${port}` },
    }),
  );
  return { name: 'registry', argv: ['docker-registry', 'serve', config], env: { OTEL_TRACES_EXPORTER: 'none' } };
}
