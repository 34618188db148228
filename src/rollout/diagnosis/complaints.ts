/** What is at the end of the long sentences of the kubelet, the container runtime and the controllers: the complaint itself. */

const PULL_PREFIX =
  /^(Back-off pulling image "[^"]*"(: )?|ErrImagePull: |Failed to pull image "[^"]*": |rpc error: code = \w+ desc = |failed to pull and unpack image "[^"]*": |failed to (resolve reference|copy|do request|authorize|extract layer [^:]*|fetch \w+ token)( "[^"]*")?: )/i;
const START_PREFIX =
  /^(Error: |exit code \d+: |Failed to create pod sandbox: |rpc error: code = \w+ desc = |failed to (create|start) (containerd |shim )?(task|container)[^:]*: |OCI runtime create failed: |runc create failed: |unable to start container process: |container_linux\.go:\d+: [^:]*: )/i;
const CREATE_PREFIX =
  /^(\(combined from similar (events\): )?|Error creating: |create Pod \S+ in StatefulSet \S+ failed error: |pods "[^"]*" is forbidden: |Pod "[^"]*" is invalid: |Internal error occurred: )/i;

/** `not found` of a pull: "127.0.0.1:5000/server:1: not found"; the image itself is left out where it is only repeated. */
export function pullComplaint(text: string, image: string): string {
  const rest = withoutPrefixes(text, PULL_PREFIX);
  return image !== '' && rest.startsWith(`${image}: `) ? rest.slice(image.length + 2) : rest;
}

/** `exec: "serve": executable file not found in $PATH` */
export function startComplaint(text: string): string {
  return withoutPrefixes(text, START_PREFIX).replace(/: unknown$/, '');
}

/** `exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1` */
export function createComplaint(text: string): string {
  return withoutPrefixes(text, CREATE_PREFIX);
}

function withoutPrefixes(text: string, prefix: RegExp): string {
  let rest = text;
  while (prefix.test(rest)) {
    rest = rest.replace(prefix, '');
  }
  return rest;
}

/** The Secret or ConfigMap that a message misses, and the key of it: `secret "db" not found`, `couldn't find key url in Secret shop/db`. */
export function missingConfig(text: string): {
  readonly object: string | undefined;
  readonly key: string | undefined;
} {
  const named = /\b(secret|configmap)s? "([^"]+)" not found/i.exec(text);
  const keyed = /couldn't find key (\S+) in (Secret|ConfigMap) (?:[\w.-]+\/)?([\w.-]+)/i.exec(text);
  const mounted = /references non-existent (?:secret|config) key: (\S+)/i.exec(text);
  return {
    object:
      keyed === null
        ? named === null
          ? undefined
          : `${kindOf(named[1])} ${named[2]}`
        : `${kindOf(keyed[2])} ${keyed[3]}`,
    key: keyed?.[1] ?? mounted?.[1],
  };
}

function kindOf(word: string | undefined): string {
  return word?.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap';
}
