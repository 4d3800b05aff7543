// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bool, elaborate, Enum, input, output, UInt } from '../../src/dsl/index.ts';
import { createEmbedded } from '../../src/sim/index.ts';
import { poke } from './support.ts';

const State = Enum('State', ['idle', 'run']);

const child = block('child', z.strictObject({}), (m) => {
  const io = m.ports({ go: input(Bool), wide: output(UInt(70)) });
  const { state, count } = m.regs({ state: State.init('idle'), count: UInt(70).init(0) });
  m.when(io.go, () => state.next('run'));
  m.when(state.eq(State.encode('run')), () => count.next(count.addWrap(3)));
  io.wide.assign(count);
  return io;
});

const top = block('top', z.strictObject({}), (m) => {
  const io = m.ports({ go: input(Bool), low: output(UInt(4)) });
  const { u_child } = m.instances({ u_child: child({}) });
  u_child.go.assign(io.go);
  io.low.assign(u_child.wide.slice(3, 0));
});

/** Runs six cycles, `go` from the third on, and gives the file. */
function waves(options: Parameters<ReturnType<typeof createEmbedded>['trace']>[1]): string {
  const engine = createEmbedded(elaborate(top({})));
  let text = '';
  engine.trace((chunk) => (text += new TextDecoder().decode(chunk)), options);
  poke(engine, 'rst', 1);
  engine.step();
  poke(engine, 'rst', 0);
  engine.step();
  poke(engine, 'go', 1);
  engine.step(4);
  engine.endTrace();
  return text;
}

describe('VCD', () => {
  it('has scopes, enum texts and changes only', () => {
    expect(waves({ select: (path) => !path.includes('count') })).toMatchInlineSnapshot(`
      "$version Kiln embedded simulator $end
      $timescale 1ns $end
      $scope module top $end
      $var wire 1 ! clk $end
      $var wire 1 " rst $end
      $var wire 1 # go $end
      $var wire 4 $ low [3:0] $end
      $scope module u_child $end
      $var wire 1 % rst $end
      $var wire 1 & go $end
      $var wire 70 ' wide [69:0] $end
      $var reg 1 ( state $end
      $var string 1 ) state_text $end
      $upscope $end
      $upscope $end
      $enddefinitions $end
      #0
      $dumpvars
      1!
      1"
      0#
      b0 $
      1%
      0&
      b0 '
      0(
      sidle )
      $end
      #5
      0!
      #10
      1!
      0"
      0%
      #15
      0!
      #20
      1!
      1#
      1&
      #25
      0!
      #30
      1!
      1(
      srun )
      #35
      0!
      #40
      1!
      b11 $
      b11 '
      #45
      0!
      #50
      1!
      b110 $
      b110 '
      #55
      0!
      #60
      "
    `);
  });

  it('keeps to its window', () => {
    const text = waves({ start: 2, stop: 3, select: (path) => path === 'u_child.count' });
    expect(text.match(/^#\d+$/gm)).toEqual(['#20', '#25', '#30', '#35', '#40']);
  });

  it('is the same file whether cycles come one by one or in blocks', () => {
    const [one, two] = [createEmbedded(elaborate(top({}))), createEmbedded(elaborate(top({})))];
    const texts = ['', ''];
    [one, two].forEach((engine, i) => engine.trace((chunk) => (texts[i]! += new TextDecoder().decode(chunk))));
    const rows = Uint32Array.from([1, 0, 0, 0, 0, 1, 0, 1, 0, 1]);
    const result = two.runBlock(rows, 5);
    const single: number[] = [];
    for (let i = 0; i < 5; i++) {
      one.io.set(rows.subarray(2 * i, 2 * i + 2));
      one.settle();
      single.push(one.io[2]!);
      one.step();
    }
    [one, two].forEach((engine) => engine.endTrace());
    expect([...result]).toEqual(single);
    expect(texts[1]).toBe(texts[0]);
  });
});
