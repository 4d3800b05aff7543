// SPDX-License-Identifier: Apache-2.0
import type { Program } from './programs.ts';

/** One operation of the field; `index` is its place in the program. */
interface Step {
  readonly result: string;
  readonly operator: '+' | '-' | '*';
  readonly operands: readonly [string, string];
}

/** An operation with registers; `b` may be the coefficient of the curve instead. */
export interface Operation {
  readonly operator: '+' | '-' | '*';
  readonly a: number;
  readonly b: number | 'a';
  readonly result: number;
  /** The name of the result, for listings and for the flags. */
  readonly name: string;
}

/** What a seat does in one slot: `second` may use the result of `first`, `product` may use both. */
export interface Turn {
  readonly first: Operation | null;
  readonly second: Operation | null;
  readonly product: Operation | null;
}

export interface Schedule {
  readonly turns: readonly Turn[];
  /** The turn after which the flags of the special cases are known. */
  readonly decides: number;
}

/** Registers of a set: operands in the order in which they are loaded, temporaries, and the result. */
export const registers = {
  x1: 0,
  y1: 1,
  x2: 2,
  y2: 3,
  zz1: 4,
  zzz1: 5,
  zz2: 6,
  zzz2: 7,
  x3: 12,
  y3: 13,
  zz3: 14,
  zzz3: 15,
} as const;
const resultRegisters = 12;
const ofFirstPoint = ['x1', 'y1', 'zz1', 'zzz1'];

const registerOf = (name: string): number | undefined => (registers as Record<string, number>)[name];

function parse(line: string): Step {
  const [, result, left, operator, right] = /^(\w+) = (\w+) ([*+-]) (\w+)$/.exec(line) ?? [];
  if (result === undefined) throw new Error(`'${line}' is not an operation`);
  return { result, operator: operator as Step['operator'], operands: [left!, right!] };
}

/** Steps by what follows from them: a product costs a turn, an addition a third of one. */
function heights(steps: readonly Step[]): Map<Step, number> {
  const known = new Map<Step, number>();
  for (const step of [...steps].reverse()) {
    const users = steps.filter(({ operands }) => operands.includes(step.result));
    known.set(step, (step.operator === '*' ? 3 : 1) + Math.max(0, ...users.map((user) => known.get(user)!)));
  }
  return known;
}

type Places = Record<keyof Turn, Step | null>;

/** List scheduling: in each place of each turn the step that most depends on, of those whose operands are there. */
function place(steps: readonly Step[]): Places[] {
  const height = heights(steps);
  const computed = new Set(steps.map(({ result }) => result));
  const waiting = [...steps].sort((a, b) => height.get(b)! - height.get(a)!);
  const turns: Places[] = [];
  while (waiting.length > 0) {
    const late: string[] = [];
    const take = (kind: 'sum' | 'product'): Step | null => {
      const at = waiting.findIndex(
        ({ operator, operands }) =>
          (operator === '*') === (kind === 'product') && !operands.some((o) => computed.has(o)),
      );
      if (at < 0) return null;
      const [step] = waiting.splice(at, 1);
      // A sum is there for the next place of the turn, a product for the next turn.
      if (kind === 'sum') computed.delete(step!.result);
      else late.push(step!.result);
      return step!;
    };
    const turn = { first: take('sum'), second: take('sum'), product: take('product') };
    if (turn.first === null && turn.product === null)
      throw new Error(`nothing can be done before ${waiting[0]!.result}`);
    turns.push(turn);
    for (const result of late) computed.delete(result);
  }
  return turns;
}

/** The steps in the order of their places: a step reads its registers before it, and all later ones, write. */
const inOrder = (turns: readonly Places[]): (Step | null)[] =>
  turns.flatMap(({ first, second, product }) => [first, second, product]);

/** Registers by value: results have their own, other values take one that nobody reads any more. */
function allocate(turns: readonly Places[], decides: number): Map<string, number> {
  const order = inOrder(turns);
  const lastUse = (name: string): number => {
    const last = order.findLastIndex((step) => step?.operands.includes(name) ?? false);
    // The first point must survive until it is known that it need not be doubled.
    return ofFirstPoint.includes(name) ? Math.max(last, 3 * decides + 2) : last;
  };
  const holder: (string | null)[] = Array.from({ length: resultRegisters }, () => null);
  const found = new Map<string, number>();
  for (const name of new Set(order.flatMap((step) => step?.operands ?? []))) {
    const register = registerOf(name);
    if (register === undefined || register >= resultRegisters) continue;
    holder[register] = name;
    found.set(name, register);
  }
  order.forEach((step, at) => {
    if (step === null) return;
    let register = registerOf(step.result);
    if (register === undefined) {
      const isFree = (name: string | null): boolean => name === null || lastUse(name) <= at;
      // The last step of the deciding turn is too early for the first point.
      register = holder.findIndex(
        (name) => isFree(name) && !(at <= 3 * decides + 2 && ofFirstPoint.includes(name ?? '')),
      );
      if (register < 0) throw new Error(`no register is free for ${step.result}`);
      holder[register] = step.result;
    }
    found.set(step.result, register);
  });
  return found;
}

/** Turns and registers for a program. */
export function schedule({ lines, special }: Program): Schedule {
  const steps = lines.map(parse);
  const turns = place(steps);
  const flags = special === 'sameX' ? ['H', 'R'] : ['U'];
  const decides = turns.findLastIndex(({ first, second }) =>
    [first, second].some((s) => s !== null && flags.includes(s.result)),
  );
  const register = allocate(turns, decides);
  const operation = (step: Step | null): Operation | null => {
    if (step === null) return null;
    const [a, b] = step.operands;
    return {
      operator: step.operator,
      a: register.get(a)!,
      b: b === 'a' ? 'a' : register.get(b)!,
      result: register.get(step.result)!,
      name: step.result,
    };
  };
  return {
    turns: turns.map(({ first, second, product }) => ({
      first: operation(first),
      second: operation(second),
      product: operation(product),
    })),
    decides,
  };
}
