import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PREVIEW_ANNOTATIONS, PREVIEW_LABELS, timeStamp } from '../../src/preview/marks.ts';
import { replaceInFile } from '../demo/shop-repository.ts';
import { commentOn, openPullRequest } from './pull-request.ts';
import type { Page } from './pages.ts';
import { APP, REPOSITORY, type Stage } from './stage.ts';

const HOUR = 60 * 60 * 1000;

/** A pull request gets a preview, one from a fork is only built, and at night it is looked who still needs one. */
export async function previewPages(stage: Stage): Promise<readonly Page[]> {
  const comment = await preview(stage);
  return [comment, await fork(stage), await sweep(stage)];
}

async function preview(stage: Stage): Promise<Page> {
  const { workspace } = stage;
  const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  tls:
    - hosts: ['\${HOST}']
  rules:
    - host: \${HOST}
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: proxy, port: { name: http } } } }
`;
  await writeFile(join(workspace, 'k8s/ingress.yaml'), ingress);
  const sha = await stage.commit('Sell coffee');
  const event = openPullRequest(stage, { number: 57, title: 'Sell coffee', sha });
  const inputs = {
    preview: 'true',
    image: stage.image,
    context: 'server',
    manifests: 'k8s/server.yaml\nk8s/proxy.yaml\nk8s/ingress.yaml',
    vars: 'REGISTRY\nHOST=shop-57.preview.example.com',
    environment: 'preview',
    'preview-quota': 'pods=10',
  };
  await stage.step({ inputs, event, exitCode: 0 });
  return {
    name: 'comment-preview',
    place: 'comment',
    markdown: commentOn(stage, 57),
    isKept: true,
    expected: {
      verdict: /^✅ Deployed [0-9a-f]{7}: /,
      tables: [[`Workloads in ${APP}-pr-57`, 2]],
      diagrams: 0,
      folds: 0,
      says: ['https://shop-57.preview.example.com', 'It lives until'],
    },
  };
}

async function fork(stage: Stage): Promise<Page> {
  await replaceInFile(join(stage.workspace, 'server/src/greeting.js'), 'with tea', 'with cake');
  const sha = await stage.commit('Sell cake');
  const event = openPullRequest(stage, { number: 58, title: 'Sell cake', sha, isFork: true });
  const inputs = { preview: 'true', image: stage.image, context: 'server', manifests: 'k8s', kubeconfig: '' };
  const step = await stage.step({ inputs: { ...inputs, 'github-token': '' }, event, exitCode: 0 });
  return {
    name: 'summary-fork',
    place: 'summary',
    markdown: step.summary,
    isKept: false,
    expected: {
      verdict: /^✅ Built the image of [0-9a-f]{7} without pushing it: the pull request comes from a fork/,
      tables: [
        ['Images', 1],
        ['Details', 3],
      ],
      diagrams: 0,
      folds: 1,
      says: ['built, not pushed'],
    },
  };
}

type Other = {
  readonly number: number;
  readonly state?: 'open' | 'closed';
  readonly labels?: readonly string[];
  readonly hours: number;
};

/** Previews beside the one of pull request 57; of 31 GitHub knows nothing. */
const OTHERS: readonly Other[] = [
  { number: 31, hours: 20 },
  { number: 44, state: 'open', hours: -30, labels: ['keep-preview'] },
  { number: 45, state: 'open', hours: -9 },
  { number: 49, state: 'closed', hours: 60 },
  { number: 52, state: 'closed', hours: 80 },
  { number: 55, state: 'open', hours: 100 },
];

async function sweep(stage: Stage): Promise<Page> {
  for (const other of OTHERS) {
    await makePreview(stage, other);
  }
  const step = await stage.step({
    inputs: { command: 'sweep' },
    event: { name: 'schedule', payload: {} },
    exitCode: 0,
  });
  return {
    name: 'summary-sweep',
    place: 'summary',
    markdown: step.summary,
    isKept: true,
    expected: {
      verdict: /^✅ 4 previews were removed, 3 stay/,
      tables: [
        ['Previews', OTHERS.length + 1],
        ['Details', 2],
      ],
      diagrams: 0,
      folds: 1,
      says: ['keep-preview'],
    },
  };
}

/** A namespace as a deploy leaves it, so many hours before it expires. */
async function makePreview(stage: Stage, { number, state, labels = [], hours }: Other): Promise<void> {
  if (state !== undefined) {
    stage.github.openPullRequest({ number, state, labels });
  }
  const expires = Date.now() + hours * HOUR;
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: `${APP}-pr-${number}`,
      labels: {
        [PREVIEW_LABELS.preview]: APP,
        [PREVIEW_LABELS.repositoryId]: String(stage.github.id),
        [PREVIEW_LABELS.pullRequest]: String(number),
        [PREVIEW_LABELS.expires]: timeStamp(expires),
      },
      annotations: {
        [PREVIEW_ANNOTATIONS.repository]: REPOSITORY,
        [PREVIEW_ANNOTATIONS.expiresAt]: new Date(expires).toISOString(),
      },
    },
  };
  await stage.kubectl(['create', '--filename=-'], JSON.stringify(namespace));
}
