/** How the user is spoken to; one adapter turns it into the runner's commands and files. */

export type Annotation = {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
};

export type OutputName =
  | 'image'
  | 'images'
  | 'tag'
  | 'digest'
  | 'sha'
  | 'result'
  | 'reason'
  | 'workloads'
  | 'changed'
  | 'plan-hash'
  | 'rolled-back'
  | 'url'
  | 'namespace'
  | 'matrix'
  | 'deploys'
  | 'removed'
  | 'report';

export type Output = { readonly name: OutputName; readonly value: string };

export type UserInterface = {
  line(text: string): void;
  openGroup(title: string): void;
  closeGroup(): void;
  annotate(annotation: Annotation): void;
  output(output: Output): void;
  summary(markdown: string): Promise<void>;
  /** Writes the report of this run to a file that later steps of the job can read, and returns its path. */
  report(json: string): Promise<string>;
  /** Makes the step end red. */
  fail(): void;
};
