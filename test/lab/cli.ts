import { defaultName, findLab, startLab } from './lab.ts';
import type { Lab } from './provider.ts';
import { exportLines } from './export-lines.ts';
import { labTool } from './native/lab-tool.ts';
import { namespacedKubeconfig } from './namespaced-kubeconfig.ts';
import { parseCommandLine, USAGE, UsageError } from './command-line.ts';

async function main(words: readonly string[]): Promise<void> {
  const { command, name = defaultName(), rest, namespaced } = parseCommandLine(words);
  switch (command) {
    case 'up': {
      const running = await findLab(name);
      if (running === undefined) await startLab({ name });
      else console.error(`lab: "${name}" is running already`);
      return;
    }
    case 'down': {
      const lab = await findLab(name);
      await lab?.stop();
      console.error(lab === undefined ? `lab: "${name}" is not running` : `lab: "${name}" stopped`);
      return;
    }
    case 'status': {
      const lab = await running(name);
      console.log(`lab "${name}" (${lab.provider})\n${(await lab.status()).join('\n')}`);
      return;
    }
    case 'env':
      console.log(exportLines((await running(name)).env));
      return;
    case 'fault':
      console.log(await (await running(name)).fault(rest));
      return;
    case 'fake-nodes':
      console.log(await (await running(name)).fakeNodes(countOf(rest)));
      return;
    case 'helm':
      console.log(await labTool('helm'));
      return;
    case 'kubeconfig':
      console.log(await namespacedKubeconfig(await running(name), namespaced));
  }
}

function countOf(words: readonly string[]): number {
  const count = Number(words[0]);
  if (words.length === 1 && Number.isInteger(count) && count > 0) return count;
  throw new UsageError('fake-nodes takes one number');
}

async function running(name: string): Promise<Lab> {
  const lab = await findLab(name);
  if (lab === undefined) throw new Error(`"${name}" is not running; start it with: npm run lab -- up --name ${name}`);
  return lab;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`lab: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof UsageError) console.error(USAGE);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
