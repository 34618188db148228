import type { CommandResult } from '../ports.ts';
import type { Buildx } from '../values/builder.ts';
import { isJsonObject, textAt, valueAt, type JsonObject } from '../values/json.ts';
import { inShort, registryAnswer, type RegistryAnswer } from './answers.ts';
import { lastError } from './last-error.ts';
import { isDigest } from '../values/image.ts';
import { runPatiently, type PatientPorts } from './patience.ts';

const TIMEOUT_SECONDS = 20;
const PAUSES_SECONDS = [0.5, 2] as const;

/** The configuration of an image, as far as it matters here. */
export type ImageConfig = {
  /** Who the container runs as; empty: root. */
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  /** "linux/amd64"; undefined when it does not say. */
  readonly platform: string | undefined;
};

export type Inspected =
  /** One configuration for each platform; none when it is no image, or of nothing but attestations. */
  | { readonly kind: 'there'; readonly digest: string; readonly configs: readonly ImageConfig[] }
  | { readonly kind: 'absent'; readonly answer: RegistryAnswer; readonly words: string; readonly isSilent?: boolean };

/** Asks the registry once, and up to two times more when it is busy or out of reach; once more when it gives no answer at all. */
export async function inspectImage(reference: string, buildx: Buildx, ports: PatientPorts): Promise<Inspected> {
  const args = ['imagetools', 'inspect', reference, '--format', '{{json .}}'];
  const result = await runPatiently(
    { tool: buildx.path, env: buildx.env, args, timeoutSeconds: TIMEOUT_SECONDS },
    {
      pausesSeconds: PAUSES_SECONDS,
      mayPass: (failed) => answerOf(failed) === 'passing',
      says: (failed) => `The registry does not tell what ${reference} is (${inShort(wordsOf(failed))})`,
    },
    ports,
  );
  if (result.exitCode !== 0) {
    return { kind: 'absent', answer: answerOf(result), words: wordsOf(result), isSilent: result.timedOut };
  }
  const inspected = parseInspected(result.stdout);
  return inspected ?? { kind: 'absent', answer: 'other', words: 'its answer has no digest' };
}

/** What `imagetools inspect --format '{{json .}}'` prints; undefined when it has no digest. */
export function parseInspected(text: string): Extract<Inspected, { readonly kind: 'there' }> | undefined {
  const content = parsed(text);
  const digest = textAt(content, 'manifest', 'digest');
  return isDigest(digest) ? { kind: 'there', digest, configs: configsIn(valueAt(content, 'image')) } : undefined;
}

/** One configuration, or one for each platform by its name. An attestation is of no platform. */
export function configsIn(image: unknown): readonly ImageConfig[] {
  if (!isJsonObject(image)) {
    return [];
  }
  if (typeof image['os'] === 'string') {
    return [configOf(image)];
  }
  return Object.entries(image).flatMap(([platform, config]) =>
    isJsonObject(config) && !platform.startsWith('unknown/') ? [{ ...configOf(config), platform }] : [],
  );
}

function configOf(image: JsonObject): ImageConfig {
  const labels = valueAt(image, 'config', 'Labels');
  const [os, architecture] = [textAt(image, 'os'), textAt(image, 'architecture')];
  return {
    user: textAt(image, 'config', 'User') ?? '',
    labels: Object.fromEntries(
      Object.entries(isJsonObject(labels) ? labels : {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
    platform: os === undefined || architecture === undefined ? undefined : `${os}/${architecture}`,
  };
}

function answerOf(result: CommandResult): RegistryAnswer {
  return result.timedOut ? 'passing' : registryAnswer(lastError(result.stderr));
}

function wordsOf(result: CommandResult): string {
  const silence = `no answer within ${TIMEOUT_SECONDS} s`;
  return result.timedOut ? silence : lastError(result.stderr) || `buildx ended with exit code ${result.exitCode}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
