// SPDX-License-Identifier: Apache-2.0
import type { Decl, RegDecl } from '../../ir/module.ts';
import { maxOf, type ModuleContext, rangeText, remark } from './module-context.ts';
import type { EnumConstant } from './names.ts';
import type { ExprPrinter } from './print-expr.ts';
import { printMemoryArray } from './print-memory.ts';
import type { Writer } from './writer.ts';

/** State names that the text uses; an unused one would be reported. */
export function printConstants(context: ModuleContext, out: Writer, used: Iterable<EnumConstant>): void {
  const constants = context.names.inOrder(used);
  if (constants.length === 0) return;
  out.blank();
  const widest = maxOf(constants, ({ name }) => name.length);
  for (const { name, value, width } of constants) {
    const range = rangeText(width);
    out.line(`  localparam ${range === '' ? '' : range + ' '}${name.padEnd(widest)} = ${width}'d${value};`);
  }
}

interface Line {
  readonly decl: Decl;
  readonly keyword: 'reg' | 'wire';
}

/** Everything that is declared apart from its value: state, memories, signals that blocks and instances drive. */
export function printDeclarations(context: ModuleContext, out: Writer, isReg: (decl: Decl) => boolean): void {
  const { plan } = context;
  const { module } = plan;
  printRegisters(
    context,
    out,
    module.regs.filter((reg) => !plan.checkedRegs.has(reg)),
    context.exprs,
  );
  for (const memory of plan.memories) {
    printMemoryArray(context, out, memory);
    const reads: Line[] = memory.ports.flatMap((port) => {
      if (port.kind === 'write') return [];
      return [{ decl: port.data, keyword: port.kind === 'read' && !port.synchronous ? 'wire' : 'reg' }];
    });
    section(context, out, reads);
  }
  const signal = (decl: Decl): Line => ({ decl, keyword: isReg(decl) ? 'reg' : 'wire' });
  section(context, out, module.wires.map(signal));
  const pins = module.instances.flatMap((instance) => [
    ...instance.inputs.filter((input) => !plan.pins.has(input)),
    ...instance.outputs.filter((output) => !plan.aliases.has(output)),
  ]);
  section(context, out, pins.map(signal));
}

/** Registers with what they hold at power-up. */
export function printRegisters(
  context: ModuleContext,
  out: Writer,
  regs: readonly RegDecl[],
  exprs: ExprPrinter,
): void {
  section(
    context,
    out,
    regs.map((decl) => ({ decl, keyword: 'reg' })),
  );
  printPowerUp(context, out, regs, exprs);
}

function section(context: ModuleContext, out: Writer, lines: readonly Line[]): void {
  const shown = lines.filter(({ decl }) => decl.width > 0);
  if (shown.length === 0) return;
  const ranges = maxOf(shown, ({ decl }) => rangeText(decl.width).length);
  const keywords = maxOf(shown, ({ keyword }) => keyword.length);
  const texts = shown.map(({ decl, keyword }) => {
    const range = ranges > 0 ? rangeText(decl.width).padStart(ranges) + ' ' : '';
    const attribute = decl.kind === 'reg' && decl.synchroniser ? '(* ASYNC_REG = "TRUE" *) ' : '';
    return `  ${attribute}${keyword.padEnd(keywords)} ${range}${context.names.decl(decl)};`;
  });
  const widest = maxOf(texts, (text) => text.length);
  shown.forEach(({ decl }, i) => {
    const note = remark(context, decl);
    out.line(note === '' ? texts[i]! : texts[i]!.padEnd(widest) + note, decl.span);
  });
  out.blank();
}

function printPowerUp(context: ModuleContext, out: Writer, regs: readonly RegDecl[], exprs: ExprPrinter): void {
  const lines = regs.flatMap((reg) => {
    const value = powerUpOf(context, reg);
    return value === null || reg.width === 0 ? [] : [{ reg, value }];
  });
  if (lines.length === 0) return;
  out.line('  initial begin');
  for (const { reg, value } of lines) {
    out.line(`    ${context.names.decl(reg)} = ${exprs.constant(value, reg.width, reg.format)};`, reg.span);
  }
  out.line('  end');
  out.blank();
}

/** A register that nothing ever assigns still needs a value. */
function powerUpOf(context: ModuleContext, reg: RegDecl): bigint | null {
  if (reg.powerUp !== null) return reg.powerUp;
  return context.plan.undrivenRegs.has(reg) ? (reg.reset ?? 0n) : null;
}
