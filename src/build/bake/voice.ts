import type { Happening, Ports } from '../../ports.ts';

/** The same ports, by which everything that is told begins with a name: several targets speak at once. Empty lines are left out. */
export function speakingFor(name: string, ports: Ports): Ports {
  return {
    ...ports,
    notify: (happening) => {
      const named = withName(name, happening);
      if (named !== undefined) {
        ports.notify(named);
      }
    },
  };
}

function withName(name: string, happening: Happening): Happening | undefined {
  switch (happening.kind) {
    case 'running':
    case 'changing':
      return happening;
    case 'output':
      return happening.text.trim() === '' ? undefined : { kind: 'output', text: `[${name}] ${happening.text}` };
    case 'note':
    case 'warning':
    case 'state':
      return { ...happening, text: `${name}: ${happening.text}` };
  }
}
