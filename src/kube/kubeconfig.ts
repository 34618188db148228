import { newClusters, newContexts } from '@kubernetes/client-node/dist/config_types.js';
import { dirname, isAbsolute, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { DeployError, messageOf } from '../errors.ts';
import type { Files } from '../ports.ts';
import { decodeBase64 } from '../values/base64.ts';
import { isJsonObject, textAt, type JsonObject } from '../values/json.ts';

/** A kubeconfig that names its contexts and clusters properly. `yaml` is complete: file references in it are absolute. */
export type Kubeconfig = { readonly yaml: string; readonly content: JsonObject };

/** What one context of a kubeconfig leads to. */
export type ClusterAccess = {
  readonly context: string;
  readonly server: string;
  readonly namespace: string | undefined;
  /** PEM; undefined when the system's roots are meant or the authority is a file. */
  readonly ca: string | undefined;
  readonly skipVerify: boolean;
  readonly serverName: string | undefined;
};

const HINT = 'Give the YAML of a kubeconfig, the same in base64, or the path of a file in the workspace.';

/**
 * Understands YAML, base64 of YAML, or a path relative to `folder`. Files named in it are relative to its own place, which is `folder` too
 * when it has none. Throws `kubeconfig-invalid`; no message repeats any content.
 */
export async function loadKubeconfig(input: string, folder: string, files: Files): Promise<Kubeconfig> {
  const direct = contentOf(input) ?? contentOf(decodeBase64(input));
  if (direct !== undefined) {
    return checked(withAbsoluteFiles(direct, folder));
  }
  const isOneLine = !input.trim().includes('\n');
  const path = isAbsolute(input) ? input : join(folder, input);
  if (!isOneLine || input.length > 1024 || (await files.kindOf(path)) !== 'file') {
    throw invalid(
      'the input kubeconfig is neither YAML with clusters and contexts, nor base64 of it, nor the path of a file',
    );
  }
  const content = contentOf(await files.readText(path));
  if (content === undefined) {
    throw invalid('the file that the input kubeconfig names is not a kubeconfig');
  }
  return checked(withAbsoluteFiles(content, dirname(path)));
}

/** The access behind the wished context, or behind `current-context`. Throws `kubeconfig-invalid` with the names there are. */
export function selectContext(kubeconfig: Kubeconfig, wished: string | undefined): ClusterAccess {
  const contexts = newContexts(kubeconfig.content['contexts']);
  const name = wished ?? textAt(kubeconfig.content, 'current-context') ?? '';
  const context = contexts.find((candidate) => candidate.name === name);
  if (context === undefined) {
    const known = contexts.map((candidate) => candidate.name).join(', ');
    throw name === ''
      ? invalid(
          `the kubeconfig has no current-context; it has ${known}`,
          'Name one of them with the input kube-context.',
        )
      : invalid(`the kubeconfig has no context "${name}"; it has ${known}`, 'Check the input kube-context.');
  }
  const cluster = newClusters(kubeconfig.content['clusters']).find((candidate) => candidate.name === context.cluster);
  if (cluster === undefined) {
    throw invalid(`context "${name}" of the kubeconfig names the cluster "${context.cluster}", which it does not have`);
  }
  if (!URL.canParse(cluster.server)) {
    throw invalid(`cluster "${cluster.name}" of the kubeconfig has a server that is not a URL`);
  }
  return {
    context: name,
    server: cluster.server,
    namespace: context.namespace,
    ca: cluster.caData === undefined ? undefined : decodeBase64(cluster.caData),
    skipVerify: cluster.skipTLSVerify,
    serverName: cluster.tlsServerName,
  };
}

/** The YAML with another current-context: for programs that cannot be told which context is meant. */
export function yamlWithContext({ content }: Kubeconfig, context: string): string {
  return stringify({ ...content, 'current-context': context });
}

function contentOf(text: string): JsonObject | undefined {
  try {
    const content: unknown = parse(text);
    return isJsonObject(content) && Array.isArray(content['clusters']) && Array.isArray(content['contexts'])
      ? content
      : undefined;
  } catch {
    return undefined;
  }
}

function checked(content: JsonObject): Kubeconfig {
  try {
    newClusters(content['clusters']);
    newContexts(content['contexts']);
  } catch (error) {
    throw invalid(`the kubeconfig is not complete: ${messageOf(error)}`);
  }
  return { yaml: stringify(content), content };
}

function withAbsoluteFiles(content: JsonObject, folder: string): JsonObject {
  const keys = new Set(['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']);
  const rewrite = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map(rewrite);
    }
    if (!isJsonObject(value)) {
      return value;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) =>
        typeof inner === 'string' && !isAbsolute(inner) && (keys.has(key) || (key === 'command' && inner.includes('/')))
          ? [key, join(folder, inner)]
          : [key, rewrite(inner)],
      ),
    );
  };
  const rewritten = rewrite(content);
  return isJsonObject(rewritten) ? rewritten : content;
}

function invalid(message: string, hint: string = HINT): DeployError {
  return new DeployError('kubeconfig-invalid', message.charAt(0).toUpperCase() + message.slice(1), { hint });
}
