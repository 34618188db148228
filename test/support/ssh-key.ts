import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../lab/command.ts';

export type SshKey = {
  readonly file: string;
  /** As an agent tells it. */
  readonly publicKey: Buffer;
  /** Those lines of the file in which the private half is. */
  readonly privateLines: readonly string[];
};

/** A shorter one may stand anywhere. */
const SHORTEST_LINE = 16;

/** Undefined where there is no ssh-keygen. */
export async function makeSshKey(folder: string): Promise<SshKey | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  if (!folders.some((each) => existsSync(join(each, 'ssh-keygen')))) {
    return undefined;
  }
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'key');
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'tests', '-f', file]);
  // Between the frame there are the kind of the key and its public half first.
  const lines = readFileSync(file, 'utf8').split('\n').slice(3, -2);
  const privateLines = lines.filter((line) => line.length >= SHORTEST_LINE);
  const publicKey = Buffer.from(readFileSync(`${file}.pub`, 'utf8').split(' ')[1] ?? '', 'base64');
  return { file, publicKey, privateLines };
}

/** A program for node that asks the agent for its keys (SSH_AGENTC_REQUEST_IDENTITIES) and prints the sha256 of the first. */
export const FIRST_KEY_OF_AGENT = `import { createHash } from 'node:crypto';
import { createConnection } from 'node:net';
const agent = createConnection(process.env.SSH_AUTH_SOCK);
agent.write(Buffer.from([0, 0, 0, 1, 11]));
let answer = Buffer.alloc(0);
for await (const piece of agent) {
  answer = Buffer.concat([answer, piece]);
  if (answer.length >= 4 && answer.length >= 4 + answer.readUInt32BE()) break;
}
const length = answer.readUInt32BE(9);
console.log(createHash('sha256').update(answer.subarray(13, 13 + length)).digest('hex'));
`;
