// SPDX-License-Identifier: Apache-2.0

/** What an FPGA engineer counts. Block RAM in units of 36 Kbit (Xilinx) or 18 Kbit (ECP5). */
export interface Resources {
  readonly lut: number;
  readonly ff: number;
  /** LUTs used as memory, in cells. */
  readonly lutRam: number;
  readonly carry: number;
  readonly bram: number;
  readonly dsp: number;
  /** All cells of the netlist. */
  readonly cells: number;
}

export const noResources: Resources = { lut: 0, ff: 0, lutRam: 0, carry: 0, bram: 0, dsp: 0, cells: 0 };

type Kind = Exclude<keyof Resources, 'cells'>;

const kinds: readonly (readonly [RegExp, Kind, number])[] = [
  [/^LUT\d$/, 'lut', 1],
  [/^(FD[RSCP]E|FD[RSCP]E_1|LD[CP]E|TRELLIS_FF|\$_S?DFF.*|\$_DFFE?_.*)$/, 'ff', 1],
  [/^(RAM(32|64|128|256)(M|X1[SD]|M16)|RAM\d+X\d+[SD]|SRL.*|TRELLIS_DPR16X4)$/, 'lutRam', 1],
  [/^(CARRY4|CCU2C)$/, 'carry', 1],
  [/^RAMB36E1$|^DP16KD$|^PDPW16KD$/, 'bram', 1],
  [/^RAMB18E1$/, 'bram', 0.5],
  [/^(DSP48E1|MULT18X18D|ALU54B)$/, 'dsp', 1],
];

export function resourcesOfCell(type: string, count: number): Resources {
  const found = kinds.find(([pattern]) => pattern.test(type));
  return found ? { ...noResources, [found[1]]: found[2] * count, cells: count } : { ...noResources, cells: count };
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
    cells: sum('cells'),
  };
}
