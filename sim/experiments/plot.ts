// SPDX-License-Identifier: Apache-2.0
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Plot, PointPlot, Timeline } from './experiment.ts';

/** A plot as SVG. The same points give the same text on every machine: no fonts are measured, text widths are estimated. */
export async function plotSvg(title: string, plot: Plot): Promise<string> {
  const frame = { $schema: 'https://vega.github.io/schema/vega-lite/v6.json', title, background: 'white' } as const;
  const spec: TopLevelSpec = { ...frame, ...(plot.kind === 'timeline' ? timeline(plot) : points(plot)) };
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
  try {
    return `<!-- SPDX-License-Identifier: Apache-2.0 -->\n${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

function points(plot: PointPlot) {
  const line = plot.kind === 'line';
  const isNumeric = plot.points.every(({ x }) => typeof x === 'number');
  return {
    width: 460,
    height: 260,
    data: { values: plot.points.map(({ x, y, series }) => ({ x, y, series })) },
    mark: line ? ({ type: 'line', point: true } as const) : ({ type: 'bar' } as const),
    encoding: {
      x: {
        field: 'x',
        type: line && isNumeric ? ('quantitative' as const) : ('nominal' as const),
        title: plot.x,
        sort: null,
        ...(line ? { scale: { zero: false } } : {}),
        axis: { labelAngle: 0 },
      },
      y: { field: 'y', type: 'quantitative' as const, title: plot.y },
      color: { field: 'series', type: 'nominal' as const, title: null, sort: null },
      ...(line ? {} : { xOffset: { field: 'series', sort: null } }),
    },
  };
}

function timeline({ x, spans }: Timeline) {
  return {
    width: 900,
    height: { step: 24 },
    data: { values: spans.map((span) => ({ ...span })) },
    mark: { type: 'bar' } as const,
    encoding: {
      y: { field: 'row', type: 'nominal' as const, title: null, sort: null },
      x: { field: 'from', type: 'quantitative' as const, title: x, scale: { zero: false } },
      x2: { field: 'to' },
      color: { field: 'series', type: 'nominal' as const, title: null, sort: null },
    },
  };
}
