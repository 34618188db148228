import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../../command.ts';

/** From Debian's busybox-static: one program without libraries. */
const BUSYBOX = '/usr/bin/busybox';

export async function addPause(root: string): Promise<void> {
  await copyFile(BUSYBOX, join(root, 'busybox'));
}

export async function addBusybox(root: string): Promise<void> {
  for (const folder of ['bin', 'etc', 'home', 'proc', 'root', 'sys', 'dev', 'var', 'usr/local/bin']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await copyFile(BUSYBOX, join(root, 'bin/busybox'));
  const applets = (await run([BUSYBOX, '--list-full']))
    .split('\n')
    .filter((path) => path !== '' && path !== 'bin/busybox');
  for (const applet of applets) {
    await mkdir(dirname(join(root, applet)), { recursive: true });
    await symlink('/bin/busybox', join(root, applet));
  }
  for (const folder of ['tmp', 'var/tmp']) {
    await mkdir(join(root, folder), { recursive: true });
    await chmod(join(root, folder), 0o1777);
  }
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  );
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  await writeFile(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
}
