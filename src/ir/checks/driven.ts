// SPDX-License-Identifier: Apache-2.0
import type { Driven, Module } from '../module.ts';

/**
 * Everything in a module that its statements have to drive: outputs, wires, registers and the data inputs of instances.
 * Clocks and resets of instances follow from their domains; a declaration of 0 bits needs no driver, nor does a black box.
 */
export function drivenDecls(module: Module): Driven[] {
  if (module.blackBox) return [];
  const outputs = module.ports.filter((port) => port.direction === 'output' && port.role === 'data');
  const pins = module.instances.flatMap(({ inputs }) => inputs.filter(({ port }) => port.role === 'data'));
  return [...outputs, ...module.wires, ...module.regs, ...pins].filter((decl) => decl.width > 0);
}
