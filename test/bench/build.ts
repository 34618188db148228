import { parseArgs } from 'node:util';
import { borrowLab } from '../support/e2e-lab.ts';
import { BUILD_CONTENDERS, buildMeasured } from './build-contenders.ts';
import { buildTable, type BuildSample } from './build-table.ts';
import { buildHistory, type BuildWorkspace } from './build-workspace.ts';
import { today, writeSection } from './document.ts';
import { startFreshBuilder } from './fresh-builder.ts';

/**
 * `npm run bench:build [-- --rounds=5]`: how long it takes to build and push the server of the example, against `buildx build`, each time on a
 * BuildKit that has never built anything. Writes the section "Build" of docs/benchmarks.md when it was measured with what is the default.
 */
const DEFAULT_ROUNDS = 5;
const { values } = parseArgs({ options: { rounds: { type: 'string', default: String(DEFAULT_ROUNDS) } } });
const rounds = Number(values.rounds);

const { lab, giveBack } = await borrowLab();

/** The life of one image; within each part, the contenders take turns in being the first. */
async function fourBuilds(round: number): Promise<readonly BuildSample[]> {
  const history = buildHistory();
  const samples: BuildSample[] = [];
  try {
    const measure = async (scenario: string, workspace: BuildWorkspace): Promise<void> => {
      const turn = round % BUILD_CONTENDERS.length;
      for (const contender of [...BUILD_CONTENDERS.slice(turn), ...BUILD_CONTENDERS.slice(0, turn)]) {
        const name = `${process.pid}-${round}-${BUILD_CONTENDERS.indexOf(contender)}`;
        const repository = `${lab.env['REGISTRY'] ?? ''}/bench/${name}`;
        const builder = await startFreshBuilder(lab);
        try {
          const base = { PATH: lab.env['PATH'] ?? '', NO_PROXY: lab.env['NO_PROXY'] ?? '' };
          const cost = await buildMeasured(contender, { workspace, repository, env: { ...base, ...builder.env } });
          console.error(`round ${round}, ${contender}, ${scenario}: ${JSON.stringify(cost)}`);
          samples.push({ ...cost, scenario, contender });
        } finally {
          await builder.stop();
        }
      }
    };
    await measure('everything (cold)', history.commit('source'));
    await measure('a commit with new source', history.commit('source'));
    const last = history.commit('nothing');
    await measure('a commit that changes nothing', last);
    await measure('the same commit again', last);
    return samples;
  } finally {
    history.remove();
  }
}

try {
  const samples: BuildSample[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    samples.push(...(await fourBuilds(round)));
  }
  const text = `## Build

The server of [examples/shop](../examples/shop), ${today()}: its Dockerfile with a registry cache, built and pushed as a process from start to end, each
time on a BuildKit that was just started and has an empty disk, as on a fresh runner. Medians of ${rounds} interleaved rounds. "The same flags" is
\`buildx build\` with the platform, five labels, \`--cache-from\` and \`--cache-to\` (\`mode=max\`), \`--push\` and \`--metadata-file\`; "no cache" is it without
the two in the middle. Ours is the bundle with \`image\`, \`context\` and \`platforms\`; "phase Build" is that part of it without the start of the bundle, git
and the report.

${buildTable(samples)}
`;
  console.log(text);
  if (rounds === DEFAULT_ROUNDS) {
    writeSection('build', text);
  }
} finally {
  await giveBack();
}
