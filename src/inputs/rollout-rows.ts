import { parseDuration } from '../values/duration.ts';
import { parseSmokeTest } from '../values/smoke-test.ts';
import type { OnFailure } from './choices.ts';
import { oneOf, parseBoolean, parseCount } from './parsers.ts';
import { optional, withFallback, list } from './row.ts';

/** When it has succeeded, and what happens when it has not. */
export const ROLLOUT_INPUTS = {
  timeout: withFallback('timeout', 'duration', '10m', parseDuration, 'How long all rollouts together may take.'),
  failFast: withFallback(
    'fail-fast',
    'true or false',
    'true',
    parseBoolean,
    'Whether a rollout that is sure to fail ends the run in seconds. `false`: only the verdict of `kubectl rollout status` counts.',
  ),
  maxRestarts: withFallback(
    'max-restarts',
    'number',
    '2',
    parseCount,
    'With so many crashes a container has failed, while no pod of the new revision was ready yet. One that waits for something it needs, by its last words, is given longer.',
  ),
  imageGrace: optional(
    'image-grace',
    'duration',
    parseDuration,
    'How long an image may be missing, or refused, before the rollout has failed (default: 15 seconds or the second attempt). Longer for registries that replicate.',
  ),
  scheduleGrace: optional(
    'schedule-grace',
    'duration',
    parseDuration,
    'How long a pod may wait for a node before the rollout has failed (default: 45 seconds, much longer while an autoscaler is at work).',
  ),
  soak: optional(
    'soak',
    'duration',
    parseDuration,
    'How long finished rollouts are watched for restarts and pods that lose their readiness, before the run is green (default: not at all).',
  ),
  verifyDigest: withFallback(
    'verify-digest',
    'true or false',
    'true',
    parseBoolean,
    'Whether every ready pod must report the digest that was deployed.',
  ),
  smokeTest: list(
    'smoke-test',
    'list of service/name:port/path, URL, or run program',
    parseSmokeTest,
    'What is tried once everything is rolled out: `service/server:8080/health`, `https://app.example.com/ status=200 contains=ok`, `run scripts/smoke.sh`. One that does not succeed in time fails the deploy.',
  ),
  smokeTimeout: withFallback('smoke-timeout', 'duration', '1m', parseDuration, 'How long smoke tests are tried again.'),
  onFailure: withFallback<OnFailure>(
    'on-failure',
    'keep, rollback or rollback-or-delete',
    'keep',
    oneOf(['keep', 'rollback', 'rollback-or-delete']),
    '`rollback` restores every object that was touched when the deploy fails, and verifies that; a first deploy stays as it is, with `rollback-or-delete` it is deleted.',
  ),
  onCancel: withFallback(
    'on-cancel',
    'keep or rollback',
    'keep',
    oneOf(['keep', 'rollback']),
    'Whether the post step restores what was touched when the run was cancelled.',
  ),
} as const;
