// SPDX-License-Identifier: Apache-2.0
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Plot } from './experiment.ts';

/** A plot as SVG. The same points give the same text on every machine: no fonts are measured, text widths are estimated. */
export async function plotSvg(title: string, plot: Plot): Promise<string> {
  const line = plot.kind === 'line';
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title,
    width: 460,
    height: 260,
    background: 'white',
    data: { values: plot.points.map(({ x, y, series }) => ({ x, y, series })) },
    mark: line ? { type: 'line', point: true } : { type: 'bar' },
    encoding: {
      x: {
        field: 'x',
        type: line && plot.points.every(({ x }) => typeof x === 'number') ? 'quantitative' : 'nominal',
        title: plot.x,
        sort: null,
        ...(line ? { scale: { zero: false } } : {}),
        axis: { labelAngle: 0 },
      },
      y: { field: 'y', type: 'quantitative', title: plot.y },
      color: { field: 'series', type: 'nominal', title: null, sort: null },
      ...(line ? {} : { xOffset: { field: 'series', sort: null } }),
    },
  };
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
  try {
    return `<!-- SPDX-License-Identifier: Apache-2.0 -->\n${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
