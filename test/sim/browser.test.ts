// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const program = `
import { z } from 'zod';
import { block, Bool, elaborate, input, output, UInt } from './src/dsl/index.ts';
import { createEmbedded } from './src/sim/index.ts';

const counter = block('counter', z.strictObject({ width: z.int() }), (m, p) => {
  const io = m.ports({ enable: input(Bool), total: output(UInt(p.width)) });
  const { count } = m.regs({ count: UInt(p.width).init(0) });
  m.when(io.enable, () => count.next(count.addWrap(1)));
  io.total.assign(count);
});

const engine = createEmbedded(elaborate(counter({ width: 70 })));
engine.io[engine.ports.find((port) => port.name === 'enable').offset] = 1;
engine.step(12345);
engine.settle();
let waves = 0;
engine.trace((chunk) => (waves += chunk.length));
engine.step(3);
engine.endTrace();
globalThis.answer = JSON.stringify([engine.cycle, String(engine.read('count')), waves > 100]);
`;

/** What a browser's worker has of the things in use, and nothing of Node. */
const harness = `
const { parentPort, workerData } = require('node:worker_threads');
const vm = require('node:vm');
const world = { WebAssembly, TextEncoder, TextDecoder, URL, performance, console };
world.globalThis = world;
vm.runInNewContext(workerData, world);
parentPort.postMessage(world.answer);
`;

describe('outside Node', () => {
  it('elaborates, compiles and runs a design in a worker with the web platform alone', async () => {
    const bundle = await build({
      stdin: { contents: program, resolveDir: new URL('../../', import.meta.url).pathname, loader: 'ts' },
      bundle: true,
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
      write: false,
      define: { 'import.meta.url': '"https://example.org/src/ir/span.js"' },
    });
    const code = bundle.outputFiles[0]!.text;
    const worker = new Worker(harness, { eval: true, workerData: code });
    const answer = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    await worker.terminate();
    expect(JSON.parse(answer as string)).toEqual([12348, '12348', true]);
  });

  it('imports nothing of Node in the simulator', async () => {
    const { outputFiles } = await build({
      entryPoints: [new URL('../../src/sim/index.ts', import.meta.url).pathname],
      bundle: true,
      platform: 'neutral',
      format: 'esm',
      write: false,
    });
    expect(outputFiles[0]!.text).not.toMatch(/\b(Buffer|process|require)\b\s*[.(]/);
  });
});
