// SPDX-License-Identifier: Apache-2.0
import { type FieldName, flags, gemmKinds, moveKinds, ops, sfuKinds } from '../isa.ts';
import type { Space } from './footprint.ts';

/** Names of kinds and flags, and which memory an address field means, of each operation: what a listing needs. */
interface Operation {
  readonly kinds?: Readonly<Record<string, number>>;
  readonly flags?: readonly (keyof typeof flags)[];
  /** Address fields that the operation has, with their memory; those of a kind come on top. */
  readonly addresses?: Addresses;
  readonly ofKind?: Readonly<Record<number, Addresses>>;
}

type Addresses = Partial<Record<FieldName, Space>>;

const { X, W, W_ROWS, W_COLUMNS, PARAM, TABLE, EX, EW, EW_ROWS } = moveKinds;
const { RQ, AXPY, LN, SOFTMAX, COPY, PSUB } = sfuKinds;

const operations: Readonly<Record<number, Operation>> = {
  [ops.LD]: { addresses: { dst: 'scratch' } },
  [ops.ST]: { addresses: { srcA: 'scratch' } },
  [ops.MOVE]: {
    kinds: moveKinds,
    addresses: { srcA: 'scratch' },
    ofKind: {
      [X]: { dst: 'imem' },
      [W]: { dst: 'wmem' },
      [W_ROWS]: { dst: 'wmem' },
      [W_COLUMNS]: { dst: 'wmem' },
      [PARAM]: { dst: 'param' },
      [TABLE]: {},
      [EX]: { dst: 'eimem' },
      [EW]: { dst: 'ewmem' },
      [EW_ROWS]: { dst: 'ewmem' },
    },
  },
  [ops.GEMM]: {
    kinds: gemmKinds,
    flags: ['AUTO'],
    addresses: { srcA: 'imem', srcB: 'wmem', dst: 'omem' },
    ofKind: { [gemmKinds.OSPARSE]: { map: 'map' }, [gemmKinds.KMERGE]: { map: 'kmerge' } },
  },
  [ops.CMBUILD]: { flags: ['ROW_MASK'], addresses: { maskA: 'mask', map: 'map' } },
  [ops.KBUILD]: { addresses: { maskA: 'mask', srcA: 'scratch', dst: 'imem', map: 'kmerge' } },
  [ops.EPRED]: { addresses: { srcA: 'eimem', srcB: 'ewmem', dst: 'scratch' } },
  [ops.TOPK]: {
    flags: ['FIRST', 'LAST'],
    addresses: { srcA: 'eimem', srcB: 'ewmem', maskA: 'mask', maskB: 'mask', maskC: 'mask' },
  },
  [ops.SFU]: {
    kinds: sfuKinds,
    flags: ['FROM_GSC', 'GELU', 'MASK_OUT', 'MASK_IN', 'ADD'],
    addresses: { dst: 'scratch' },
    ofKind: {
      [RQ]: { srcA: 'omem', srcP: 'scratch', maskA: 'mask', param: 'param' },
      [AXPY]: { srcA: 'omem', srcB: 'scratch', srcP: 'scratch', param: 'param' },
      [LN]: { srcA: 'scratch', param: 'param' },
      [SOFTMAX]: { srcA: 'omem', maskA: 'mask' },
      [COPY]: { srcA: 'omem' },
      [PSUB]: { srcA: 'omem', srcB: 'scratch' },
    },
  },
};

type Fields = Readonly<Record<FieldName, number>>;

/** `GEMM.OSPARSE`: operation and kind. */
export function mnemonicOf({ op, kind }: Fields): string {
  const name = nameIn(ops, op) ?? `op${op}`;
  const { kinds } = operations[op] ?? {};
  return kinds === undefined ? name : `${name}.${nameIn(kinds, kind) ?? kind}`;
}

export function flagsOf({ op, flags: given }: Fields): string[] {
  return (operations[op]?.flags ?? []).filter((name) => (given & flags[name]) !== 0);
}

/** The address fields of a command and the memories they mean. */
export function addressesOf(command: Fields): Addresses {
  const { addresses = {}, ofKind = {} } = operations[command.op] ?? {};
  const all: Addresses = { ...addresses, ...ofKind[command.kind] };
  const used = flagsOf(command);
  if (command.op !== ops.SFU) return all;
  const without = (...names: FieldName[]): Addresses =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !(names as string[]).includes(name)));
  const hidden: FieldName[] = [];
  if (!used.includes('ADD')) hidden.push('srcP');
  if (command.kind === RQ && !used.includes('MASK_IN') && !used.includes('MASK_OUT')) hidden.push('maskA');
  return { ...without(...hidden), ...(used.includes('FROM_GSC') ? { srcA: 'scratch' } : {}) };
}

function nameIn(table: Readonly<Record<string, number>>, code: number): string | null {
  return Object.entries(table).find(([, value]) => value === code)?.[0] ?? null;
}
