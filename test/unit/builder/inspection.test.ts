import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInspection, type Inspection } from '../../../src/builder/inspection.ts';
import { DEFAULT_ENGINE } from './fake-engine.ts';

/** All of these are what buildx v0.36.1 printed, but for the two that say otherwise. */
const TEXTS = {
  engineAway: `Name:   default
Driver: 
Error:  failed to connect to the docker API at unix:///nowhere.sock; check if the path is correct and if the daemon is running: dial unix /nowhere.sock: connect: no such file or directory
`,
  // Of the rule of buildx itself: the label is there with the containerd image store only.
  imageStore: `${DEFAULT_ENGINE}Labels:
 org.mobyproject.buildkit.worker.containerd.namespace: moby
 org.mobyproject.buildkit.worker.snapshotter:          overlayfs
`,
  container: `Name:          one
Driver:        docker-container
Last Activity: 2026-11-21 20:30:25 +0000 UTC

Nodes:
Name:                  one0
Endpoint:              unix:///var/run/docker.sock
Driver Options:        image="127.0.0.1:5000/moby/buildkit:lab" network="host"
Status:                running
BuildKit daemon flags: --allow-insecure-entitlement=network.host
BuildKit version:      v0.33.1
Platforms:             linux/amd64, linux/amd64/v2, linux/amd64/v3, linux/amd64/v4, linux/386
Labels:
 org.mobyproject.buildkit.worker.executor:         oci
 org.mobyproject.buildkit.worker.snapshotter:      overlayfs
GC Policy rule#0:
 All:            false
 Filters:        type==source.local type==exec.cachemount type==source.git.checkout
File#buildkitd.toml:
 > [registry]
 > Driver: docker
 > 
`,
  notBooted: `Name:          k8s-deploy-1-1
Driver:        docker-container
Last Activity: 2026-11-21 20:36:24 +0000 UTC

Nodes:
Name:                  k8s-deploy-1-10
Endpoint:              unix:///var/run/docker.sock
Driver Options:        image="127.0.0.1:5000/x/y:1"
Status:                inactive
BuildKit daemon flags: --allow-insecure-entitlement=network.host
`,
  remoteAway: `Name:          k8s-deploy-r
Driver:        remote
Last Activity: 2026-11-21 20:37:04 +0000 UTC

Nodes:
Name:     k8s-deploy-r0
Endpoint: unix:///run/nobody.sock
Status:   inactive
`,
  nodeInTrouble: `Name:          one
Driver:        docker-container

Nodes:
Name:                  one0
Endpoint:              unix:///run/no.sock
Error:                 failed to connect to the docker API at unix:///run/no.sock
`,
  // Put together from the printing code of buildx, v0.12 in the second.
  oneOfTwo: `Name:   farm
Driver: docker-container

Nodes:
Name:   farm0
Error:  context deadline exceeded

Name:             farm1
Endpoint:         ssh://arm
Status:           running
BuildKit version: v0.30.0
`,
  old: `Name:   old
Driver: docker-container

Nodes:
Name:      old0
Endpoint:  unix:///var/run/docker.sock
Status:    running
Buildkit:  v0.12.5
Platforms: linux/amd64
`,
} as const;

const SEEN: Inspection = {
  name: 'default',
  driver: 'docker',
  trouble: undefined,
  isRunning: true,
  version: 'v0.8+unknown',
  hasSnapshotter: false,
};

const AWAY =
  'failed to connect to the docker API at unix:///nowhere.sock; check if the path is correct and if the daemon is running: dial unix /nowhere.sock: connect: no such file or directory';

for (const [says, text, differs] of [
  ['an engine', DEFAULT_ENGINE, {}],
  ['an engine with the containerd image store', TEXTS.imageStore, { hasSnapshotter: true }],
  ['an engine that is away', TEXTS.engineAway, { driver: '', trouble: AWAY, isRunning: false, version: undefined }],
  [
    'a container that runs',
    TEXTS.container,
    { name: 'one', driver: 'docker-container', version: 'v0.33.1', hasSnapshotter: true },
  ],
  [
    'a container that was never made',
    TEXTS.notBooted,
    { name: 'k8s-deploy-1-1', driver: 'docker-container', isRunning: false, version: undefined },
  ],
  [
    'a running BuildKit that is away',
    TEXTS.remoteAway,
    { name: 'k8s-deploy-r', driver: 'remote', isRunning: false, version: undefined },
  ],
  [
    'a builder whose only node is in trouble',
    TEXTS.nodeInTrouble,
    {
      name: 'one',
      driver: 'docker-container',
      trouble: 'failed to connect to the docker API at unix:///run/no.sock',
      isRunning: false,
      version: undefined,
    },
  ],
  [
    'a builder of which one node runs',
    TEXTS.oneOfTwo,
    { name: 'farm', driver: 'docker-container', version: 'v0.30.0' },
  ],
  ['a builder as old buildx tells of it', TEXTS.old, { name: 'old', driver: 'docker-container', version: 'v0.12.5' }],
  [
    'an answer that is cut off',
    'Name: x\nDriver: docker-container\n',
    { name: 'x', driver: 'docker-container', trouble: 'it has no nodes', isRunning: false, version: undefined },
  ],
  ['nothing', '', { name: '', driver: '', trouble: 'it has no nodes', isRunning: false, version: undefined }],
] as const) {
  test(`what buildx inspect says of ${says} is read`, () => {
    assert.deepEqual(parseInspection(text), { ...SEEN, ...differs });
    assert.deepEqual(parseInspection(text.replaceAll('\n', '\r\n')), { ...SEEN, ...differs });
  });
}
