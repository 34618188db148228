import { join } from 'node:path';
import type { Inputs } from '../inputs/spec.ts';
import type { ImageReference } from '../values/image.ts';
import type { RegistryLogin } from '../values/registry-login.ts';
import type { BuilderPlan } from './build-slices.ts';
import type { LoginPlan } from './login-slice.ts';
import { distinct, fingerprint, slug } from './names.ts';
import { inWorkspace } from './paths.ts';
import type { RunnerFacts } from './runner-facts.ts';

/** Longer names of builders make longer names of containers and pods than those may have. */
const LONGEST_NAME = 50;

const RUN_PREFIX = 'k8s-deploy-';
const KEPT_PREFIX = 'k8s-deploy-kept-';
const GITHUB_REGISTRY = 'ghcr.io';

/** In the private folder of a run: what buildx and the post step know of a builder of ours. */
export const BUILDER_FOLDER = 'buildx';

/** Hosts that images and caches of the run are kept at, as far as the inputs tell. */
export function registriesOf({ image, images, cacheRepository }: Inputs): readonly string[] {
  const all = [image, cacheRepository, ...images].filter((one) => one !== undefined);
  return [...new Set(all.map(hostOf))];
}

function hostOf({ registry }: ImageReference): string {
  return registry === undefined || registry === 'index.docker.io' ? 'docker.io' : registry.toLowerCase();
}

export function loginPlan(inputs: Inputs, facts: RunnerFacts): LoginPlan {
  return {
    logins: [...inputs.registryAuth, ...fallbackLogins(inputs, facts)],
    userFolder: facts.docker.configFolder,
    buildersFolder: facts.docker.buildxFolder,
    authConfig: facts.variable('DOCKER_AUTH_CONFIG'),
    folder: join(facts.folder, 'docker'),
    registryCa: authorityOf(inputs, facts),
    certificateFolders: facts.variable('SSL_CERT_DIR'),
  };
}

/** The registry of github.com takes the token of the job; that of an enterprise server is another one. */
function fallbackLogins(inputs: Inputs, { serverUrl, actor }: RunnerFacts): readonly RegistryLogin[] {
  const isNamed = inputs.registryAuth.some(({ registry }) => registry === GITHUB_REGISTRY);
  const isUsed = registriesOf(inputs).includes(GITHUB_REGISTRY) && serverUrl === 'https://github.com';
  return isNamed || !isUsed || inputs.githubToken === ''
    ? []
    : [
        {
          kind: 'password',
          registry: GITHUB_REGISTRY,
          username: actor === '' ? 'github-actions' : actor,
          password: inputs.githubToken,
          isFallback: true,
        },
      ];
}

export function builderPlan(inputs: Inputs, facts: RunnerFacts): BuilderPlan {
  const { workspace, docker } = facts;
  const { buildkitdConfig } = inputs;
  return {
    wish: inputs.builder,
    options: inputs.builderOptions,
    image: inputs.buildkitImage,
    config: buildkitdConfig === undefined ? undefined : inWorkspace(buildkitdConfig, workspace),
    registryCa: authorityOf(inputs, facts),
    registries: registriesOf(inputs),
    isKept: inputs.keepBuilder,
    runName: runName(facts),
    keptName: `${KEPT_PREFIX}${distinct(facts.repository, LONGEST_NAME - KEPT_PREFIX.length)}`,
    proxies: facts.proxies,
    dockerHost: docker.host,
    userFolder: docker.buildxFolder,
    folder: join(facts.folder, BUILDER_FOLDER),
    workspace,
  };
}

/** A PEM as it is, else the absolute path of a file. */
function authorityOf({ registryCa }: Inputs, { workspace }: RunnerFacts): string | undefined {
  const isPath = registryCa !== undefined && !registryCa.includes('-----BEGIN');
  return isPath ? inWorkspace(registryCa, workspace) : registryCa;
}

/** The private folder is another one for each step, also of the jobs of a matrix, and the post step knows it too. */
function runName({ runId, runAttempt, job, folder }: RunnerFacts): string {
  const attempt = slug(`${runId}-${runAttempt}`, LONGEST_NAME - RUN_PREFIX.length - 9);
  return `${RUN_PREFIX}${attempt === '' ? 'local' : attempt}-${fingerprint(`${job} ${folder}`)}`;
}
