// SPDX-License-Identifier: Apache-2.0
import type { Circuit, Expr, Family, FsmVar, Item, RegVar, Shape, Stmt, Var } from './circuit.ts';
import { alsoReads, ExprMaker, nothing, read, type Reads } from './generate-expr.ts';
import { fill, go, makeMemory } from './generate-memory.ts';
import { regTargets, StmtMaker, wireTargets } from './generate-stmts.ts';
import { someWidths } from './method.ts';
import type { Random } from './prng.ts';
import { PropertyMaker } from './generate-properties.ts';
import { ground, leavesOf, leavesOfVar } from './shapes.ts';
import { corners, patternOf } from './value.ts';

/** A random circuit whose outputs are defined after `warmUp`. `level` counts instances above it. */
export function generateCircuit(name: string, random: Random, level = 0): Circuit {
  return new Generator(name, random, level).circuit();
}

class Generator {
  readonly #exprs: ExprMaker;
  readonly #stmts: StmtMaker;

  constructor(
    readonly name: string,
    readonly r: Random,
    readonly level: number,
  ) {
    this.#exprs = new ExprMaker(r);
    this.#stmts = new StmtMaker(r, this.#exprs);
  }

  circuit(): Circuit {
    const { r } = this;
    const families = this.level < 2 && r.chance(20) ? r.list(r.between(1, 2), (i) => this.#family(i)) : [];
    const hasMemory = r.chance(30);
    const needsGo = hasMemory || families.some(({ variants }) => variants.some(hasGo));
    const some = r.list(r.between(1, 4), (i): Var => ({ name: `in${i}`, shape: this.#shape(1) }));
    const inputs = [...some, ...(needsGo ? [go, fill] : [])];
    // What is unknown before the first reset can reach the inputs of an instance, but not those of the top.
    const fromInputs = this.level === 0 ? alsoReads(nothing, some) : nothing;
    const outputs = r.list(r.between(1, 3), (i): Var => ({ name: `out${i}`, shape: this.#shape(1) }));
    const fsms = r.chance(25) ? [this.#fsm()] : [];
    const groups = this.#regs(fromInputs, alsoReads(nothing, some));
    const regs = [...groups.reset, ...groups.power, ...groups.data];
    const everything: Reads = { vars: [...some, ...regs], fsms };
    this.#exprs.refill(r.between(10, 30));
    const { items, reads } = this.#items(everything, families, hasMemory);
    this.#exprs.refill(r.between(8, 20));
    const ports: Item = {
      k: 'wires',
      ports: true,
      vars: outputs,
      body: this.#stmts.body(wireTargets(outputs, reads), 2, true),
    };
    this.#exprs.refill(r.between(8, 20));
    const body = this.#behaviour(groups, fsms, alsoReads(nothing, some), fromInputs, alsoReads(reads, outputs));
    const logic = { items: [...items, ports], body };
    const visible = alsoReads(reads, outputs);
    const watch = this.#watchers(visible, alsoReads(nothing, some));
    this.#exprs.refill(10);
    const seen = alsoReads(visible, watch.regs);
    const properties = new PropertyMaker(r, this.#exprs, logic, seen).properties();
    return {
      name: this.name,
      inputs,
      outputs,
      regs: [...regs, ...watch.regs],
      fsms,
      items: logic.items,
      body: [...body, ...watch.body],
      properties,
      families,
    };
  }

  #family(index: number): Family {
    const { r } = this;
    const name = `${this.name}_f${index}`;
    const variant = (i: number): Circuit => generateCircuit(`${name}${'ab'[i]!}`, r.fork(), this.level + 1);
    return { name, variants: r.list(r.between(1, 2), variant) };
  }

  #fsm(): FsmVar {
    const names = ['IDLE', 'LOAD', 'RUN', 'DRAIN', 'DONE'];
    return { name: 'state', states: names.slice(0, this.r.between(2, 5)) };
  }

  /** Ground mostly; `depth` levels of vectors and bundles. */
  #shape(depth: number): Shape {
    const { r } = this;
    if (depth > 0 && r.chance(12)) return { k: 'vec', length: r.between(1, 5), element: this.#shape(depth - 1) };
    if (depth > 0 && r.chance(12)) {
      const fields = r.list(r.between(1, 3), (i) => ['xyz'[i]!, this.#shape(depth - 1)] as const);
      return { k: 'bundle', fields };
    }
    return ground({ width: r.pick(someWidths), signed: r.chance(30) });
  }

  /**
   * Registers by how they come to a defined value: by reset; by power-up, with next values that never read what is unknown
   * before the first reset; or from defined values in a fixed number of cycles.
   */
  #regs(inputs: Reads, all: Reads): Groups {
    const { r } = this;
    const reset = r.list(r.between(0, 3), (i): RegVar => {
      const shape = this.#shape(2);
      const values = leavesOf('', shape).map(({ kind }) => (r.chance(50) ? 0n : r.pick(corners(kind.width))));
      const powerUp = r.chance(15) ? 0n : null;
      return { name: `r${i}`, shape, reset: values, powerUp, enable: this.#enable(all) };
    });
    const power = r.list(r.chance(25) ? 1 : 0, (i): RegVar => {
      const shape = this.#shape(0);
      const { kind } = leavesOf('', shape)[0]!;
      const powerUp = patternOf(BigInt(r.word()), kind.width);
      return { name: `p${i}`, shape, reset: null, powerUp, enable: this.#enable(inputs) };
    });
    const data = r.list(r.chance(50) ? r.between(1, 2) : 0, (i): RegVar => {
      return { name: `d${i}`, shape: this.#shape(1), reset: null, powerUp: null, enable: null };
    });
    return { reset, power, data };
  }

  #enable(inputs: Reads): Expr | null {
    return this.r.chance(25) ? this.#exprs.bit(inputs, 1) : null;
  }

  #items(start: Reads, families: readonly Family[], hasMemory: boolean): { items: Item[]; reads: Reads } {
    const { r } = this;
    const items: Item[] = [];
    let reads = start;
    const add = (made: readonly Item[], vars: readonly Var[]): void => {
      items.push(...made);
      reads = alsoReads(reads, vars);
    };
    const makers: (() => void)[] = [];
    makers.push(
      ...r.list(r.between(0, 2), (i) => () => {
        const kind = this.#exprs.likelyKind(reads);
        if (kind.width === 0) return;
        const value = this.#exprs.of(kind, reads, 3);
        add([{ k: 'net', name: `n${i}`, value }], [{ name: `n${i}`, shape: ground(kind) }]);
      }),
      ...r.list(r.between(0, 2), (i) => () => {
        const vars = r.list(r.between(1, 3), (j): Var => ({ name: `w${i}_${j}`, shape: this.#shape(1) }));
        const body = this.#stmts.body(wireTargets(vars, reads), 2, true);
        add([{ k: 'wires', vars, body, ports: false }], vars);
      }),
      ...families.flatMap((family, f) =>
        r.list(r.between(1, 2), (i) => () => {
          const variant = r.below(family.variants.length);
          const child = family.variants[variant]!;
          const name = `u${this.level}${f}${i}`;
          const inputs = child.inputs.flatMap((port): Expr[] => {
            if (port === go || port === fill) return [read(port)];
            return leavesOfVar(port).map(({ kind }) => this.#exprs.of(kind, reads, 2));
          });
          const outputs = child.outputs.map((port): Var => ({ name: `${name}_${port.name}`, shape: port.shape }));
          add([{ k: 'instance', name, family: f, variant, inputs }], outputs);
        }),
      ),
    );
    if (hasMemory) {
      makers.push(() => {
        const made = makeMemory('mem', this.#shape(1), reads, this.#exprs, r);
        add(made.items, made.reads);
      });
    }
    while (makers.length > 0) makers.splice(r.below(makers.length), 1)[0]!();
    return { items, reads };
  }

  /** Registers that only properties read, and perhaps each other. */
  #watchers(reads: Reads, inputs: Reads): { regs: RegVar[]; body: Stmt[] } {
    const { r } = this;
    this.#exprs.refill(6);
    const regs = r.list(r.chance(30) ? r.between(1, 2) : 0, (i): RegVar => {
      const shape = this.#shape(0);
      return { name: `k${i}`, shape, reset: [0n], powerUp: null, enable: this.#enable(inputs) };
    });
    const all = alsoReads(reads, regs);
    const body = regs.map((reg): Stmt => {
      return this.#sometimes(
        { k: 'set', path: reg.name, part: null, values: this.#exprs.leaves(reg.shape, all, 2) },
        all,
      );
    });
    return { regs, body };
  }

  #behaviour(groups: Groups, fsms: readonly FsmVar[], inputs: Reads, known: Reads, everything: Reads): Stmt[] {
    const { reset, power, data } = groups;
    const early = alsoReads(known, power);
    const whole = (reg: RegVar, reads: Reads): Stmt => {
      return { k: 'set', path: reg.name, part: null, values: this.#exprs.leaves(reg.shape, reads, 3) };
    };
    const body = [
      ...data.map((reg, i) => whole(reg, alsoReads(inputs, [...power, ...reset, ...data.slice(0, i)]))),
      ...power.flatMap((reg) => [
        whole(reg, early),
        ...this.#stmts.body(regTargets([reg], [], early), 1, false).filter((stmt) => stmt.k !== 'set'),
      ]),
      // Every register is assigned somewhere; more depends on conditions.
      ...reset.map((reg) => this.#sometimes(whole(reg, everything), everything)),
    ];
    const targets = regTargets(reset, fsms, everything);
    body.push(...this.#stmts.body(targets, 2, false).filter((stmt) => stmt.k === 'when' || stmt.k === 'switch'));
    for (const fsm of fsms) body.push(this.#stmts.states(fsm, targets, 2, everything));
    return body;
  }

  #sometimes(stmt: Stmt, reads: Reads): Stmt {
    if (this.r.chance(50)) return stmt;
    return { k: 'when', arms: [{ condition: this.#exprs.bit(reads, 2), body: [stmt] }], otherwise: null };
  }
}

interface Groups {
  readonly reset: readonly RegVar[];
  readonly power: readonly RegVar[];
  readonly data: readonly RegVar[];
}

function hasGo({ inputs }: Circuit): boolean {
  return inputs.includes(go);
}
