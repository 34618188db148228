import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from '../../../src/kube/manifest.ts';
import { renderFile, type Part } from '../../../src/render/document.ts';
import { isJsonObject } from '../../../src/values/json.ts';
import { damaged, isNothing, POISONS, soup } from './hostile-damage.ts';
import { Dice } from './hostile-dice.ts';
import { validFile, type ValidFile } from './hostile-files.ts';
import { hugeFiles } from './hostile-huge.ts';
import { VARIABLES } from './hostile-values.ts';

/** Another one finds other files: `HOSTILE_SEED=7 node --test test/unit/render/hostile.test.ts`. */
const SEED = Number(process.env['HOSTILE_SEED'] ?? 20_261_121);
const FILE = 'k8s/hostile.yaml';

/** Each file has a seed of its own, which is told with the file when something does not hold for it. */
function forFiles(
  family: number,
  count: number,
  check: (dice: Dice) => readonly [text: string, hold: () => void],
): void {
  for (let index = 0; index < count; index += 1) {
    const seed = SEED + family * 1_000_000 + index;
    const [text, hold] = check(new Dice(seed));
    try {
      hold();
    } catch (error) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      assert.fail(`file ${index} of the seed ${SEED}:\n${shown(text)}\n${why}`);
    }
  }
}

function shown(text: string): string {
  const lines = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\n`, '\n')
    .replaceAll(/\p{Cc}(?<!\n)/gu, (each) => `<${each.charCodeAt(0).toString(16)}>`);
  return lines.length > 4000 ? `${lines.slice(0, 4000)}…` : lines;
}

/** Renders a file, and holds what has to hold for any. */
function rendered(text: string): Part {
  const part = renderFile(FILE, text, VARIABLES);
  const lines = text.split('\n').length;
  for (const { code, problem } of part.findings) {
    assert.ok(code === 'manifest-invalid' || code === 'variable-undefined', code);
    assert.ok(problem.file === FILE && problem.message !== '');
    assert.ok(isLineOf(problem.line, lines), `line ${problem.line} of ${lines}: ${problem.message}`);
  }
  for (const manifest of part.manifests) {
    assert.ok(isLineOf(manifest.lineOf([]), lines));
    assert.deepEqual(JSON.parse(JSON.stringify(manifest.object)), manifest.object);
  }
  return part;
}

function isLineOf(line: number | undefined, lines: number): boolean {
  return line !== undefined && Number.isInteger(line) && line >= 1 && line <= lines;
}

/** What is written, parsed anew and without any variables, has to mean the same object. */
function holdMeaning({ object, toText }: Manifest): void {
  const text = toText();
  const { manifests, findings } = renderFile(FILE, text, new Map());
  assert.deepEqual(findings, [], text);
  assert.deepEqual(
    manifests.map((manifest) => manifest.object),
    [object],
    text,
  );
}

function holdValid({ text, objects }: ValidFile): readonly Manifest[] {
  const { manifests, findings } = rendered(text);
  assert.deepEqual(findings, []);
  assert.deepEqual(
    manifests.map(({ object }) => object),
    objects.map(({ json }): unknown => JSON.parse(json)),
  );
  for (const [index, manifest] of manifests.entries()) {
    const bytes = objects[index]?.bytes;
    if (bytes === undefined) {
      holdMeaning(manifest);
    } else {
      // They are the bytes whose meaning has just been held.
      assert.equal(manifest.toText(), bytes);
    }
  }
  return manifests;
}

test('4000 files that are right: each object is what was meant, and keeps its bytes', () => {
  forFiles(1, 4000, (dice) => {
    const file = validFile(dice, { variables: false, aliases: dice.chance(0.2) });
    return [file.text, () => void holdValid(file)];
  });
});

test('1500 files with variables: they change their own scalars and nothing else', () => {
  forFiles(2, 1500, (dice) => {
    const file = validFile(dice, { variables: true, aliases: dice.chance(0.2) });
    return [file.text, () => void holdValid(file)];
  });
});

test('500 edits: the field is set, nothing else is, and the manifest before stays what it was', () => {
  forFiles(3, 500, (dice) => {
    const file = validFile(dice, { variables: dice.chance(0.3), aliases: dice.chance(0.3) });
    const value = dice.pick(['example.com/app:1', 'yes', 'a: b # c', '', '0x1F', ' x\n', 12, true]);
    return [file.text, () => holdValid(file).forEach((manifest) => holdEdit(manifest, value))];
  });
});

function holdEdit(manifest: Manifest, value: string | number | boolean): void {
  const before = JSON.stringify(manifest.object);
  const edited = manifest.edited([{ path: ['metadata', 'annotations', 'example.com/0'], value }]);
  const { metadata, ...rest } = manifest.object;
  const annotations = isJsonObject(metadata['annotations']) ? metadata['annotations'] : {};
  const expected = { ...rest, metadata: { ...metadata, annotations: { ...annotations, 'example.com/0': value } } };
  assert.deepEqual(edited.object, expected);
  holdMeaning(edited);
  assert.equal(JSON.stringify(manifest.object), before);
}

test('1500 files with one thing that cannot be kept: it is a finding in its line', () => {
  forFiles(4, 1500, (dice) => {
    const { text: whole } = validFile(dice, { variables: false, aliases: false });
    const poison = dice.pick(POISONS);
    const before = `${whole.replace(/\r?\n?$/, '\n')}...\n---\napiVersion: v1\nkind: A\nmetadata: {name: poisoned}\n`;
    const text = `${before}${poison.text}\nlast: 1\n`;
    const line = before.split('\n').length + (poison.lineInText ?? 0);
    return [
      text,
      () => {
        const { manifests, findings } = rendered(text);
        assert.deepEqual(
          manifests.filter(({ object }) => object.metadata.name === 'poisoned'),
          [],
        );
        const here = findings.filter(({ problem }) => problem.line === line).map(({ problem }) => problem.message);
        assert.match(here.join('\n'), poison.message);
      },
    ];
  });
});

test('1700 files that were damaged: what is left of them is told or means what it says', () => {
  forFiles(5, 1700, (dice) => {
    const text = damaged(validFile(dice, { variables: dice.chance(0.5), aliases: dice.chance(0.5) }).text, dice);
    return [text, () => holdTold(text)];
  });
});

test('700 files that are no manifests at all: nothing of them vanishes without a word', () => {
  forFiles(6, 700, (dice) => {
    const text = soup(dice);
    return [text, () => holdTold(text)];
  });
});

function holdTold(text: string): void {
  const { manifests, findings } = rendered(text);
  manifests.forEach(holdMeaning);
  assert.ok(manifests.length > 0 || findings.length > 0 || isNothing(text), 'nothing came of it, and nobody says so');
}

const HUGE = hugeFiles();

test(`${HUGE.length} files that are too much of something: they end, as objects or as findings`, () => {
  for (const { says, text } of HUGE) {
    const { manifests, findings } = rendered(text);
    manifests.slice(0, 10).forEach(holdMeaning);
    assert.equal(manifests.length + findings.length > 0, true, says);
  }
});

test('all of it was 10,000 files', () => {
  assert.equal(4000 + 1500 + 500 + 1500 + 1700 + 700 + HUGE.length, 10_000);
});
