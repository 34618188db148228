import type { Dice } from './hostile-dice.ts';
import { anyModel, anyText, isFilledIn, jsonOf, mapOf, textOf, type Model, type Taste } from './hostile-values.ts';
import { Writer } from './hostile-writing.ts';

/** An object of a file: what it means, and its bytes when nothing in it is filled in or expanded. */
export type Expected = { readonly json: string; readonly bytes: string | undefined };

export type ValidFile = { readonly text: string; readonly objects: readonly Expected[] };

type Piece = { readonly text: string; readonly objects: readonly Expected[] };

const NOTHING: readonly string[] = [
  '',
  '\n',
  '# only ${UNSET}\n',
  '  # a\n\n# b\n',
  'null\n',
  '~ # nothing\n',
  '!!null\n',
];
const KINDS: readonly string[] = ['Thing', 'ConfigMap', 'Deployment', 'Secret', 'yes', 'A'];

/** A file of several documents, all of them right. */
export function validFile(dice: Dice, taste: Taste): ValidFile {
  const pieces = dice.several(1, 3, () => pieceOf(dice, taste));
  const isCrlf = dice.chance(0.15);
  const ends = (text: string): string => (isCrlf ? text.replaceAll('\n', '\r\n') : text);
  const begun = dice.chance(0.1) ? '\uFEFF' : '';
  const written = pieces.map((piece, index) => {
    const [marker, ownLine] = markerBefore(index, piece, dice);
    return { marker, body: ownLine + piece.text, objects: piece.objects };
  });
  return {
    text: begun + written.map(({ marker, body }) => ends(marker + body)).join(''),
    objects: written.flatMap(({ body, objects }) =>
      objects.map(({ json, bytes }) => ({ json, bytes: bytes === undefined ? undefined : ends(body) })),
    ),
  };
}

/** The marker, and what is on its line of the document's own. */
function markerBefore(index: number, { objects }: Piece, dice: Dice): readonly [marker: string, ownLine: string] {
  if (index === 0 && dice.chance(0.6)) {
    return ['', ''];
  }
  const before = index > 0 && dice.chance(0.1) ? dice.pick(['...\n', '...\n# between\n', '... \n%YAML 1.2\n']) : '';
  return dice.pick([
    [`${before}---\n`, ''],
    [`${before}---  \n`, ''],
    [`${before}---`, ' # own\n'],
    [`${before}---`, objects.length === 0 ? '\n' : ' !!map\n'],
  ]);
}

function pieceOf(dice: Dice, taste: Taste): Piece {
  const roll = dice.next();
  if (roll < 0.12) {
    return { text: dice.pick(NOTHING), objects: [] };
  }
  if (roll < 0.2) {
    return jsonPiece(objectOf(dice, { variables: false, aliases: false }), dice);
  }
  if (roll < 0.28) {
    return listPiece(dice, taste);
  }
  const model = objectOf(dice, taste);
  const writer = new Writer(dice);
  const text = writer.document(model);
  const isTouched = writer.hasAliases || isFilledIn(model);
  return { text, objects: [{ json: jsonOf(model), bytes: isTouched ? undefined : text }] };
}

function jsonPiece(model: Model, dice: Dice): Piece {
  const json = jsonOf(model);
  const written = JSON.stringify(JSON.parse(json), undefined, dice.pick([0, 2, '\t']));
  const text = `${written.replaceAll(/[\u007f-\u009f\uFEFF\uFFFD]/g, escaped)}\n`;
  return { text, objects: [{ json, bytes: text }] };
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function listPiece(dice: Dice, taste: Taste): Piece {
  const items = dice.several(0, 2, () => objectOf(dice, taste));
  const list: Model = {
    kind: 'map',
    entries: [
      ['apiVersion', textOf('v1')],
      ['kind', textOf(dice.pick(['List', 'ConfigMapList']))],
      ['items', { kind: 'list', items }],
    ],
  };
  const objects = items.map((item) => ({ json: jsonOf(item), bytes: undefined }));
  return { text: new Writer(dice).document(list), objects };
}

/** An object with all that it needs, and any fields besides, in any order. */
export function objectOf(dice: Dice, taste: Taste): Model {
  const seen: Model[] = [];
  const metadata: Model = {
    kind: 'map',
    entries: [
      ['name', textOf(dice.pick(['a', 'server', 'a name: with # all']))],
      [
        'annotations',
        mapOf(
          dice.several(0, 2, (index) => `example.com/${index}`),
          () => textOf(anyText(dice)),
        ),
      ],
    ],
  };
  const fields = mapOf(
    dice.several(0, 3, (index) => `field${index}`),
    () => anyModel(dice, taste, 3, seen),
  );
  const entries = [
    ['apiVersion', textOf(dice.pick(['v1', 'apps/v1']))],
    ['kind', textOf(dice.pick(KINDS))],
    ['metadata', metadata],
    ...(fields.kind === 'map' ? fields.entries : []),
  ] as const;
  return { kind: 'map', entries: dice.chance(0.3) ? entries.toReversed() : entries };
}
