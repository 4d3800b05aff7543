// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Bool, input, type ModuleBuilder, output, UInt } from '../../dsl/index.ts';

export const axi4Params = {
  addressWidth: z.int().min(12).max(64).describe('Bits of a byte address'),
  dataWidth: z
    .int()
    .min(32)
    .max(1024)
    .refine((n) => Number.isInteger(Math.log2(n)), 'must be a power of two')
    .describe('Bits of a beat'),
  maxBurst: z
    .int()
    .min(1)
    .max(256)
    .refine((n) => Number.isInteger(Math.log2(n)), 'must be a power of two')
    .default(256)
    .describe('Most beats of a burst; 16 for slaves that once were AXI3'),
  beatBits: z.int().min(1).max(32).describe('Bits of the number of beats of a command'),
};

interface Widths {
  readonly addressWidth: number;
  readonly dataWidth: number;
  /** 0: no IDs. */
  readonly idWidth?: number;
}

/** Bits of the byte address inside a beat. */
export const beatShift = ({ dataWidth }: Pick<Widths, 'dataWidth'>): number => Math.log2(dataWidth / 8);

/** The ports of AR or AW, `araddr` and so on. */
function addressChannel<const N extends 'ar' | 'aw'>(name: N, { addressWidth, idWidth = 0 }: Widths) {
  const ports = {
    id: output(UInt(idWidth)),
    addr: output(UInt(addressWidth), 'First byte of the burst, aligned to beats'),
    len: output(UInt(8), 'Beats of the burst, less one'),
    size: output(UInt(3), 'Full beats'),
    burst: output(UInt(2), 'INCR'),
    cache: output(UInt(4), 'Normal memory, not cached, bufferable'),
    prot: output(UInt(3), 'Data, secure, unprivileged'),
    valid: output(Bool),
    ready: input(Bool),
  };
  return Object.fromEntries(Object.entries(ports).map(([key, port]) => [name + key, port])) as {
    readonly [K in keyof typeof ports as `${N}${K}`]: (typeof ports)[K];
  };
}

/** Read channels of an AXI4 master: `m.ports({ m_axi: axi4ReadMaster(...) })`. */
export function axi4ReadMaster(widths: Widths) {
  const { idWidth = 0, dataWidth } = widths;
  return {
    ...addressChannel('ar', widths),
    rid: input(UInt(idWidth)),
    rdata: input(UInt(dataWidth)),
    rresp: input(UInt(2)),
    rlast: input(Bool),
    rvalid: input(Bool),
    rready: output(Bool),
  };
}

/** Write channels of an AXI4 master. */
export function axi4WriteMaster(widths: Widths) {
  const { idWidth = 0, dataWidth } = widths;
  return {
    ...addressChannel('aw', widths),
    wdata: output(UInt(dataWidth)),
    wstrb: output(UInt(dataWidth / 8)),
    wlast: output(Bool),
    wvalid: output(Bool),
    wready: input(Bool),
    bid: input(UInt(idWidth)),
    bresp: input(UInt(2)),
    bvalid: input(Bool),
    bready: output(Bool),
  };
}

/** ARCACHE and AWCACHE: normal memory, not cached, bufferable. */
export const noCache = 0b0011;

/**
 * Tells simulators which ports of a module are the channels of its AXI4 master, so that they check the handshake laws and know that
 * a payload counts only with its valid.
 */
export function noteAxi4(m: ModuleBuilder, name: string, channels: readonly ('ar' | 'r' | 'aw' | 'w' | 'b')[]): void {
  const { ports, streams } = m.module;
  for (const channel of channels) {
    const prefix = `${name}_${channel}`;
    const own = ports.filter((port) => port.name.startsWith(prefix) && port.width > 0);
    const find = (end: string) => own.find((port) => port.name === prefix + end)!;
    const [valid, ready] = [find('valid'), find('ready')];
    const payload = own.filter((port) => port !== valid && port !== ready);
    const direction = valid.direction === 'output' ? 'source' : 'sink';
    streams.push({ name: prefix, direction, valid, ready, payload });
  }
}
