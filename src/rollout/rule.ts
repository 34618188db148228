import type { JsonObject } from '../values/json.ts';
import type { Subject } from '../values/subject.ts';
import { customProgress } from './rules/custom-resource.ts';
import { jobProgress } from './rules/job.ts';
import { kubectlProgress } from './rules/kubectl.ts';
import { podProgress } from './rules/pod.ts';
import type { Progress } from './rules/progress.ts';

export type { Progress } from './rules/progress.ts';

/** How far a subject is, by the rule of its kind and one read of its object. Knows no time and nothing of its pods. */
export function progressOf(subject: Subject, object: JsonObject): Progress {
  switch (subject.rule) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
      return kubectlProgress(subject.rule, object);
    case 'Job':
      return jobProgress(object);
    case 'Pod':
      return podProgress(object);
    case 'custom':
      return customProgress(object);
  }
}
