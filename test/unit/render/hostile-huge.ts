export type HugeFile = { readonly says: string; readonly text: string };

const OBJECT = 'apiVersion: v1\nkind: A\nmetadata: {name: a}\n';

/** Too long, too deep, too many: 100 files, small to large. */
export function hugeFiles(): readonly HugeFile[] {
  return Array.from({ length: 10 }, (_unused, step) => filesOfSize((step + 1) * 400)).flat();
}

function filesOfSize(size: number): readonly HugeFile[] {
  const bomb = Array.from(
    { length: size / 100 },
    (_unused, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]\n`,
  );
  return [
    { says: 'keys', text: `${OBJECT}data:\n${times(size, (index) => `  k${index}: v\n`)}` },
    { says: 'documents', text: times(size / 4, (index) => `---\n${OBJECT.replace('name: a', `name: a${index}`)}`) },
    { says: 'a long line', text: `${OBJECT}data: "${'x '.repeat(size * 50)}"\n` },
    { says: 'a long block', text: `${OBJECT}data: |\n${'  line\n'.repeat(size * 10)}` },
    { says: 'a long number', text: `${OBJECT}data: ${'1'.repeat(size)}\n` },
    { says: 'open lists', text: `${OBJECT}data: ${'['.repeat(size)}` },
    { says: 'maps in maps', text: times(size / 2, (level) => `${' '.repeat(level)}a:\n`) },
    { says: 'aliases that explode', text: `${OBJECT}a0: &a0 [x, y]\n${bomb.join('')}` },
    {
      says: 'a List of Lists',
      text: `${'{kind: List, items: ['.repeat(size / 10)}{apiVersion: v1, kind: A, metadata: {name: a}}${']}'.repeat(size / 10)}`,
    },
    { says: 'the same key', text: `${OBJECT}${'a: 1\n'.repeat(size)}` },
  ];
}

function times(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_unused, index) => line(index)).join('');
}
