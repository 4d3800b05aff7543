// SPDX-License-Identifier: Apache-2.0
import { clog2, mask } from '../bits.ts';
import { assertNever, type Expr } from '../expr.ts';
import type { Memory, MemoryPort } from '../module.ts';
import { countOf } from './describe.ts';

/** What is wrong with a memory, as text. */
export interface MemoryFault {
  readonly message: string;
  readonly cause: string | null;
  readonly cure: string;
}

/** Size, contents and lanes of a memory. */
export function shapeFaults(memory: Memory): MemoryFault[] {
  const { name, depth, width, granule, init } = memory;
  const faults: MemoryFault[] = [];
  const add = (message: string, cure: string): void => void faults.push({ message, cause: null, cure });
  if (!Number.isSafeInteger(depth) || depth < 1) {
    add(`The memory ${name} cannot have ${depth} words.`, 'Give it a depth of 1 or more.');
  }
  if (init && init.length !== depth) {
    add(
      `The memory ${name} has ${countOf(depth, 'word')}, but its initial contents are ${countOf(init.length, 'word')}.`,
      'Give one initial value for each word.',
    );
  }
  const large = init?.findIndex((word) => word < 0n || word > mask(width)) ?? -1;
  if (init && large >= 0) {
    add(
      `Initial word ${large} of the memory ${name} is ${init[large]!}, which does not fit in ${countOf(width, 'bit')}.`,
      `Give a pattern in 0..${mask(width)}.`,
    );
  }
  if (!isWholeLanes(memory)) {
    add(
      `The memory ${name} has words of ${countOf(width, 'bit')}, which are not a whole number of ${granule}-bit lanes.`,
      'Choose a granule that divides the word width.',
    );
  }
  return faults;
}

function isWholeLanes({ width, granule }: Memory): boolean {
  return width === 0 || (Number.isSafeInteger(granule) && granule > 0 && width % granule === 0);
}

interface Wanted {
  readonly what: string;
  readonly expr: { readonly width: number } | null;
  readonly width: number;
}

/** Widths of what a port is connected to. */
export function portFaults(memory: Memory, port: MemoryPort): MemoryFault[] {
  if (!Number.isSafeInteger(memory.depth) || memory.depth < 1) return [];
  const addressBits = clog2(memory.depth);
  return wanted(memory, port, addressBits).flatMap(({ what, expr, width }) => {
    if (expr === null || expr.width === width) return [];
    return [
      {
        message:
          `The ${what} of ${port.kind} port ${port.name} of the memory ${memory.name} ` +
          `has ${countOf(expr.width, 'bit')}, but needs ${width}.`,
        cause:
          what === 'address' ? `${countOf(memory.depth, 'word')} take ${countOf(addressBits, 'address bit')}.` : null,
        cure: expr.width < width ? 'Extend it with resize.' : 'Shorten it with trunc.',
      },
    ];
  });
}

function wanted(memory: Memory, port: MemoryPort, addressBits: number): Wanted[] {
  const { width, granule } = memory;
  const address = { what: 'address', expr: port.address, width: addressBits };
  const enable = { what: 'enable', expr: port.enable, width: 1 };
  const lanes = (expr: Expr | null): Wanted => ({
    what: 'mask',
    expr: isWholeLanes(memory) ? expr : null,
    width: width === 0 ? 0 : width / granule,
  });
  switch (port.kind) {
    case 'read':
      return [address, enable, { what: 'read data', expr: port.data, width }];
    case 'write':
      return [address, enable, { what: 'data', expr: port.data, width }, lanes(port.mask)];
    case 'readwrite':
      return [
        address,
        enable,
        { what: 'write', expr: port.write, width: 1 },
        { what: 'write data', expr: port.writeData, width },
        { what: 'read data', expr: port.data, width },
        lanes(port.mask),
      ];
    default:
      return assertNever(port);
  }
}
