// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { checkModule } from '../ir/checks/index.ts';
import { type Diagnostic, KilnError, severityOf } from '../ir/diagnostics.ts';
import { canonicalJson, hashText } from '../ir/hash.ts';
import type { BlackBox, Design, Module } from '../ir/module.ts';
import type { Block, BlockCall } from './block.ts';
import { type Elaborator, ModuleBuilder } from './builder.ts';
import { systemDomain } from './domain.ts';
import { emptyModule } from './module-data.ts';

/** A finished design with the warnings that its checks gave. */
export interface Elaborated extends Design {
  readonly warnings: readonly Diagnostic[];
}

/**
 * Runs a block and everything below it; each block runs once for each distinct parameter set. Nothing is kept between two calls. The
 * top module has the plain name of its block, or `name`. Errors are thrown as one `KilnError` with all diagnostics of a module.
 */
export function elaborate(call: BlockCall, options: { readonly name?: string } = {}): Elaborated {
  const run = new Elaboration();
  const top = run.elaborate(call, options.name ?? call.block.name);
  return { top, modules: run.modules, warnings: run.warnings };
}

class Elaboration implements Elaborator {
  readonly modules: Module[] = [];
  readonly warnings: Diagnostic[] = [];
  readonly #known = new Map<Block, Map<string, Module | 'running'>>();
  /** The block that each module name stands for. */
  readonly #names = new Map<string, Block>();

  elaborate(call: BlockCall, name = moduleName(call)): Module {
    const { block, params } = call;
    const key = canonicalJson(params);
    const ofBlock = this.#known.get(block) ?? new Map<string, Module | 'running'>();
    this.#known.set(block, ofBlock);
    const known = ofBlock.get(key);
    if (known === 'running') throw new KilnError([selfInstance(block)]);
    if (known) return known;
    ofBlock.set(key, 'running');
    try {
      const module = inModule(name, () => this.#build(call, name, key));
      ofBlock.set(key, module);
      this.modules.push(module);
      return module;
    } finally {
      // A parent may catch what went wrong and try again.
      if (ofBlock.get(key) === 'running') ofBlock.delete(key);
    }
  }

  /** Two blocks of one name are two Verilog modules of one name, of which every tool would drop or refuse one. */
  #claim(name: string, block: Block): void {
    // Some tools and file systems do not tell capital from small letters.
    const key = name.toLowerCase();
    const other = this.#names.get(key);
    this.#names.set(key, block);
    if (other) throw new KilnError([sameName(name, other, block)]);
  }

  #build(call: BlockCall, name: string, key: string): Module {
    const { block } = call;
    const foreign = block.blackBox?.(call.params as never) ?? null;
    const blackBox: BlackBox | null = foreign && {
      parameters: foreign.parameters,
      verilog: foreign.verilog,
      model: foreign.model ? this.elaborate(foreign.model) : null,
    };
    const module = emptyModule(foreign?.name ?? name, block.name, key, block.doc, block.span, blackBox);
    block.body(new ModuleBuilder(module, this), call.params as never);
    leadWithSystem(module);
    const found = checkModule(module);
    const errors = found.filter((each) => severityOf(each) === 'error');
    if (errors.length > 0) throw new KilnError(errors);
    if (!foreign) this.#claim(name, block);
    this.warnings.push(...found);
    return module;
  }
}

/**
 * Untagged ports belong to the first domain. That is the system's where the block has it, whatever else it mentions first: a tagged
 * port or an `in` further up in the source does not draw the other ports into its domain.
 */
function leadWithSystem({ domains }: Module): void {
  const at = domains.findIndex((use) => use.domain.name === systemDomain.name);
  if (at > 0) domains.unshift(...domains.splice(at, 1));
}

/** Gives the name of the module to diagnostics that were found without one: in types, literals and parameters. */
function inModule<R>(name: string, build: () => R): R {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof KilnError) || error.diagnostics.every((each) => each.module !== '')) throw error;
    throw new KilnError(error.diagnostics.map((each) => (each.module === '' ? { ...each, module: name } : each)));
  }
}

function selfInstance(block: Block): Diagnostic {
  return {
    code: 'KLN-S006',
    message: `The block ${block.name} instantiates itself with the same parameters.`,
    spans: [{ span: block.span, label: 'defined here' }],
    module: block.name,
    cause: 'The hardware would be infinite.',
    cure: 'Recurse with smaller parameters and end at a base case.',
  };
}

function sameName(name: string, first: Block, second: Block): Diagnostic {
  return {
    code: 'KLN-N001',
    message: `Two blocks make a module called ${name}.`,
    spans: [
      { span: second.span, label: 'a block defined here' },
      { span: first.span, label: first === second ? 'with other parameters' : 'another block defined here' },
    ],
    module: name,
    cause: 'A design has one module of each name.',
    cure: 'Give one block another name; a block that is made by a function is made once and kept.',
  };
}

/** A longer name is cut and closed with a hash of all parameters. */
const LONGEST_NAME = 48;

/**
 * Name of a block as part of a design: its own name and every parameter that differs from the default. It depends on the block and its
 * parameters alone, never on what else is in the design.
 */
export function moduleName({ block, params }: BlockCall): string {
  if (typeof params !== 'object' || params === null) return block.name;
  const defaults = defaultParams(block);
  const words = [block.name];
  let plain = true;
  for (const [key, value] of Object.entries(params as Record<string, unknown>)) {
    if (value === undefined || canonicalJson(value) === canonicalJson(defaults[key])) continue;
    const text = scalarText(value);
    if (text === null) plain = false;
    else words.push(key + text);
  }
  const written = words.join('_');
  const name = written.replace(/[^A-Za-z0-9_]/g, '_');
  if (plain && name === written && name.length <= LONGEST_NAME) return name;
  return `${name.slice(0, LONGEST_NAME - 9)}_${hashText(canonicalJson(params)).slice(0, 8)}`;
}

function scalarText(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value).replace('-', 'm').replace('.', 'p');
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'string' && /^[A-Za-z0-9]{1,12}$/.test(value) ? `_${value}` : null;
}

function defaultParams(block: Block): Record<string, unknown> {
  const { schema } = block;
  if (!(schema instanceof z.ZodObject)) return {};
  const entries = Object.entries(schema.shape as Record<string, z.ZodType>).map(([key, field]) => {
    const parsed = field.safeParse(undefined);
    return [key, parsed.success ? parsed.data : undefined] as const;
  });
  return Object.fromEntries(entries);
}
