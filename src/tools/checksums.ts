import type { PlatformKey } from './platform.ts';
import type { ToolName } from './releases.ts';

type Sums = Readonly<Partial<Record<PlatformKey, string>>>;

/**
 * Published sha256 sums that travel with the action, so that neither a site nor a mirror can vouch for itself. They are the contents of
 * https://dl.k8s.io/release/<version>/bin/<os>/<arch>/kubectl.sha256 and of checksums.txt of the buildx release, each taken over from at least
 * two public records that agree. A version that is not here is checked against the site's own sum.
 * v1.34.4 stays out: the lab serves a kubectl of that version which it compiled itself.
 */
const PINNED: Readonly<Record<ToolName, Readonly<Record<string, Sums>>>> = {
  kubectl: {
    'v1.34.11': {
      'linux-amd64': '8efbb9435132a190920eb65a47a8c1ecf755ad85ab57a600c9bedbab460bb7a8',
      'linux-arm64': '5b045a4712674c88a56fd98eef4285689738b7fbe8735e1b9ee3509521af5cb4',
    },
    'v1.35.8': {
      'linux-amd64': '874d5e72dbb819f43cff16bcd1e4f8bac5b7f2361fe1e55049b0a6c676fb0cbf',
      'linux-arm64': 'cc749967b62f4422260bc9c0aa7a7c55f45175ae38cb8d95767b5d2b7e04c1fd',
    },
    'v1.36.4': {
      'linux-amd64': '8b8f088da2dab964f853b38464033b1be15ede2839eca751482357c45abdd05a',
      'linux-arm64': '0ecf44450ee6063bf19dd166a103ee6df4a9034455c2abce626e6eea657d73fb',
    },
    'v1.37.0': {
      'linux-amd64': '6129359f4e1f3848a5572ccb0b26cf28b8ca08cef38c95a765b2f64a2c961a2f',
      'linux-arm64': '922df28df248cc00a9e025f947704f1d1482de64ece54cfe57e61f19eaf1eef3',
      'darwin-amd64': 'd5276c0f4fde77fc446070290f345944a7f1fda153df6b960e5fde93b7a9bccd',
      'darwin-arm64': '583beedaebe422e71d3f1a96acef8b1fef86ea2f09a45ad01aa6c9ce287c1380',
    },
  },
  buildx: {
    'v0.36.1': {
      'linux-amd64': '48af8a397ebd60178778bf63611dbcebe5f5e7a9be90eb9147b24b9587455778',
      'linux-arm64': '5d0cafd9d16afe1a0f0d9529885344ace2cc99efdd531b6c783c5455a6001569',
      'darwin-amd64': '52a39ee4012d18f83373656712102ebda55656121dcdabbbb1ccfbd41b7debe8',
      'darwin-arm64': '214cdc36788602862dbc82b523d58648b4585c7b0ff95218b0817c44db5573d7',
      'windows-amd64': 'cd7d06a00d924b5800d2654b507afe100378a4685fcec6585eeadc599a527330',
    },
  },
  helm: {},
};

/** The sum that this release of the action knows for a file, or undefined. */
export function pinnedSum(tool: ToolName, version: string, platform: PlatformKey): string | undefined {
  return PINNED[tool][version]?.[platform];
}
