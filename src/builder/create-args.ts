import { isAbsolute, join } from 'node:path';
import type { BuilderPlan } from '../plan/build-slices.ts';

/** buildx's words for builders that can be made. */
export type OwnDriver = 'docker-container' | 'kubernetes' | 'remote';

/** Arguments of the one `buildx create` that makes a builder of our own, and waits until it answers unless it has to be told more before. */
export function createArgs(
  name: string,
  driver: OwnDriver,
  configFile: string | undefined,
  plan: Pick<BuilderPlan, 'wish' | 'image' | 'proxies' | 'options' | 'workspace'>,
  isStarted = true,
): readonly string[] {
  const options = driver === 'remote' ? remoteOptions(plan) : startOptions(plan);
  return [
    'create',
    '--name',
    name,
    '--driver',
    driver,
    ...options.flatMap((option) => ['--driver-opt', option]),
    ...(configFile === undefined ? [] : ['--buildkitd-config', configFile]),
    ...(isStarted ? ['--bootstrap'] : []),
    ...(plan.wish.kind === 'remote' ? [plan.wish.endpoint] : []),
  ];
}

/** What the user says comes last: of two options with one name buildx takes the last. */
function startOptions({
  image,
  proxies,
  options,
}: Pick<BuilderPlan, 'image' | 'proxies' | 'options'>): readonly string[] {
  const ours = { ...(image === undefined ? {} : { image }), ...proxyOptions(proxies) };
  return [...Object.entries(ours).map(([key, value]) => driverOption(key, value)), ...options];
}

/** Of these only those for TLS exist, and buildx takes no relative paths. */
function remoteOptions({ options, workspace }: Pick<BuilderPlan, 'options' | 'workspace'>): readonly string[] {
  return options.map((option) => {
    const [, key = '', path = ''] = /^(cacert|cert|key)=(.*)$/.exec(option) ?? [];
    return key === '' || isAbsolute(path) ? option : driverOption(key, join(workspace, path));
  });
}

/** buildx reads each option as a line of CSV (builder.Create, csvToMap): a comma, as in NO_PROXY, needs quotes around the whole field. */
export function driverOption(key: string, value: string): string {
  const field = `${key}=${value}`;
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** The driver options by which a builder gets the proxies of the job. */
export function proxyOptions(proxies: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(proxies).map(([key, value]) => [`env.${key}`, value]));
}

/** A shorter one alone would blacken half of the log. */
const SHORTEST_SECRET = 4;

/** What of the addresses of proxies must not be readable in a log: "user:password" and the password alone, as written and as meant. */
export function proxySecrets(proxies: Readonly<Record<string, string>>): readonly string[] {
  const found = Object.values(proxies).flatMap((address) => {
    const userInfo = /^(?:[a-z0-9+.-]+:\/\/)?([^/@\s]*:[^/\s]+)@/i.exec(address)?.[1];
    const password = userInfo?.slice(userInfo.indexOf(':') + 1);
    return userInfo === undefined || password === undefined ? [] : [userInfo, password, decoded(password)];
  });
  return [...new Set(found.filter((secret) => secret.length >= SHORTEST_SECRET))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
