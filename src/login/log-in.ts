import { join } from 'node:path';
import { DeployError, failureOf, messageOf } from '../errors.ts';
import type { LoginPlan } from '../plan/login-slice.ts';
import type { Ports } from '../ports.ts';
import { isJsonObject, type JsonObject } from '../values/json.ts';
import type { RegistryLogin } from '../values/registry-login.ts';
import { trustAuthority } from './authority.ts';
import { authConfigBeside, knows, withLogins } from './docker-config.ts';
import { secretsOf } from './secrets.ts';

type LoginPorts = Pick<Ports, 'files' | 'toolCache' | 'mask'>;

/**
 * The environment of every command that talks to a registry: the authority that registries are vouched for by, and who enters them. Empty when
 * there is nothing to add to what the job has. Throws `input-invalid`.
 */
export async function logIn(plan: LoginPlan, ports: LoginPorts): Promise<Readonly<Record<string, string>>> {
  const [trusted, entered] = await Promise.all([trustAuthority(plan, ports), enter(plan, ports)]);
  return { ...trusted, ...entered };
}

/**
 * Writes a private docker configuration, for the owner only: the job's own with the logins in it, of which each counts for its registry whatever the
 * job's own says; a fallback only where it says nothing. The job's builders, contexts and plugins stay known. Throws `input-invalid` for helpers
 * that are not on PATH, and for a configuration that cannot be read.
 */
async function enter(plan: LoginPlan, ports: LoginPorts): Promise<Readonly<Record<string, string>>> {
  plan.logins.flatMap(secretsOf).forEach((secret) => ports.mask(secret));
  if (plan.logins.length === 0) {
    return {};
  }
  const own = await configOf(plan.userFolder, ports);
  const inEnvironment = parsed(plan.authConfig ?? '');
  const named = plan.logins.filter(({ isFallback }) => isFallback !== true);
  const missing = plan.logins.filter(
    (login) => login.isFallback === true && ![own, inEnvironment].some((config) => knows(config, login.registry)),
  );
  const logins = [...missing, ...named];
  if (logins.length === 0) {
    return {};
  }
  await assertHelpers(logins, ports);
  const config = withLogins(own, logins, join(plan.userFolder, 'cli-plugins'));
  await ports.files.writePrivate(join(plan.folder, 'config.json'), `${JSON.stringify(config, undefined, 2)}\n`);
  await copyContexts(plan, ports);
  const rest = authConfigBeside(inEnvironment, logins);
  const others = rest === undefined ? {} : { DOCKER_AUTH_CONFIG: rest };
  return { DOCKER_CONFIG: plan.folder, BUILDX_CONFIG: plan.buildersFolder, ...others };
}

async function configOf(folder: string, ports: LoginPorts): Promise<JsonObject> {
  const path = join(folder, 'config.json');
  if ((await ports.files.kindOf(path)) !== 'file') {
    return {};
  }
  try {
    const config: unknown = JSON.parse(await ports.files.readText(path));
    if (isJsonObject(config)) {
      return config;
    }
  } catch (error) {
    throw new DeployError('input-invalid', `${path} cannot be read: ${reasonOf(error)}.`, {
      cause: error,
      hint: "It is the job's docker configuration. Put it right, or set DOCKER_CONFIG to another folder.",
    });
  }
  throw new DeployError('input-invalid', `${path} is no JSON object.`, {
    hint: "It is the job's docker configuration. Put it right, or set DOCKER_CONFIG to another folder.",
  });
}

/** What docker does not understand either, it passes over. */
function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** What JSON.parse says may quote the file, which has passwords in it. */
function reasonOf(error: unknown): string {
  return error instanceof SyntaxError ? 'it is no JSON' : messageOf(error);
}

/** All that are missing at once. */
async function assertHelpers(logins: readonly RegistryLogin[], ports: LoginPorts): Promise<void> {
  const found = await Promise.all(
    logins.map(async (login) =>
      login.kind === 'helper' && (await ports.toolCache.onPath(programOf(login.helper))) === undefined ? [login] : [],
    ),
  );
  const problems = found.flat().map(({ registry, helper }) => ({
    message: `registry-auth: ${registry} is entered by ${programOf(helper)}, which is not on PATH`,
    hint: `Install ${programOf(helper)} in a step before this one, or give a user and a password.`,
  }));
  if (problems.length > 0) {
    throw failureOf('input-invalid', problems, `${problems.length} credential helpers are not on PATH`);
  }
}

function programOf(helper: string): string {
  return `docker-credential-${helper}`;
}

/** `currentContext` of the configuration names one of these; they are looked for beside it. */
async function copyContexts({ userFolder, folder }: LoginPlan, { files }: LoginPorts): Promise<void> {
  const from = join(userFolder, 'contexts');
  if ((await files.kindOf(from)) !== 'directory') {
    return;
  }
  const paths = await files.glob('**/*', from);
  await Promise.all(
    paths.map(async (path) =>
      files.writePrivate(join(folder, 'contexts', path.slice(from.length)), await files.readText(path)),
    ),
  );
}
