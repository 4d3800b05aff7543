// SPDX-License-Identifier: Apache-2.0
import { type Expr, operands } from '../../ir/expr.ts';
import type { Decl, Driven, Module } from '../../ir/module.ts';
import type { CombGroup } from './comb-groups.ts';
import { exprsOfBody } from './roots.ts';
import { asyncAddresses, type CombPaths } from './comb-paths.ts';

/** What lies on a loop of whole signals. */
export interface Loops {
  readonly groups: ReadonlySet<CombGroup>;
  readonly nets: ReadonlySet<Decl>;
}

/**
 * The groups and nets that lie on a loop when every signal and every group counts as one thing. A design that passed the checks
 * has no loop by bits, so these only have to be written in smaller parts. Tarjan's algorithm, linear, no recursion.
 */
export function findLoops(module: Module, groups: readonly CombGroup[], paths: CombPaths): Loops {
  const groupOf = new Map<Driven, number>();
  groups.forEach((group, i) => group.targets.forEach((target) => groupOf.set(target, i)));
  const first = module.pool.size;
  const exprs: (Expr | undefined)[] = [];
  const addressOf = asyncAddresses(module);
  const note = (list: readonly Expr[]): number[] =>
    list.map((expr) => {
      exprs[expr.id] = expr;
      return expr.id;
    });
  const ofGroup = (decl: Driven): number[] => (groupOf.has(decl) ? [first + groupOf.get(decl)!] : []);
  const ofDecl = (decl: Decl): number[] => {
    switch (decl.kind) {
      case 'net':
        return note([decl.value]);
      case 'wire':
      case 'instin':
      case 'port':
        return ofGroup(decl);
      case 'instout':
        return paths.inputsOf(decl).flatMap((input) => ofGroup(input));
      case 'memread':
        return note(addressOf.get(decl) ?? []);
      case 'reg':
        return [];
    }
  };
  const next = (node: number): number[] => {
    if (node >= first) return note(exprsOfBody(groups[node - first]!.body));
    const expr = exprs[node]!;
    return expr.kind === 'ref' ? ofDecl(expr.decl) : note(operands(expr));
  };
  const looped = new Set<CombGroup>();
  const nets = new Set<Decl>();
  stronglyConnected(
    groups.map((_, i) => first + i),
    first + groups.length,
    next,
    (component) => {
      if (component.length < 2) return;
      for (const node of component) {
        const expr = exprs[node];
        if (node >= first) looped.add(groups[node - first]!);
        else if (expr?.kind === 'ref' && expr.decl.kind === 'net') nets.add(expr.decl);
      }
    },
  );
  return { groups: looped, nets };
}

function stronglyConnected(
  starts: readonly number[],
  count: number,
  next: (node: number) => number[],
  found: (component: number[]) => void,
): void {
  const index = new Int32Array(count);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const stack: number[] = [];
  let counter = 0;
  const frames: { node: number; succ: number[]; at: number }[] = [];
  const enter = (node: number): void => {
    index[node] = low[node] = ++counter;
    stack.push(node);
    onStack[node] = 1;
    frames.push({ node, succ: next(node), at: 0 });
  };
  for (const start of starts) {
    if (index[start] === 0) enter(start);
    for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
      const { node } = frame;
      if (frame.at < frame.succ.length) {
        const to = frame.succ[frame.at++]!;
        if (index[to] === 0) enter(to);
        else if (onStack[to] === 1) low[node] = Math.min(low[node]!, index[to]!);
        continue;
      }
      frames.pop();
      const above = frames.at(-1);
      if (above) low[above.node] = Math.min(low[above.node]!, low[node]!);
      if (low[node] !== index[node]) continue;
      const component: number[] = [];
      let member: number;
      do {
        member = stack.pop()!;
        onStack[member] = 0;
        component.push(member);
      } while (member !== node);
      found(component);
    }
  }
}
