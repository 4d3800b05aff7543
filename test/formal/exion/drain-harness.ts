// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type BlockCall, Bool, input, type Signal, UInt, unpack, widthOf } from '../../../src/dsl/index.ts';
import { captureStage } from '../../../src/modules/exion/sdue/array.ts';
import { sdueDrain } from '../../../src/modules/exion/sdue/drain.ts';
import { SdueParams, slotDrain, widths } from '../../../src/modules/exion/sdue/sdue.params.ts';
import { passType } from '../../../src/modules/exion/sdue/sdue.types.ts';
import { join } from '../../../src/modules/lib/join.ts';
import { startedByReset } from '../reset-first.ts';

/**
 * One arbitrary pass through the drain of a 2 x 2 array. Element (`row`, `column`) of OMEM and unit (`t`, `j`), both constant but arbitrary: the
 * element is written once if a busy unit works for it, else never, and with the result of unit (t, j) exactly when that is the one. That
 * no two units work for one element is what the vector generator is proved to see to.
 */
export function drainHarness(drain: number): BlockCall {
  const size = 2;
  const p = SdueParams.parse({
    ...{ size, lanes: 4, slots: 2, placement: 'lane', drain },
    ...{ columns: 4, depth: 8, weightWords: 4 },
  });
  const { column, id: idBits } = widths(p);
  const type = passType(p);
  return block('drain_harness', z.strictObject({}), (m) => {
    const { dut } = m.instances({ dut: sdueDrain(p) });
    const io = m.ports({
      go: input(Bool, 'the pass begins'),
      pass: input(UInt(widthOf(type)), 'constant, as are the next four'),
      row: input(UInt(1)),
      column: input(UInt(column)),
      t: input(UInt(1)),
      j: input(UInt(1)),
    });
    startedByReset(m);
    const { running, chosen } = m.regs({ running: Bool.init(0), chosen: UInt(widthOf(type) + 3 + column) });
    const now = io.pass.concat(io.row, io.column, io.t, io.j);
    running.next(1);
    chosen.next(now);
    m.assume('constant_choice', running.not().or(now.eq(chosen)));
    const pass = unpack(io.pass, type);

    // Who works for the element, by the law; at most one unit, as control words are made.
    const rows = [0, 1];
    const idOf = (t: number, j: number): Signal => {
      const ids = pass.ids.map(({ n }) => n.slice((j + 1) * idBits - 1, j * idBits));
      return pass.ws.at(t).at(0).bit(j).mux(ids[1]!, ids[0]!);
    };
    const rowOf = (t: number, j: number): Signal => pass.xs.at(t).bit(j).mux(pass.cv.idx.at(t), t);
    const worksFor = rows.flatMap((t) =>
      rows.map((j) => {
        const column = idOf(t, j).eq(io.column.resize(idBits));
        return pass.occ.at(t).bit(j).and(rowOf(t, j).eq(io.row)).and(column);
      }),
    );
    const works = join<Signal>(io.row, worksFor);
    m.assume('one_unit_an_element', works.and(works.subWrap(1)).eq(0));
    for (const j of rows) {
      const both = pass.occ.at(0).bit(j).and(pass.occ.at(1).bit(j));
      const sameSlot = pass.ws.at(0).at(0).bit(j).eq(pass.ws.at(1).at(0).bit(j));
      m.assume(
        `one_unit_a_row_${j}`,
        both
          .and(sameSlot)
          .and(rowOf(0, j).eq(rowOf(1, j)))
          .not(),
      );
    }
    m.assume('slots', pass.slots.ge(1).and(pass.slots.le(2)));
    for (const t of rows) {
      m.assume(
        `crossed_has_cv_${t}`,
        pass.xs
          .at(t)
          .eq(0)
          .or(pass.cv.valid.bit(t).and(pass.cv.idx.at(t).ne(t))),
      );
      m.assume(`slot_is_there_${t}`, pass.ws.at(t).at(0).eq(0).or(pass.slots.eq(2)));
      for (const j of rows) {
        m.assume(`busy_id_${t}_${j}`, pass.occ.at(t).bit(j).not().or(idOf(t, j).lt(p.columns)));
        if (drain > 1) m.assume(`own_lane_${t}_${j}`, pass.occ.at(t).bit(j).not().or(idOf(t, j).bit(0).eq(j)));
      }
    }

    // The array: complete so many cycles after its start; results change with the capture, and only the one in question has a bit.
    const { time } = m.regs({ time: UInt(5).init(0) });
    m.when(time.ne(0).or(io.go), () => time.next(time.eq(31).mux(time, time.addWrap(1))));
    dut.start.assign(time.eq(0).and(io.go));
    const shown = time.eq(0).and(io.go);
    m.drive(dut.pass, unpack(io.pass.and(shown.replicate(io.pass.width)), type));
    dut.capture.assign(time.eq(captureStage));
    const until = captureStage + 2 * slotDrain(p);
    const holds = time.gt(captureStage).and(time.le(until));
    dut.results.map((results, t) =>
      results.map((result, j) => result.assign(holds.and(io.t.eq(t)).and(io.j.eq(j)).resize(32).asSInt())),
    );
    dut.zero.assign(0);
    dut.dst.assign(0);

    const { written } = m.regs({ written: Bool.init(0) });
    const hits = dut.write.map((write, q) => {
      const place = drain > 1 ? write.address.concat(m.lit(q, UInt(1))) : write.address;
      return { hit: io.row.pick(write.rows.toBits()).and(place.eq(io.column)), value: io.row.pick([...write.data]) };
    });
    const { hit } = m.nets({
      hit: join<Signal>(
        io.row,
        hits.map((each) => each.hit),
      ).orR(),
    });
    const mine = io.t.concat(io.j).pick([...worksFor]);
    m.when(hit, () => {
      written.next(1);
      m.assert('written_once', written.not(), 'an element is written twice');
      m.assert('who_works_for_it', works.ne(0), 'an element is written for which no unit works');
    });
    hits.forEach((each, q) =>
      m.assert(
        `its_result_${q}`,
        each.hit.not().or(each.value.asUInt().eq(mine.resize(32))),
        'another result is written',
      ),
    );
    m.when(dut.finished, () => m.assert('all_written', works.eq(0).or(written).or(hit), 'an element is forgotten'));
    m.assert('ends_in_time', time.ne(31).or(dut.finished.not()), 'the drain does not end');
    m.assert('is_written', time.ne(31).or(written.eq(works.ne(0))));
  })({});
}
