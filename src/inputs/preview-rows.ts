import { parseDuration } from '../values/duration.ts';
import { oneOf, parseBoolean } from './parsers.ts';
import { parseNamespace } from '../values/namespace.ts';
import { parseLabelName, parsePreview, parseResourceAmount } from './preview-parsers.ts';
import { commaList, list, withFallback } from './row.ts';

/** Previews of pull requests. */
export const PREVIEW_INPUTS = {
  preview: withFallback(
    'preview',
    'true, false or a number',
    'false',
    parsePreview,
    'Deploys into a namespace of the pull request, `<app>-pr-<number>`, which is created, kept up to date, and removed by `command: destroy` or `sweep`. A number: that of the pull request, where the event has none.',
  ),
  ttl: withFallback(
    'ttl',
    'duration',
    '7d',
    parseDuration,
    'How long a preview lives after its last deploy, before `command: sweep` removes it.',
  ),
  previewQuota: list(
    'preview-quota',
    'list of resource=amount',
    parseResourceAmount,
    'A ResourceQuota for the preview: `requests.cpu=2`, `limits.memory=4Gi`, `pods=20`.',
  ),
  previewLimits: list(
    'preview-limits',
    'list of kind.resource=amount',
    parseResourceAmount,
    'A LimitRange for its containers: `default.memory=256Mi`, `defaultRequest.cpu=50m`, `max.cpu=2`.',
  ),
  previewNetwork: withFallback<'open' | 'isolated' | 'closed'>(
    'preview-network',
    'open, isolated or closed',
    'open',
    oneOf(['open', 'isolated', 'closed']),
    'A NetworkPolicy for the preview. `isolated`: it is reached only from itself and `preview-allow-from`. `closed`: and reaches only itself and DNS.',
  ),
  previewAllowFrom: commaList(
    'preview-allow-from',
    'list of namespaces',
    parseNamespace,
    'Namespaces that reach a preview all the same, such as that of the ingress controller.',
  ),
  keepLabel: withFallback(
    'keep-label',
    'name of a label',
    'keep-preview',
    parseLabelName,
    'A pull request with this label keeps its preview, whatever its age.',
  ),
  dryRun: withFallback(
    'dry-run',
    'true or false',
    'false',
    parseBoolean,
    'Whether `destroy` and `sweep` only say what they would remove.',
  ),
} as const;
