// SPDX-License-Identifier: Apache-2.0
import { block, Bool, output, type Signal, UInt } from '../../../dsl/index.ts';
import { axi4Read } from '../../lib/axi4-read.ts';
import { axi4ReadMaster, axi4WriteMaster, noteAxi4 } from '../../lib/axi4-ports.ts';
import { axi4Write } from '../../lib/axi4-write.ts';
import { axiLiteRegs, axiLiteSlave } from '../../lib/axi-lite-regs.ts';
import { connect } from '../../lib/connect.ts';
import { join } from '../../lib/join.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { allOf, anyOf, oneHotMux } from '../../lib/stream-lists.ts';
import { residueCheck } from '../arith/residue-check.ts';
import { msm } from '../msm/msm.ts';
import { flexNoc, nocModes } from '../noc/flex-noc.ts';
import { butterflies } from '../ntt/ntt.params.ts';
import { flagOf } from './command-check.ts';
import { ops } from './commands.ts';
import { controller } from './controller.ts';
import { commandBits } from './controller.types.ts';
import { elementReader } from './element-reader.ts';
import { transferBits } from './element.types.ts';
import { elementWriter } from './element-writer.ts';
import { fieldConfig } from './field-config.ts';
import { zkflexNode } from './node.ts';
import { pointReader, pointWriter } from './point-streams.ts';
import { errorNames, wordRegisters, zkflexRegisters } from './registers.ts';
import { transfer } from './transfer.ts';
import { workCounters } from './work-counters.ts';
import { elementParamsOf, msmParamsOf, nttParamsOf, ZkFlexParams } from './zkflex.params.ts';

type Bit = Signal<typeof Bool>;

/**
 * Design top: ZK-Flex. Vectors, points and scalars lie in a memory behind `m_axi` (AXI4); software writes commands and looks at what they do over
 * `s_axil` (registers.ts, commands.ts). Commands are carried out in order, one at a time, on all nodes.
 *
 * ID 0 of `m_axi` is elements, ID 1 scalars. Interrupt: level, `status.synced` or `status.stopped` as enabled.
 */
export const zkflex = block(
  'zkflex',
  ZkFlexParams,
  (m, p) => {
    const elements = elementParamsOf(p);
    const { wordBits, busBits, addressWidth } = elements;
    const bus = { addressWidth, dataWidth: busBits, maxBurst: p.maxBurst, beatBits: transferBits(elements) };
    const { bank, fifo, control, config, move, bases, scalars, pairs, writer, sum, sums, check, work, reads, writes } =
      m.instances({
        bank: axiLiteRegs(zkflexRegisters(p)),
        fifo: streamFifo({ width: commandBits, depth: p.fifoDepth, occupancy: true, flush: true }),
        control: controller(p),
        config: fieldConfig({ wordBits }),
        move: transfer(nttParamsOf(p)),
        bases: elementReader(elements),
        scalars: elementReader(elements),
        pairs: pointReader({ wordBits }),
        writer: elementWriter(elements),
        sum: pointWriter({ wordBits }),
        sums: msm(msmParamsOf(p)),
        check: residueCheck({ wordBits }),
        work: workCounters({ nodes: p.nodes }),
        reads: axi4Read({ ...bus, clients: 2 }),
        writes: axi4Write({ ...bus, idWidth: 1 }),
      });
    const nodes = Array.from(
      { length: p.nodes },
      (_, i) => m.instances({ [`node_${i}`]: zkflexNode(p) })[`node_${i}`]!,
    );
    const io = m.ports({
      s_axil: axiLiteSlave(bank.s_axil.awaddr.width, 32),
      m_axi: { ...axi4ReadMaster({ ...bus, idWidth: 1 }), ...axi4WriteMaster({ ...bus, idWidth: 1 }) },
      irq: output(Bool, 'level: a SYNC is reached, or an error has stopped the design'),
    });
    connect(io.s_axil, bank.s_axil);
    connect(reads.m_axi, io.m_axi);
    connect(writes.m_axi, io.m_axi);
    noteAxi4(m, 'm_axi', ['ar', 'r', 'aw', 'w', 'b']);
    const { now } = control;
    const is = (op: keyof typeof ops): Bit => now.op.eq(ops[op]);

    // Commands.
    const words = wordRegisters.map((name) => bank[name as 'word_0'].value).reverse();
    const { push } = m.nets({ push: bank.control.push.orR() });
    fifo.in.offer(push, words[0]!.concat(...words.slice(1)));
    const { clears } = m.nets({ clears: bank.control.clear.and(control.stopped) });
    fifo.flush.assign(clears);
    control.command.from(fifo.out);
    control.clear.assign(clears);
    const { overrun } = m.regs({ overrun: Bool.init(0) });
    m.when(clears, () => overrun.next(0));
    m.when(push.and(fifo.in.ready.not()), () => overrun.next(1));
    control.halt.assign(overrun);

    // Memory outside.
    reads.command['0']!.from(bases.read_command);
    bases.read_data.from(reads.data['0']!);
    reads.command['1']!.from(scalars.read_command);
    scalars.read_data.from(reads.data['1']!);
    bases.command.from(control.reads);
    scalars.command.from(control.scalars);
    writer.command.from(control.writes);
    writes.command.from(writer.write_command);
    writes.data.from(writer.write_data);
    writer.write_done.assign(writes.done);
    writer.write_error.assign(writes.error);
    bases.paced.assign(is('MSM'));
    scalars.paced.assign(1);
    for (const reader of [bases, scalars]) reader.clear.assign(clears);
    control.reading.assign(anyOf([bases.busy, scalars.busy, check.busy]));
    const { read_failed } = m.nets({ read_failed: bases.failed.or(scalars.failed) });
    control.read_failed.assign(read_failed);
    control.written.assign(writer.done);
    control.write_failed.assign(writer.failed);

    // Where elements come from and go to.
    const { drop } = control;
    const takers = [
      { stream: config.in, own: is('CFG') },
      { stream: move.in, own: is('LOAD') },
      { stream: pairs.in, own: is('MSM') },
    ];
    const kept = drop.not();
    for (const { stream, own } of takers) stream.offer(bases.out.valid.and(own).and(kept), bases.out.payload);
    bases.out.ready.assign(drop.or(anyOf(takers.map(({ stream, own }) => own.and(stream.ready)))));
    // The three numbers of CFG are no residues of the field of the moment.
    check.valid.assign(bases.out.fire.and(kept).and(is('CFG').not()));
    check.element.assign(bases.out.payload);
    check.clear.assign(clears);
    control.unreduced.assign(anyOf([check.found, ...nodes.map((node) => node.unreduced)]));
    sums.scalars.offer(scalars.out.valid.and(kept), scalars.out.payload);
    scalars.out.ready.assign(drop.or(sums.scalars.ready));
    const { storing } = m.nets({ storing: is('STORE') });
    writer.in.offer(storing.mux(move.out.valid, sum.out.valid), storing.mux(move.out.payload, sum.out.payload));
    move.out.ready.assign(writer.in.ready.and(storing));
    sum.out.ready.assign(writer.in.ready.and(storing.not()));

    // Field.
    config.start.assign(control.config.start);
    config.failed.assign(read_failed);
    config.choice.mode.assign(now.mode);
    config.choice.twoAdicity.assign(now.log2n);
    config.choice.aIsZero.assign(flagOf(now, 'A_IS_ZERO'));
    config.error.assign(anyOf(nodes.map((node) => node.error)));
    control.config.done.assign(config.done);
    control.config.refused.assign(config.refused);
    control.field.configured.assign(config.configured);
    control.field.mode.assign(config.field.mode);
    const { mode, modulus, a, aIsZero, twoAdicity } = config.field;
    check.modulus.assign(modulus);
    m.drive(sums.curve, { mode, modulus, a, aIsZero });
    for (const node of nodes) {
      node.configure.load.assign(config.load);
      connect(config.offered, node.configure);
      // A refusal is forgotten when the command is through: TCore keeps the field that it had.
      node.clear.assign(config.done.or(clears));
      m.drive(node.curve, { mode, modulus, a, aIsZero });
      node.twoAdicity.assign(twoAdicity);
      node.adding.assign(control.adding);
    }

    // Words of the transform nodes.
    move.start.assign(control.transfer.start);
    control.transfer.busy.assign(move.busy);
    const place = storing.mux(now.src, now.dst).trunc(move.job.base.width);
    move.job.store.assign(storing);
    move.job.twiddle.assign(flagOf(now, 'TWIDDLES'));
    move.job.reverse.assign(flagOf(now, 'REVERSE'));
    move.job.log2n.assign(now.log2n);
    move.job.base.assign(place);
    move.job.count.assign(now.count);
    const own = nodes.map((_, i) => now.node.eq(i));
    nodes.forEach(({ vector }, i) => {
      vector.write.offer(move.write.valid.and(own[i]!), move.write.payload);
      vector.read.offer(move.read.valid.and(own[i]!), move.read.payload);
      vector.data.ready.assign(move.data.ready.and(own[i]!));
    });
    const chosen = (bits: readonly Bit[]): Bit => anyOf(bits.map((bit, i) => bit.and(own[i]!)));
    move.write.ready.assign(chosen(nodes.map(({ vector }) => vector.write.ready)));
    move.read.ready.assign(chosen(nodes.map(({ vector }) => vector.read.ready)));
    move.data.offer(
      chosen(nodes.map(({ vector }) => vector.data.valid)),
      oneHotMux(
        own,
        nodes.map(({ vector }) => vector.data.payload),
      ),
    );

    // Operations of the transform nodes: of one, or of all in step.
    const across = flagOf(now, 'ACROSS');
    const all = across.or(flagOf(now, 'ALL'));
    nodes.forEach(({ vector }, i) => {
      const width = vector.command.payload.src.width;
      vector.command.offer(control.vector.valid.and(all.or(own[i]!)), {
        op: now.kind,
        log2n: now.log2n,
        log2batch: now.log2batch,
        src: now.src.trunc(width),
        dst: now.dst.trunc(width),
        second: now.second.trunc(width),
        perStage: flagOf(now, 'PER_STAGE'),
        across,
      });
    });
    const chosenOrAll = own.map((bit) => all.or(bit));
    control.vector.ready.assign(allOf(nodes.map(({ vector }, i) => chosenOrAll[i]!.not().or(vector.command.ready))));
    control.vector.done.assign(anyOf(nodes.map(({ vector }) => vector.done)));
    control.vector.refused.assign(anyOf(nodes.map(({ vector }) => vector.refused)));
    if (p.nodes > 1) {
      const { noc } = m.instances({
        noc: flexNoc({ nodes: p.nodes, width: wordBits, words: butterflies }),
      });
      nodes.forEach(({ vector }, i) => {
        vector.node.assign(i);
        m.drive(noc.in[i]!, vector.exchange.out);
        m.drive(vector.exchange.in, noc.out[i]!);
      });
      // All nodes are in step, so any of them can say what the network does.
      const exchanges = nodes[0]!.vector.exchange.swap.toBits();
      noc.modes.assign(
        exchanges.map((bit) => bit.mux(noc.modes.at(0).constant(BigInt(nocModes.SWAP), 2), nocModes.PASS)),
      );
    }

    // Multi-scalar multiplication.
    const { c, first, windows, count } = now;
    sums.command.offer(control.msm.valid, {
      c: c.trunc(sums.command.payload.c.width),
      first,
      count: windows.trunc(sums.command.payload.count.width),
      n: count.resize(32),
      accumulate: flagOf(now, 'ACCUMULATE'),
    });
    control.msm.ready.assign(sums.command.ready);
    sums.points.from(pairs.out);
    for (const part of [pairs, sum]) part.clear.assign(clears);
    sums.clear.assign(clears);
    // What leaves a full pool is an error; the pass goes on to its end.
    sums.spill.ready.assign(1);
    sums.refill.offer(0, { key: 0, point: { kind: 0, x: 0, y: 0, zz: 0, zzz: 0 } });
    nodes.forEach(({ points }, i) => {
      points.request.from(sums.engine[i]!.request);
      sums.engine[i]!.answer.from(points.answer);
    });
    sum.in.from(sums.result);
    sum.drop.assign(control.failing.or(flagOf(now, 'STORE_RESULT').not()));
    control.msm.result.assign(sums.result.fire);
    control.msm.failed.assign(sums.error.orR());
    control.msm.busy.assign(sums.busy.or(anyOf(nodes.map(({ points }) => points.busy))));

    // What software sees.
    work.busy.assign(control.busy);
    work.computing.assign(control.computing);
    work.mode.assign(mode);
    work.slot.assign(nodes[0]!.slot);
    work.results.assign(
      join(
        work.results,
        nodes.map((node) => node.results),
      ),
    );
    for (const name of ['cycles', 'products', 'slots'] as const) {
      bank[name].value.assign(work.total[name].low(32));
      bank[`${name}_high`].value.assign(work.total[name].high(32));
    }
    const { tag } = m.regs({ tag: UInt(32).init(0) });
    m.when(control.synced, () => tag.next(now.result));
    bank.tag.value.assign(tag);
    bank.completed.value.assign(control.completed);
    bank.waiting.value.assign(fifo.occupancy);
    const { status, interrupt, errors, shape } = bank;
    status.busy.assign(control.busy.or(fifo.out.valid));
    status.stopped.assign(control.stopped);
    status.synced_set.assign(control.synced);
    status.configured.assign(config.configured);
    errorNames.forEach((name, i) => errors[name].assign(name === 'overrun' ? overrun : control.errors.bit(i)));
    io.irq.assign(interrupt.synced.and(status.synced).or(interrupt.stopped.and(control.stopped)));
    shape.limb.assign(p.limb);
    shape.nodes.assign(p.nodes);
    shape.depth.assign(p.fifoDepth);
    return io;
  },
  { doc: 'ZK-Flex: modular transforms and multi-scalar multiplication behind AXI4 and AXI4-Lite.' },
);
