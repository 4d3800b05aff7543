// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import {
  type Command,
  encodeCommand,
  flags,
  gemmKinds,
  mapBuffer,
  moveKinds,
  ops,
  sfuKinds,
} from '../../../src/modules/exion/isa.ts';
import { compileNetwork, disassemble, listing } from '../../../src/modules/exion/program/index.ts';
import { mixedSettings, shapes, targets } from './program.cases.ts';
import { syntheticNetwork, syntheticNoise } from './program.networks.ts';

describe('disassemble', () => {
  test.each<[Command, string]>([
    [{ op: ops.HALT }, 'HALT'],
    [{ op: ops.ITER, count: 50, n: 3 }, 'ITER n=3 count=50'],
    [{ op: ops.LD, dst: 4, count: 8, dram: 3, stride: 2 }, 'LD dst=scratch:4 count=8 dram=dram:3 stride=2'],
    [{ op: ops.MOVE, kind: moveKinds.W, all: 1, srcA: 9, count: 4 }, 'MOVE.W dst=wmem:0 srcA=scratch:9 count=4'],
    [
      { op: ops.GEMM, kind: gemmKinds.OSPARSE, flags: flags.AUTO, when: 2, core: 3, n: 4, k: 2, map: 1 },
      'GEMM.OSPARSE +AUTO map=map:1 n=4 k=2 dst=omem:0 srcA=imem:0 srcB=wmem:0',
    ],
    [{ op: ops.CMBUILD, n: 8, maskA: 2, ...mapBuffer(13) }, 'CMBUILD map=map:13 n=8 maskA=mask:2'],
    [
      { op: ops.SFU, kind: sfuKinds.RQ, flags: flags.GELU | flags.MASK_OUT, n: 8, shift: 20, limit: 9, live: 4 },
      'SFU.RQ +GELU +MASK_OUT n=8 dst=scratch:0 srcA=omem:0 maskA=mask:0 param=param:0 shift=20 live=4 limit=9',
    ],
    [
      { op: ops.SFU, kind: sfuKinds.RQ, flags: flags.FROM_GSC, n: 8, shift: 20 },
      'SFU.RQ +FROM_GSC n=8 dst=scratch:0 srcA=scratch:0 param=param:0 shift=20',
    ],
    [{ op: 99 }, 'op99'],
    [{ op: ops.SFU, kind: 15 }, 'SFU.15 dst=scratch:0'],
  ])('%o', (command, text) => {
    // When and where come first.
    expect(disassemble(encodeCommand(command)).slice(11).replaceAll(/ +/g, ' ')).toBe(text);
  });

  test('predicate and core stand in front', () => {
    const line = disassemble(encodeCommand({ op: ops.KBUILD, when: 2, core: 3, n: 5 }));
    expect(line).toMatch(/^sparse 3 {3}KBUILD /);
    expect(disassemble(encodeCommand({ op: ops.CMBUILD, when: 3, n: 5 }))).toMatch(/^renew {2}0 {3}CMBUILD /);
    expect(disassemble(encodeCommand({ op: ops.MOVE, all: 1, n: 1 }))).toMatch(/^ {7}all MOVE\.X/);
  });
});

test('a listing names places and says what every command is for', () => {
  const shape = shapes['even']!;
  const network = syntheticNetwork(shape, 51);
  const job = { label: 0, noise: syntheticNoise(shape, 52), settings: mixedSettings(shape, 53, 1) };
  const program = compileNetwork(network, job, targets['tiny']!);
  const lines = listing(program).split('\n');
  expect(lines.length).toBe(program.commands.length);
  expect(lines.every((line) => line.includes(' ; '))).toBe(true);
  const line = (part: RegExp): string => lines.find((each) => part.test(each)) ?? '';
  expect(line(/TOPK/)).toMatch(/maskA=kept\.head0\.turn0 maskB=queryRows\.head0 maskC=keyRows\.head0/);
  expect(line(/LD .*block1\.ffn2/)).toMatch(/dst=weights[01] count=\d+ dram=block1\.ffn2/);
  expect(line(/PSUB/)).toMatch(/dense .* dst=block0\.reused0 .*; block0\.ffn2, tile 0: P = Y - Qs/);
  expect(line(/HALT/)).toMatch(/; done$/);
});
