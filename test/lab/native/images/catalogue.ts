import { addBusybox, addPause } from './busybox-files.ts';
import { addNode } from './node-files.ts';

export interface Recipe {
  readonly repository: string;
  readonly tags: readonly string[];
  /** Fills the empty root folder of the image. */
  readonly fill: (root: string) => Promise<void>;
  readonly config: ImageConfig;
}

/** As in the OCI image configuration. */
export interface ImageConfig {
  readonly Cmd: readonly string[];
  readonly Env: readonly string[];
}

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

/** What most pods of the tests stand on. */
export const BASE_IMAGE = 'docker.io/library/node:24-slim';
export const PAUSE_IMAGE = 'lab/pause:1';

/** The images that every lab's registry starts with; `library/…` answers an ordinary `FROM node:24-slim`. */
export const RECIPES: readonly Recipe[] = [
  {
    repository: 'lab/pause',
    tags: ['1'],
    fill: addPause,
    config: { Cmd: ['/busybox', 'sleep', '2147483647'], Env: [] },
  },
  { repository: 'library/busybox', tags: ['latest', '1'], fill: addBusybox, config: { Cmd: ['sh'], Env: [PATH] } },
  {
    repository: 'library/node',
    tags: ['24-slim', '24', 'lts-slim'],
    fill: addNode,
    config: {
      Cmd: ['node'],
      // The machine may reach the package registry through a proxy with a certificate authority of its own.
      Env: [
        PATH,
        `NODE_VERSION=${process.versions.node}`,
        `NODE_EXTRA_CA_CERTS=${CA_BUNDLE}`,
        `SSL_CERT_FILE=${CA_BUNDLE}`,
      ],
    },
  },
];
