// SPDX-License-Identifier: Apache-2.0

/**
 * What the lanes of the point engine compute: the formulas of paper 3.7, one operation of the field a line. Operands are called x1, y1, zz1, zzz1 and
 * x2, y2, zz2, zzz2, the result x3, y3, zz3, zzz3, the coefficient of the curve a.
 */
export interface Program {
  readonly lines: readonly string[];
  /**
   * When it is not an ordinary sum. `sameX`: H = 0 says that both points have the same x; they are equal when also R = 0 and opposite otherwise.
   * `flat`: U = 0 says that the tangent is vertical.
   */
  readonly special: 'sameX' | 'flat';
  /** The first point is affine. */
  readonly isAffine: boolean;
}

/** X3 and Y3 from H, R, the first point over the common denominator, and HH, HHH. */
const chord = (x: string, y: string, HH: string, HHH: string): string[] => [
  `V = ${x} * ${HH}`,
  'RR = R * R',
  'VV = V + V',
  `E = ${HHH} + VV`,
  'x3 = RR - E',
  'D = V - x3',
  'RD = R * D',
  `SH = ${y} * ${HHH}`,
  'y3 = RD - SH',
];

/** X3 and Y3 from the slope M, S and W. */
const tangent = ['MM = M * M', 'SS = S + S', 'x3 = MM - SS', 'D = S - x3', 'MD = M * D', 'WY = W * y1', 'y3 = MD - WY'];

const affineSum: Program = {
  lines: ['H = x2 - x1', 'R = y2 - y1', 'zz3 = H * H', 'zzz3 = H * zz3', ...chord('x1', 'y1', 'zz3', 'zzz3')],
  special: 'sameX',
  isAffine: true,
};

const mixedSum: Program = {
  lines: [
    'U2 = x2 * zz1',
    'S2 = y2 * zzz1',
    'H = U2 - x1',
    'R = S2 - y1',
    'HH = H * H',
    'HHH = H * HH',
    ...chord('x1', 'y1', 'HH', 'HHH'),
    'zz3 = zz1 * HH',
    'zzz3 = zzz1 * HHH',
  ],
  special: 'sameX',
  isAffine: false,
};

const fullSum: Program = {
  lines: [
    'U1 = x1 * zz2',
    'U2 = x2 * zz1',
    'S1 = y1 * zzz2',
    'S2 = y2 * zzz1',
    'H = U2 - U1',
    'R = S2 - S1',
    'HH = H * H',
    'HHH = H * HH',
    ...chord('U1', 'S1', 'HH', 'HHH'),
    'ZZ = zz1 * zz2',
    'ZZZ = zzz1 * zzz2',
    'zz3 = ZZ * HH',
    'zzz3 = ZZZ * HHH',
  ],
  special: 'sameX',
  isAffine: false,
};

const double: Program = {
  lines: [
    'U = y1 + y1',
    'V = U * U',
    'W = U * V',
    'S = x1 * V',
    'XX = x1 * x1',
    'XX2 = XX + XX',
    'M = XX2 + XX',
    ...tangent,
    'zz3 = V * zz1',
    'zzz3 = W * zzz1',
  ],
  special: 'flat',
  isAffine: false,
};

/** 2A for a curve with a != 0. */
const doubleWithA: Program = {
  lines: [
    'U = y1 + y1',
    'V = U * U',
    'W = U * V',
    'S = x1 * V',
    'XX = x1 * x1',
    'Z4 = zz1 * zz1',
    'aZ4 = Z4 * a',
    'XX2 = XX + XX',
    'XX3 = XX2 + XX',
    'M = XX3 + aZ4',
    ...tangent,
    'zz3 = V * zz1',
    'zzz3 = W * zzz1',
  ],
  special: 'flat',
  isAffine: false,
};

/** 2A of an affine point; a may be 0. */
const doubleAffine: Program = {
  lines: [
    'U = y1 + y1',
    'zz3 = U * U',
    'zzz3 = U * zz3',
    'S = x1 * zz3',
    'XX = x1 * x1',
    'XX2 = XX + XX',
    'XX3 = XX2 + XX',
    'M = XX3 + a',
    ...tangent.map((line) => line.replace('W * y1', 'zzz3 * y1')),
  ],
  special: 'flat',
  isAffine: true,
};

export const programs = { affineSum, mixedSum, fullSum, double, doubleWithA, doubleAffine } as const;
export type ProgramName = keyof typeof programs;
