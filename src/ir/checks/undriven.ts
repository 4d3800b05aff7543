// SPDX-License-Identifier: Apache-2.0
import type { Diagnostic } from '../diagnostics.ts';
import type { Driven, InstInDecl, Instance, Module, PortDecl, StreamPort } from '../module.ts';
import { Atoms } from './atoms.ts';
import {
  type Bits,
  capital,
  countOf,
  describeBits,
  describeDecl,
  isPlural,
  joinWords,
  limit,
  nameOf,
} from './describe.ts';
import { drivenDecls } from './driven.ts';

/**
 * Signals that nothing drives (KLN-D001, KLN-S001). Guarantees that every bit of every output, wire, register and
 * instance input is assigned by some statement. What is missing at a stream is one finding for the whole stream.
 * A register that is only reset is a constant, hence refused like the others. Cost: linear.
 */
export function checkUndriven(module: Module, atoms = new Atoms(module)): Diagnostic[] {
  const missing = new Map<Driven, readonly Bits[]>();
  for (const decl of drivenDecls(module)) {
    if (atoms.isWhole(decl)) continue;
    const bits = atoms.unassigned(decl);
    if (bits.length > 0) missing.set(decl, bits);
  }
  const streams = streamsToDrive(module).flatMap((stream) => openStream(module, stream, missing));
  return [...streams, ...[...missing].map(([decl, bits]) => undriven(module, decl, bits))];
}

interface StreamToDrive {
  readonly name: string;
  readonly stream: StreamPort;
  readonly instance: Instance | null;
  /** What this module has to drive of it. */
  readonly decls: readonly Driven[];
}

function streamsToDrive(module: Module): StreamToDrive[] {
  if (module.blackBox) return [];
  const own = module.streams.map((stream): StreamToDrive => {
    const { name, direction, valid, ready, payload } = stream;
    return { name, stream, instance: null, decls: direction === 'sink' ? [ready] : [valid, ...payload] };
  });
  const ofInstances = module.instances.flatMap((instance) => {
    const pins = new Map<PortDecl, InstInDecl>(instance.inputs.map((pin) => [pin.port, pin]));
    return instance.module.streams.map((stream): StreamToDrive => {
      const { name, direction, valid, ready, payload } = stream;
      const ports = direction === 'sink' ? [valid, ...payload] : [ready];
      const decls = ports.flatMap((port) => pins.get(port) ?? []);
      return { name: `${instance.name}.${name}`, stream, instance, decls };
    });
  });
  return [...own, ...ofInstances];
}

/** Takes what is missing at a stream out of `missing`. */
function openStream(module: Module, open: StreamToDrive, missing: Map<Driven, readonly Bits[]>): Diagnostic[] {
  const decls = open.decls.filter((decl) => missing.has(decl));
  if (decls.length === 0) return [];
  const names = decls.map((decl) => describeMissing(decl, missing.get(decl)!, open.stream));
  for (const decl of decls) missing.delete(decl);
  const isWhole = decls.length === open.decls.length;
  const what = `The ${open.stream.direction} stream ${open.name}`;
  const missingText = `its ${joinWords(limit(names, 4))} ${names.length > 1 ? 'are' : 'is'} never driven`;
  const span = open.instance?.span ?? decls[0]!.span;
  const isConsumed = (open.stream.direction === 'sink') === (open.instance === null);
  return [
    {
      code: 'KLN-S001',
      message: `${what} is ${isWhole ? 'not' : 'only partly'} connected: ${missingText}.`,
      module: module.name,
      spans: [
        {
          span,
          label: open.instance ? `instance ${open.instance.name} of ${open.instance.module.name}` : 'declared here',
        },
      ],
      cause: null,
      cure: isConsumed
        ? `Consume ${open.name}: connect it to a sink, or drive its ready.`
        : `Drive ${open.name}: connect a source to it, or drive its valid and payload.`,
    },
  ];
}

function describeMissing(decl: Driven, bits: readonly Bits[], stream: StreamPort): string {
  const port = decl.kind === 'instin' ? decl.port : decl;
  if (port === stream.valid) return 'valid';
  if (port === stream.ready) return 'ready';
  const name = nameOf(port);
  const field = name.startsWith(`${stream.name}.`) ? name.slice(stream.name.length + 1) : name;
  const some = bits.map(({ lo, hi }) => (hi - lo > 1 ? `${hi - 1}..${lo}` : `${lo}`));
  return isPlural(decl, bits) || bits[0]!.hi - bits[0]!.lo < decl.width ? `${field} (bits ${joinWords(some)})` : field;
}

function undriven(module: Module, decl: Driven, bits: readonly Bits[]): Diagnostic {
  const isPin = decl.kind === 'instin';
  const verb = decl.kind === 'reg' ? 'assigned' : 'driven';
  const cause =
    decl.kind === 'reg'
      ? 'A register that is never assigned holds its reset or power-up value for ever: it is a constant.'
      : null;
  const cure =
    decl.kind === 'reg'
      ? `Assign ${nameOf(decl)} with next, or use a constant in its place.`
      : `Assign ${nameOf(decl)}, with a constant if it has no use${isPin ? '' : ', or remove it'}.`;
  return {
    code: 'KLN-D001',
    message: `${capital(describeBits(decl, bits))} ${isPlural(decl, bits) ? 'are' : 'is'} never ${verb}.`,
    module: module.name,
    spans: isPin
      ? [
          { span: decl.instance.span, label: `${describeDecl(decl)}, ${countOf(decl.width, 'bit')}` },
          { span: decl.port.span, label: `the port in ${decl.instance.module.name}` },
        ]
      : [{ span: decl.span, label: `declared here, ${countOf(decl.width, 'bit')}` }],
    cause,
    cure,
  };
}
