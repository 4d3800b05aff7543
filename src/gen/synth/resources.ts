// SPDX-License-Identifier: Apache-2.0

/** What an engineer counts. Block RAM in units of 36 Kbit (Xilinx) or 18 Kbit (ECP5). */
export interface Resources {
  readonly lut: number;
  readonly ff: number;
  /** LUTs used as memory, in cells. */
  readonly lutRam: number;
  readonly carry: number;
  readonly bram: number;
  readonly dsp: number;
  /** Of gates and flip-flops in CMOS. Memories that are left as macros have none. */
  readonly transistors: number;
  /** All cells of the netlist. */
  readonly cells: number;
}

export const noResources: Resources = {
  lut: 0,
  ff: 0,
  lutRam: 0,
  carry: 0,
  bram: 0,
  dsp: 0,
  transistors: 0,
  cells: 0,
};

type Kind = Exclude<keyof Resources, 'cells'>;

const kinds: readonly (readonly [RegExp, Kind, number])[] = [
  [/^LUT\d$/, 'lut', 1],
  [/^(FD[RSCP]E|FD[RSCP]E_1|TRELLIS_FF|\$_DFF_P_)$/, 'ff', 1],
  [/^(RAM(32|64|128|256)(M|X1[SD]|M16)|RAM\d+X\d+[SD]|SRL.*|TRELLIS_DPR16X4)$/, 'lutRam', 1],
  [/^(CARRY4|CCU2C)$/, 'carry', 1],
  [/^RAMB36E1$|^DP16KD$|^PDPW16KD$/, 'bram', 1],
  [/^RAMB18E1$/, 'bram', 0.5],
  [/^(DSP48E1|MULT18X18D|ALU54B)$/, 'dsp', 1],
];

/** Transistors of a cell, as `stat -tech cmos` of Yosys has them. */
const transistors: Readonly<Record<string, number>> = {
  $_NOT_: 2,
  $_NAND_: 4,
  $_NOR_: 4,
  $_AND_: 6,
  $_OR_: 6,
  $_ANDNOT_: 6,
  $_ORNOT_: 6,
  $_AOI3_: 6,
  $_OAI3_: 6,
  $_AOI4_: 8,
  $_OAI4_: 8,
  $_NMUX_: 10,
  $_MUX_: 12,
  $_XOR_: 12,
  $_XNOR_: 12,
  $_DFF_P_: 16,
};

export function resourcesOfCell(type: string, count: number): Resources {
  const found = kinds.find(([pattern]) => pattern.test(type));
  const counted = { ...noResources, transistors: (transistors[type] ?? 0) * count, cells: count };
  return found ? { ...counted, [found[1]]: found[2] * count } : counted;
}

export function addResources(a: Resources, b: Resources, times = 1): Resources {
  const sum = (key: keyof Resources): number => a[key] + b[key] * times;
  return {
    lut: sum('lut'),
    ff: sum('ff'),
    lutRam: sum('lutRam'),
    carry: sum('carry'),
    bram: sum('bram'),
    dsp: sum('dsp'),
    transistors: sum('transistors'),
    cells: sum('cells'),
  };
}
