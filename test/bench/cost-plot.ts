import type { Contender, CostSample } from './cost-contenders.ts';

/** Four small plots as one SVG, both axes logarithmic, readable on light and dark pages. */
export function costPlot(samples: readonly CostSample[]): string {
  const panels = PANELS.map(({ title, read }, index) => {
    const [column, row] = [index % 2, Math.floor(index / 2)];
    const place = `translate(${MARGIN + column * (WIDTH + GAP)} ${MARGIN + row * (HEIGHT + GAP)})`;
    return `<g transform="${place}">${panel(title, samples, read)}</g>`;
  });
  const [width, height] = [2 * (WIDTH + MARGIN) + GAP, 2 * (HEIGHT + MARGIN) + GAP + 30];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${panels.join('\n')}
<g transform="translate(${MARGIN} ${height - 24})">${legend()}</g>
</svg>
`;
}

type Read = (sample: CostSample) => number;

const PANELS: readonly { readonly title: string; readonly read: Read }[] = [
  { title: 'requests', read: ({ requests }) => requests },
  { title: 'CPU seconds', read: ({ cpuSeconds }) => cpuSeconds },
  { title: 'memory at most, MB', read: ({ nodeMegabytes, kubectlMegabytes }) => nodeMegabytes + kubectlMegabytes },
  { title: 'seconds from the last one done to the exit', read: ({ lagSeconds }) => lagSeconds },
];

const COLOURS: Readonly<Record<Contender, string>> = {
  'k8s-deploy': '#0969da',
  'kubectl, one after the other': '#bc4c00',
  'kubectl, one process each': '#6e7781',
};

const [WIDTH, HEIGHT, MARGIN, GAP] = [300, 180, 50, 70];

function panel(title: string, samples: readonly CostSample[], read: Read): string {
  const sizes = [...new Set(samples.map(({ workloads }) => workloads))];
  const x = scale([Math.min(...sizes), Math.max(...sizes)], [0, WIDTH]);
  const decades = decadesOf(samples.map(read));
  const y = scale([decades[0] ?? 1, decades.at(-1) ?? 10], [HEIGHT, 0]);
  const lines = Object.entries(COLOURS).map(([contender, colour]) => {
    const points = samples
      .filter((sample) => sample.contender === contender)
      .map((sample) => `${x(sample.workloads).toFixed(1)},${y(read(sample)).toFixed(1)}`);
    const dots = points.map((point) => {
      const [cx, cy] = point.split(',');
      return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
    });
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`;
  });
  const rows = decades.map(
    (value) =>
      `<line x2="${WIDTH}" y1="${y(value)}" y2="${y(value)}" stroke="#d0d7de"/><text x="-6" y="${y(value) + 4}" text-anchor="end">${value}</text>`,
  );
  const columns = sizes.map((size) => `<text x="${x(size)}" y="${HEIGHT + 16}" text-anchor="middle">${size}</text>`);
  const heading = `<text x="0" y="-12" font-weight="bold">${title}</text>`;
  return [heading, ...rows, ...columns, ...lines].join('\n');
}

function legend(): string {
  return Object.entries(COLOURS)
    .map(
      ([name, colour], index) =>
        `<rect x="${index * 230}" y="-9" width="10" height="10" fill="${colour}"/><text x="${index * 230 + 16}">${name}</text>`,
    )
    .join('');
}

const SMALLEST = 0.01;

/** From one range of positive numbers to another, by their logarithms. */
function scale(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
): (value: number) => number {
  const width = Math.log(high / low) || 1;
  return (value) => from + (Math.log(Math.max(value, SMALLEST) / low) / width) * (to - from);
}

/** The powers of ten around all values: [0.1, 1, 10]. */
function decadesOf(values: readonly number[]): readonly number[] {
  const exponents = values.map((value) => Math.log10(Math.max(value, SMALLEST)));
  const first = Math.floor(Math.min(...exponents));
  const last = Math.max(Math.ceil(Math.max(...exponents)), first + 1);
  return Array.from({ length: last - first + 1 }, (_unused, index) => Number((10 ** (first + index)).toPrecision(1)));
}
