// SPDX-License-Identifier: Apache-2.0
import type { Format, RegDecl } from '../ir/module.ts';
import type { Span } from '../ir/span.ts';
import type { ModuleBuilder } from './builder.ts';
import { resetOf } from './clocks.ts';
import type { OwnerCore } from './owner-core.ts';
import { leafPattern, resetOfLeaf, resetValues } from './reset-values.ts';
import { Reg, type Signal, type Stage } from './signal.ts';
import { formatOf, type GroundType, type Init, type Type, type UIntType } from './types.ts';
import { type AnyView, makeView } from './view.ts';

/** What every declaration has, from the type and field path of a leaf. */
interface Described {
  readonly name: string;
  readonly width: number;
  readonly format: Format;
  readonly path: readonly string[];
  readonly comment: string;
  readonly span: Span;
}

export function declared(type: GroundType, path: readonly string[], comment: string, span: Span): Described {
  return { name: path.join('_'), width: type.width, format: formatOf(type), path, comment, span };
}

/** A type with or without a reset value, by name. */
export type RegSpecs = Readonly<Record<string, Type | Init>>;

export interface RegOptions {
  /** All assignments to these registers happen only while this is 1 (clock enable). Reset wins. */
  readonly enable?: Signal<UIntType<1>>;
  /** Value at power-up; needed only where there is no reset. */
  readonly powerUp?: number | bigint;
  /** The flip-flops of a synchroniser. */
  readonly synchroniser?: boolean;
  readonly comment?: string;
  readonly stage?: Stage;
}

/** Adds the registers of one name in the builder's current domain. */
export function addRegister(
  m: ModuleBuilder,
  name: string,
  spec: Type | Init,
  options: RegOptions,
  span: Span,
): AnyView {
  const { core, domain } = m;
  const type = spec.kind === 'init' ? spec.type : spec;
  const resets = spec.kind === 'init' ? resetValues(spec, (text) => refuseValue(core, name, text)) : null;
  m.useDomain(domain);
  if (resets !== null && resetOf(core.module, domain) === null) {
    core.fault(
      'KLN-S003',
      `${name} has a reset value, but its domain ${domain.name} has no reset.`,
      'Leave the reset value out (powerUp sets what the register starts with), or use a domain with a reset.',
    );
  }
  const { enable = null, powerUp, stage = null, synchroniser = false, comment = '' } = options;
  enable?.checkCondition('the enable of a register');
  return makeView(type, [name], (ground, path) => {
    const { width } = ground;
    // Large designs have many: written out, since a spread takes several times as long.
    const decl: RegDecl = {
      kind: 'reg',
      domain,
      reset: resets === null ? null : resetOfLeaf(resets, path),
      powerUp:
        powerUp === undefined
          ? null
          : leafPattern(ground, powerUp, 'power-up', (text) => refuseValue(core, name, text)),
      synchroniser,
      name: path.join('_'),
      width,
      format: formatOf(ground),
      path,
      comment,
      span,
    };
    core.module.regs.push(decl);
    return new Reg(core, core.pool.ref(decl), ground, { decl, lo: 0, width }, stage, enable);
  });
}

function refuseValue(core: OwnerCore, name: string, text: string): never {
  return core.fault('KLN-W003', `${name}: ${text}.`, 'Give a reset value that fits the type.');
}
