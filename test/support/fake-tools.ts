import { createHash } from 'node:crypto';
import { isKubeObject, type KubeObject } from '../../src/kube/object.ts';
import type { Command, CommandResult, Exec, Files } from '../../src/ports.ts';
import { objectsAt, valueAt, type JsonObject } from '../../src/values/json.ts';
import { merged, pathOf, type FakeCluster } from './fake-cluster.ts';

/** What the fake tools act on. */
export type World = {
  readonly cluster: FakeCluster;
  readonly files: Files;
  /** reference → digest */
  readonly registry: Map<string, string>;
  /** digest → the labels of the image */
  readonly labels: Map<string, Readonly<Record<string, string>>>;
  /** The commits in the checkout, each the parent of the next; none: there is no repository. */
  readonly history: string[];
  /** Called before each command with its words without flags: here a test cancels, or takes the API server away. */
  before: (words: string) => void;
};

const OK: CommandResult = { exitCode: 0, stdout: '', stderr: '', timedOut: false };
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** kubectl and buildx as far as a deploy uses them, with the texts and exit codes of the real ones. */
export function fakeTools(
  world: World,
  assertNotCancelled: () => void,
): Exec & { readonly commands: readonly Command[] } {
  const commands: Command[] = [];
  const run = async (command: Command): Promise<CommandResult> => {
    assertNotCancelled();
    commands.push(command);
    const words = wordsOf(command);
    world.before(words.join(' '));
    const result = await answer(command, words, world);
    assertNotCancelled();
    return result;
  };
  return {
    commands,
    run,
    start: async (command) => {
      commands.push(command);
      world.before(wordsOf(command).join(' '));
      return { exited: new Promise(() => {}), stop: async () => {} };
    },
  };
}

async function answer(command: Command, words: readonly string[], world: World): Promise<CommandResult> {
  if (command.tool === 'git') {
    return git(words, world);
  }
  return command.tool.endsWith('kubectl') ? kubectl(command, words, world) : buildx(command, words, world);
}

/** Nothing of the checkout is asked where there is no history. `git merge-base --is-ancestor` and `git rev-parse --is-shallow-repository`, which end with 128 where they know nothing. */
function git(words: readonly string[], { history }: World): CommandResult {
  if (words.some((word) => ['log', 'status'].includes(word))) {
    return { ...OK, exitCode: 128, stderr: 'fatal: not a git repository (or any of the parent directories): .git' };
  }
  const [older, newer] = words.slice(-2).map((commit) => history.indexOf(commit));
  if (words.includes('rev-parse') && history.length > 0) {
    return { ...OK, stdout: 'false\n' };
  }
  return older === undefined || newer === undefined || older < 0 || newer < 0
    ? { ...OK, exitCode: 128, stderr: 'fatal: not a git repository, or not a valid commit name' }
    : { ...OK, exitCode: older <= newer ? 0 : 1 };
}

/** The words of a command without its flags. */
export const wordsOf = ({ args }: Command): readonly string[] => args.filter((arg) => !arg.startsWith('-'));

async function kubectl(command: Command, words: readonly string[], { cluster }: World): Promise<CommandResult> {
  const [verb, noun, ...names] = words;
  const namespace =
    command.args.find((arg) => arg.startsWith('--namespace='))?.slice('--namespace='.length) ?? 'default';
  const place = (name: string): string =>
    `/apis/apps/v1/namespaces/${namespace}/deployments/${name.replace('deployment/', '')}`;
  switch (`${verb} ${noun}`) {
    case 'version json':
      return { ...OK, stdout: JSON.stringify({ clientVersion: { gitVersion: 'v1.34.4' } }) };
    case 'apply undefined':
      return {
        ...OK,
        stdout: documentsIn(command.stdin ?? '')
          .map((object) => `${cluster.apply(pathOf(object), object, true).metadata.name} serverside-applied`)
          .join('\n'),
      };
    case 'set image': {
      const [name = '', ...pairs] = names;
      change(cluster, place(name), (template) => withImages(template, pairs));
      return { ...OK, stdout: `deployment.apps/${name} image updated` };
    }
    case 'rollout restart':
      names.forEach((name) => change(cluster, place(name), withRestart));
      return { ...OK, stdout: names.map((name) => `deployment.apps/${name} restarted`).join('\n') };
    case 'annotate configmaps/agent':
      unannotate(cluster, `/api/v1/namespaces/${namespace}/configmaps/agent`, names[0] ?? '');
      return { ...OK, stdout: 'configmap/agent annotated' };
    case `delete ${noun}`:
      return deleteRaw(command, cluster);
    case 'rollout status':
      return rolloutStatus(
        names,
        names.map((name) => waitFor(cluster, place(name))),
      );
    default:
      throw new Error(`the fake kubectl does not know: ${words.join(' ')}`);
  }
}

/** `kubectl delete --raw PATH?uid=…`, which is refused for another object of that name. */
function deleteRaw({ args }: Command, cluster: FakeCluster): CommandResult {
  const { pathname, searchParams } = new URL(args.at(-1) ?? '', 'http://cluster');
  const uid = valueAt(cluster.object(pathname), 'metadata', 'uid');
  if (uid !== searchParams.get('uid')) {
    const reason = uid === undefined ? '(NotFound): not found' : '(Conflict): the UID in the precondition differs';
    return { ...OK, exitCode: 1, stderr: `Error from server ${reason}` };
  }
  cluster.leave(pathname);
  return { ...OK, stdout: '{}' };
}

/** kubectl waits: whatever does not come up meanwhile has passed its deadline. */
function waitFor(cluster: FakeCluster, path: string): string {
  const ending = cluster.settle(path);
  if (ending === 'crashes') {
    cluster.passDeadline(path);
  }
  return ending;
}

function rolloutStatus(names: readonly string[], endings: readonly string[]): CommandResult {
  const stderr = endings.flatMap((ending, index) => {
    const name = names[index]?.replace('deployment/', '') ?? '';
    const text =
      ending === 'crashes'
        ? `deployment "${name}" exceeded its progress deadline`
        : 'timed out waiting for the condition';
    return ending === 'rolls out' ? [] : [`error: ${text}`];
  });
  return { ...OK, exitCode: stderr.length === 0 ? 0 : 1, stderr: stderr.join('\n') };
}

async function buildx(command: Command, words: readonly string[], world: World): Promise<CommandResult> {
  switch (words[0] ?? '') {
    case 'version':
      return { ...OK, stdout: 'github.com/docker/buildx v0.36.1 1d8dde8\n' };
    case 'inspect':
      return { ...OK, stdout: RUNNING_BUILDER };
    case 'build':
      return build(command, world);
    case 'imagetools':
      return words[1] === 'create' ? createTags(command, world) : inspectImage(command, world);
    default:
      throw new Error(`the fake buildx does not know: ${words.join(' ')}`);
  }
}

const RUNNING_BUILDER = `Name:          remote
Driver:        remote

Nodes:
Name:             remote0
Endpoint:         unix:///run/buildkit/buildkitd.sock
Status:           running
BuildKit version: v0.33.1
Platforms:        linux/amd64
`;

/** Pushed by digest, without a tag, or nowhere. The same commit in the same repository is the same digest. */
async function build({ args }: Command, { files, registry, labels }: World): Promise<CommandResult> {
  const valueOf = (flag: string): string => args[args.indexOf(flag) + 1] ?? '';
  if (valueOf('--output') === 'type=cacheonly') {
    await files.writePrivate(valueOf('--metadata-file'), JSON.stringify({ 'buildx.build.ref': 'remote/remote0/x' }));
    return OK;
  }
  const repository = /(?:^|,)name=([^,]+)/.exec(valueOf('--output'))?.[1] ?? '';
  const given = args.filter((_arg, index) => args[index - 1] === '--label').map((text) => text.split(/=(.*)/s));
  const own = Object.fromEntries(given.map(([name = '', value = '']) => [name, value]));
  const content = `${repository}:${own['org.opencontainers.image.revision'] ?? ''}`;
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  registry.set(`${repository}@${digest}`, digest);
  labels.set(digest, own);
  await files.writePrivate(valueOf('--metadata-file'), JSON.stringify({ 'containerimage.digest': digest }));
  return OK;
}

function createTags({ args }: Command, { registry }: World): CommandResult {
  const source = args.at(-1) ?? '';
  const digest = registry.get(source) ?? source.split('@')[1] ?? '';
  args.filter((_arg, index) => args[index - 1] === '--tag').forEach((tag) => registry.set(tag, digest));
  return OK;
}

function inspectImage({ args }: Command, { registry, labels }: World): CommandResult {
  const reference = args[2] ?? '';
  const digest = registry.get(reference);
  const isElsewhere = !reference.includes('/');
  if (digest === undefined && !isElsewhere) {
    return { ...OK, exitCode: 1, stderr: `ERROR: ${reference}: not found\n` };
  }
  const config = { User: '1000', Labels: labels.get(digest ?? '') ?? {} };
  const image = { os: 'linux', architecture: 'amd64', config };
  return { ...OK, stdout: JSON.stringify({ name: reference, manifest: { digest }, digest, image }) };
}

/** One JSON document a line. */
function documentsIn(stream: string): readonly KubeObject[] {
  return stream
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
    .filter(isKubeObject);
}

/** Changes the pod template of a Deployment as somebody else than us. */
function change(cluster: FakeCluster, path: string, edit: (template: JsonObject) => JsonObject): void {
  const object = cluster.object(path);
  if (object === undefined) {
    throw new Error(`there is no ${path}`);
  }
  const template = edit(merged({}, valueAt(object, 'spec', 'template')));
  cluster.store(path, { ...object, spec: { ...merged({}, object['spec']), template } });
}

/** `kubectl annotate … name-` */
function unannotate(cluster: FakeCluster, path: string, name: string): void {
  const object = merged({}, cluster.object(path));
  const annotations = merged({}, valueAt(object, 'metadata', 'annotations'));
  const rest = Object.entries(annotations).filter(([key]) => `${key}-` !== name);
  const metadata = { ...merged({}, object['metadata']), annotations: Object.fromEntries(rest) };
  cluster.store(path, { ...object, metadata });
}

function withImages(template: JsonObject, pairs: readonly string[]): JsonObject {
  const images = new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  const containers = objectsAt(template, 'spec', 'containers').map((container) => ({
    ...container,
    image: images.get(String(container['name'])) ?? container['image'],
  }));
  return merged(template, { spec: { containers } });
}

function withRestart(template: JsonObject): JsonObject {
  const before = Number(valueAt(template, 'metadata', 'annotations', RESTARTED_AT) ?? 0);
  return merged(template, { metadata: { annotations: { [RESTARTED_AT]: String(before + 1) } } });
}
