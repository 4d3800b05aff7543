// SPDX-License-Identifier: Apache-2.0
import {
  block,
  type BlockCall,
  Bool,
  input,
  type ModuleBuilder,
  output,
  type Ports,
  type Signal,
  SinkStream,
  UInt,
  type UIntType,
} from '../../dsl/index.ts';
import {
  isReadable,
  isWritable,
  placeRegisters,
  type PlacedMap,
  type RegisterMap,
  RegisterMapParams,
} from './register-map.ts';
import { type FieldHardware, fieldHardware, fieldPorts, type FieldPortSpecs } from './register-fields.ts';
import { streamSkid } from './stream-skid.ts';
import { through } from './stream-through.ts';

type Bit = Signal<typeof Bool>;

/** Answers of AXI4-Lite. */
export const axiResponse = { okay: 0, slaveError: 2, decodeError: 3 } as const;

/** Ports of an AXI4-Lite slave: `m.ports({ s_axil: axiLiteSlave(...) })`. A slave needs no AWPROT and ARPROT. */
export function axiLiteSlave(addressWidth: number, dataWidth: number) {
  return {
    awaddr: input(UInt(addressWidth), 'Write address, in bytes'),
    awvalid: input(Bool),
    awready: output(Bool),
    wdata: input(UInt(dataWidth), 'Write data'),
    wstrb: input(UInt(dataWidth / 8), 'Bytes to write'),
    wvalid: input(Bool),
    wready: output(Bool),
    bresp: output(UInt(2), 'Write response'),
    bvalid: output(Bool),
    bready: input(Bool),
    araddr: input(UInt(addressWidth), 'Read address, in bytes'),
    arvalid: input(Bool),
    arready: output(Bool),
    rdata: output(UInt(dataWidth), 'Read data'),
    rresp: output(UInt(2), 'Read response'),
    rvalid: output(Bool),
    rready: input(Bool),
  };
}

type Bus = Ports<ReturnType<typeof axiLiteSlave>>;

const registerBank = block(
  'axi_lite_regs',
  RegisterMapParams,
  (m, p) => {
    const map = placeRegisters(p);
    const { s_axil } = m.ports({ s_axil: axiLiteSlave(map.addressWidth, map.dataWidth) });
    const ports = m.ports(fieldPorts(map));
    const fields = fieldHardware(m, map, ports);
    describeWrites(m, map, s_axil, fields);
    describeReads(m, map, s_axil, fields);
    for (const field of fields.values()) field.finish();
    return { s_axil, ...ports };
  },
  { doc: 'AXI4-Lite register bank.' },
);

/**
 * Register bank behind AXI4-Lite, made from a register map. Field ports are named `<register>_<field>`; what each access means is in
 * register-map.ts; an instance has them typed: `bank.control.start`.
 *
 * - Address and data of a write come in either order; each pair gets one response. Responses are held until they are taken.
 * - An access happens when its response register is free: one read and one write a cycle are possible. `awready`, `wready` and `arready` come
 *   from registers (skid buffers). A response follows 1 cycle after its request. A read in the cycle of a write sees the old value.
 * - WSTRB is honoured a byte; the low address bits inside a word are ignored.
 * - Nothing at the address: DECERR. A write to a register with read-only fields alone, a read of one with nothing to read: SLVERR.
 */
export const axiLiteRegs = Object.assign(
  <const M extends RegisterMap>(map: M): BlockCall<AxiLiteRegsInterface<M>> =>
    registerBank(map) as BlockCall as BlockCall<AxiLiteRegsInterface<M>>,
  { block: registerBank.block },
);

export type AxiLiteRegsInterface<M extends RegisterMap> = {
  readonly s_axil: ReturnType<typeof axiLiteSlave>;
} & FieldPortSpecs<M>;

function describeWrites(m: ModuleBuilder, map: PlacedMap, bus: Bus, fields: ReadonlyMap<string, FieldHardware>): void {
  const address = skid(m, 'write_address', bus.awvalid, bus.awaddr, bus.awready);
  const data = skid(m, 'write_data', bus.wvalid, bus.wstrb.concat(bus.wdata), bus.wready);
  const { respond, response } = m.regs({ respond: Bool.init(0), response: UInt(2) });
  const { write } = m.nets({ write: address.valid.and(data.valid).and(respond.not().or(bus.bready)) });
  const strobe = data.payload.high(map.dataWidth / 8);
  const word = data.payload.low(map.dataWidth);
  address.ready.assign(write);
  data.ready.assign(write);
  m.when(write, () => {
    respond.next(1);
    const registers = m.switch(indexOf(map, address.payload));
    for (const register of map.registers) {
      registers.case(register.offset / (map.dataWidth / 8), () => {
        response.next(isWritable(register) ? axiResponse.okay : axiResponse.slaveError);
        for (const field of register.fields) fields.get(`${register.name}_${field.name}`)!.write(word, strobe);
      });
    }
    registers.otherwise(() => {
      response.next(axiResponse.decodeError);
    });
  }).elsewhen(bus.bready, () => {
    respond.next(0);
  });
  bus.bvalid.assign(respond);
  bus.bresp.assign(response);
  assertHeld(m, 'write_response', respond, bus.bready, response);
}

function describeReads(m: ModuleBuilder, map: PlacedMap, bus: Bus, fields: ReadonlyMap<string, FieldHardware>): void {
  const address = skid(m, 'read_address', bus.arvalid, bus.araddr, bus.arready);
  const { answer, word, result } = m.regs({ answer: Bool.init(0), word: UInt(map.dataWidth), result: UInt(2) });
  const { read } = m.nets({ read: address.valid.and(answer.not().or(bus.rready)) });
  address.ready.assign(read);
  m.when(read, () => {
    answer.next(1);
    const registers = m.switch(indexOf(map, address.payload));
    for (const register of map.registers) {
      registers.case(register.offset / (map.dataWidth / 8), () => {
        result.next(isReadable(register) ? axiResponse.okay : axiResponse.slaveError);
        const values = register.fields.map((field) => {
          const value = fields.get(`${register.name}_${field.name}`)!.read;
          return value !== null ? value.resize(map.dataWidth).shl(field.lsb) : null;
        });
        const present = values.filter((value) => value !== null);
        word.next(present.length > 0 ? present.reduce((all, value) => all.or(value)) : 0);
      });
    }
    registers.otherwise(() => {
      result.next(axiResponse.decodeError);
      word.next(0);
    });
  }).elsewhen(bus.rready, () => {
    answer.next(0);
  });
  bus.rvalid.assign(answer);
  bus.rdata.assign(word);
  bus.rresp.assign(result);
  assertHeld(m, 'read_response', answer, bus.rready, word.concat(result));
}

function indexOf(map: PlacedMap, address: Signal): Signal {
  return address.high(map.addressWidth - Math.log2(map.dataWidth / 8));
}

/** A channel of the bus behind a skid buffer, so that its ready comes from a register. */
function skid(
  m: ModuleBuilder,
  name: string,
  valid: Bit,
  payload: Signal,
  ready: Bus['awready'],
): SinkStream<UIntType> {
  return through(
    m,
    name,
    (width) => streamSkid({ width }),
    new SinkStream<UIntType>(valid, payload as Signal<UIntType>, ready),
  );
}

/** A response stays, unchanged, until it is taken. */
function assertHeld(m: ModuleBuilder, name: string, valid: Bit, ready: Bit, payload: Signal): void {
  const [stalledName, beforeName] = [`${name}_was_stalled`, `${name}_before`];
  const { [stalledName]: stalled } = m.regs({ [stalledName]: Bool.init(0) });
  const { [beforeName]: before } = m.regs({ [beforeName]: UInt(payload.width) });
  stalled!.next(valid.and(ready.not()));
  before!.next(payload);
  m.assert(`${name}_held`, stalled!.not().or(valid.and(payload.eq(before!))), 'a response changed before it was taken');
}
