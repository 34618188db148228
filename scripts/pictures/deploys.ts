import { join } from 'node:path';
import { prependToFile, replaceInFile } from '../demo/shop-repository.ts';
import { writeFile } from 'node:fs/promises';
import type { Page } from './pages.ts';
import { APP, type Stage } from './stage.ts';
import { commentOn, openPullRequest } from './pull-request.ts';

const VARS = { vars: 'REGISTRY\nAGENT_USER\nAGENT_TOKEN\nSESSION_KEY' };
const TOKENS = { AGENT_USER: 'agent', AGENT_TOKEN: 'a-first-token-of-the-agent', SESSION_KEY: 'a-first-session-key' };
const CRASH = "if (process.env.DATABASE_URL === undefined) throw new Error('DATABASE_URL is not set');\n";

const SECRET = `apiVersion: v1
kind: Secret
metadata:
  name: server
stringData:
  session-key: \${SESSION_KEY}
`;

/** What every deploy of the application has. */
function inputsOf(stage: Stage): Readonly<Record<string, string>> {
  return {
    ...VARS,
    image: stage.image,
    context: 'server',
    manifests: 'k8s',
    namespace: APP,
    environment: 'production',
    'smoke-test': 'service/server:80/healthz',
    'environment-url': 'https://shop.example.com',
  };
}

/** The application is there, a commit changes it, a pull request plans more, and a commit does not start. */
export async function deployPages(stage: Stage): Promise<readonly Page[]> {
  const { workspace } = stage;
  const file = (path: string): string => join(workspace, path);
  const inputs = inputsOf(stage);
  await replaceInFile(file('k8s/namespace.yaml'), 'name: shop', `name: ${APP}`);
  await writeFile(file('k8s/secret.yaml'), SECRET);
  await stage.commit('Open the shop');
  await stage.step({ inputs, env: TOKENS, exitCode: 0 });

  await replaceInFile(file('server/src/greeting.js'), 'Welcome to the shop', 'Welcome to the shop, now with tea');
  await stage.commit('Sell tea');
  const rotated = { ...TOKENS, AGENT_TOKEN: 'a-second-token-of-the-agent' };
  const success = await stage.step({ inputs, env: rotated, exitCode: 0 });

  const plan = await planned(stage, { ...rotated, SESSION_KEY: 'a-second-session-key' });

  await prependToFile(file('server/src/main.js'), CRASH);
  await stage.commit('Read the database');
  const failure = await stage.step({ inputs: { ...inputs, 'on-failure': 'rollback' }, env: rotated, exitCode: 1 });
  await replaceInFile(file('server/src/main.js'), CRASH, '');
  return [
    {
      name: 'summary-success',
      place: 'summary',
      markdown: success.summary,
      isKept: true,
      expected: {
        verdict: /^✅ Deployed [0-9a-f]{7}: /,
        tables: [
          [`Workloads in ${APP}`, 3],
          ['Smoke tests', 1],
          ['Objects', 2],
          ['Images', 1],
          ['Timeline', 10],
        ],
        diagrams: 1,
        folds: 1,
        says: ['restarted: ConfigMap/agent changed'],
      },
    },
    {
      name: 'summary-failure',
      place: 'summary',
      markdown: failure.summary,
      isKept: true,
      expected: {
        verdict: /^❌ deployment\/server did not roll out: .*DATABASE_URL is not set/,
        tables: [
          [`Workloads in ${APP}`, 3],
          ['Objects', 1],
          ['Images', 1],
          ['Timeline', 9],
        ],
        diagrams: 1,
        folds: 2,
        says: ['everything is rolled back'],
      },
    },
    ...plan,
  ];
}

/** Of a pull request, which is not merged: its files are as before afterwards. */
async function planned(stage: Stage, env: Readonly<Record<string, string>>): Promise<readonly Page[]> {
  const { workspace } = stage;
  const inputs = { ...inputsOf(stage), command: 'plan' };
  const changes = [
    ['k8s/server.yaml', 'replicas: 2', 'replicas: 3'],
    ['k8s/agent.yaml', 'setInterval(look, 5000)', 'setInterval(look, 1000)'],
    [
      'k8s/proxy.yaml',
      '          resources:',
      '          env:\n            - name: LOG\n              value: debug\n          resources:',
    ],
  ] as const;
  for (const [path, from, to] of changes) {
    await replaceInFile(join(workspace, path), from, to);
  }
  const sha = await stage.commit('Watch every second');
  const event = openPullRequest(stage, { number: 42, title: 'Watch every second', sha });
  const step = await stage.step({ inputs, env, event, exitCode: 0 });
  for (const [path, from, to] of changes) {
    await replaceInFile(join(workspace, path), to, from);
  }
  const tables = [
    ['Plan', 4],
    ['Images', 1],
    ['Restarts', 1],
  ] as const;
  const expected = {
    verdict: /^✅ 4 objects would change, deployment\/agent would restart$/,
    diagrams: 0,
    says: ['6 objects stay as they are.', 'plan-hash: '],
  };
  return [
    {
      name: 'summary-plan',
      place: 'summary',
      markdown: step.summary,
      isKept: true,
      expected: { ...expected, tables: [...tables, ['Details', 5]], folds: 5 },
    },
    {
      name: 'comment-plan',
      place: 'comment',
      markdown: commentOn(stage, 42),
      isKept: true,
      expected: { ...expected, tables, folds: 4 },
    },
  ];
}
