// SPDX-License-Identifier: Apache-2.0

/** How often each net counts in a sum of nets; the net `1` is one. */
export type Sum = Readonly<Record<string, bigint | number>>;

/**
 * is = (from mod 2^bits) >> low, modulo 2^(bits - low), whatever the values of the nets that are `given` (all in `from` unless said otherwise): what an adder, a
 * subtractor or a divider says of its nets. `when`: only while a net of one bit has a value.
 */
export interface Equation {
  readonly name: string;
  readonly is: Sum;
  readonly from: Sum;
  readonly bits: number;
  readonly low?: number;
  readonly given?: readonly string[];
  readonly when?: { readonly net: string; readonly value: 0 | 1 };
}

/**
 * Equations between the nets of one combinational block. From the same description come assertions inside the emitted Verilog, which SAT proves of the
 * netlist for all values, and statements about integers, from which z3 concludes what the block does as a whole. Neither meets what it cannot do:
 * SAT sees one step at a time, and z3 no bits.
 */
export interface Equations {
  /** A limit that each net stays below: a claim about the netlist like the others. */
  readonly below: Readonly<Record<string, bigint>>;
  readonly equations: readonly Equation[];
}

/** Without the constant. */
export const netsOf = (sum: Sum): string[] => Object.keys(sum).filter((net) => net !== '1');

/** Limits of nets of so many bits. */
export const limits = (widths: Readonly<Record<string, number>>): Record<string, bigint> =>
  Object.fromEntries(Object.entries(widths).map(([net, bits]) => [net, 2n ** BigInt(bits)]));

/** One equation as an assertion for the inside of the block, with the limits of its nets. */
export function equationInVerilog({ name, is, from, bits, low = 0, when }: Equation, { below }: Equations): string {
  const condition = when === undefined ? '' : `${when.net} != ${when.value} || `;
  const nets = netsOf({ ...is, ...from });
  return [
    `wire [${bits - low - 1}:0] is_${name} = ${sumInVerilog(is, bits - low)};`,
    `wire [${bits - 1}:0] from_${name} = ${sumInVerilog(from, bits)};`,
    `always @* assert (${condition}is_${name} == from_${name}[${bits - 1}:${low}]);`,
    limitsInVerilog(Object.fromEntries(nets.map((net) => [net, below[net]!]))),
  ].join('\n');
}

/** Limits likewise. */
export function limitsInVerilog(below: Equations['below']): string {
  const claims = Object.entries(below).map(([net, limit]) => `${net} < ${limit.toString(2).length}'d${limit}`);
  return claims.map((claim) => `always @* assert (${claim});`).join('\n');
}

/**
 * Everything about integers, in SMT-LIB: a sum that wraps round is off by a multiple of 2^bits, and bits that are dropped are any. `prefix` is
 * for the names of one of several instances.
 */
export function equationsInSmt({ below, equations }: Equations, prefix = ''): string {
  const named = (net: string): string => (net === '1' ? net : prefix + net);
  const nets = Object.entries(below).map(([net, limit]) => variable(named(net), 0n, limit));
  const statements = equations.map(({ name, is, from, bits, low = 0, when }) => {
    const [wraps, dropped] = [named(`wraps_${name}`), named(`dropped_${name}`)];
    const rest = `(+ (* ${2n ** BigInt(low)} ${sumInSmt(is, named)}) ${dropped} (* ${2n ** BigInt(bits)} ${wraps}))`;
    const equal = `(= ${sumInSmt(from, named)} ${rest})`;
    return [
      `(declare-const ${wraps} Int)`,
      variable(dropped, 0n, 2n ** BigInt(low)),
      `(assert ${when === undefined ? equal : `(=> (= ${named(when.net)} ${when.value}) ${equal})`})`,
    ].join('\n');
  });
  return [...nets, ...statements].join('\n');
}

/** An integer that is at least `least` and below `limit`. */
export const variable = (name: string, least: bigint, limit: bigint): string =>
  `(declare-const ${name} Int)\n(assert (and (<= ${least} ${name}) (< ${name} ${limit})))`;

/** SMT-LIB has no negative literals. */
export function sumInSmt(sum: Sum, named = (net: string): string => net): string {
  const terms = Object.entries(sum).map(([net, times]) =>
    times < 0 ? `(- (* ${-times} ${named(net)}))` : `(* ${times} ${named(net)})`,
  );
  return `(+ 0 ${terms.join(' ')})`;
}

/** The constant makes all terms as wide as the sum at least; a factor becomes shifts, so that there is no multiplier. */
function sumInVerilog(sum: Sum, bits: number): string {
  const terms = Object.entries(sum).flatMap(([net, times]) => {
    const digits = Array.from(BigInt(times < 0 ? -times : times).toString(2)).reverse();
    return digits.flatMap((digit, shift) => (digit === '1' ? [` ${times < 0 ? '-' : '+'} (${net} << ${shift})`] : []));
  });
  return `${bits}'d0${terms.join('')}`;
}
