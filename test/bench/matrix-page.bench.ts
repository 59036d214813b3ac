import type { Bench } from './bench.ts'
import { servePage } from './floors/page.ts'
import { openMatrix } from './matrix-stage.ts'

export const bench: Bench = {
  what: 'the first byte of the matrix, 150 controls and 60 tests of 40 items on 4 attributes, against a bare server with one query that counts them and one template',
  aim: { most: 150 },
  unit: 'ms',
  prepare: async (size, ending) => {
    const desk = await openMatrix(size, ending)
    const path = `${desk.ours.base}/matrix`
    const { body } = await desk.firstByte(path)
    const bare = await servePage(desk.ownerUrl, `select control.number, wording.text, line.conclusion, count(distinct cell.item_id), count(*) filter (where cell.result = 'deviation'), count(*)
      from control join control_wording wording on wording.engagement_id = control.engagement_id and wording.control_id = control.id and wording.version = control.wording_version
        left join test_line line on line.engagement_id = control.engagement_id and line.control_id = control.id
        left join cell on cell.engagement_id = line.engagement_id and cell.test_line_id = line.id
      where control.engagement_id = $1 group by control.number, wording.text, line.id, line.conclusion order by control.number`, [desk.ours.engagement.id], body, ending)
    const controls = new Set(body.match(/\/controls\/[A-Z]+-\d+/g)).size
    return { ours: async () => (await desk.firstByte(path)).ms, floor: async () => (await desk.firstByte('/', bare)).ms, figures: () => ({ controls: String(controls), bytes: String(body.length) }) }
  },
}
