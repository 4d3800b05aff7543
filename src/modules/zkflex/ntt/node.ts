// SPDX-License-Identifier: Apache-2.0
import { block, pack, unpack, Vec } from '../../../dsl/index.ts';
import { connect } from '../../lib/connect.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { delayed, validChain } from '../arith/delay.ts';
import { nttBanks, readLatency } from './banks.ts';
import { nttCheck } from './check.ts';
import { nttControl } from './control.ts';
import { swapOf, upperOf } from './exchange.ts';
import { nttHost } from './host.ts';
import { nttIssue } from './issue.ts';
import { isAlone, isStaged, rowBits } from './job.types.ts';
import { nttLanes } from './lanes.ts';
import { addressBits, butterflies, nodeBits, NttParams, pairsInFlight, twiddleBits } from './ntt.params.ts';
import { nttPorts } from './ntt.types.ts';
import { nttOperands } from './operands.ts';
import { bankOf, slotCount } from './place.ts';
import { nttResults } from './results.ts';
import { nttTwiddles } from './twiddles.ts';

/**
 * Transforms and vector operations in the memory of a node, on the lanes of one TCore (paper 3.6, 4.5; docs/rationale/zkflex.md has the laws).
 *
 * From the decision to read a group (T0): banks T1, words T3, pre-addition T5, lanes T6; the product 3 LP + 3 cycles after the slot that takes it;
 * taken one cycle later (C), in memory at the end of C + 3. A group that needs another one follows it by 79 cycles at least (LP = 22), by up to 81 with
 * the wait for a slot. An operation takes about products / rate and that; `nttCycles` of the optimiser has the formula.
 */
export const nttNode = block(
  'ntt_node',
  NttParams,
  (m, p) => {
    const io = m.ports(nttPorts(p));
    const { control, host, issue, banks, twiddles, check, operands, lanes, results } = m.instances({
      control: nttControl(p),
      host: nttHost(p),
      issue: nttIssue(p),
      banks: nttBanks(p),
      twiddles: nttTwiddles(p),
      check: nttCheck(p),
      operands: nttOperands(p),
      lanes: nttLanes(p),
      results: nttResults(p),
    });
    const { job, start } = control;
    const pair = Vec(butterflies, operands.word.type);
    const { modulus, mode } = io.field;
    const { staged, uses_lanes: usesLanes } = m.nets({ staged: isStaged(job), uses_lanes: isStaged(job).or(job.mul) });
    for (const part of [issue, twiddles, check, operands, results]) m.drive(part.job, job);
    for (const part of [issue, lanes, control]) part.mode.assign(mode);
    for (const part of [check, operands, results]) part.modulus.assign(modulus);

    control.command.from(io.command);
    control.twoAdicity.assign(io.field.twoAdicity);
    control.complete.assign(issue.complete);
    control.quiet.assign(host.quiet);
    io.done.assign(control.done);
    io.refused.assign(control.refused);
    io.busy.assign(control.idle.not());

    host.idle.assign(control.idle);
    host.write.from(io.write);
    host.read.from(io.read);
    io.data.from(host.data);
    host.words.data.assign(operands.word);
    host.words.twiddle.assign(twiddles.words.at(0));

    // T1
    issue.start.assign(start);
    issue.taken.assign(lanes.taken);
    issue.finished.assign(results.finished);
    const { at } = issue;
    const asked = host.asked.address.low(addressBits(p));
    m.drive(banks.read, {
      enable: issue.read.or(host.asked.valid),
      row: host.asked.valid.mux(asked.high(rowBits(p)), issue.row),
      bank: host.asked.valid.mux(bankOf(asked), issue.bank),
      stride: staged.mux(at.pairBit.high(rowBits(p)), 0),
      odd: staged.and(at.pair.bit(0)),
    });
    m.drive(twiddles.at, at);
    twiddles.direct.assign(host.asked.valid);
    twiddles.address.assign(host.asked.address.low(twiddleBits(p)));
    const { alone } = m.nets({ alone: isAlone(job, at.pair) });
    check.reads.assign(issue.read);
    check.alone.assign(alone);
    check.asked.data.assign(host.asked.valid.and(host.asked.twiddle.not()));
    check.asked.twiddle.assign(host.asked.valid.and(host.asked.twiddle));
    check.clear.assign(io.clear);
    check.words.assign([...banks.words]);
    check.twiddles.assign([...twiddles.words]);
    io.unreduced.assign(check.found);
    m.assert('done_is_decided', io.done.and(check.busy).not(), 'a word is still being compared');

    // T3
    const upper = upperOf(io.node, at.pair);
    const flags = issue.read.concat(at.half, alone, at.cross, upper);
    const late = validChain(m, 'flags', flags, readLatency).at(-1)!;
    m.drive(operands.group, {
      valid: late.bit(4),
      half: late.bit(3),
      alone: late.bit(2),
      cross: late.bit(1),
      upper: late.bit(0),
      words: banks.words,
    });
    operands.twiddles.assign([...twiddles.words]);

    // T5
    lanes.clear.assign(start);
    lanes.push.valid.assign(operands.pair.valid.and(usesLanes));
    lanes.push.pair.assign(operands.pair.operands);
    connect(lanes.lanes, io.lanes);
    const keptDepth = 2 ** Math.ceil(Math.log2(pairsInFlight(p)));
    const { kept } = m.instances({ kept: streamFifo({ width: pack(operands.kept).width, depth: keptDepth }) });
    kept.in.offer(operands.pair.valid, pack(operands.kept));
    m.assert('kept_has_room', kept.in.valid.not().or(kept.in.ready), 'a pair comes and there is no room');

    // C
    const { take } = m.nets({ take: kept.out.valid.and(lanes.results.valid.or(usesLanes.not())) });
    kept.out.ready.assign(take);
    lanes.pop.assign(take.and(usesLanes));
    results.start.assign(start);
    results.node.assign(io.node);
    results.take.assign(take);
    results.kept.assign(unpack(kept.out.payload, pair));
    results.products.assign(lanes.results.pair);

    // C + 3, or the host
    const written = host.written.address.low(addressBits(p));
    m.drive(banks.write, results.write);
    m.when(host.written.data, () =>
      m.drive(banks.write, {
        row: written.high(rowBits(p)),
        bank: bankOf(written),
        stride: 0,
        odd: 0,
        slots: 1,
        words: Array.from({ length: slotCount }, () => host.written.word),
      }),
    );
    twiddles.write.enable.assign(host.written.twiddle);
    twiddles.write.address.assign(host.written.address.low(twiddleBits(p)));
    twiddles.write.data.assign(host.written.word);

    if (nodeBits(p) > 0) {
      const { out, swap } = io.exchange;
      const { early } = m.nets({ early: job.dif });
      out.valid.assign(early.mux(operands.send.valid, results.send.valid));
      out.words.map((to, i) => to.assign(early.mux(operands.send.words.at(i), results.send.words.at(i))));
      const early3 = delayed(m, 'swap', swapOf(m, p, issue.read.and(at.cross), at.pair), readLatency);
      swap.assign(early.mux(early3, results.swap));
      m.drive(operands.came, io.exchange.in);
      m.drive(results.came, io.exchange.in);
    }
    return io;
  },
  { doc: 'Number-theoretic transforms and vector operations on the lanes of TCore.' },
);
