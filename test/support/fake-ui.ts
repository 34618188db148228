import type { Annotation, Output, UserInterface } from '../../src/report/interface.ts';

/** Keeps what the user is told. */
export class FakeUi implements UserInterface {
  readonly lines: string[] = [];
  readonly groups: string[] = [];
  readonly annotations: Annotation[] = [];
  readonly outputs: Record<string, string> = {};
  markdown = '';
  /** The report, parsed. */
  written: unknown;
  isRed = false;

  line(text: string): void {
    this.lines.push(text);
  }

  openGroup(title: string): void {
    this.groups.push(`open ${title}`);
  }

  closeGroup(): void {
    this.groups.push('close');
  }

  annotate(annotation: Annotation): void {
    this.annotations.push(annotation);
  }

  output({ name, value }: Output): void {
    this.outputs[name] = value;
  }

  async summary(markdown: string): Promise<void> {
    this.markdown += markdown;
  }

  async report(json: string): Promise<string> {
    this.written = JSON.parse(json);
    return '/runner/temp/report.json';
  }

  fail(): void {
    this.isRed = true;
  }
}
