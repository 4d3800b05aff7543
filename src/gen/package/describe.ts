// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Design, Module } from '../../ir/module.ts';

/** Rows of the data sheet, from the elaborated design: nothing in it is written twice. */
export interface DesignDescription {
  readonly domains: readonly { readonly name: string; readonly clock: string; readonly reset: string | null }[];
  readonly streams: readonly { readonly name: string; readonly direction: string; readonly payload: string }[];
  readonly ports: readonly {
    readonly name: string;
    readonly direction: string;
    readonly width: number;
    readonly comment: string;
  }[];
  readonly modules: readonly ModuleRow[];
  readonly instantiation: string;
}

export interface ModuleRow {
  readonly name: string;
  /** How often it occurs in the whole design. */
  readonly instances: number;
  /** Of one instance, without its children. */
  readonly registerBits: number;
  readonly memoryBits: number;
}

export function describeDesign(design: Design, resetPolarity: 'high' | 'low'): DesignDescription {
  const { top } = design;
  const portName = (name: string, role: string): string =>
    role === 'reset' && resetPolarity === 'low' ? `${name}_n` : name;
  const ports = top.ports
    .filter((port) => port.width > 0)
    .map((port) => ({
      name: portName(port.name, port.role),
      direction: port.direction,
      width: port.width,
      comment: port.comment || (port.role === 'data' ? '' : port.role),
    }));
  const counts = instanceCounts(design);
  return {
    domains: top.domains.map((use) => ({
      name: use.domain.name,
      clock: use.clock.name,
      reset: use.reset ? portName(use.reset.name, 'reset') : null,
    })),
    streams: top.streams.map((stream) => ({
      name: stream.name,
      direction: stream.direction,
      payload: stream.payload.map((port) => `${port.name} (${port.width})`).join(', '),
    })),
    ports,
    modules: design.modules.map((module) => ({
      name: module.name,
      instances: counts.get(module) ?? 0,
      registerBits: module.regs.reduce((sum, reg) => sum + reg.width, 0),
      memoryBits: module.memories.reduce((sum, memory) => sum + memory.depth * memory.width, 0),
    })),
    instantiation: `${top.name} u_${top.name} (\n${ports.map((port) => `  .${port.name}(${port.name})`).join(',\n')}\n);`,
  };
}

/** Every module comes after the modules that it instantiates, so parents are counted first. */
function instanceCounts(design: Design): Map<Module, number> {
  const counts = new Map<Module, number>([[design.top, 1]]);
  for (const module of [...design.modules].reverse()) {
    const times = counts.get(module) ?? 0;
    for (const { module: child } of module.instances) counts.set(child, (counts.get(child) ?? 0) + times);
  }
  return counts;
}

/** Name, value and meaning of each parameter. */
export function describeParams(schema: z.ZodType, params: object): { name: string; value: string; doc: string }[] {
  const shape = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {};
  return Object.entries(params).map(([name, value]) => ({
    name,
    value: JSON.stringify(value),
    doc: meaning(shape[name]).replaceAll('|', '\\|'),
  }));
}

/** What a field says about itself, or what it says without its default. */
function meaning(field: z.ZodType | undefined): string {
  return field?.description ?? (field instanceof z.ZodDefault ? meaning(field.unwrap() as z.ZodType) : '');
}
