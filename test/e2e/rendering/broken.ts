import type { Inputs } from './inputs.ts';

/** One entry of the input manifests that cannot be rendered, and the one annotation of it. */
export type Broken = {
  readonly says: string;
  readonly entry: string;
  readonly files: Inputs;
  /** "code file:line" */
  readonly place: string;
  readonly sentence: RegExp;
};

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: NAME\n';
const CHART_FILE = 'apiVersion: v2\nname: NAME\nversion: 1.0.0\n';

export const BROKEN: readonly Broken[] = [
  {
    says: 'kustomize: a resource that is not there',
    entry: 'broken/no-resource',
    files: { 'broken/no-resource/kustomization.yaml': 'namePrefix: a-\nresources:\n  - missing.yaml\n' },
    place: 'render-failed broken/no-resource/kustomization.yaml:3',
    sentence: /kubectl kustomize does not render broken\/no-resource: .*missing\.yaml/,
  },
  {
    says: 'kustomize: a field that no kustomization has',
    entry: 'broken/no-field',
    files: { 'broken/no-field/kustomization.yaml': 'resources: []\nnamePrefixx: a-\n' },
    place: 'render-failed broken/no-field/kustomization.yaml:2',
    sentence: /kubectl kustomize does not render broken\/no-field: .*namePrefixx/,
  },
  {
    says: 'kustomize: a variable in a base that the step has not',
    entry: 'broken/no-variable',
    files: {
      'broken/no-variable/kustomization.yaml': 'nameSuffix: -z\nresources: [map.yaml]\n',
      'broken/no-variable/map.yaml': `${CONFIG_MAP.replace('NAME', 'kustomized')}data:\n  name: "\${MISSING}"\n`,
    },
    place: 'variable-undefined broken/no-variable/map.yaml:6',
    sentence: /broken\/no-variable\/map\.yaml:6: the variable MISSING is not set/,
  },
  {
    says: 'helm: a value that the template requires',
    entry: 'broken/required',
    files: {
      'broken/required/Chart.yaml': CHART_FILE.replace('NAME', 'required'),
      'broken/required/templates/map.yaml': `${CONFIG_MAP.replace('NAME', 'required')}data:\n  text: {{ required "a text is needed" .Values.text }}\n`,
    },
    place: 'render-failed broken/required/templates/map.yaml:6',
    sentence: /helm template does not render broken\/required: .*a text is needed/,
  },
  {
    says: 'helm: a function that does not exist',
    entry: 'broken/function',
    files: {
      'broken/function/Chart.yaml': CHART_FILE.replace('NAME', 'function'),
      'broken/function/templates/map.yaml': `${CONFIG_MAP.replace('NAME', 'function')}data:\n  text: {{ shout "a" }}\n`,
    },
    place: 'render-failed broken/function/templates/map.yaml:6',
    sentence: /helm template does not render broken\/function: .*function "shout" not defined/,
  },
  {
    says: 'helm: a template that becomes no YAML',
    entry: 'broken/text',
    files: {
      'broken/text/Chart.yaml': CHART_FILE.replace('NAME', 'text'),
      'broken/text/templates/map.yaml': `${CONFIG_MAP.replace('NAME', 'text')}data: {{ "a: b: c" }}\n`,
    },
    place: 'render-failed broken/text/templates/map.yaml',
    sentence: /helm template does not render broken\/text: YAML parse error/,
  },
  {
    says: 'plain: text that is no YAML',
    entry: 'broken/plain.yaml',
    files: { 'broken/plain.yaml': `${CONFIG_MAP.replace('NAME', 'plain')}data: [a\n` },
    place: 'manifest-invalid broken/plain.yaml:6',
    sentence: /broken\/plain\.yaml:\d+: /,
  },
  {
    says: 'plain: a key that is there twice',
    entry: 'broken/twice.yaml',
    files: { 'broken/twice.yaml': `${CONFIG_MAP.replace('NAME', 'twice')}data: {}\ndata: {}\n` },
    place: 'manifest-invalid broken/twice.yaml:6',
    sentence: /broken\/twice\.yaml:6: the key "data" is already there/,
  },
  {
    says: 'a path that leads nowhere',
    entry: 'broken/nothing.yaml',
    files: {},
    place: 'manifest-not-found',
    sentence: /broken\/nothing\.yaml/,
  },
];
