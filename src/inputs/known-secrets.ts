import { parseDocument } from 'yaml';
import { decodeBase64 } from '../values/base64.ts';
import { isJsonObject } from '../values/json.ts';
import type { Inputs } from './spec.ts';

/** A value that nobody may read, and what the user calls it. */
export type KnownSecret = { readonly name: string; readonly value: string };

type SecretInputs = Pick<Inputs, 'secrets' | 'registryAuth' | 'githubToken' | 'kubeconfig'>;

/** Keys of a kubeconfig's users, and of their plugins, that hold what is secret. */
const SECRET_KEYS: readonly string[] = [
  'token',
  'password',
  'client-key-data',
  'id-token',
  'access-token',
  'refresh-token',
  'client-secret',
];

/** All secrets that the inputs have, and the variables that they name. `variable` is the step's environment. */
export function knownSecrets(
  inputs: SecretInputs,
  variable: (name: string) => string | undefined,
): readonly KnownSecret[] {
  const ofBuild = inputs.secrets.map((secret): KnownSecret => {
    const value = secret.kind === 'value' ? secret.value : secret.kind === 'variable' ? variable(secret.name) : '';
    return { name: `the secret ${secret.id}`, value: value ?? '' };
  });
  const ofRegistries = inputs.registryAuth.map((login): KnownSecret => ({
    name: `the password for ${login.registry}`,
    value: login.kind === 'password' ? login.password : '',
  }));
  const ofCluster = secretsOfKubeconfig(inputs.kubeconfig ?? '').map((value) => ({ name: 'the kubeconfig', value }));
  const ofJob = { name: 'the input github-token', value: inputs.githubToken };
  return [...ofBuild, ...ofRegistries, ofJob, ...ofCluster].filter(({ value }) => value !== '');
}

/** Of a kubeconfig that is given as YAML or base64; the one behind a path is not read here. */
function secretsOfKubeconfig(text: string): readonly string[] {
  return [text, decodeBase64(text)].flatMap((yaml) => secretsIn(contentOf(yaml)));
}

function contentOf(yaml: string): unknown {
  const document = parseDocument(yaml, { logLevel: 'silent' });
  try {
    const content: unknown = document.errors.length === 0 ? document.toJS() : undefined;
    return isJsonObject(content) ? content['users'] : undefined;
  } catch {
    return undefined;
  }
}

function secretsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) {
    return value.flatMap(secretsIn);
  }
  return isJsonObject(value)
    ? Object.entries(value).flatMap(([key, one]) =>
        typeof one === 'string' ? (SECRET_KEYS.includes(key) ? [one] : []) : secretsIn(one),
      )
    : [];
}
